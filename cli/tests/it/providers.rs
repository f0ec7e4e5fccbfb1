//! `gatewright provider`.

use crate::program::gatewright;
use crate::sandbox::Sandbox;

#[test]
fn all_providers_are_listed() {
    let list = gatewright("provider list --json").done().json_with(0);
    let ids: Vec<&str> = list["providers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|provider| provider["id"].as_str().unwrap())
        .collect();
    for id in ["entra", "keycloak", "ghes", "custom-oidc", "custom-oauth2"] {
        assert!(ids.contains(&id), "{ids:?}");
    }
    let done = gatewright("provider list").done();
    assert_eq!(done.output.lines().count(), ids.len());
}

#[test]
fn one_provider_is_shown_with_what_it_needs() {
    let shown = gatewright("provider show ghes --json").done().json_with(0);
    assert_eq!(shown["id"], "ghes");
    assert_eq!(shown["inputs"][0]["key"], "base_url");
    let done = gatewright("provider show ghes").done();
    assert!(done.output.contains("--input base_url="), "{done:?}");
    assert!(done.output.contains("To register a client"), "{done:?}");
}

#[test]
fn a_provider_that_nobody_knows_is_used_wrongly() {
    let error = gatewright("provider show nobody --json")
        .done()
        .failed_json(2, "not_found");
    assert!(error["hint"].as_str().unwrap().contains("provider list"));
}

#[test]
fn an_issuer_describes_itself() {
    let sandbox = Sandbox::start();
    let issuer = sandbox.issuer();
    for asked in [
        issuer.to_owned(),
        format!("{issuer}/.well-known/openid-configuration"),
    ] {
        let found = gatewright("provider discover --json")
            .arg(&asked)
            .done()
            .json_with(0);
        assert_eq!(found["issuer"], issuer);
        assert_eq!(found["endpoints"]["token"], format!("{issuer}/token"));
        assert_eq!(found["code_challenge_methods_supported"][0], "S256");
    }
}

#[test]
fn what_is_no_issuer_is_told_apart() {
    let sandbox = Sandbox::start();
    let discover = |issuer: &str| gatewright("provider discover --json").arg(issuer).done();
    discover("nonsense").failed_json(2, "invalid_input");
    discover("http://id.example.com").failed_json(2, "plain_http");
    discover(sandbox.product("jira")).failed_json(1, "unexpected_answer");
    // Port 9 is nobody's.
    discover("http://127.0.0.1:9").failed_json(3, "connect");
    discover("https://id.invalid").failed_json(3, "dns");
    discover(&sandbox.issuer().replace("http:", "https:")).failed_json(3, "tls");
}
