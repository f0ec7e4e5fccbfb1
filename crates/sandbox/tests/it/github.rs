//! The GitHub Enterprise Server face.

use serde_json::{Value, json};
use time::Duration;

use crate::running::{Answer, Running, query};

const REDIRECT: &str = "http://127.0.0.1:45678/callback";

fn authorize(sandbox: &Running, redirect: &str, scope: &str) -> String {
    let ghes = &sandbox.description.providers.ghes;
    let pairs = [
        ("client_id", ghes.client_id.as_str()),
        ("redirect_uri", redirect),
        ("scope", scope),
        ("state", "st&te"),
        ("code_challenge", "ignored"),
    ];
    url::Url::parse_with_params(&format!("{}/login/oauth/authorize", ghes.base_url), pairs)
        .unwrap()
        .into()
}

async fn code(sandbox: &Running, user: &str) -> String {
    let url = authorize(sandbox, REDIRECT, "read:user user:email");
    query(&sandbox.sign_in(&url, user, "allow").await, "code").unwrap()
}

async fn exchange(sandbox: &Running, code: &str, accept: &str) -> Answer {
    let ghes = &sandbox.description.providers.ghes;
    let form = [
        ("client_id", ghes.client_id.as_str()),
        ("client_secret", ghes.client_secret.expose()),
        ("code", code),
        ("redirect_uri", REDIRECT),
    ];
    sandbox
        .ghes("POST", "/login/oauth/access_token")
        .header("accept", accept)
        .form(&form)
        .send()
        .await
}

async fn token(sandbox: &Running, user: &str) -> String {
    let code = code(sandbox, user).await;
    let answer = exchange(sandbox, &code, "application/json").await.json();
    answer["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn sends_the_code_and_the_state_back_after_login_and_consent() {
    let sandbox = Running::start().await;
    let location = sandbox
        .sign_in(&authorize(&sandbox, REDIRECT, "read:user"), "fred", "allow")
        .await;
    assert!(location.starts_with("http://127.0.0.1:45678/callback?"));
    assert_eq!(query(&location, "state").unwrap(), "st&te");
    assert!(query(&location, "code").is_some());
}

#[tokio::test]
async fn a_wrong_password_shows_the_form_again_with_what_was_typed() {
    let sandbox = Running::start().await;
    let page = sandbox
        .call("GET", authorize(&sandbox, REDIRECT, ""))
        .send()
        .await;
    let again = sandbox
        .submit(&page.text, &[("username", "fr\"ed"), ("password", "wrong")])
        .await;
    assert!(again.text.contains("Incorrect username or password."));
    assert!(again.text.contains("value=\"fr&quot;ed\""));
    let consent = sandbox
        .submit(
            &again.text,
            &[("username", "fred"), ("password", "fred-password")],
        )
        .await;
    assert!(consent.text.contains("id=\"allow\""));
}

#[tokio::test]
async fn cancel_is_told_as_access_denied() {
    let sandbox = Running::start().await;
    let location = sandbox
        .sign_in(&authorize(&sandbox, REDIRECT, ""), "fred", "deny")
        .await;
    assert_eq!(query(&location, "error").unwrap(), "access_denied");
    assert_eq!(
        query(&location, "error_description").unwrap(),
        "The user has denied your application access."
    );
    assert!(
        query(&location, "error_uri")
            .unwrap()
            .starts_with("https://docs.github.com/")
    );
    assert_eq!(query(&location, "state").unwrap(), "st&te");
}

#[tokio::test]
async fn takes_any_loopback_port_and_paths_below_the_registered_one() {
    let sandbox = Running::start().await;
    for redirect in [
        "http://localhost:1/callback",
        "http://127.0.0.1:65000/callback/ghes",
    ] {
        let page = sandbox
            .call("GET", authorize(&sandbox, redirect, ""))
            .send()
            .await;
        assert_eq!(page.status, 200, "{redirect}");
    }
    let wrong = sandbox
        .call("GET", authorize(&sandbox, "http://127.0.0.1:1/other", ""))
        .send()
        .await;
    assert_eq!(wrong.status, 302);
    assert!(
        wrong
            .header("location")
            .starts_with("http://127.0.0.1/callback?error=redirect_uri_mismatch")
    );
}

#[tokio::test]
async fn the_token_answer_is_form_encoded_unless_json_is_asked_for() {
    let sandbox = Running::start().await;
    let form = exchange(&sandbox, &code(&sandbox, "fred").await, "*/*").await;
    assert_eq!(
        form.header("content-type"),
        "application/x-www-form-urlencoded; charset=utf-8"
    );
    assert!(form.text.starts_with("access_token=gho_"), "{}", form.text);
    assert!(
        form.text.contains("scope=read%3Auser%2Cuser%3Aemail"),
        "{}",
        form.text
    );
    let json = exchange(&sandbox, &code(&sandbox, "fred").await, "application/json")
        .await
        .json();
    assert_eq!(json["token_type"], "bearer");
    assert_eq!(json["scope"], "read:user,user:email");
    assert_eq!(json["expires_in"], Value::Null);
}

#[tokio::test]
async fn a_code_is_good_once_and_for_ten_minutes() {
    let sandbox = Running::start().await;
    let used = code(&sandbox, "fred").await;
    exchange(&sandbox, &used, "application/json").await;
    let again = exchange(&sandbox, &used, "application/json").await;
    assert_eq!(again.status, 200);
    assert_eq!(again.json()["error"], "bad_verification_code");
    let old = code(&sandbox, "fred").await;
    sandbox.pass(Duration::minutes(11));
    assert_eq!(
        exchange(&sandbox, &old, "application/json").await.json()["error"],
        "bad_verification_code"
    );
}

#[tokio::test]
async fn errors_come_inside_a_200_and_leave_the_code_good() {
    let sandbox = Running::start().await;
    let ghes = &sandbox.description.providers.ghes;
    let code = code(&sandbox, "fred").await;
    let ask = |secret: &str, redirect: &str| {
        let form = [
            ("client_id", ghes.client_id.as_str()),
            ("client_secret", secret),
            ("code", &code),
            ("redirect_uri", redirect),
        ];
        sandbox
            .ghes("POST", "/login/oauth/access_token")
            .header("accept", "application/json")
            .form(&form)
            .send()
    };
    let wrong = ask("wrong", REDIRECT).await;
    assert_eq!(wrong.status, 200);
    assert_eq!(wrong.json()["error"], "incorrect_client_credentials");
    let other = ask(ghes.client_secret.expose(), "http://127.0.0.1:1/callback").await;
    assert_eq!(other.json()["error"], "redirect_uri_mismatch");
    let form = [("code", code.as_str())];
    let basic = sandbox
        .ghes("POST", "/login/oauth/access_token")
        .basic(&ghes.client_id, ghes.client_secret.expose())
        .form(&form)
        .send()
        .await;
    assert!(basic.text.starts_with("access_token=gho_"));
}

#[tokio::test]
async fn the_user_has_githubs_members_and_a_user_agent_is_needed() {
    let sandbox = Running::start().await;
    let token = token(&sandbox, "JDoe").await;
    let answer = sandbox
        .ghes("GET", "/api/v3/user")
        .bearer(&token)
        .send()
        .await;
    assert_eq!(answer.header("x-github-enterprise-version"), "3.14.2");
    assert_eq!(answer.header("x-oauth-scopes"), "read:user, user:email");
    let user = answer.json();
    assert_eq!(user["login"], "JDoe");
    assert!(user["id"].is_u64());
    for member in [
        "node_id",
        "avatar_url",
        "followers_url",
        "type",
        "site_admin",
        "email",
        "created_at",
        "plan",
    ] {
        assert!(user.get(member).is_some(), "{member}");
    }
    let url = format!(
        "{}/api/v3/user",
        sandbox.description.providers.ghes.base_url
    );
    assert_eq!(
        sandbox.call("GET", url).bearer(&token).send().await.status,
        403
    );
    let old_scheme = sandbox
        .ghes("GET", "/api/v3/user")
        .header("authorization", &format!("token {token}"))
        .send()
        .await;
    assert_eq!(old_scheme.status, 200);
}

#[tokio::test]
async fn a_private_address_is_null_and_stands_in_the_list_of_addresses() {
    let sandbox = Running::start().await;
    let token = token(&sandbox, "bjorn").await;
    assert_eq!(
        sandbox
            .ghes("GET", "/api/v3/user")
            .bearer(&token)
            .send()
            .await
            .json()["email"],
        Value::Null
    );
    let emails = sandbox
        .ghes("GET", "/api/v3/user/emails")
        .bearer(&token)
        .send()
        .await
        .json();
    assert_eq!(emails[0]["email"], "bjorn@example.com");
    assert_eq!(emails[0]["primary"], true);
}

#[tokio::test]
async fn bad_credentials_are_a_401_with_githubs_words() {
    let sandbox = Running::start().await;
    let answer = sandbox
        .ghes("GET", "/api/v3/user")
        .bearer("gho_wrong")
        .send()
        .await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["message"], "Bad credentials");
    assert_eq!(answer.json()["status"], "401");
    let none = sandbox.ghes("GET", "/api/v3/user").send().await;
    assert_eq!(none.json()["message"], "Requires authentication");
}

#[tokio::test]
async fn the_application_checks_and_revokes_its_tokens() {
    let sandbox = Running::start().await;
    let ghes = &sandbox.description.providers.ghes;
    let token = token(&sandbox, "fred").await;
    let path = format!("/api/v3/applications/{}/token", ghes.client_id);
    let body = json!({ "access_token": token });
    let ask = |method| {
        sandbox
            .ghes(method, &path)
            .basic(&ghes.client_id, ghes.client_secret.expose())
            .json(&body)
            .send()
    };
    let checked = ask("POST").await;
    assert_eq!(checked.json()["user"]["login"], "fred");
    assert_eq!(checked.json()["app"]["client_id"], ghes.client_id.as_str());
    assert_eq!(
        sandbox.ghes("POST", &path).json(&body).send().await.status,
        401
    );
    assert_eq!(ask("DELETE").await.status, 204);
    assert_eq!(ask("POST").await.status, 404);
    assert_eq!(
        sandbox
            .ghes("GET", "/api/v3/user")
            .bearer(&token)
            .send()
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn a_device_gets_its_token_once_somebody_typed_the_code() {
    let sandbox = Running::start().await;
    let client_id = sandbox.description.providers.ghes.client_id.as_str();
    let form = [("client_id", client_id), ("scope", "read:user")];
    let started = sandbox
        .ghes("POST", "/login/device/code")
        .header("accept", "application/json")
        .form(&form)
        .send()
        .await
        .json();
    let device_code = started["device_code"].as_str().unwrap();
    let poll = || {
        let form = [
            ("client_id", client_id),
            ("device_code", device_code),
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ];
        sandbox
            .ghes("POST", "/login/oauth/access_token")
            .header("accept", "application/json")
            .form(&form)
            .send()
    };
    assert_eq!(poll().await.json()["error"], "authorization_pending");
    let hasty = poll().await.json();
    assert_eq!(
        (&hasty["error"], &hasty["interval"]),
        (&json!("slow_down"), &json!(10))
    );
    let page = sandbox
        .call("GET", started["verification_uri"].as_str().unwrap())
        .send()
        .await;
    let typed = started["user_code"]
        .as_str()
        .unwrap()
        .to_lowercase()
        .replace('-', "");
    let page = sandbox.submit(&page.text, &[("user_code", &typed)]).await;
    let page = sandbox
        .submit(
            &page.text,
            &[("username", "barney"), ("password", "barney-password")],
        )
        .await;
    let done = sandbox.submit(&page.text, &[("decision", "allow")]).await;
    assert!(done.text.contains("connected"));
    sandbox.pass(Duration::seconds(10));
    assert!(
        poll().await.json()["access_token"]
            .as_str()
            .unwrap()
            .starts_with("gho_")
    );
    assert_eq!(poll().await.json()["error"], "incorrect_device_code");
}
