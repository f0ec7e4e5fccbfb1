use gatewright_wire::{AppState, ErrorCode, SignIn, SignInPhase, StepMark, Tokens};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::desk::{Desk, github};
use crate::server::{Answer, Asked, Server, json as answer, visit};

/// GitHub Enterprise as far as these tests go.
pub(crate) fn github_server(asked: &Asked) -> Answer {
    match asked.path() {
        "/login/oauth/access_token" if asked.body.contains("code=good-code-canary") => Answer(
            200,
            vec![(
                "Content-Type",
                "application/x-www-form-urlencoded".to_owned(),
            )],
            "access_token=gho_0123456789abcdefwxyz&scope=read%3Auser&token_type=bearer".to_owned(),
        ),
        "/login/oauth/access_token" => answer(
            200,
            &json!({"error": "bad_verification_code", "error_description": "The code passed is incorrect or expired."}),
        ),
        "/api/v3/user" if asked.header("authorization") == "Bearer gho_0123456789abcdefwxyz" => {
            answer(
                200,
                &json!({"login": "fred", "id": 1042, "name": "Fred Flintstone", "email": null}),
            )
        }
        "/api/v3/user" => answer(401, &json!({"message": "Bad credentials"})),
        _ => answer(404, &json!({"message": "Not Found"})),
    }
}

pub(crate) async fn begin(desk: &Desk, provider: &str) -> SignIn {
    desk.run(
        "start_sign_in",
        json!({"provider_id": provider, "open_browser": true}),
    )
    .await
}

pub(crate) fn back(sign_in: &SignIn, rest: &str) -> String {
    format!("{}?state={}{rest}", sign_in.redirect_uri, sign_in.state)
}

/// Signs in and gives the token's id.
pub(crate) async fn signed_in(desk: &Desk, server: &Server) -> String {
    let provider = desk.github(&server.url).await;
    let mut events = desk.listen();
    let sign_in = begin(desk, &provider).await;
    visit(&back(&sign_in, "&code=good-code-canary")).await;
    let phase = events.end_of(&sign_in.attempt).await.phase;
    let SignInPhase::Done { token } = phase else {
        panic!("{phase:?}")
    };
    token.id
}

#[tokio::test]
async fn a_token_is_fetched_through_the_browser_named_and_kept() {
    let server = Server::start(github_server).await;
    let desk = Desk::new();
    let provider = desk.github(&server.url).await;
    let mut events = desk.listen();
    let sign_in = begin(&desk, &provider).await;
    let opened = desk.host.opened.lock().unwrap()[0].clone();
    assert_eq!(opened.as_str(), sign_in.authorization_url);
    assert!(
        sign_in
            .authorization_url
            .contains("code_challenge_method=S256")
    );
    assert_eq!(sign_in.patience_seconds, 600);

    // Another state, as somebody else would send it, changes nothing.
    visit(&format!(
        "{}?state=foreign&code=good-code-canary",
        sign_in.redirect_uri
    ))
    .await;
    let page = visit(&back(&sign_in, "&code=good-code-canary")).await;
    assert!(page.starts_with("HTTP/1.1 "), "{page}");
    let end = events.end_of(&sign_in.attempt).await;
    let SignInPhase::Done { token } = &end.phase else {
        panic!("{:?}", end.phase)
    };
    assert_eq!(token.name, "fred");
    assert_eq!(token.masked, "gho_••••••••wxyz");
    assert_eq!(token.kind, "Bearer, GitHub OAuth token, opaque");
    assert_eq!(
        token.scopes_granted.as_deref(),
        Some(["read:user".to_owned()].as_slice())
    );
    assert!(!token.legs.is_empty());

    let told = serde_json::to_string(&end).unwrap();
    for secret in [
        "gho_0123456789abcdefwxyz",
        "good-code-canary",
        "client-secret-canary",
    ] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
    let file = std::fs::read(desk.folder.path().join("workspace.db")).unwrap();
    let file = String::from_utf8_lossy(&file);
    for secret in [
        "gho_0123456789abcdefwxyz",
        "good-code-canary",
        "client-secret-canary",
    ] {
        assert!(!file.contains(secret), "{secret} in the file");
    }
    let state: AppState = desk.restarted().run("app_state", json!({})).await;
    assert_eq!((state.tokens, state.steps.token.mark), (1, StepMark::Done));
    assert_eq!(state.steps.token.text, "fred, no end");
}

#[tokio::test]
async fn the_providers_own_words_are_told_when_it_refuses() {
    let server = Server::start(github_server).await;
    let desk = Desk::new();
    let provider = desk.github(&server.url).await;
    let mut events = desk.listen();
    for (rest, code, words) in [
        (
            "&error=access_denied&error_description=You+said+no",
            ErrorCode::ProviderRefused,
            "You said no",
        ),
        (
            "&code=wrong",
            ErrorCode::ProviderRefused,
            "incorrect or expired",
        ),
        (
            "&code=good-code-canary&iss=https://evil.example",
            ErrorCode::ForeignCallback,
            "",
        ),
    ] {
        let sign_in = begin(&desk, &provider).await;
        visit(&back(&sign_in, rest)).await;
        let end = events.end_of(&sign_in.attempt).await;
        let SignInPhase::Failed {
            error,
            provider_words,
        } = end.phase
        else {
            panic!("{rest}")
        };
        assert_eq!(error.code, code, "{error:?}");
        assert!(provider_words.unwrap_or_default().contains(words));
    }
    let tokens: Tokens = desk.run("tokens", json!({})).await;
    assert!(tokens.tokens.is_empty());
}

#[tokio::test]
async fn a_sign_in_is_cancelled_by_hand_and_by_the_next_one() {
    let server = Server::start(github_server).await;
    let desk = Desk::new();
    let provider = desk.github(&server.url).await;
    let mut events = desk.listen();
    let first = begin(&desk, &provider).await;
    let second = begin(&desk, &provider).await;
    let cancelled = |end: SignIn| {
        matches!(
            end.phase,
            SignInPhase::Failed { error, .. } if error.code == ErrorCode::Cancelled
        )
    };
    assert!(cancelled(events.end_of(&first.attempt).await));
    desk.ask("cancel_sign_in", json!({"attempt": second.attempt}))
        .await
        .unwrap();
    assert!(cancelled(events.end_of(&second.attempt).await));
    // Nobody waits any more, and cancelling twice is no failure.
    desk.ask("cancel_sign_in", json!({"attempt": second.attempt}))
        .await
        .unwrap();
    let late = desk
        .ask("reopen_browser", json!({"attempt": second.attempt}))
        .await
        .unwrap_err();
    assert_eq!(late.code, ErrorCode::InvalidInput);
}

#[tokio::test]
async fn a_pasted_address_completes_the_sign_in_and_a_foreign_one_does_not_end_it() {
    let server = Server::start(github_server).await;
    let desk = Desk::without_browser();
    let provider = desk.github(&server.url).await;
    let mut events = desk.listen();
    let sign_in = begin(&desk, &provider).await;
    assert!(matches!(
        &sign_in.phase,
        SignInPhase::Waiting { browser_problem: Some(problem) } if problem.contains("xdg-open")
    ));
    let paste = |url: String| json!({"attempt": sign_in.attempt, "url": url});
    let foreign = format!("{}?state=foreign&code=x", sign_in.redirect_uri);
    let error = desk
        .ask("paste_callback", paste(foreign))
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::ForeignCallback);
    let error = desk
        .ask("paste_callback", paste("nonsense".to_owned()))
        .await
        .unwrap_err();
    assert_eq!(error.field.as_deref(), Some("url"));
    desk.ask(
        "paste_callback",
        paste(back(&sign_in, "&code=good-code-canary")),
    )
    .await
    .unwrap();
    assert!(matches!(
        events.end_of(&sign_in.attempt).await.phase,
        SignInPhase::Done { .. }
    ));
}

#[tokio::test]
async fn a_taken_port_and_what_is_missing_are_said_before_the_browser_opens() {
    let server = Server::start(github_server).await;
    let desk = Desk::new();
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let redirect = json!({"host": "127.0.0.1", "port": port, "path": "/callback"});
    let provider: Value = desk
        .run("save_provider", github(&server.url, &redirect))
        .await;
    let request = json!({"provider_id": provider["id"], "open_browser": true});
    let error = desk.ask("start_sign_in", request).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::PortTaken);
    assert!(
        error.message.contains(&port.to_string()) && error.message.contains("Nothing was sent")
    );

    let mut incomplete = github(
        &server.url,
        &json!({"host": "localhost", "port": null, "path": "/"}),
    );
    incomplete["client_secret"] = json!(null);
    let provider: Value = desk.run("save_provider", incomplete).await;
    assert_eq!(provider["missing"], json!(["Client secret"]));
    let request = json!({"provider_id": provider["id"], "open_browser": true});
    let error = desk.ask("start_sign_in", request).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
    assert!(desk.host.opened.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_sign_in_is_cancelled_while_its_provider_does_not_answer() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", silent.local_addr().unwrap());
    let desk = Desk::new();
    let provider: Value = desk
        .run(
            "save_provider",
            json!({
                "id": null, "preset": "custom-oidc", "name": "Silent", "inputs": {"issuer_url": issuer},
                "client_id": "app", "client_secret": "s", "scopes": ["openid"], "client_auth": "basic",
                "redirect": {"host": "127.0.0.1", "port": null, "path": "/callback"},
            }),
        )
        .await;
    let start = json!({"provider_id": provider["id"], "open_browser": true});
    let (begun, ()) = tokio::join!(desk.ask("start_sign_in", start), async {
        // It is asked and never answers; the connection stays open until the end.
        let asked = silent.accept().await.unwrap();
        desk.ask("cancel_sign_in", json!({"attempt": ""}))
            .await
            .unwrap();
        drop(asked);
    });
    assert_eq!(begun.unwrap_err().code, ErrorCode::Cancelled);
}
