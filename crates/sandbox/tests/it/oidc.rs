//! The `OpenID` Connect face.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use time::Duration;

use crate::running::{Answer, Running, query};

pub(crate) const REDIRECT: &str = "http://127.0.0.1:45678/callback";
/// The pair of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) fn authorize(sandbox: &Running, changes: &[(&str, &str)]) -> String {
    let oidc = &sandbox.description.providers.oidc;
    let mut pairs = vec![
        ("client_id", oidc.client_id.as_str()),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", "openid profile email"),
        ("state", "some state"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        pairs.push((name, value));
    }
    url::Url::parse_with_params(&format!("{}/authorize", oidc.issuer), pairs)
        .unwrap()
        .into()
}

pub(crate) async fn code(sandbox: &Running, user: &str) -> String {
    query(
        &sandbox
            .sign_in(&authorize(sandbox, &[]), user, "allow")
            .await,
        "code",
    )
    .unwrap()
}

pub(crate) async fn token(sandbox: &Running, form: &[(&str, &str)]) -> Answer {
    let oidc = &sandbox.description.providers.oidc;
    sandbox
        .oidc("POST", "/token")
        .basic(&oidc.client_id, oidc.client_secret.expose())
        .form(form)
        .send()
        .await
}

pub(crate) async fn redeem(sandbox: &Running, code: &str) -> Answer {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    token(sandbox, &form).await
}

pub(crate) async fn tokens(sandbox: &Running, user: &str) -> Value {
    redeem(sandbox, &code(sandbox, user).await).await.json()
}

pub(crate) async fn refresh(sandbox: &Running, refresh_token: &Value) -> Answer {
    token(
        sandbox,
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.as_str().unwrap()),
        ],
    )
    .await
}

pub(crate) async fn userinfo(sandbox: &Running, token: &Value) -> Answer {
    sandbox
        .oidc("GET", "/userinfo")
        .bearer(token.as_str().unwrap())
        .send()
        .await
}

/// Checks a JWT as anybody else's library does.
pub(crate) async fn verified(sandbox: &Running, token: &Value, audience: &str) -> Value {
    let keys: JwkSet =
        serde_json::from_str(&sandbox.oidc("GET", "/jwks").send().await.text).unwrap();
    let token = token.as_str().unwrap();
    let header = decode_header(token).unwrap();
    let key = keys
        .find(&header.kid.unwrap())
        .expect("the key is published");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[audience]);
    validation.set_issuer(&[&sandbox.description.providers.oidc.issuer]);
    // The sandbox has a clock of its own.
    validation.validate_exp = false;
    decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation)
        .unwrap()
        .claims
}

#[tokio::test]
async fn discovery_names_itself_as_the_issuer() {
    let sandbox = Running::start().await;
    let document = sandbox
        .oidc("GET", "/.well-known/openid-configuration")
        .send()
        .await
        .json();
    assert_eq!(
        document["issuer"],
        sandbox.description.providers.oidc.issuer.as_str()
    );
    assert_eq!(
        document["code_challenge_methods_supported"],
        json!(["S256"])
    );
    assert_eq!(
        document["authorization_response_iss_parameter_supported"],
        true
    );
}

#[tokio::test]
async fn the_answer_carries_code_state_and_issuer() {
    let sandbox = Running::start().await;
    let location = sandbox
        .sign_in(&authorize(&sandbox, &[]), "fred", "allow")
        .await;
    assert_eq!(query(&location, "state").unwrap(), "some state");
    assert_eq!(
        query(&location, "iss").unwrap(),
        sandbox.description.providers.oidc.issuer
    );
    let refused = sandbox
        .sign_in(&authorize(&sandbox, &[]), "fred", "deny")
        .await;
    assert_eq!(query(&refused, "error").unwrap(), "access_denied");
    assert_eq!(
        query(&refused, "iss").unwrap(),
        sandbox.description.providers.oidc.issuer
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_request_comes_back_by_redirect() {
    let sandbox = Running::start().await;
    let cases: [(&[(&str, &str)], &str); 5] = [
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("request", "x")], "request_not_supported"),
        (&[("prompt", "none")], "login_required"),
    ];
    for (changes, error) in cases {
        let answer = sandbox
            .call("GET", authorize(&sandbox, changes))
            .send()
            .await;
        assert_eq!(answer.status, 303, "{changes:?}");
        let location = answer.header("location");
        assert_eq!(
            query(&location, "error").as_deref(),
            Some(error),
            "{changes:?}"
        );
        assert!(query(&location, "iss").is_some());
    }
    let twice = format!("{}&nonce=n-2", authorize(&sandbox, &[]));
    let answer = sandbox.call("GET", twice).send().await;
    assert_eq!(
        query(&answer.header("location"), "error").as_deref(),
        Some("invalid_request")
    );
}

#[tokio::test]
async fn an_unknown_client_or_redirect_gets_a_page_and_no_redirect() {
    let sandbox = Running::start().await;
    let bad: [(&str, &str); 4] = [
        ("client_id", "nobody"),
        ("redirect_uri", "https://evil.example/callback"),
        ("redirect_uri", "http://127.0.0.1:1/elsewhere"),
        ("redirect_uri", ""),
    ];
    for change in bad {
        let answer = sandbox
            .call("GET", authorize(&sandbox, &[change]))
            .send()
            .await;
        assert_eq!(answer.status, 400, "{change:?}");
        assert_eq!(answer.header("location"), "");
    }
}

#[tokio::test]
async fn the_id_token_verifies_and_carries_nonce_and_hash() {
    let sandbox = Running::start().await;
    let tokens = tokens(&sandbox, "JDoe").await;
    let claims = verified(&sandbox, &tokens["id_token"], "gatewright").await;
    assert_eq!(claims["nonce"], "n-1");
    assert_eq!(claims["preferred_username"], "JDoe");
    assert!(claims["at_hash"].is_string());
    assert_eq!(
        claims["sub"],
        userinfo(&sandbox, &tokens["access_token"]).await.json()["sub"]
    );
}

#[tokio::test]
async fn the_access_token_is_a_jwt_for_the_api() {
    let sandbox = Running::start().await;
    let tokens = tokens(&sandbox, "fred").await;
    let header = decode_header(tokens["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    let claims = verified(&sandbox, &tokens["access_token"], "gatewright-api").await;
    assert_eq!(claims["client_id"], "gatewright");
    assert_eq!(claims["azp"], "gatewright");
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        3600
    );
    assert_eq!(tokens["expires_in"], 3600);
}

#[tokio::test]
async fn a_rotated_key_is_published_beside_the_old_one() {
    let sandbox = Running::start().await;
    let before = tokens(&sandbox, "fred").await;
    assert_eq!(
        sandbox
            .oidc("PUT", "/sandbox/rotate-keys")
            .json(&json!({}))
            .send()
            .await
            .status,
        204
    );
    let after = tokens(&sandbox, "fred").await;
    verified(&sandbox, &before["access_token"], "gatewright-api").await;
    verified(&sandbox, &after["access_token"], "gatewright-api").await;
    sandbox
        .oidc("PUT", "/sandbox/rotate-keys")
        .json(&json!({ "forget_old": true }))
        .send()
        .await;
    let keys = sandbox.oidc("GET", "/jwks").send().await.json();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn userinfo_shows_what_the_scopes_grant() {
    let sandbox = Running::start().await;
    let shown = userinfo(&sandbox, &tokens(&sandbox, "mallory").await["access_token"])
        .await
        .json();
    assert_eq!(shown["preferred_username"], "mallory");
    assert_eq!(shown["email"], "mallory@contractor.example.net");
    assert_eq!(shown["email_verified"], true);
    assert_eq!(shown["groups"], json!(["contractors"]));
    let narrow = authorize(&sandbox, &[("scope", "openid")]);
    let code = query(&sandbox.sign_in(&narrow, "mallory", "allow").await, "code").unwrap();
    let narrow = redeem(&sandbox, &code).await.json();
    let shown = userinfo(&sandbox, &narrow["access_token"]).await.json();
    assert_eq!(
        shown.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["sub"]
    );
}

#[tokio::test]
async fn userinfo_refuses_as_rfc_6750_says() {
    let sandbox = Running::start().await;
    let none = sandbox.oidc("GET", "/userinfo").send().await;
    assert_eq!(
        (none.status.as_u16(), none.header("www-authenticate")),
        (401, "Bearer realm=\"oidc\"".to_owned())
    );
    let wrong = userinfo(&sandbox, &json!("wrong")).await;
    assert!(
        wrong
            .header("www-authenticate")
            .contains("error=\"invalid_token\"")
    );
    let token = tokens(&sandbox, "fred").await["access_token"].clone();
    sandbox.pass(Duration::minutes(61));
    assert_eq!(userinfo(&sandbox, &token).await.status, 401);
}
