use gatewright_wire::{
    CheckedProvider, Copied, ErrorCode, Provider, ShownToken, StepMark, Token, Tokens, Userinfo,
    UsernameSource,
};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::server::{Answer, Asked, Server, json as answer};
use crate::sign_in::{github_server, signed_in};

#[tokio::test]
async fn userinfo_names_candidates_and_the_rule_is_kept() {
    let server = Server::start(github_server).await;
    let desk = Desk::new();
    let id = signed_in(&desk, &server).await;
    let userinfo: Userinfo = desk.run("userinfo", json!({"id": id})).await;
    assert_eq!(userinfo.status, 200);
    assert_eq!(userinfo.userinfo["id"], 1042);
    let first = &userinfo.candidates[0];
    assert_eq!(
        (first.pointer.as_str(), first.value.as_str()),
        ("/login", "fred")
    );
    assert!(first.gateway_sees_it);

    let rule = |from: &str| {
        json!({"provider_id": "ghes", "rule": {"from": from, "pointer": "/login",
            "transform": ["lowercase"], "match_by": "username"}})
    };
    let error = desk
        .ask("save_username_rule", rule("id_token"))
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
    let provider: Provider = desk.run("save_username_rule", rule("userinfo")).await;
    assert_eq!(provider.username.unwrap().from, UsernameSource::Userinfo);
    let state: Value = desk.run("app_state", json!({})).await;
    assert_eq!(state["steps"]["username"]["text"], "/login, lowercase");
}

#[tokio::test]
async fn a_pasted_token_is_recognised_renamed_shown_copied_and_removed() {
    let desk = Desk::new();
    let paste = |name: &str, user: Value, secret: &str| json!({"name": name, "provider_id": null, "user": user, "secret": secret});
    let token: Token = desk
        .run(
            "paste_token",
            paste("mine", json!(null), " Bearer gho_0123456789abcdefwxyz\n"),
        )
        .await;
    assert_eq!(token.kind, "GitHub OAuth token, opaque");
    assert_eq!(token.characters, 24);
    let twin: Token = desk
        .run(
            "paste_token",
            paste("mine", json!(null), "gho_0123456789abcdefwxyz"),
        )
        .await;
    assert_eq!(twin.name, "mine 2");
    let password: Token = desk
        .run("paste_token", paste("", json!("svc-report"), "hunter 2"))
        .await;
    assert_eq!(
        (password.name.as_str(), password.kind.as_str()),
        ("svc-report", "Name and password")
    );

    let renamed: Token = desk
        .run("rename_token", json!({"id": token.id, "name": " fred "}))
        .await;
    assert_eq!(renamed.name, "fred");
    let shown: ShownToken = desk.run("show_token", json!({"id": token.id})).await;
    assert_eq!(shown.secret, "gho_0123456789abcdefwxyz");
    let copied: Copied = desk.run("copy_token", json!({"id": token.id})).await;
    assert_eq!(copied.leaves_after_seconds, 60);
    assert_eq!(
        *desk.host.clipboard.lock().unwrap(),
        [("gho_0123456789abcdefwxyz".to_owned(), true)]
    );
    let left: Tokens = desk.run("remove_token", json!({"id": token.id})).await;
    assert_eq!(left.tokens.len(), 2);
    let gone = desk
        .ask("show_token", json!({"id": token.id}))
        .await
        .unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_jwt_is_read_and_its_end_known() {
    let desk = Desk::new();
    // {"alg":"RS256"} and {"sub":"5e0c","preferred_username":"jdoe","exp":1795000600}
    let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI1ZTBjIiwicHJlZmVycmVkX3VzZXJuYW1lIjoiamRvZSIsImV4cCI6MTc5NTAwMDYwMH0.c2ln";
    let request = json!({"name": "", "provider_id": null, "user": null, "secret": jwt});
    let token: Token = desk.run("paste_token", request).await;
    assert_eq!(token.name, "jdoe");
    assert_eq!(token.kind, "JWT, RS256");
    let end = token
        .access_claims
        .iter()
        .find(|claim| claim.name == "exp")
        .unwrap();
    assert_eq!((end.says.as_str(), end.good), ("In 10 min", Some(true)));
    let state: Value = desk.run("app_state", json!({})).await;
    assert_eq!(state["steps"]["token"]["text"], "jdoe, ends in 10 min");

    // Nobody knows whose it is, yet what it says can be looked at.
    let userinfo: Userinfo = desk.run("userinfo", json!({"id": token.id})).await;
    assert_eq!(userinfo.candidates[0].from, UsernameSource::Token);
    assert!(!userinfo.warning.is_empty());
}

/// An OpenID provider as far as tokens without a person go.
fn openid_server(asked: &Asked) -> Answer {
    let url = format!("http://{}", asked.header("host"));
    match asked.path() {
        "/.well-known/openid-configuration" => answer(
            200,
            &json!({"issuer": url, "authorization_endpoint": format!("{url}/auth"),
                "token_endpoint": format!("{url}/token"), "jwks_uri": format!("{url}/jwks"),
                "userinfo_endpoint": format!("{url}/me")}),
        ),
        "/token" if asked.body.contains("grant_type=client_credentials") => {
            assert!(!asked.body.contains("openid"), "{}", asked.body);
            answer(
                200,
                &json!({"access_token": "opaque-service-token-canary", "token_type": "Bearer",
                "expires_in": "3600", "refresh_token": "refresh-canary-1"}),
            )
        }
        "/token" if asked.body.contains("refresh_token=refresh-canary-1") => answer(
            200,
            &json!({"access_token": "opaque-second-token-canary", "token_type": "Bearer", "expires_in": 60}),
        ),
        "/token" => answer(400, &json!({"error": "invalid_grant"})),
        _ => answer(404, &json!({})),
    }
}

#[tokio::test]
async fn a_client_fetches_a_token_for_itself_and_renews_it() {
    let server = Server::start(openid_server).await;
    let desk = Desk::new();
    let checked: CheckedProvider = desk
        .run(
            "check_provider",
            json!({"preset": "custom-oidc", "inputs": {"issuer_url": server.url}}),
        )
        .await;
    assert!(checked.good, "{checked:?}");
    assert_eq!(
        checked.endpoints.token.unwrap(),
        format!("{}/token", server.url)
    );
    let provider = json!({
        "id": null, "preset": "custom-oidc", "name": "Ours", "inputs": {"issuer_url": server.url},
        "client_id": "robot", "client_secret": "s", "scopes": ["openid", "api"],
        "client_auth": "basic", "redirect": {"host": "127.0.0.1", "port": null, "path": "/callback"},
    });
    let provider: Provider = desk.run("save_provider", provider).await;
    let token: Token = desk
        .run(
            "fetch_client_credentials",
            json!({"provider_id": provider.id}),
        )
        .await;
    assert_eq!(token.name, "Ours, client");
    assert!(token.refresh_token_kept && token.ends_at.is_some());
    let renewed: Token = desk.run("refresh_token", json!({"id": token.id})).await;
    assert_eq!(renewed.id, token.id);
    let shown: ShownToken = desk.run("show_token", json!({"id": token.id})).await;
    assert_eq!(shown.secret, "opaque-second-token-canary");
    let told = serde_json::to_string(&renewed).unwrap();
    assert!(!told.contains("canary"), "{told}");
    let state: Value = desk.run("app_state", json!({})).await;
    assert_eq!(
        state["steps"]["token"]["mark"],
        serde_json::to_value(StepMark::Done).unwrap()
    );
}

#[tokio::test]
async fn a_provider_that_is_something_else_is_said_to_be() {
    let page = Server::start(|_| {
        Answer(
            200,
            vec![("Content-Type", "text/html".to_owned())],
            "<!doctype html><title>Intranet</title>".to_owned(),
        )
    })
    .await;
    let desk = Desk::new();
    for (preset, key) in [("custom-oidc", "issuer_url"), ("ghes", "base_url")] {
        let request = json!({"preset": preset, "inputs": {key: page.url}});
        let checked: CheckedProvider = desk.run("check_provider", request).await;
        assert!(!checked.good);
        assert!(checked.message.contains("Intranet"), "{}", checked.message);
        assert!(!checked.hint.is_empty());
    }
    // A secret would travel there in clear with every sign-in.
    let saved = desk.ask("save_provider", json!({
        "id": null, "preset": "ghes", "name": "", "inputs": {"base_url": "http://github.example.com"},
        "client_id": "", "client_secret": null, "scopes": [], "client_auth": "body",
        "redirect": {"host": "127.0.0.1", "port": null, "path": "/callback"},
    })).await.unwrap_err();
    assert_eq!(saved.field.as_deref(), Some("inputs.base_url"), "{saved:?}");
}
