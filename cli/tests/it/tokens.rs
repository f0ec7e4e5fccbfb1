//! `gatewright token userinfo`, `inspect` and `revoke`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::program::{Done, gatewright};
use crate::sandbox::Sandbox;

fn userinfo(sandbox: &Sandbox, token: &str) -> Done {
    gatewright(&format!(
        "token userinfo --json --provider custom-oidc --input issuer_url={} --token-stdin",
        sandbox.issuer()
    ))
    .input(token)
    .done()
}

fn inspect(token: &str) -> Done {
    gatewright("token inspect --json --token-stdin")
        .input(token)
        .done()
}

#[test]
fn userinfo_is_shown_with_the_likely_names() {
    let sandbox = Sandbox::start();
    let tokens = sandbox.tokens_of("wilma");
    let token = tokens["access_token"].as_str().unwrap();
    let done = userinfo(&sandbox, &format!("{token}\n"));
    let shown = done.json_with(0);
    assert_eq!(shown["userinfo"]["email"], "wilma.slate@example.com");
    assert_eq!(shown["candidates"][0]["pointer"], "/preferred_username");
    assert_eq!(shown["candidates"][0]["value"], "wilma");
    assert!(!done.shows(token));
}

#[test]
fn a_token_that_the_provider_does_not_know_is_refused() {
    let sandbox = Sandbox::start();
    let done = userinfo(&sandbox, "canary-of-a-token");
    done.failed_json(1, "credential_refused");
    assert!(!done.shows("canary-of-a-token"), "{done:?}");
    userinfo(&sandbox, "").failed_json(2, "invalid_input");
    userinfo(&sandbox, "two\nlines").failed_json(2, "invalid_input");
}

#[test]
fn a_token_is_looked_at_without_being_sent() {
    let opaque = inspect("gho_16C7e42F292c6912E7710c838347Ae178B4a").json_with(0);
    assert_eq!(opaque["kind"], "github_oauth");
    assert_eq!(opaque["characters"], 40);
    assert_eq!(inspect("xoxp-1-2-3").json_with(0)["kind"], "slack");
    assert_eq!(
        inspect("gw_mistyped").json_with(1)["kind"],
        "mistyped_gatewright_key"
    );
    let jwt = |claims: &str| {
        format!(
            "{}.{}.c2lnbmF0dXJl",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#),
            URL_SAFE_NO_PAD.encode(claims)
        )
    };
    let good = inspect(&jwt(r#"{"sub":"fred","exp":4102444800}"#)).json_with(0);
    assert_eq!(good["kind"], "jwt");
    assert_eq!(good["claims"]["sub"], "fred");
    assert_eq!(good["header"]["alg"], "RS256");
    assert_eq!(good["expires_at"], "2100-01-01T00:00:00Z");
    let ended = inspect(&jwt(r#"{"sub":"fred","exp":1700000000}"#)).json_with(1);
    assert_eq!(ended["expired"], true);
    let early = inspect(&jwt(r#"{"sub":"fred","nbf":4102444800}"#)).json_with(1);
    assert_eq!(early["not_before"], "2100-01-01T00:00:00Z");
}

#[test]
fn a_token_that_was_given_back_is_good_no_more() {
    let sandbox = Sandbox::start();
    let tokens = sandbox.tokens_of("fred");
    let token = tokens["access_token"].as_str().unwrap();
    let secret = sandbox.description["providers"]["oidc"]["client_secret"]
        .as_str()
        .unwrap();
    let revoke = || {
        gatewright(&format!(
            "token revoke --json --provider custom-oidc --input issuer_url={} --client-id gatewright --client-secret-env CLIENT_SECRET --token-stdin",
            sandbox.issuer()
        ))
        .input(token)
    };
    userinfo(&sandbox, token).json_with(0);
    let done = revoke().env("CLIENT_SECRET", "wrong").done();
    done.failed_json(1, "provider_refused");
    userinfo(&sandbox, token).json_with(0);
    let done = revoke().env("CLIENT_SECRET", secret).done();
    assert_eq!(done.json_with(0)["revoked"], true);
    userinfo(&sandbox, token).failed_json(1, "credential_refused");
}

#[test]
fn a_provider_without_a_way_to_take_tokens_back_is_said_to_be_one() {
    let sandbox = Sandbox::start();
    let done = gatewright(&format!(
        "token revoke --json --provider ghes --input base_url={} --client-id x --token-stdin",
        sandbox.description["providers"]["ghes"]["base_url"]
            .as_str()
            .unwrap()
    ))
    .input("gho_16C7e42F292c6912E7710c838347Ae178B4a")
    .done();
    done.failed_json(2, "invalid_input");
}
