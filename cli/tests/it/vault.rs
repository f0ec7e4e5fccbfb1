//! The users' own product tokens, with the real gateway in front of the sandbox.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

use crate::gateway::Gateway;
use crate::sandbox::Sandbox;

/// One request on a connection of its own: status and body.
fn send(base: &str, request: &str, authorization: &str, body: &str) -> (u16, String) {
    let address = base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address.split('/').next().unwrap()).unwrap();
    let head = format!(
        "{request} HTTP/1.1\r\nHost: gateway\r\nAuthorization: {authorization}\r\n\
         Content-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        if body.starts_with('{') {
            "application/json"
        } else {
            "text/plain"
        },
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, body.to_owned())
}

fn product_token(sandbox: &Sandbox, user: &str, password: &str) -> String {
    use base64::Engine as _;
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    let (status, body) = send(
        sandbox.product("jira"),
        "POST /jira/rest/pat/latest/tokens",
        &format!("Basic {basic}"),
        r#"{"name":"gateway","expirationDuration":30}"#,
    );
    assert!((200..300).contains(&status), "{status} {body}");
    let start = body.find('{').unwrap();
    let end = body.rfind('}').unwrap();
    let made: Value = serde_json::from_str(&body[start..=end]).unwrap();
    made["rawToken"].as_str().unwrap().to_owned()
}

fn password_of(sandbox: &Sandbox, user: &str) -> String {
    let users = sandbox.description["users"].as_array().unwrap();
    let found = users.iter().find(|one| one["username"] == user).unwrap();
    found["password"].as_str().unwrap().to_owned()
}

#[test]
#[ignore = "needs the gateway's binary: run by cargo xtask test"]
fn a_user_brings_the_own_token_and_reaches_the_product_with_it() {
    let sandbox = Sandbox::start();
    let gateway = Gateway::paired();
    gateway.set_secrets(&sandbox);
    let text = sandbox.document().replacen(
        "act_as = { oauth1 = { consumer_key = \"gatewright\", private_key = { secret = \"applink-oauth1\" } } }",
        "act_as = { access_tokens = {} }",
        1,
    );
    let document = gateway.file("document.toml", &text);
    gateway.push(&document).done().json_with(0);
    let token = |user: &str| product_token(&sandbox, user, &password_of(&sandbox, user));
    let (barneys, freds) = (token("barney"), token("fred"));
    let tokens = sandbox.tokens_of("barney");
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let whoami = || send(&gateway.listen, "GET /jira/rest/api/2/myself", &bearer, "");
    let bring = |authorization: &str, token: &str| {
        send(
            &gateway.listen,
            "PUT /jira/.gatewright/token",
            authorization,
            token,
        )
        .0
    };

    assert_eq!(whoami().0, 503, "nothing is in the vault");
    assert_eq!(bring(&bearer, &freds), 422, "another user's token");
    assert_eq!(bring(&bearer, "canary-of-a-token"), 422);
    assert_eq!(bring(&bearer, ""), 422);
    assert_eq!(bring("Basic YmFybmV5Ong=", &barneys), 401, "a password");
    assert_eq!(whoami().0, 503, "what was refused is not kept");
    assert_eq!(bring(&bearer, &barneys), 204);
    let (status, body) = whoami();
    assert_eq!(status, 200);
    assert!(body.contains("barney"), "{body}");
    let (status, _) = send(&gateway.listen, "GET /jira/.gatewright/token", &bearer, "");
    assert_eq!(
        status, 400,
        "nobody reads it back, and nothing is forwarded"
    );
    let (status, _) = send(
        &gateway.listen,
        "DELETE /jira/.gatewright/token",
        &bearer,
        "",
    );
    assert_eq!(status, 204);
    assert_eq!(whoami().0, 503);
}
