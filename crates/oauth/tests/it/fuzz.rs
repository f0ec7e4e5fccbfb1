//! What comes from elsewhere, in every form that it should not have: a corpus of interesting texts,
//! and many deterministic changes of each. Nothing may crash, hang, or grow without bound.

use std::fs;
use std::path::Path;

use bytes::Bytes;
use gatewright_http::{Response, Timing};
use gatewright_limits::{count, size};
use gatewright_oauth::{
    Authorization, AuthorizationRequest, Callback, IssuerCheck, IssuerMatch, Pkce, ScopeSeparator,
    Tokens, pointer_string, read_description, read_json, username_candidates,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use url::Url;

/// Changes of each seed.
const ROUNDS: usize = 200;

/// Numbers without chance: the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(target);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 15, "{target} has {} seeds", files.len());
    files
        .into_iter()
        .map(|file| fs::read(file).unwrap())
        .collect()
}

/// A seed with a few of its bytes taken away, doubled, turned, or put in from elsewhere.
fn changed(seed: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    const ODD: [&[u8]; 14] = [
        b"\"",
        b"\\u0000",
        b"{",
        b"]",
        b"[[[[[[[[",
        b":",
        b",",
        b"99999999999999999999",
        b"-1e999",
        b"null",
        b"&",
        b"=",
        b"%",
        b"\xff\xfe",
    ];
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(6) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            2 => {
                let odd = ODD[dice.below(ODD.len())];
                bytes.splice(at..at, odd.iter().copied());
            }
            3 => {
                let end = (at + dice.below(20)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + dice.below(40)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => {
                let from = dice.below(other.len() + 1);
                let end = (from + dice.below(30)).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
        }
    }
    bytes
}

/// Runs a target over its corpus, over changes of it, and over texts too large to be kept.
fn fuzz(target: &str, run: impl Fn(&[u8])) {
    let seeds = corpus(target);
    let mut dice = Dice(seeds.len() as u64);
    for seed in &seeds {
        run(seed);
        for _ in 0..ROUNDS {
            let other = &seeds[dice.below(seeds.len())];
            run(&changed(seed, other, &mut dice));
        }
    }
    let megabyte = size::SMALL_ANSWER;
    for large in [
        b"[".repeat(megabyte),
        b"{\"a\":".repeat(megabyte / 5),
        format!("{{\"access_token\":\"{}\"}}", "x".repeat(megabyte)).into_bytes(),
        format!("{{\"issuer\":{}}}", "9".repeat(megabyte)).into_bytes(),
        format!("{{{}\"a\":1}}", "\"a\":1,".repeat(megabyte / 6)).into_bytes(),
        format!("access_token=x&{}", "a=b&".repeat(megabyte / 4)).into_bytes(),
        b"\xff".repeat(megabyte),
        b"%".repeat(megabyte),
    ] {
        run(&large);
    }
}

/// An answer; the first byte chooses its status and its media type.
fn answer(bytes: &[u8]) -> Response {
    const KINDS: [&str; 8] = [
        "application/json",
        "application/json; charset=iso-8859-1",
        "text/html",
        "application/x-www-form-urlencoded",
        "text/plain; charset=utf-7",
        "application/jwt",
        "",
        "application/json; charset=\"\u{7f}",
    ];
    let choice = usize::from(bytes.first().copied().unwrap_or_default());
    let mut headers = HeaderMap::new();
    if let Ok(kind) = HeaderValue::from_bytes(KINDS[choice % KINDS.len()].as_bytes()) {
        headers.insert("content-type", kind);
    }
    let status = [200, 200, 200, 201, 302, 400, 401, 503][choice / 8 % 8];
    Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers,
        body: Bytes::copy_from_slice(bytes),
        timing: Timing::default(),
    }
}

fn in_all_statuses(bytes: &[u8], run: impl Fn(&Response)) {
    let mut said = answer(bytes);
    run(&said);
    for (status, kind) in [(200, "application/json"), (400, "text/html")] {
        said.status = StatusCode::from_u16(status).unwrap();
        said.headers
            .insert("content-type", HeaderValue::from_static(kind));
        run(&said);
    }
}

#[test]
fn token_answers_are_read_or_refused() {
    fuzz("token_answer", |bytes| {
        in_all_statuses(bytes, |answer| match Tokens::from_response(answer) {
            Ok(tokens) => {
                assert!(!tokens.access_token.is_empty());
                assert!(
                    !format!("{tokens:?}").contains(tokens.access_token.expose())
                        || tokens.access_token.length() < 20
                );
            }
            Err(error) => {
                assert!(error.to_string().chars().count() <= 2 * size::WORDS + 200);
                assert!(!error.hint().is_empty());
            }
        });
    });
}

#[test]
fn descriptions_are_read_or_refused() {
    let issuer = Url::parse("https://id.example").unwrap();
    let rules = [
        IssuerMatch::Exact,
        IssuerMatch::Templated,
        IssuerMatch::FromDocument,
        IssuerMatch::TrailingSlash,
    ];
    fuzz("discovery", |bytes| {
        in_all_statuses(bytes, |answer| {
            for rule in rules {
                match read_description(answer, &issuer, rule) {
                    Ok(said) => {
                        assert!(said.scopes_supported.len() <= count::LISTED);
                        for url in [
                            said.token_endpoint,
                            said.jwks_uri,
                            said.authorization_endpoint,
                        ]
                        .into_iter()
                        .flatten()
                        {
                            assert_eq!(url.scheme(), "https", "{url}");
                        }
                    }
                    Err(error) => assert!(error.to_string().len() < 8 * size::WORDS, "{error}"),
                }
            }
        });
    });
}

#[test]
fn callbacks_are_read_or_refused_and_none_is_taken_for_ours() {
    fuzz("callback", |bytes| {
        let text = String::from_utf8_lossy(bytes);
        for read in [Callback::from_query(&text), Callback::from_url(&text)] {
            match read {
                Ok(callback) => {
                    let started = sign_in();
                    assert!(!started.pending.recognises(&callback));
                    assert!(started.pending.complete(callback).is_err());
                }
                Err(error) => assert!(!error.hint().is_empty()),
            }
        }
    });
}

#[test]
fn user_attributes_are_read_or_refused() {
    fuzz("userinfo", |bytes| {
        if let Some(value) = read_json(bytes) {
            for candidate in username_candidates(&value) {
                let found = pointer_string(&value, &candidate.pointer);
                assert!(found.is_some(), "{}", candidate.pointer);
            }
        }
    });
}

fn sign_in() -> Authorization {
    Authorization::new(AuthorizationRequest {
        authorization_endpoint: Url::parse("https://id.example/a").unwrap(),
        token_endpoint: Url::parse("https://id.example/t").unwrap(),
        client_id: "abc".to_owned(),
        redirect_uri: "http://127.0.0.1:4711/callback".to_owned(),
        scopes: Vec::new(),
        scope_separator: ScopeSeparator::Space,
        issuer: IssuerCheck::default(),
        pkce: Pkce::S256,
        authorization_params: Vec::new(),
        token_params: Vec::new(),
    })
    .unwrap()
}
