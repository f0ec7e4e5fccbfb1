//! A corpus of interesting tokens and key sets, and many deterministic changes of each. Nothing may
//! crash, hang, or grow without bound, and nothing that was changed may pass.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatewright_jose::{Expectations, KeySet, SigningKey, decode, verify};
use gatewright_limits::{count, size};
use serde_json::json;
use time::OffsetDateTime;

/// Changes of each seed.
const ROUNDS: usize = 200;
const KEY: &str = r#"{"kty":"EC","crv":"P-256","kid":"k","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

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

fn changed(seed: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    const ODD: [&[u8]; 10] = [
        b".",
        b"..",
        b"=",
        b"\"",
        b"[[[[",
        b"{",
        b"\\u0000",
        b"-1e999",
        b"99999999999999999999",
        b"\xff",
    ];
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(5) {
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
            _ => {
                let from = dice.below(other.len() + 1);
                let end = (from + dice.below(30)).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
        }
    }
    bytes
}

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
        b".".repeat(megabyte),
        b"[".repeat(megabyte),
        b"A".repeat(megabyte),
        format!("{{\"keys\":[{}{{}}]}}", "{},".repeat(megabyte / 3)).into_bytes(),
        format!(
            "{{\"keys\":[{{\"kty\":\"RSA\",\"n\":\"{}\",\"e\":\"AQAB\"}}]}}",
            "A".repeat(megabyte)
        )
        .into_bytes(),
        format!("{{{}\"a\":1}}", "\"a\":1,".repeat(megabyte / 6)).into_bytes(),
    ] {
        run(&large);
    }
}

/// A seed is three lines (header, claims, signature), to be read by people.
fn compact(seed: &[u8]) -> String {
    let text = String::from_utf8_lossy(seed);
    let mut lines = text.splitn(3, '\n');
    let mut part = || URL_SAFE_NO_PAD.encode(lines.next().unwrap_or_default());
    let (header, claims) = (part(), part());
    format!("{header}.{claims}.{}", part())
}

#[test]
fn no_changed_token_is_read_wrongly_or_passes() {
    let keys = KeySet::from_json(KEY.replace("\"d\"", "\"unused\"").as_bytes()).unwrap();
    let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
    let access = Expectations::of_access_token("https://id.example", vec!["abc".to_owned()], now);
    let id = Expectations::of_id_token("https://id.example", "abc", now);
    let userinfo = Expectations::of_userinfo("https://id.example", "abc", now);
    fuzz("jwt", |bytes| {
        for token in [compact(bytes), String::from_utf8_lossy(bytes).into_owned()] {
            let _ = decode(&token);
            for expected in [&access, &id, &userinfo] {
                let error = verify(&token, &keys, expected).unwrap_err();
                assert!(error.to_string().chars().count() < 1000, "{error}");
                assert!(!error.hint().is_empty());
            }
        }
    });
}

#[test]
fn a_good_token_passes_and_no_change_of_one_byte_does() {
    let key = SigningKey::read(&KEY.into(), None, None).unwrap();
    let keys = KeySet::from_json(key.public_jwk().to_string().as_bytes()).unwrap();
    let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
    let expected = Expectations::of_access_token("i", vec!["abc".to_owned()], now);
    let claims = json!({"iss": "i", "aud": "abc", "sub": "fred", "exp": 1_800_000_300});
    let token = key.sign(claims.as_object().unwrap()).unwrap();
    assert!(verify(token.expose(), &keys, &expected).is_ok());
    for place in 0..token.expose().len() {
        for other in [b'A', b'.', b'_', b'=', 0x7f] {
            let mut bytes = token.expose().clone().into_bytes();
            if bytes[place] == other {
                continue;
            }
            bytes[place] = other;
            let text = String::from_utf8(bytes).unwrap();
            assert!(verify(&text, &keys, &expected).is_err(), "{place}");
        }
    }
}

#[test]
fn key_sets_are_read_or_refused() {
    fuzz("jwks", |bytes| {
        match KeySet::from_json(bytes) {
            Ok(set) => assert!(!set.is_empty() && set.len() <= count::KEYS),
            Err(error) => assert!(error.to_string().len() < 2000),
        }
        let text = String::from_utf8_lossy(bytes).into_owned();
        let _ = KeySet::from_pem(&text);
        let _ = SigningKey::read(&text.into(), None, None);
    });
}
