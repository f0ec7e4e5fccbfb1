//! `gatewright token fetch`.

use std::net::TcpListener;

use rustix::process::Signal;
use serde_json::Value;
use url::Url;

use crate::browser;
use crate::crooked::{Crooked, say};
use crate::program::gatewright;
use crate::sandbox::Sandbox;

fn members(answer: &Value) -> Vec<&str> {
    answer
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).unwrap();
    let found = url.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
}

#[test]
fn somebody_signs_in_with_a_browser() {
    let sandbox = Sandbox::start();
    let mut running = sandbox.fetch("--no-browser").start();
    let first = running.json_line();
    assert_eq!(members(&first), ["authorization_url", "redirect_uri"]);
    let url = first["authorization_url"].as_str().unwrap();
    assert_eq!(parameter(url, "code_challenge_method").unwrap(), "S256");
    assert_eq!(
        parameter(url, "redirect_uri").as_deref(),
        first["redirect_uri"].as_str()
    );
    assert_eq!(parameter(url, "scope").unwrap(), "openid profile email");
    let last = browser::sign_in(url, "JDoe", "allow");
    assert!(last.text.contains("You are signed in"), "{last:?}");
    assert_eq!(last.url.query(), None, "the code left the address bar");
    let tokens = running.done().json_with(0);
    assert_eq!(
        members(&tokens),
        [
            "access_token",
            "token_type",
            "expires_in",
            "refresh_token",
            "id_token",
            "scope",
            "id_token_claims"
        ]
    );
    assert_eq!(tokens["id_token_claims"]["preferred_username"], "JDoe");
}

#[test]
fn github_gives_what_it_gives_and_no_more() {
    let sandbox = Sandbox::start();
    let mut running = sandbox.fetch_at_github("--no-browser").start();
    let first = running.json_line();
    browser::sign_in(
        first["authorization_url"].as_str().unwrap(),
        "fred",
        "allow",
    );
    let tokens = running.done().json_with(0);
    assert_eq!(members(&tokens), ["access_token", "token_type", "scope"]);
    assert!(tokens["access_token"].as_str().unwrap().starts_with("gho_"));
}

#[test]
fn a_person_who_says_no_is_the_providers_refusal() {
    let sandbox = Sandbox::start();
    let mut running = sandbox.fetch("--no-browser").start();
    let first = running.json_line();
    let last = browser::sign_in(first["authorization_url"].as_str().unwrap(), "fred", "deny");
    assert_eq!(last.status, 200, "{last:?}");
    let error = running.done().failed_json(1, "provider_refused");
    assert!(error["message"].as_str().unwrap().contains("access_denied"));
}

#[test]
fn host_port_and_path_of_the_way_back_are_chosen() {
    let sandbox = Sandbox::start();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut running = sandbox
        .fetch(&format!(
            "--no-browser --redirect-host localhost --redirect-port {port} --redirect-path /back --authorization-param prompt=login"
        ))
        .start();
    let first = running.json_line();
    assert_eq!(
        first["redirect_uri"],
        format!("http://localhost:{port}/back")
    );
    let url = first["authorization_url"].as_str().unwrap();
    assert_eq!(parameter(url, "prompt").unwrap(), "login");
    running.signal(Signal::INT);
    running.done().failed_json(3, "cancelled");
}

#[test]
fn a_port_that_is_taken_is_said_before_anything_is_sent() {
    let sandbox = Sandbox::start();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let done = sandbox
        .fetch(&format!("--no-browser --redirect-port {port}"))
        .done();
    let error = done.failed_json(3, "port_taken");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains(&port.to_string())
    );
    assert_eq!(done.output.lines().count(), 1, "{done:?}");
}

#[test]
fn nobody_is_waited_for_longer_than_was_said() {
    let sandbox = Sandbox::start();
    let done = sandbox.fetch("--no-browser --timeout 1").done();
    done.failed_json(3, "timed_out");
}

#[test]
fn ctrl_c_ends_the_waiting() {
    let sandbox = Sandbox::start();
    let mut running = sandbox.fetch("--grant device-code").start();
    running.json_line();
    running.signal(Signal::INT);
    running.done().failed_json(3, "cancelled");
}

#[test]
fn a_client_gets_a_token_for_itself_wherever_its_secret_comes_from() {
    let sandbox = Sandbox::start();
    let secret = sandbox.description["providers"]["oidc"]["client_secret"]
        .as_str()
        .unwrap()
        .to_owned();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, format!("{secret}\n")).unwrap();
    let fetch = format!(
        "token fetch --json --provider custom-oidc --input issuer_url={} --client-id gatewright --grant client-credentials",
        sandbox.issuer()
    );
    let calls = [
        sandbox.fetch("--grant client-credentials"),
        sandbox.fetch("--grant client-credentials --client-auth body"),
        gatewright(&fetch)
            .arg("--client-secret-stdin")
            .input(&format!("{secret}\n")),
        gatewright(&fetch).arg("--client-secret-file").arg(&file),
    ];
    for call in calls {
        let tokens = call.done().json_with(0);
        assert_eq!(
            members(&tokens),
            ["access_token", "token_type", "expires_in"]
        );
    }
    let done = gatewright(&fetch)
        .arg("--client-secret-stdin")
        .input("a wrong secret")
        .done();
    let error = done.failed_json(1, "provider_refused");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("invalid_client")
    );
    assert!(!done.shows("a wrong secret"), "{done:?}");
}

#[test]
fn without_json_the_token_alone_is_printed() {
    let sandbox = Sandbox::start();
    let done = gatewright(&format!(
        "token fetch --provider custom-oidc --input issuer_url={} --client-id gatewright --grant client-credentials --client-secret-stdin",
        sandbox.issuer()
    ))
    .input(sandbox.description["providers"]["oidc"]["client_secret"].as_str().unwrap())
    .done();
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(done.output.lines().count(), 1);
    assert!(done.output.starts_with("eyJ"), "{done:?}");
}

#[test]
fn a_refresh_token_is_good_once() {
    let sandbox = Sandbox::start();
    let tokens = sandbox.tokens_of("fred");
    let old = tokens["refresh_token"].as_str().unwrap();
    let refresh = || {
        sandbox
            .fetch("--grant refresh-token --refresh-token-stdin")
            .input(old)
            .done()
    };
    let new = refresh().json_with(0);
    assert_ne!(new["refresh_token"].as_str().unwrap(), old);
    assert_eq!(new["id_token_claims"]["preferred_username"], "fred");
    let done = refresh();
    done.failed_json(1, "provider_refused");
    assert!(!done.shows(old), "{done:?}");
    let done = sandbox.fetch("--grant refresh-token").done();
    done.failed_json(2, "invalid_input");
}

#[test]
fn a_code_is_entered_on_another_device() {
    let sandbox = Sandbox::start();
    let mut running = sandbox.fetch("--grant device-code").start();
    let first = running.json_line();
    let code = first["user_code"].as_str().unwrap();
    assert_eq!(
        first["verification_uri_complete"],
        format!(
            "{}?user_code={code}",
            first["verification_uri"].as_str().unwrap()
        )
    );
    let page = browser::open(first["verification_uri"].as_str().unwrap());
    let page = page.send(&[("user_code", code)]);
    page.fill("barney").press("allow");
    let tokens = running.done().json_with(0);
    assert_eq!(tokens["id_token_claims"]["preferred_username"], "barney");
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let sandbox = Sandbox::start();
    let issuer = sandbox.issuer();
    let fetch = |more: &str| {
        gatewright(&format!("token fetch --json --client-id x {more}"))
            .done()
            .failed_json(2, "invalid_input")
    };
    let says = |error: &Value, words: &str| {
        let text = format!("{} {}", error["message"], error["hint"]);
        assert!(text.contains(words), "{text}");
    };
    let missing = fetch("--provider custom-oidc --grant client-credentials");
    says(&missing, "--input issuer_url");
    let other = fetch("--provider custom-oidc --input issuer=x");
    says(&other, "It has: issuer_url");
    let none = fetch(&format!(
        "--provider custom-oidc --input issuer_url={issuer} --client-secret-env GATEWRIGHT_NONE"
    ));
    says(&none, "GATEWRIGHT_NONE");
    let file = fetch(&format!(
        "--provider custom-oidc --input issuer_url={issuer} --client-secret-file /nowhere/secret"
    ));
    says(&file, "/nowhere/secret");
    let method = fetch(&format!(
        "--provider custom-oidc --input issuer_url={issuer} --client-auth private-key-jwt --client-key-file /nowhere/key"
    ));
    says(&method, "/nowhere/key");
    let key = fetch(&format!(
        "--provider custom-oidc --input issuer_url={issuer} --client-auth private-key-jwt"
    ));
    says(&key, "--client-key-file");
    let unneeded = fetch(&format!(
        "--provider custom-oidc --input issuer_url={issuer} --client-auth none --client-key-file /nowhere/key"
    ));
    says(&unneeded, "private-key-jwt alone");
    let secret = fetch(&format!(
        "--provider custom-oidc --input issuer_url={issuer} --client-auth basic"
    ));
    says(&secret, "client secret is missing");
    let host = fetch(&format!(
        "--provider custom-oidc --input issuer_url={issuer} --redirect-host example.com --no-browser"
    ));
    says(&host, "example.com");
    let reserved = fetch(&format!(
        "--provider custom-oidc --input issuer_url={issuer} --no-browser --authorization-param state=mine"
    ));
    says(&reserved, "state");
    let error = gatewright("token fetch --json --provider nobody --client-id x")
        .done()
        .failed_json(2, "not_found");
    says(&error, "provider list");
    let grant = sandbox.fetch_at_github("--grant client-credentials").done();
    says(
        &grant.failed_json(2, "invalid_input"),
        "no tokens to a client alone",
    );
}

/// A provider that describes itself and answers in one way at its other endpoints.
fn provider(more: &'static str, elsewhere: &'static str) -> Crooked {
    Crooked::answering(move |request, stream| {
        let request = request.to_lowercase();
        let host = request
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .unwrap();
        let body = if request.starts_with("get /.well-known/") {
            format!(
                "{{\"issuer\":\"http://{host}\",\"authorization_endpoint\":\"http://{host}/auth\",\"token_endpoint\":\"http://{host}/token\",\"pushed_authorization_request_endpoint\":\"http://{host}/par\"{more}}}"
            )
        } else {
            elsewhere.to_owned()
        };
        say(
            stream,
            &format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            ),
        );
    })
}

#[test]
fn a_client_proves_itself_by_a_signature() {
    let server = provider(
        "",
        "{\"access_token\":\"token-of-a-robot\",\"token_type\":\"Bearer\"}",
    );
    let key = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../crates/jose/src/signing/test_key.json"
    );
    let done = gatewright(&format!(
        "token fetch --json --provider custom-oidc --input issuer_url={} --client-id robot --grant client-credentials --client-auth private-key-jwt --client-key-file {key}",
        server.url
    ))
    .done();
    assert_eq!(done.json_with(0)["access_token"], "token-of-a-robot");
    let asked = server.asked().pop().unwrap();
    assert!(asked.contains("client_assertion=ey"), "{asked}");
    assert!(!asked.contains("client_secret"), "{asked}");
}

#[test]
fn a_request_is_pushed_where_that_is_demanded_or_wanted() {
    let pushed = "{\"request_uri\":\"urn:example:pushed\",\"expires_in\":60}";
    let demanding = provider(",\"require_pushed_authorization_requests\":true", pushed);
    let leaving_it = provider("", pushed);
    for (server, more, is_pushed) in [
        (&demanding, "", true),
        (&leaving_it, "--push", true),
        (&leaving_it, "--no-pkce", false),
    ] {
        let done = gatewright(&format!(
            "token fetch --json --no-browser --timeout 1 --provider custom-oidc --input issuer_url={} --client-id robot {more}",
            server.url
        ))
        .done();
        done.failed(3, "timed_out");
        let first: Value = serde_json::from_str(done.output.lines().next().unwrap()).unwrap();
        let url = first["authorization_url"].as_str().unwrap();
        assert_eq!(parameter(url, "request_uri").is_some(), is_pushed, "{url}");
        assert_eq!(parameter(url, "code_challenge"), None, "{url}");
    }
}
