//! The `OpenID` Connect face: its token endpoint and what becomes of tokens.

use serde_json::{Value, json};
use time::Duration;

use crate::oidc::{REDIRECT, VERIFIER, code, redeem, refresh, token, tokens, userinfo, verified};
use crate::running::Running;

#[tokio::test]
async fn a_code_that_is_used_twice_takes_its_tokens_with_it() {
    let sandbox = Running::start().await;
    let code = code(&sandbox, "fred").await;
    let tokens = redeem(&sandbox, &code).await.json();
    assert_eq!(
        userinfo(&sandbox, &tokens["access_token"]).await.status,
        200
    );
    let again = redeem(&sandbox, &code).await;
    assert_eq!(
        (again.status.as_u16(), again.json()["error"].clone()),
        (400, json!("invalid_grant"))
    );
    assert_eq!(
        userinfo(&sandbox, &tokens["access_token"]).await.status,
        401
    );
    assert_eq!(
        refresh(&sandbox, &tokens["refresh_token"]).await.json()["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn a_wrong_verifier_or_redirect_burns_the_code() {
    let sandbox = Running::start().await;
    let verifier = "x".repeat(43);
    for (name, value) in [
        ("code_verifier", verifier.as_str()),
        ("redirect_uri", "http://127.0.0.1:1/callback"),
    ] {
        let code = code(&sandbox, "fred").await;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        form.retain(|(known, _)| *known != name);
        form.push((name, value));
        assert_eq!(
            token(&sandbox, &form).await.json()["error"],
            "invalid_grant",
            "{name}"
        );
        assert_eq!(
            redeem(&sandbox, &code).await.json()["error"],
            "invalid_grant",
            "{name}"
        );
    }
    let late = code(&sandbox, "fred").await;
    sandbox.pass(Duration::seconds(61));
    assert_eq!(
        redeem(&sandbox, &late).await.json()["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn the_client_authenticates_itself_in_one_way() {
    let sandbox = Running::start().await;
    let oidc = &sandbox.description.providers.oidc;
    let secret = oidc.client_secret.expose();
    let body = [
        ("grant_type", "client_credentials"),
        ("client_id", "gatewright"),
        ("client_secret", secret),
    ];
    assert_eq!(
        sandbox
            .oidc("POST", "/token")
            .form(&body)
            .send()
            .await
            .status,
        200
    );
    let both = sandbox
        .oidc("POST", "/token")
        .basic("gatewright", secret)
        .form(&body)
        .send()
        .await;
    assert_eq!(
        (both.status.as_u16(), both.json()["error"].clone()),
        (400, json!("invalid_request"))
    );
    let wrong = sandbox
        .oidc("POST", "/token")
        .basic("gatewright", "wrong")
        .form(&body[..1])
        .send()
        .await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.json()["error"].clone()),
        (401, json!("invalid_client"))
    );
    assert!(wrong.header("www-authenticate").starts_with("Basic"));
    let none = sandbox.oidc("POST", "/token").form(&body[..1]).send().await;
    assert_eq!(none.status, 401);
    let json = sandbox
        .oidc("POST", "/token")
        .basic("gatewright", secret)
        .json(&json!({}))
        .send()
        .await;
    assert_eq!(json.json()["error"], "invalid_request");
    let twice = [
        ("grant_type", "client_credentials"),
        ("scope", "a"),
        ("scope", "b"),
    ];
    assert_eq!(
        token(&sandbox, &twice).await.json()["error"],
        "invalid_request"
    );
    assert_eq!(
        token(&sandbox, &[("grant_type", "password")]).await.json()["error"],
        "unsupported_grant_type"
    );
    assert_eq!(sandbox.oidc("GET", "/token").send().await.status, 405);
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_reuse_ends_the_login() {
    let sandbox = Running::start().await;
    let first = tokens(&sandbox, "fred").await;
    let second = refresh(&sandbox, &first["refresh_token"]).await.json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!(
        userinfo(&sandbox, &second["access_token"]).await.status,
        200
    );
    let reused = refresh(&sandbox, &first["refresh_token"]).await;
    assert_eq!(reused.json()["error"], "invalid_grant");
    assert_eq!(
        refresh(&sandbox, &second["refresh_token"]).await.json()["error"],
        "invalid_grant"
    );
    assert_eq!(
        userinfo(&sandbox, &second["access_token"]).await.status,
        401
    );
}

#[tokio::test]
async fn a_refresh_may_narrow_the_scope_and_not_widen_it() {
    let sandbox = Running::start().await;
    let first = tokens(&sandbox, "fred").await;
    let refresh_token = first["refresh_token"].as_str().unwrap();
    let ask = |scope| {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
            ("scope", scope),
        ];
        let oidc = &sandbox.description.providers.oidc;
        sandbox
            .oidc("POST", "/token")
            .basic("gatewright", oidc.client_secret.expose())
            .form(&form)
            .send()
    };
    assert_eq!(
        ask("openid offline_access").await.json()["error"],
        "invalid_scope"
    );
    assert_eq!(ask("openid").await.json()["scope"], "openid");
}

#[tokio::test]
async fn client_credentials_bring_a_token_without_a_user() {
    let sandbox = Running::start().await;
    let answer = token(&sandbox, &[("grant_type", "client_credentials")]).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let answer = answer.json();
    let claims = verified(&sandbox, &answer["access_token"], "gatewright-api").await;
    assert_eq!(claims["sub"], "gatewright");
    assert_eq!(claims.get("preferred_username"), None);
    assert_eq!(answer.get("refresh_token"), None);
    let refused = userinfo(&sandbox, &answer["access_token"]).await;
    assert_eq!(refused.status, 403);
    assert!(
        refused
            .header("www-authenticate")
            .contains("insufficient_scope")
    );
}

#[tokio::test]
async fn tokens_of_another_application_are_for_another_api() {
    let sandbox = Running::start().await;
    let form = [("grant_type", "client_credentials")];
    let answer = sandbox
        .oidc("POST", "/token")
        .basic("another-app", "another-app-secret")
        .form(&form)
        .send()
        .await;
    verified(&sandbox, &answer.json()["access_token"], "another-api").await;
}

#[tokio::test]
async fn introspection_knows_active_tokens_and_says_no_more_of_others() {
    let sandbox = Running::start().await;
    let oidc = &sandbox.description.providers.oidc;
    let tokens = tokens(&sandbox, "fred").await;
    let ask = |token: &str| {
        let call = sandbox
            .oidc("POST", "/introspect")
            .basic("gatewright", oidc.client_secret.expose());
        call.form(&[("token", token)]).send()
    };
    let active = ask(tokens["access_token"].as_str().unwrap()).await.json();
    assert_eq!(
        (&active["active"], &active["username"]),
        (&json!(true), &json!("fred"))
    );
    assert_eq!(active["aud"], "gatewright-api");
    assert_eq!(
        ask(tokens["refresh_token"].as_str().unwrap()).await.json()["active"],
        true
    );
    assert_eq!(ask("unknown").await.json(), json!({ "active": false }));
    let stranger = sandbox
        .oidc("POST", "/introspect")
        .form(&[("token", "x")])
        .send()
        .await;
    assert_eq!(stranger.status, 401);
}

#[tokio::test]
async fn revoking_the_refresh_token_ends_the_login_and_an_unknown_token_is_no_error() {
    let sandbox = Running::start().await;
    let oidc = &sandbox.description.providers.oidc;
    let tokens = tokens(&sandbox, "fred").await;
    let revoke = |token: &str| {
        let call = sandbox
            .oidc("POST", "/revoke")
            .basic("gatewright", oidc.client_secret.expose());
        call.form(&[("token", token)]).send()
    };
    assert_eq!(revoke("unknown").await.status, 200);
    assert_eq!(
        userinfo(&sandbox, &tokens["access_token"]).await.status,
        200
    );
    assert_eq!(
        revoke(tokens["refresh_token"].as_str().unwrap())
            .await
            .status,
        200
    );
    assert_eq!(
        userinfo(&sandbox, &tokens["access_token"]).await.status,
        401
    );
}

#[tokio::test]
async fn a_device_polls_until_somebody_decides() {
    let sandbox = Running::start().await;
    let secret = sandbox.description.providers.oidc.client_secret.expose();
    let begin = || {
        let call = sandbox
            .oidc("POST", "/device_authorization")
            .basic("gatewright", secret);
        call.form(&[("scope", "openid profile")]).send()
    };
    let poll = |device_code: String| {
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        let call = sandbox.oidc("POST", "/token").basic("gatewright", secret);
        call.form(&[("grant_type", grant), ("device_code", &device_code)])
            .send()
    };
    for (decision, error) in [("allow", Value::Null), ("deny", json!("access_denied"))] {
        let started = begin().await.json();
        let device_code = started["device_code"].as_str().unwrap().to_owned();
        assert_eq!(
            poll(device_code.clone()).await.json()["error"],
            "authorization_pending"
        );
        assert_eq!(poll(device_code.clone()).await.json()["error"], "slow_down");
        let page = sandbox
            .call(
                "GET",
                started["verification_uri_complete"].as_str().unwrap(),
            )
            .send()
            .await;
        let code = started["user_code"].as_str().unwrap();
        assert!(page.text.contains(code));
        let page = sandbox.submit(&page.text, &[("user_code", code)]).await;
        let page = sandbox
            .submit(
                &page.text,
                &[("username", "fred"), ("password", "fred-password")],
            )
            .await;
        sandbox.submit(&page.text, &[("decision", decision)]).await;
        sandbox.pass(Duration::seconds(7));
        let answer = poll(device_code).await.json();
        assert_eq!(answer["error"], error);
        assert_eq!(answer["access_token"].is_string(), decision == "allow");
    }
    let forgotten = begin().await.json();
    sandbox.pass(Duration::minutes(16));
    let answer = poll(forgotten["device_code"].as_str().unwrap().to_owned()).await;
    assert_eq!(answer.json()["error"], "expired_token");
}
