use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use base64::engine::general_purpose::STANDARD;
use time::OffsetDateTime;

use super::*;
use crate::{Expectations, KeySet, verify};

/// An RSA key that another program wrote.
const RSA_JWK: &str = include_str!("test_key.json");

fn claims() -> Map<String, Value> {
    json!({"iss": "abc", "sub": "abc", "aud": "https://id.example", "exp": 2_000_000_000, "iat": 1_800_000_000})
        .as_object()
        .unwrap()
        .clone()
}

fn pem(label: &str, der: &[u8]) -> SecretString {
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        STANDARD.encode(der)
    )
    .into()
}

fn read(text: &SecretString, algorithm: Option<Algorithm>) -> Result<SigningKey, SigningKeyError> {
    SigningKey::read(text, algorithm, Some("our key".to_owned()))
}

/// Shows that what it signs is verified by its own public half.
fn proves_itself(key: &SigningKey) {
    let token = key.sign(&claims()).unwrap();
    let set = KeySet::from_json(key.public_jwk().to_string().as_bytes()).unwrap();
    let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
    let expected = Expectations::of_access_token("abc", vec!["https://id.example".to_owned()], now);
    let verified = verify(token.expose(), &set, &expected).unwrap();
    assert_eq!(verified, claims());
}

#[test]
fn every_form_of_a_key_signs_and_its_public_half_verifies() {
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let rsa = pem("PRIVATE KEY", rsa.as_der().unwrap().as_ref());
    for algorithm in [
        Algorithm::Rs256,
        Algorithm::Rs512,
        Algorithm::Ps256,
        Algorithm::Ps384,
    ] {
        let key = read(&rsa, Some(algorithm)).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        proves_itself(&key);
    }
    let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    for (label, der) in [
        ("PRIVATE KEY", ec.to_pkcs8v1().unwrap().as_ref().to_vec()),
        (
            "EC PRIVATE KEY",
            ec.private_key().as_der().unwrap().as_ref().to_vec(),
        ),
    ] {
        let key = read(&pem(label, &der), None).unwrap();
        assert_eq!(key.algorithm(), Algorithm::Es256);
        proves_itself(&key);
    }
    let ed = Ed25519KeyPair::generate().unwrap();
    let ed = pem("PRIVATE KEY", ed.to_pkcs8().unwrap().as_ref());
    proves_itself(&read(&ed, None).unwrap());
    let jwk = read(&RSA_JWK.into(), Some(Algorithm::Ps256)).unwrap();
    assert_eq!(jwk.id(), Some("our key"));
    proves_itself(&jwk);
    let curve = r#"{"kty":"EC","crv":"P-256","kid":"in the key","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
    let key = SigningKey::read(&curve.into(), None, None).unwrap();
    assert_eq!(
        (key.algorithm(), key.id()),
        (Algorithm::Es256, Some("in the key"))
    );
    proves_itself(&key);
}

#[test]
fn what_is_no_private_key_is_refused_with_a_reason() {
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----";
    let public = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----";
    let damaged = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
    for (text, expected) in [
        ("", SigningKeyError::NotAKey),
        ("hello", SigningKeyError::NotAKey),
        ("{}", SigningKeyError::NotAKey),
        (encrypted, SigningKeyError::Encrypted),
        (public, SigningKeyError::PublicKey),
        (
            r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#,
            SigningKeyError::PublicKey,
        ),
    ] {
        let error = read(&text.into(), None).unwrap_err();
        assert_eq!(error, expected, "{text}");
        assert!(!error.hint().is_empty());
    }
    for unfit in [
        damaged,
        r#"{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB"}"#,
        r#"{"kty":"oct","d":"AQAB"}"#,
        r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}"#,
    ] {
        assert!(
            matches!(
                read(&unfit.into(), None),
                Err(SigningKeyError::Unfit { .. })
            ),
            "{unfit}"
        );
    }
    assert_eq!(
        read(&RSA_JWK.into(), Some(Algorithm::Es256)).unwrap_err(),
        SigningKeyError::OtherAlgorithm {
            algorithm: Algorithm::Es256
        }
    );
}

#[test]
fn a_key_is_not_shown() {
    let key = read(&RSA_JWK.into(), None).unwrap();
    let shown = format!("{key:?} {}", key.public_jwk());
    assert!(
        shown.contains("our key") && !shown.contains("\"d\""),
        "{shown}"
    );
}
