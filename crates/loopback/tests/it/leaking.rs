//! No secret of a sign-in anywhere but where it belongs.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use gatewright_oauth::refresh;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::provider::with_type;
use crate::world::{Lies, World, credentials, now};

/// All that is logged, at every level and by every crate.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn secret_leak_a_whole_sign_in_leaves_none_in_logs_records_pages_or_errors() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);

    let world = World::honest().await;
    let started = world.begin().await;
    let code = world.consent(&started);
    let state = started.login.state.clone();
    let nonce = started.parameter("nonce").unwrap();
    let login = started.login;
    let mut shown = Vec::new();
    shown.push(format!(
        "{:?}",
        login.browse(&login.callback(&format!("code={code}"))).await
    ));
    shown.push(format!("{:?}", login.browse("/done").await));
    shown.push(format!(
        "{:?}",
        login.browse(&login.callback(&format!("code={code}"))).await
    ));
    let grant = login.outcome().await.unwrap();
    shown.push(format!("{grant:?}"));
    let person = world.finish(grant, now()).await.unwrap();
    shown.push(format!("{:?} {:?}", person.tokens, credentials()));
    let refreshed = refresh(
        &world.client,
        &world.provider.url("/token"),
        &credentials(),
        &"canary-refresh-token".into(),
        &[],
        &[],
    )
    .await;
    shown.push(format!("{refreshed:?}"));

    // A provider that repeats what it was sent, in every place where it has the word.
    let verifier = {
        let asked = world.provider.asked();
        let token = asked.iter().find(|asked| asked.target == "/token").unwrap();
        token.form["code_verifier"].clone()
    };
    let echo = json!({"error": "invalid_client", "error_description": "canary-client-secret is wrong for canary-code-0", "error_uri": "https://id.example/?s=canary-client-secret"});
    for answer in [
        with_type(401, "application/json", echo.to_string()),
        with_type(
            200,
            "text/html",
            "<html><title>canary-client-secret</title>",
        ),
        with_type(500, "application/json", r#"{"message":"canary-code-0"}"#),
    ] {
        let echoing = World::telling(Lies {
            token: Some(answer),
            userinfo: Some(json!({"error": "canary-access-token"})),
            ..Lies::default()
        })
        .await;
        let failed = echoing.signed_in(now()).await.unwrap_err();
        let (words, hint) = failed.words();
        shown.push(format!("{failed:?} {words} {hint}"));
        shown.push(serde_json::to_string(&echoing.recorder.legs()).unwrap());
    }
    let echoing = World::telling(Lies {
        userinfo: Some(
            json!({"error": "canary-access-token", "error_description": "canary-access-token"}),
        ),
        ..Lies::default()
    })
    .await;
    shown.push(format!("{:?}", echoing.signed_in(now()).await.unwrap_err()));
    shown.push(serde_json::to_string(&world.recorder.legs()).unwrap());
    drop(guard);
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        logged.contains("outgoing call"),
        "the log was not listened to"
    );
    shown.push(logged);

    let basic = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        "abc:canary-client-secret",
    );
    for text in &shown {
        for secret in ["canary-", &state, &nonce, &verifier, &basic] {
            assert!(!text.contains(secret), "{secret} stands in {text}");
        }
        assert!(!text.contains("eyJ"), "a token stands in {text}");
    }
}
