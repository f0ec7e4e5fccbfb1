//! Everything of a connection that most leave as it is, against servers that look.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gatewright_wire::{
    AppEvent, Catalogue, ErrorCode, ExportedConnection, ImportedConnections, Provider, ShownToken,
    SignIn, SignInPhase, SignedOut, Token, Tokens,
};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::server::{Answer, Asked, Server, json as answer};

fn url(asked: &Asked) -> String {
    format!("http://{}", asked.header("host"))
}

fn discovery(asked: &Asked, more: &Value) -> Answer {
    let url = url(asked);
    let mut document = json!({"issuer": url, "authorization_endpoint": format!("{url}/auth"),
        "token_endpoint": format!("{url}/token"), "revocation_endpoint": format!("{url}/revoke"),
        "device_authorization_endpoint": format!("{url}/device"),
        "pushed_authorization_request_endpoint": format!("{url}/par")});
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    answer(200, &document)
}

/// A provider with everything but people.
fn complete(asked: &Asked) -> Answer {
    match asked.path() {
        "/.well-known/openid-configuration" => discovery(
            asked,
            &json!({"require_pushed_authorization_requests": true}),
        ),
        "/par" => answer(
            201,
            &json!({"request_uri": "urn:example:pushed", "expires_in": 60}),
        ),
        "/device" => answer(
            200,
            &json!({"device_code": "device-canary", "user_code": "WDJB-MJHT",
                "verification_uri": format!("{}/enter", url(asked)), "expires_in": 900, "interval": 1}),
        ),
        "/token" if asked.body.contains("device-canary") => answer(
            200,
            &json!({"access_token": "device-token-canary", "token_type": "Bearer"}),
        ),
        "/token" if asked.body.contains("client_credentials") => answer(
            200,
            &json!({"access_token": "first-canary", "token_type": "Bearer", "expires_in": 300,
                "refresh_token": "refresh-canary"}),
        ),
        "/token" if asked.body.contains("refresh-canary") => answer(
            200,
            &json!({"access_token": "second-canary", "token_type": "Bearer", "expires_in": 300,
                "refresh_token": "rotated-canary"}),
        ),
        "/token" => answer(400, &json!({"error": "invalid_grant"})),
        "/revoke" => answer(200, &json!({})),
        _ => answer(404, &json!({})),
    }
}

async fn saved(desk: &Desk, server: &Server, more: Value) -> Provider {
    let mut request = json!({
        "id": null, "preset": "custom-oidc", "name": "Ours", "inputs": {"issuer_url": server.url},
        "client_id": "robot", "client_secret": "s", "scopes": ["api"],
        "client_auth": "basic", "redirect": {"host": "127.0.0.1", "port": null, "path": "/callback"},
    });
    for (name, value) in more.as_object().unwrap() {
        request[name] = value.clone();
    }
    desk.run("save_provider", request).await
}

async fn fetched(desk: &Desk, provider: &Provider) -> Token {
    desk.run(
        "fetch_client_credentials",
        json!({"provider_id": provider.id}),
    )
    .await
}

fn bodies(server: &Server, path: &str) -> Vec<String> {
    server
        .asked()
        .into_iter()
        .filter(|asked| asked.path() == path)
        .map(|asked| asked.body)
        .collect()
}

#[tokio::test]
async fn a_request_is_pushed_where_the_provider_demands_it() {
    let server = Server::start(complete).await;
    let desk = Desk::new();
    let provider = saved(
        &desk,
        &server,
        json!({"settings": {"authorization_params": [{"name": "audience", "value": "jira"}]}}),
    )
    .await;
    let sign_in: SignIn = desk
        .run(
            "start_sign_in",
            json!({"provider_id": provider.id, "open_browser": false}),
        )
        .await;
    assert!(
        sign_in
            .authorization_url
            .contains("request_uri=urn%3Aexample%3Apushed"),
        "{}",
        sign_in.authorization_url
    );
    assert!(!sign_in.authorization_url.contains("audience"));
    let pushed = bodies(&server, "/par").remove(0);
    for part in ["audience=jira", "code_challenge_method=S256", "state="] {
        assert!(pushed.contains(part), "{pushed}");
    }
}

#[tokio::test]
async fn a_client_signs_with_the_key_that_was_made_for_it() {
    let server = Server::start(complete).await;
    let desk = Desk::new();
    let provider = saved(
        &desk,
        &server,
        json!({"client_auth": "private-key-jwt", "client_secret": null}),
    )
    .await;
    assert_eq!(provider.missing, ["Private key"]);
    let keyed: Provider = desk
        .run("make_client_key", json!({"id": provider.id}))
        .await;
    assert!(keyed.missing.is_empty());
    let jwk: Value = serde_json::from_str(keyed.client_key.as_deref().unwrap()).unwrap();
    assert!(jwk["n"].is_string() && jwk["d"].is_null(), "{jwk}");
    fetched(&desk, &keyed).await;
    let body = bodies(&server, "/token").remove(0);
    assert!(body.contains("client_assertion_type=") && body.contains("client_assertion=ey"));
    let wrong = desk
        .ask(
            "save_provider",
            json!({
                "id": provider.id, "preset": "custom-oidc", "name": "Ours",
                "inputs": {"issuer_url": server.url}, "client_id": "robot", "client_secret": null,
                "scopes": [], "client_auth": "private-key-jwt", "client_key": "canary of a key",
                "redirect": {"host": "127.0.0.1", "port": null, "path": "/callback"},
            }),
        )
        .await
        .unwrap_err();
    assert_eq!(wrong.field.as_deref(), Some("client_key"));
    assert!(!format!("{wrong:?}").contains("canary"), "{wrong:?}");
}

#[tokio::test]
async fn a_code_is_shown_for_another_device_and_its_token_kept() {
    let server = Server::start(complete).await;
    let desk = Desk::new();
    let provider = saved(&desk, &server, json!({})).await;
    let mut events = desk.listen();
    let sign_in: SignIn = desk
        .run("start_device_sign_in", json!({"id": provider.id}))
        .await;
    let device = sign_in.device.unwrap();
    assert_eq!(device.user_code, "WDJB-MJHT");
    assert!(device.verification_uri.ends_with("/enter"));
    let pasted = desk
        .ask(
            "paste_callback",
            json!({"attempt": sign_in.attempt, "url": "http://127.0.0.1/?code=x&state=y"}),
        )
        .await
        .unwrap_err();
    assert_eq!(pasted.code, ErrorCode::InvalidInput);
    let phase = events.end_of(&sign_in.attempt).await.phase;
    let SignInPhase::Done { token } = phase else {
        panic!("{phase:?}")
    };
    assert_eq!(serde_json::to_value(token.origin).unwrap(), "device_code");
}

#[tokio::test]
async fn a_token_is_refreshed_by_itself_before_it_ends_and_its_rotated_token_kept() {
    let server = Server::start(complete).await;
    let desk = Desk::new();
    let provider = saved(
        &desk,
        &server,
        json!({"settings": {"refresh_params": [{"name": "audience", "value": "jira"}]}}),
    )
    .await;
    let token = fetched(&desk, &provider).await;
    let on: Token = desk
        .run("refresh_by_itself", json!({"id": token.id, "on": true}))
        .await;
    assert!(on.refresh_by_itself);
    assert_eq!(desk.app.refresh_due_tokens().await.unwrap(), 0);
    desk.host.advance(200);
    let mut events = desk.listen();
    assert_eq!(desk.app.refresh_due_tokens().await.unwrap(), 1);
    let id = token.id.clone();
    events
        .wait(|event| match event {
            AppEvent::TokenChanged { token } if token.id == id => Some(()),
            AppEvent::TokenChanged { .. }
            | AppEvent::SignIn { .. }
            | AppEvent::StateChanged { .. }
            | AppEvent::TestCell { .. }
            | AppEvent::TestFinished { .. }
            | AppEvent::CheckFinished { .. } => None,
        })
        .await;
    let shown: ShownToken = desk.run("show_token", json!({"id": token.id})).await;
    assert_eq!(shown.secret, "second-canary");
    let asked = bodies(&server, "/token").pop().unwrap();
    assert!(asked.contains("audience=jira"), "{asked}");
    // The next one is sent with what came, is refused for good, and is not tried again.
    desk.host.advance(200);
    assert_eq!(desk.app.refresh_due_tokens().await.unwrap(), 1);
    let asked = bodies(&server, "/token").pop().unwrap();
    assert!(asked.contains("rotated-canary"), "{asked}");
    let tokens: Tokens = desk.run("tokens", json!({})).await;
    assert!(!tokens.tokens[0].refresh_token_kept);
    assert!(tokens.tokens[0].refresh_problem.is_some());
    assert_eq!(desk.app.refresh_due_tokens().await.unwrap(), 0);
}

#[tokio::test]
async fn two_who_refresh_at_once_share_one_request() {
    let refreshed = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&refreshed);
    let server = Server::start(move |asked| {
        if asked.body.contains("grant_type=refresh_token") {
            seen.fetch_add(1, Ordering::SeqCst);
        }
        complete(asked)
    })
    .await;
    let desk = Desk::new();
    let provider = saved(&desk, &server, json!({})).await;
    let token = fetched(&desk, &provider).await;
    let once = || desk.run::<Token>("refresh_token", json!({"id": token.id}));
    tokio::join!(once(), once());
    assert_eq!(refreshed.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn signing_out_revokes_the_refresh_token_first_and_deletes_both() {
    let server = Server::start(complete).await;
    let desk = Desk::new();
    let provider = saved(&desk, &server, json!({})).await;
    let token = fetched(&desk, &provider).await;
    assert!(token.can_sign_out);
    let out: SignedOut = desk.run("sign_out", json!({"id": token.id})).await;
    assert!(out.tokens.is_empty() && out.message.contains("void"));
    let asked = bodies(&server, "/revoke");
    assert!(asked[0].contains("refresh-canary"), "{asked:?}");
    assert!(asked[1].contains("first-canary"), "{asked:?}");
    let gone = desk
        .ask("show_token", json!({"id": token.id}))
        .await
        .unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn every_call_of_a_connection_goes_through_its_proxy() {
    // What comes in absolute form came as to a proxy.
    let proxy = Server::start(|asked| {
        let path = asked
            .target
            .strip_prefix("http://id.invalid")
            .unwrap_or("/direct")
            .to_owned();
        if asked.header("proxy-authorization").is_empty() {
            return answer(407, &json!({}));
        }
        let issuer = "http://id.invalid";
        let _ = issuer;
        complete(&Asked {
            target: path,
            ..asked.clone()
        })
    })
    .await;
    let desk = Desk::new();
    let settings =
        json!({"proxy": {"kind": "set", "url": proxy.url, "user": "fred", "bypass": []}});
    let error = desk
        .ask(
            "save_provider",
            json!({
                "id": null, "preset": "custom-oidc", "name": "Ours",
                "inputs": {"issuer_url": "https://id.invalid"}, "client_id": "robot",
                "client_secret": "s", "scopes": [], "client_auth": "basic",
                "redirect": {"host": "127.0.0.1", "port": null, "path": "/callback"},
                "settings": {"proxy": {"kind": "set", "url": "ftp://x", "user": "", "bypass": []}},
            }),
        )
        .await
        .unwrap_err();
    assert_eq!(error.field.as_deref(), Some("settings.proxy.url"));
    let checked: Value = desk
        .run(
            "check_provider",
            json!({"preset": "custom-oidc", "inputs": {"issuer_url": "https://id.invalid"},
                "settings": settings, "proxy_password": "proxy-canary"}),
        )
        .await;
    // The proxy was asked for a tunnel, with the password, and the name was never looked up here.
    let asked = proxy.asked();
    assert!(
        asked
            .iter()
            .any(|asked| asked.method == "CONNECT"
                && !asked.header("proxy-authorization").is_empty()),
        "{asked:?} {checked}"
    );
    assert!(!checked.to_string().contains("proxy-canary"), "{checked}");
}

#[tokio::test]
async fn a_connection_is_imported_with_its_secret_and_exported_without() {
    let desk = Desk::new();
    let command = "curl -u robot:secret-canary -d grant_type=client_credentials -d scope=api -d audience=jira https://id.example.com/oauth/token";
    let looked: ImportedConnections = desk
        .run(
            "import_connections",
            json!({"text": command, "format": null, "take": null}),
        )
        .await;
    assert!(looked.taken.is_none());
    assert_eq!(looked.connections[0].secrets, ["client secret"]);
    assert!(!serde_json::to_string(&looked).unwrap().contains("canary"));
    let kept: ImportedConnections = desk
        .run(
            "import_connections",
            json!({"text": command, "format": "curl", "take": 0}),
        )
        .await;
    let provider = kept.taken.unwrap();
    assert!(provider.client_secret_kept);
    assert_eq!(provider.client_id, "robot");
    assert_eq!(provider.settings.token_params[0].name, "audience");
    let out: ExportedConnection = desk
        .run("export_connection", json!({"id": provider.id}))
        .await;
    assert!(!out.text.contains("canary"), "{}", out.text);
    let again: ImportedConnections = desk
        .run(
            "import_connections",
            json!({"text": out.text, "format": null, "take": 0}),
        )
        .await;
    let again = again.taken.unwrap();
    assert_eq!(
        (again.preset, again.inputs),
        (provider.preset, provider.inputs)
    );
    assert_eq!(again.settings, provider.settings);
    let nothing = desk
        .ask(
            "import_connections",
            json!({"text": "not a canary", "format": null, "take": null}),
        )
        .await
        .unwrap_err();
    assert_eq!(nothing.field.as_deref(), Some("text"));
}

#[tokio::test]
async fn the_catalogue_says_what_is_not_offered_and_why() {
    let desk = Desk::new();
    let catalogue: Catalogue = desk.run("catalogue", json!({})).await;
    assert!(catalogue.refused.iter().any(|one| one.name == "Implicit"));
    let entra = catalogue
        .providers
        .iter()
        .find(|entry| entry.id == "entra")
        .unwrap();
    assert!(!entra.for_gateway.is_empty() && !entra.verifications.is_empty());
    assert_eq!(catalogue.providers.last().unwrap().group, "Custom");
}
