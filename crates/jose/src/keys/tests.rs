use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn skipped_reason(key: &Value) -> &'static str {
    match KeySet::from_json(json!({"keys": [key]}).to_string().as_bytes()) {
        Err(KeySetError::NoneUsable { skipped }) => skipped[0].reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn keys_that_must_not_verify_are_skipped_with_a_reason() {
    let number = |size: usize| URL_SAFE_NO_PAD.encode(vec![0xc1; size]);
    let rsa = json!({"kty": "RSA", "n": number(256), "e": "AQAB"});
    assert!(KeySet::from_json(json!({"keys": [rsa]}).to_string().as_bytes()).is_ok());
    let with = |name: &str, value: Value| {
        let mut key = rsa.clone();
        key[name] = value;
        key
    };
    assert_eq!(
        skipped_reason(&with("use", json!("enc"))),
        "it is not for signatures"
    );
    assert_eq!(
        skipped_reason(&with("key_ops", json!(["sign"]))),
        "it is not for verifying"
    );
    assert_eq!(
        skipped_reason(&with("d", json!("AQAB"))),
        "it is not a public key"
    );
    assert_eq!(
        skipped_reason(&with("alg", json!("HS256"))),
        "it is for an algorithm that is not supported"
    );
    assert_eq!(
        skipped_reason(&with("alg", json!("ES256"))),
        "its kind and its algorithm do not go together"
    );
    assert_eq!(
        skipped_reason(&with("n", json!(number(128)))),
        "it is an RSA key of fewer than 2048 bits"
    );
    assert_eq!(
        skipped_reason(&with("e", json!("AQ"))),
        "its RSA exponent is not a sound one"
    );
    assert_eq!(
        skipped_reason(&with("kid", json!(7))),
        "its name is not a text"
    );
    assert_eq!(
        skipped_reason(&json!({"kty": "oct", "k": "AAAA"})),
        "it is not a public key"
    );
    assert_eq!(
        skipped_reason(
            &json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode([0; 32])})
        ),
        "its point is of small order"
    );
    assert_eq!(
        skipped_reason(&json!({"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"})),
        "its point is not on its curve"
    );
}

#[test]
fn a_set_without_keys_and_a_web_page_are_no_key_sets() {
    assert_eq!(
        KeySet::from_json(b"<html>").unwrap_err(),
        KeySetError::NotJson
    );
    assert_eq!(KeySet::from_json(b"{}").unwrap_err(), KeySetError::NoKeys);
    assert!(matches!(
        KeySet::from_json(br#"{"keys":[]}"#).unwrap_err(),
        KeySetError::NoneUsable { .. }
    ));
    assert_eq!(
        KeySet::from_pem("-----BEGIN PRIVATE KEY-----").unwrap_err(),
        KeySetError::PrivateKey
    );
    assert_eq!(KeySet::from_pem("hello").unwrap_err(), KeySetError::NotPem);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = KeySet::from_json(&bytes);
        let _ = KeySet::from_pem(&String::from_utf8_lossy(&bytes));
    }
}
