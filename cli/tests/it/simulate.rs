//! Other rules over the requests that were, with the real gateway.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::gateway::Gateway;
use crate::program::gatewright;
use crate::sandbox::Sandbox;

/// How long recorded requests may take to be seen.
const PATIENCE: Duration = Duration::from_secs(30);

fn ask(gateway: &Gateway, token: &str) {
    let done = gatewright(&format!(
        "token test --json --base-url {}/jira --type bearer --token-stdin --product jira",
        gateway.listen
    ))
    .input(token)
    .done();
    done.json_with(0);
}

fn simulate(gateway: &Gateway, file: &std::path::Path, requests: u64) -> (i32, Value, String) {
    let started = Instant::now();
    loop {
        let done = gateway.call("config simulate").arg(file).done();
        let found = done.json();
        if found["requests"].as_u64() >= Some(requests) {
            return (done.code, found, done.errors);
        }
        assert!(started.elapsed() < PATIENCE, "{done:?}");
    }
}

#[test]
#[ignore = "needs the gateway's binary: run by cargo xtask test"]
fn a_document_is_tried_on_the_requests_of_the_past() {
    let sandbox = Sandbox::start();
    let gateway = Gateway::paired();
    gateway.set_secrets(&sandbox);
    let text = sandbox.document();
    let document = gateway.file("document.toml", text);
    gateway.push(&document).done().json_with(0);
    let tokens = sandbox.tokens_of("barney");
    let jwt = tokens["access_token"].as_str().unwrap();
    ask(&gateway, jwt);
    ask(&gateway, jwt);

    let (code, same, _) = simulate(&gateway, &document, 2);
    assert_eq!(code, 0);
    assert_eq!(same["newly_refused"], serde_json::json!([]));
    assert_eq!(same["newly_allowed"], serde_json::json!([]));
    assert_eq!(same["complete"], true);

    let closed = text.replace("[settings]", "[settings]\noauth = \"deny\"");
    let closed = gateway.file("closed.toml", &closed);
    let (code, found, table) = simulate(&gateway, &closed, 2);
    assert_eq!(code, 1);
    let refused = &found["newly_refused"][0];
    assert_eq!(refused["user"], "barney");
    assert_eq!(refused["reason"], "oauth_disabled");
    assert_eq!(refused["setting"], "settings.oauth");
    let request = refused["examples"][0]["request_id"].as_str().unwrap();
    assert!(!request.is_empty());
    assert!(table.contains("settings.oauth"), "{table}");
    assert!(!found.to_string().contains(jwt));

    // Groups are looked up in the directory as a request would.
    let group = "[access]\ngroups_allowed = [\"nobody-is-in-it\"]";
    let grouped = if text.contains("[access]") {
        text.replace("[access]", group)
    } else {
        format!("{text}\n{group}\n")
    };
    let grouped = gateway.file("grouped.toml", &grouped);
    let (_, found, _) = simulate(&gateway, &grouped, 2);
    assert_eq!(found["newly_refused"][0]["reason"], "group_not_allowed");
    assert_eq!(
        found["newly_refused"][0]["setting"],
        "access.groups_allowed"
    );

    let diff = gateway.call("config diff").arg(&closed).done().json_with(1);
    assert_eq!(diff["effect"], "narrower");
    assert_eq!(diff["changes"][0]["effect"], "narrower");

    // The same request is explained by the version in force then, and by the one in force now.
    gateway.push(&closed).done().json_with(0);
    let then = gateway
        .call(&format!("explain --request-id {request}"))
        .done()
        .json_with(0);
    assert_eq!(then["outcome"], "permit");
    assert_eq!(then["version"], 1);
    let now = then["now"].as_str().unwrap();
    assert!(
        now.contains("v2 would refuse it as oauth_disabled"),
        "{now}"
    );
    let between = gateway
        .call("config diff --against 1 --to-version 2")
        .done()
        .json_with(1);
    assert_eq!(between["changes"][0]["path"], "settings.oauth");
}

#[test]
#[ignore = "needs the gateway's binary: run by cargo xtask test"]
fn the_audit_is_asked_by_who_and_what() {
    let sandbox = Sandbox::start();
    let gateway = Gateway::paired();
    gateway.set_secrets(&sandbox);
    let document = gateway.file("document.toml", sandbox.document());
    gateway.push(&document).done().json_with(0);
    let tokens = sandbox.tokens_of("barney");
    ask(&gateway, tokens["access_token"].as_str().unwrap());
    let started = Instant::now();
    let lines = loop {
        let found = gateway
            .call("audit --kind request --user barney --outcome permit --product jira")
            .done();
        let lines = found.json_with(0)["lines"].as_array().unwrap().clone();
        if !lines.is_empty() {
            break lines;
        }
        assert!(started.elapsed() < PATIENCE, "{found:?}");
    };
    assert_eq!(lines[0]["line"]["user"], "barney");
    let none = gateway.call("audit --user nobody-of-this-name").done();
    assert_eq!(none.json_with(0)["lines"], serde_json::json!([]));
    let old = gateway.call("audit --until 2001-01-01T00:00:00Z").done();
    assert_eq!(old.json_with(0)["lines"], serde_json::json!([]));
    gateway
        .call("audit --since yesterday")
        .done()
        .failed_json(2, "invalid_input");
}
