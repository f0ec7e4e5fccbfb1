//! A fuzz target for answers: whatever comes over the wire is judged, and never as valid without a
//! user. It is replayed from the fixtures and from what a mutator with a fixed seed makes of them.

use std::path::Path;

use gatewright_secret::SecretString;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use time::macros::datetime;

use super::*;
use crate::answer::tests::response;
use crate::credential::Credential;

const NOW: OffsetDateTime = datetime!(2026-11-22 17:00:00 UTC);
const SEED: u64 = 0x6761_7465;
const ROUNDS: usize = 6_000;

/// What means something somewhere in an answer.
const WORDS: [&[u8]; 24] = [
    b"X-AUSERNAME: ",
    b"anonymous",
    b"%61nonymous",
    b"X-Seraph-LoginReason: AUTHENTICATED_FAILED\n",
    b"X-Authentication-Denied-Reason: CAPTCHA_CHALLENGE; login-url=",
    b"WWW-Authenticate: OAuth realm=\"",
    b"oauth_problem=\"",
    b"Location: //",
    b"Content-Type: text/html\n",
    b"Retry-After: 18446744073709551616\n",
    b"Date: Thu, 01 Jan 1970 00:00:00 GMT\n",
    b"X-Gatewright-Reason: \n",
    b"\n\n",
    b"<title>",
    b"</title>",
    b"{\"name\":\"fred\"}",
    b"{\"type\":\"known\",\"username\":\"fred\"}",
    b"{\"errors\":[{\"exceptionName\":\"a.b.\"}]}",
    b"null",
    b"\xff\xfe",
    b"\xc3\x28",
    b"\"",
    b"audience token expired revoked",
    b"<message>",
];

/// An answer out of any bytes: a status line, headers up to an empty line, a body.
fn answer(bytes: &[u8]) -> Response {
    let split = bytes.windows(2).position(|two| two == b"\n\n");
    let (head, body) = split.map_or((bytes, &bytes[bytes.len()..]), |at| {
        (&bytes[..at], &bytes[at + 2..])
    });
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|status| status.parse().ok())
        .filter(|status| (100..600).contains(status))
        .unwrap_or(200);
    let mut answer = response(status, &[], "");
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        if let (Ok(name), Ok(value)) = (
            http::HeaderName::from_bytes(name.trim().as_bytes()),
            http::HeaderValue::from_bytes(value.trim().as_bytes()),
        ) {
            answer.headers.append(name, value);
        }
    }
    answer.body = body.to_vec().into();
    answer
}

/// The target: judges an answer in every role that it can have.
fn judge(bytes: &[u8]) {
    let answer = answer(bytes);
    let secret = || SecretString::new("gho_16C7e42F292c6912E7710c838347Ae178B4a");
    let credentials = [
        Credential::Bearer(secret()).shape(),
        Credential::Basic {
            user: "fred".to_owned(),
            password: SecretString::new("hunter2"),
        }
        .shape(),
    ];
    for kind in ProductKind::ALL {
        let base_url = Url::parse("https://host.example.com/app").expect("a URL");
        for credential in &credentials {
            for (endpoint, second) in [
                (None, None),
                (Some("/rest/x?y=1"), None),
                (Some("/rest/x?y=1"), Some(&answer)),
            ] {
                let asked = Asked {
                    kind,
                    base_url: &base_url,
                    endpoint,
                    credential,
                    expected_user: None,
                    through_gateway: false,
                    who_am_i: second,
                    signed_in: None,
                };
                let found = diagnose(&asked, Ok(&answer), NOW);
                assert!(!found.message.is_empty());
                let good = found.verdict.is_good();
                if good {
                    let user = found.user.clone().unwrap_or_default();
                    assert!(!user.trim().is_empty(), "nobody is named");
                    assert!(!user.eq_ignore_ascii_case("anonymous"), "nobody is named");
                    assert!(answer.status.is_success(), "a refusal is not valid");
                }
                assert_eq!(good, found.hint.is_empty(), "{}", found.message);
                for row in &found.evidence {
                    assert!(!row.name.is_empty());
                }
            }
        }
    }
}

fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut files: Vec<_> = ["diagnosis", "answers"]
        .iter()
        .flat_map(|name| std::fs::read_dir(folder.join(name)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| {
            let bytes = std::fs::read(path).unwrap();
            // Above the answer of a fixture stands what was asked.
            match bytes.windows(2).position(|two| two == b"\n\n") {
                Some(at) if path.extension().is_some_and(|kind| kind == "http") => {
                    bytes[at + 2..].to_vec()
                }
                Some(_) | None => bytes,
            }
        })
        .collect()
}

fn mutated(seeds: &[Vec<u8>], random: &mut StdRng) -> Vec<u8> {
    let mut bytes = seeds.choose(random).cloned().unwrap_or_default();
    for _ in 0..random.random_range(1..6) {
        let at = random.random_range(0..=bytes.len());
        match random.random_range(0..6) {
            0 if at < bytes.len() => bytes[at] = random.random(),
            1 => {
                let end = (at + random.random_range(0..40)).min(bytes.len());
                bytes.drain(at..end);
            }
            2 => {
                let word = WORDS.choose(random).copied().unwrap_or_default();
                bytes.splice(at..at, word.iter().copied());
            }
            3 => {
                let other = seeds.choose(random).map_or(&[][..], Vec::as_slice);
                let from = random.random_range(0..=other.len());
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            4 => bytes.truncate(at),
            _ => {
                let end = (at + random.random_range(0..60)).min(bytes.len());
                let twice = bytes[at..end].to_vec();
                bytes.splice(at..at, twice);
            }
        }
    }
    bytes
}

#[test]
fn answers_of_the_corpus_are_judged() {
    let seeds = corpus();
    assert!(seeds.len() > 140);
    for bytes in &seeds {
        judge(bytes);
    }
}

#[test]
fn mutated_answers_are_judged() {
    let seeds = corpus();
    let mut random = StdRng::seed_from_u64(SEED);
    for round in 0..ROUNDS {
        let bytes = mutated(&seeds, &mut random);
        let judged = std::panic::catch_unwind(|| judge(&bytes));
        assert!(
            judged.is_ok(),
            "round {round}: save these bytes in fixtures/answers: {:?}",
            String::from_utf8_lossy(&bytes)
        );
    }
}
