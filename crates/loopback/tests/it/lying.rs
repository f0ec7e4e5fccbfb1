//! Whole sign-ins against providers that lie.

use gatewright_jose::VerifyError;
use gatewright_oauth::{
    DiscoveryError, ExchangeError, SubjectMismatch, UserinfoError, UserinfoRequest,
    client_credentials, exchange,
};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use url::Url;

use crate::provider::{Answer, Provider, with_type};
use crate::world::{Failure, Lies, NOW, World, credentials, key, now};

fn with_id_token(name: &'static str, value: Value) -> Lies {
    Lies {
        id_token: vec![(name, value)],
        ..Lies::default()
    }
}

async fn refused(lies: Lies) -> Failure {
    World::telling(lies)
        .await
        .signed_in(now())
        .await
        .unwrap_err()
}

#[tokio::test]
async fn pkce_downgrade_a_server_that_lists_only_plain_gets_s256_all_the_same() {
    let world = World::telling(Lies {
        description: vec![("code_challenge_methods_supported", json!(["plain"]))],
        ..Lies::default()
    })
    .await;
    let started = world.begin().await;
    assert_eq!(
        started.parameter("code_challenge_method").as_deref(),
        Some("S256")
    );
    let challenge = started.parameter("code_challenge").unwrap();
    let code = world.consent(&started);
    let login = started.login;
    login.browse(&login.callback(&format!("code={code}"))).await;
    world
        .finish(login.outcome().await.unwrap(), now())
        .await
        .unwrap();
    let asked = world.provider.asked();
    let token = asked.iter().find(|asked| asked.target == "/token").unwrap();
    assert_ne!(
        token.form["code_verifier"], challenge,
        "plain sends the same text twice"
    );
}

#[tokio::test]
async fn nonce_of_another_sign_in_or_none_at_all_is_refused() {
    for other in [
        json!("of an earlier sign-in"),
        json!(""),
        json!(7),
        json!(null),
    ] {
        let failed = refused(with_id_token("nonce", other)).await;
        assert_eq!(failed.id_token(), &VerifyError::WrongNonce);
    }
}

#[tokio::test]
async fn idtoken_alg_each_way_of_tampering_has_its_own_message() {
    let mut messages = Vec::new();
    for (alg, kid) in [("none", "k"), ("HS256", "k"), ("ES256", "k")] {
        let failed = refused(Lies {
            header: Some(json!({"alg": alg, "kid": kid})),
            ..Lies::default()
        })
        .await;
        let expected = match alg {
            "ES256" => VerifyError::BadSignature,
            _ => VerifyError::AlgorithmNotAllowed {
                algorithm: alg.to_owned(),
            },
        };
        assert_eq!(failed.id_token(), &expected);
        messages.push(failed.words().0);
    }
    for (name, value) in [
        ("iss", json!("https://evil.test")),
        ("aud", json!("another client")),
        ("aud", json!(["abc", "another"])),
        ("azp", json!("another client")),
        ("exp", json!(NOW - 3600)),
        ("iat", json!(NOW + 3600)),
        ("at_hash", json!("AAAA")),
        ("sub", json!("249")),
    ] {
        let (words, hint) = refused(with_id_token(name, value)).await.words();
        assert!(!hint.is_empty(), "{name}");
        messages.push(words);
    }
    let all = messages.len();
    messages.sort();
    messages.dedup();
    assert_eq!(messages.len(), all, "{messages:#?}");

    let world = World::telling(Lies {
        key: Some("nobody knows it"),
        ..Lies::default()
    })
    .await;
    for _ in 0..3 {
        let failed = world.signed_in(now()).await.unwrap_err();
        assert!(matches!(failed.id_token(), VerifyError::UnknownKey { .. }));
    }
    assert_eq!(
        world.asked_for("/keys"),
        2,
        "one fetch, and one more for the unknown key"
    );
    assert_eq!(key("k").id(), Some("k"));
}

#[tokio::test]
async fn userinfo_sub_of_another_user_shows_no_username() {
    for other in [
        json!({"sub": "249", "preferred_username": "ann"}),
        json!({"login": "ann"}),
    ] {
        let failed = refused(Lies {
            userinfo: Some(other),
            ..Lies::default()
        })
        .await;
        assert!(
            matches!(
                failed,
                Failure::Userinfo(UserinfoError::AnotherUser(SubjectMismatch))
            ),
            "{failed:?}"
        );
        assert!(!failed.words().0.contains("ann "));
    }
}

#[tokio::test]
async fn discovery_spoof_a_description_of_another_issuer_starts_no_sign_in() {
    for (name, value) in [
        ("issuer", json!("https://evil.test")),
        ("issuer", json!("http://127.0.0.1:1")),
        ("token_endpoint", json!("http://evil.test/token")),
        ("jwks_uri", json!("file:///etc/passwd")),
    ] {
        let world = World::telling(Lies {
            description: vec![(name, value)],
            ..Lies::default()
        })
        .await;
        let error = world.described().await.unwrap_err();
        assert!(
            matches!(
                error,
                DiscoveryError::OtherIssuer { .. } | DiscoveryError::Insecure(_)
            ),
            "{name}: {error:?}"
        );
    }
    let foreign = World::telling(Lies {
        description: vec![("token_endpoint", json!("https://elsewhere.example/token"))],
        ..Lies::default()
    })
    .await;
    assert_eq!(
        foreign.described().await.unwrap().foreign_hosts,
        ["elsewhere.example"]
    );
}

#[tokio::test]
async fn clock_skew_of_minutes_and_of_days_names_the_clock() {
    let world = World::honest().await;
    for off in [time::Duration::minutes(10), time::Duration::days(1)] {
        for at in [now() + off, now() - off] {
            let (words, hint) = world.signed_in(at).await.unwrap_err().words();
            assert!(hint.contains("clock is wrong"), "{words}: {hint}");
        }
    }
    assert!(
        world
            .signed_in(now() + time::Duration::seconds(30))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn cc_no_user_the_clients_own_token_has_nobody_behind_it() {
    let world = World::telling(Lies {
        token: Some(crate::provider::json(r#"{"access_token":"of the client"}"#)),
        ..Lies::default()
    })
    .await;
    let endpoint = world.provider.url("/token");
    let tokens = client_credentials(&world.client, &endpoint, &credentials(), &[], &[])
        .await
        .unwrap();
    assert!(tokens.id_token.is_none() && tokens.expected_nonce.is_none());
    let asking = UserinfoRequest::to(world.provider.url("/userinfo"));
    let error = asking
        .ask(&world.client, &tokens.access_token)
        .await
        .unwrap_err();
    assert!(error.hint().contains("has no user"), "{}", error.hint());
}

#[tokio::test]
async fn token_redirect_neither_secret_nor_code_goes_elsewhere() {
    let elsewhere = Provider::always(crate::provider::json("{}")).await;
    for status in [307, 308] {
        let failed = refused(Lies {
            token: Some(Answer {
                status,
                headers: vec![("Location", elsewhere.url("/token").to_string())],
                body: Vec::new(),
            }),
            ..Lies::default()
        })
        .await;
        assert!(matches!(
            failed,
            Failure::Exchange(ExchangeError::Redirected { .. })
        ));
    }
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn slow_token_cancelling_works_at_once_and_the_message_names_the_endpoint() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let endpoint = json!(format!("http://{address}/token"));
    let world = World::telling(Lies {
        description: vec![("token_endpoint", endpoint)],
        ..Lies::default()
    })
    .await;
    let login = world.begin().await.login;
    login.browse(&login.callback("code=x")).await;
    let grant = login.outcome().await.unwrap();
    assert_eq!(
        grant.token_endpoint().as_str(),
        format!("http://{address}/token")
    );
    let us = credentials();
    let asking = exchange(&world.client, grant, &us);
    let arrived = async {
        let (mut stream, _) = silent.accept().await.unwrap();
        stream.read_buf(&mut Vec::with_capacity(64)).await.unwrap();
        stream
    };
    // Whoever cancels drops the call, and the server sees it hang up.
    let mut stream = tokio::select! {
        _ = asking => panic!("nothing was answered"),
        stream = arrived => stream,
    };
    let _ = stream.read_to_end(&mut Vec::new()).await;
    // A server that is not there is named as well.
    drop((stream, silent));
    let login = world.begin().await.login;
    login.browse(&login.callback("code=x")).await;
    let error = world
        .finish(login.outcome().await.unwrap(), now())
        .await
        .unwrap_err();
    assert!(
        error
            .words()
            .0
            .contains("the token endpoint was not reached")
    );
}

#[tokio::test]
async fn error_200_a_refusal_inside_a_success_ends_the_sign_in_in_the_providers_words() {
    for (answer, said) in [
        (
            with_type(200, "text/plain", "error=bad_verification_code"),
            "bad_verification_code",
        ),
        (
            with_type(
                200,
                "application/json",
                r#"{"ok":false,"error":"invalid_code"}"#,
            ),
            "invalid_code",
        ),
        (
            with_type(
                200,
                "application/json",
                r#"{"error":{"message":"Invalid code","type":"X"}}"#,
            ),
            "Invalid code",
        ),
        (
            with_type(200, "text/html", "<html><title>Proxy &amp; co</title>"),
            "Proxy & co",
        ),
        (with_type(200, "application/json", ""), "nothing"),
    ] {
        let failed = refused(Lies {
            token: Some(answer),
            ..Lies::default()
        })
        .await;
        assert!(failed.words().0.contains(said), "{failed:?}");
    }
}

#[tokio::test]
async fn ssrf_no_sign_in_is_started_with_an_address_inside() {
    let world = World::honest().await;
    for inside in [
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "unix:/run/x.sock",
    ] {
        let error = gatewright_oauth::discover(&world.client, inside)
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                DiscoveryError::Insecure(_) | DiscoveryError::NotAnAddress { .. }
            ),
            "{inside}: {error:?}"
        );
        let mut asking = UserinfoRequest::to(world.provider.url("/userinfo"));
        asking.endpoint = Url::parse(inside).unwrap();
        let error = asking.ask(&world.client, &"t".into()).await.unwrap_err();
        assert!(matches!(error, UserinfoError::Insecure(_)), "{inside}");
    }
    assert!(world.recorder.legs().is_empty(), "nothing was asked");
}
