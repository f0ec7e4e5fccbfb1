//! A gateway that is killed while keys are made, replaced and revoked: a hundred times, each at
//! another point.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::gateway::Gateway;
use crate::keys::{MYSELF, passed, serving};

const KILLS: u64 = 100;

/// What is certain of a key: it was acknowledged.
struct Known {
    id: String,
    key: String,
    is_good: bool,
}

/// A generator of which the same seed gives the same run.
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// A call to the admin API that may break off.
pub(crate) fn call(
    address: &str,
    token: &str,
    request: &str,
    body: &Value,
) -> Option<(u16, Value)> {
    let mut stream = TcpStream::connect(address).ok()?;
    let body = body.to_string();
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: admin\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.get(9..12)?.parse().ok()?;
    Some((status, serde_json::from_str(body).unwrap_or_default()))
}

fn made(answer: &Value) -> Known {
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    Known {
        id: text("id"),
        key: text("key"),
        is_good: true,
    }
}

/// Changes keys until the gateway is gone; says what was acknowledged. Of what was not, nothing is
/// known.
fn change(address: &str, token: &str, mut random: Seeded, mut known: Vec<Known>) -> Vec<Known> {
    loop {
        let good: Vec<usize> = (0..known.len()).filter(|one| known[*one].is_good).collect();
        let choice = random.below(4);
        if choice < 2 || good.is_empty() {
            let body = json!({ "owner": "fred", "name": "build" });
            match call(address, token, "POST /api/v1/keys", &body) {
                Some((201, answer)) => known.push(made(&answer)),
                other => return ended(known, other.as_ref()),
            }
            continue;
        }
        let place = usize::try_from(random.below(good.len() as u64)).unwrap();
        let mut old = known.swap_remove(good[place]);
        let answered = if choice == 2 {
            let request = format!("DELETE /api/v1/keys/{}", old.id);
            call(address, token, &request, &json!({}))
        } else {
            let request = format!("POST /api/v1/keys/{}/rotate", old.id);
            call(address, token, &request, &json!({ "overlap": "0s" }))
        };
        match answered {
            Some((204, _)) => {}
            Some((201, answer)) => known.push(made(&answer)),
            other => return ended(known, other.as_ref()),
        }
        old.is_good = false;
        known.push(old);
    }
}

fn ended(known: Vec<Known>, answer: Option<&(u16, Value)>) -> Vec<Known> {
    assert_eq!(answer, None, "only the end of the gateway ends it");
    known
}

fn check(gateway: &Gateway, known: &[Known]) {
    for one in known {
        let passes = gateway.bearer(MYSELF, &one.key) == passed();
        assert_eq!(passes, one.is_good, "{}", one.id);
    }
}

#[test]
#[ignore = "needs the gateway's binary: run by cargo xtask test"]
fn after_each_of_a_hundred_kills_acknowledged_keys_work_and_revoked_ones_do_not() {
    let (_sandbox, mut gateway) = serving(|text| {
        text.replace(
            "[settings]",
            "[settings]\nkeys = { max_lifetime = \"365d\", max_per_user = 100000 }",
        )
    });
    let credential = std::fs::read_to_string(gateway.credential()).unwrap();
    let credential: Value = serde_json::from_str(&credential).unwrap();
    let token = credential["credential"].as_str().unwrap().to_owned();
    let mut random = Seeded(0x5EED);
    let mut old: Vec<Known> = Vec::new();
    for kill in 0..KILLS {
        let address = gateway.admin.strip_prefix("http://").unwrap().to_owned();
        let (token, seed) = (token.clone(), Seeded(random.below(u64::MAX) | 1));
        // A few of those that went through kills before go on being changed.
        let again = old.split_off(old.len().saturating_sub(3));
        let changing = std::thread::spawn(move || change(&address, &token, seed, again));
        std::thread::sleep(Duration::from_micros(1_000 + random.below(60_000)));
        gateway.kill_and_start();
        let known = changing.join().unwrap();
        check(&gateway, &known);
        old.extend(known);
        if kill % 25 == 24 {
            check(&gateway, &old);
        }
    }
    let good = old.iter().filter(|one| one.is_good).count();
    assert!(
        good > 20 && old.len() - good > 20,
        "{good} of {}",
        old.len()
    );
}
