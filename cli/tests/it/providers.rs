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

const COLLECTION: &str = r#"{
  "info": {"name": "Tools", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
  "item": [],
  "auth": {"type": "oauth2", "oauth2": [
    {"key": "grant_type", "value": "authorization_code_with_pkce"},
    {"key": "authUrl", "value": "https://id.example.com/oauth/authorize"},
    {"key": "accessTokenUrl", "value": "https://id.example.com/oauth/token"},
    {"key": "clientId", "value": "jira"},
    {"key": "clientSecret", "value": "canary-of-a-secret"},
    {"key": "scope", "value": "openid profile"}
  ]}
}"#;

#[test]
fn a_collection_is_imported_without_its_secret_and_what_comes_out_goes_in() {
    let done = gatewright("provider import - --json")
        .input(COLLECTION)
        .done();
    let found = done.json_with(0);
    assert!(!done.shows("canary"), "{done:?}");
    let one = &found["connections"][0];
    assert_eq!(one["provider"], "custom-oauth2");
    assert_eq!(one["secrets"][0], "client_secret");
    assert_eq!(one["connection"]["client_id"], "jira");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("connection.json");
    std::fs::write(&file, one["connection"].to_string()).unwrap();
    let again = gatewright("provider import --format connection --json")
        .arg(&file)
        .done()
        .json_with(0);
    assert_eq!(again["connections"][0]["connection"], one["connection"]);
    let words = gatewright("provider import -").input(COLLECTION).done();
    assert!(words.output.contains("client secret") && !words.shows("canary"));
}

#[test]
fn what_cannot_be_imported_is_told_apart() {
    let import = |text: &str| gatewright("provider import - --json").input(text).done();
    let call = import("curl https://api.example.com/me");
    assert_eq!(call.code, 1, "{call:?}");
    let done = import("canary, and no command");
    done.failed_json(2, "invalid_input");
    assert!(!done.shows("canary"), "{done:?}");
    let secret = import(
        r#"{"format":"gatewright-connection/1","token_params":[{"name":"client_secret","value":"canary"}]}"#,
    );
    secret.failed_json(2, "invalid_input");
    assert!(!secret.shows("canary"), "{secret:?}");
    gatewright("provider import /nowhere/file --json")
        .done()
        .failed_json(2, "invalid_input");
}

#[test]
fn a_connection_is_exported_for_somebody_else() {
    let out = gatewright(
        "provider export --json --provider ghes --input base_url=https://github.example.com --client-id Iv1.x --name Staging --scope read:user",
    )
    .done()
    .json_with(0);
    assert_eq!(out["format"], "gatewright-connection/1");
    assert_eq!(
        out["token_endpoint"],
        "https://github.example.com/login/oauth/access_token"
    );
    let incomplete = gatewright("provider export --json --provider ghes").done();
    incomplete.failed_json(2, "invalid_input");
}
