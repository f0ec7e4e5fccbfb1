//! A gateway that is killed while documents are published and keys are made: a hundred times, each
//! at another point.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::gateway::Gateway;
use crate::keys::{MYSELF, passed, refused, serving};
use crate::keys_killed::{Seeded, call};

const KILLS: u64 = 100;

/// What the gateway says of a document: its version, and the number that was put into it.
type Seen = (u64, u64);

fn send(address: &str, token: &str, head: &str, body: &str) -> Option<(u16, String, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(
        stream,
        "{head}\r\nHost: admin\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.get(9..12)?.parse().ok()?;
    Some((status, head.to_lowercase(), body.to_owned()))
}

/// The document with a number in it, which also decides whether keys are taken at all.
fn numbered(document: &str, number: u64) -> String {
    let ways = if number.is_multiple_of(2) {
        "allow"
    } else {
        "deny"
    };
    format!("# number {number}\n{document}")
        .replace("[settings]", &format!("[settings]\napi_keys = \"{ways}\""))
}

fn number_in(text: &str) -> u64 {
    let line = text.lines().next().unwrap_or_default();
    line.trim_start_matches("# number ").parse().unwrap_or(0)
}

fn seen(gateway: &Gateway, token: &str) -> Seen {
    let address = gateway.admin.strip_prefix("http://").unwrap();
    let head = "GET /api/v1/config HTTP/1.1\r\nAccept: application/toml";
    let (status, head, text) = send(address, token, head, "").unwrap();
    assert_eq!(status, 200, "{text}");
    let (_, tag) = head.split_once("etag: \"v").unwrap();
    (
        tag.split('"').next().unwrap().parse().unwrap(),
        number_in(&text),
    )
}

/// Publishes until the gateway is gone: what was acknowledged last, and the number sent behind it.
fn publish(address: &str, token: &str, document: &str, start: Seen, next: u64) -> (Seen, u64) {
    let (mut last, mut next) = (start, next);
    loop {
        let head = format!(
            "PUT /api/v1/config HTTP/1.1\r\nContent-Type: application/toml\r\nIf-Match: \"v{}\"",
            last.0
        );
        match send(address, token, &head, &numbered(document, next)) {
            Some((200..=201, ..)) => {
                last = (last.0 + 1, next);
                next += 1;
            }
            Some((status, _, body)) => panic!("{status} {body}"),
            None => return (last, next),
        }
    }
}

#[test]
#[ignore = "needs the gateway's binary: run by cargo xtask test"]
fn after_each_of_a_hundred_kills_the_document_is_the_last_that_was_acknowledged_or_the_one_sent() {
    let (sandbox, mut gateway) = serving(str::to_owned);
    let document = sandbox
        .document()
        .replace("anonymous = \"product\"", "anonymous = \"deny\"");
    let credential = std::fs::read_to_string(gateway.credential()).unwrap();
    let credential: Value = serde_json::from_str(&credential).unwrap();
    let token = credential["credential"].as_str().unwrap().to_owned();
    let address = gateway.admin.strip_prefix("http://").unwrap().to_owned();
    let order = serde_json::json!({ "owner": "fred", "name": "build" });
    let (_, made) = call(&address, &token, "POST /api/v1/keys", &order).unwrap();
    let key = made["key"].as_str().unwrap().to_owned();
    let mut random = Seeded(0xD0C5);
    let (mut next, mut published) = (1, 0);
    for kill in 0..KILLS {
        let address = gateway.admin.strip_prefix("http://").unwrap().to_owned();
        let before = seen(&gateway, &token);
        let (text, credential) = (document.clone(), token.clone());
        let publishing =
            std::thread::spawn(move || publish(&address, &credential, &text, before, next));
        std::thread::sleep(Duration::from_micros(1_000 + random.below(60_000)));
        gateway.kill_and_start();
        let (acknowledged, sent) = publishing.join().unwrap();
        let found = seen(&gateway, &token);
        assert!(
            found == acknowledged || found == (acknowledged.0 + 1, sent),
            "kill {kill}: acknowledged {acknowledged:?}, sent {sent}, found {found:?}"
        );
        // What the gateway shows is what it does.
        let wanted = if found.1.is_multiple_of(2) {
            passed()
        } else {
            refused(403, "keys_disabled")
        };
        let got = gateway.bearer(MYSELF, &key);
        assert_eq!(
            got.0 == 200,
            wanted.0 == 200,
            "kill {kill}: {found:?} {got:?}"
        );
        published += found.0 - before.0;
        next = sent + 1;
    }
    assert!(
        published > KILLS / 4,
        "{published} documents were published"
    );
}
