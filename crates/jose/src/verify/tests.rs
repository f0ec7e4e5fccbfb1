use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use aws_lc_rs::{encoding::AsDer, hmac, rsa::KeySize, signature::RsaPublicKeyComponents};
use proptest::prelude::*;
use serde_json::json;
use std::sync::LazyLock;

use super::*;

const ISSUER: &str = "https://id.example.com";
const NOW: i64 = 1_800_000_000;

static RSA: LazyLock<RsaKeyPair> =
    LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
static EC: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap());

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn rsa_jwk(kid: &str) -> Value {
    let public = RsaPublicKeyComponents::<Vec<u8>>::from(RSA.public_key());
    json!({"kty": "RSA", "kid": kid, "use": "sig", "n": b64(public.n), "e": b64(public.e)})
}

fn ec_jwk(kid: &str) -> Value {
    let point = EC.public_key().as_ref();
    json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": b64(&point[1..33]), "y": b64(&point[33..])})
}

fn set(keys: &[Value]) -> KeySet {
    KeySet::from_json(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn sign(signed: &str, algorithm: &str) -> Vec<u8> {
    let random = SystemRandom::new();
    match algorithm {
        "RS256" => {
            let mut signature = vec![0; RSA.public_modulus_len()];
            RSA.sign(
                &RSA_PKCS1_SHA256,
                &random,
                signed.as_bytes(),
                &mut signature,
            )
            .unwrap();
            signature
        }
        "ES256" => EC
            .sign(&random, signed.as_bytes())
            .unwrap()
            .as_ref()
            .to_vec(),
        other => panic!("{other}"),
    }
}

fn token_of(header: &str, claims: &str, algorithm: &str) -> String {
    let signed = format!("{}.{}", b64(header), b64(claims));
    let signature = sign(&signed, algorithm);
    format!("{signed}.{}", b64(signature))
}

fn token(claims: &Value) -> String {
    token_of(
        r#"{"alg":"RS256","kid":"one"}"#,
        &claims.to_string(),
        "RS256",
    )
}

fn claims() -> Value {
    json!({"iss": ISSUER, "aud": "jira", "sub": "fred", "exp": NOW + 300, "iat": NOW})
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW).unwrap()
}

fn access() -> Expectations {
    Expectations::of_access_token(ISSUER, vec!["jira".to_owned()], now())
}

fn id() -> Expectations {
    Expectations::of_id_token(ISSUER, "jira", now())
}

fn check(token: &str) -> Result<Map<String, Value>, VerifyError> {
    verify(token, &set(&[rsa_jwk("one")]), &access())
}

#[test]
fn a_sound_token_gives_its_claims() {
    assert_eq!(check(&token(&claims())).unwrap()["sub"], "fred");
    let es = token_of(
        r#"{"alg":"ES256","kid":"e"}"#,
        &claims().to_string(),
        "ES256",
    );
    assert!(verify(&es, &set(&[rsa_jwk("one"), ec_jwk("e")]), &access()).is_ok());
    let several = with("aud", json!(["other", "jira"]));
    assert!(check(&token(&several)).is_ok());
}

#[test]
fn idtoken_alg_a_public_key_is_never_a_shared_secret() {
    let public = RSA.public_key();
    let der = public.as_der().unwrap();
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        base64::engine::general_purpose::STANDARD.encode(der.as_ref())
    );
    assert!(
        verify(
            &token(&claims()),
            &KeySet::from_pem(&pem).unwrap(),
            &access()
        )
        .is_ok()
    );
    let padded = format!("\n {pem}");
    let modulus = b64(RsaPublicKeyComponents::<Vec<u8>>::from(public).n);
    for secret in [
        pem.as_bytes(),
        padded.as_bytes(),
        der.as_ref(),
        modulus.as_bytes(),
    ] {
        let signed = format!(
            "{}.{}",
            b64(r#"{"alg":"HS256","kid":"one"}"#),
            b64(claims().to_string())
        );
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let forged = format!("{signed}.{}", b64(hmac::sign(&key, signed.as_bytes())));
        assert_eq!(
            check(&forged).unwrap_err(),
            VerifyError::AlgorithmNotAllowed {
                algorithm: "HS256".to_owned()
            }
        );
    }
}

#[test]
fn idtoken_alg_none_in_any_spelling_is_refused() {
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":"NONE"}"#,
        "{}",
        r#"{"alg":7}"#,
        r#"{"alg":"rs256"}"#,
    ] {
        for signature in ["", "AAAA"] {
            let forged = format!("{}.{}.{signature}", b64(header), b64(claims().to_string()));
            assert!(
                matches!(check(&forged), Err(VerifyError::AlgorithmNotAllowed { .. })),
                "{header}"
            );
        }
    }
    let mut narrow = access();
    narrow.algorithms = vec![Algorithm::Es256];
    assert!(matches!(
        verify(&token(&claims()), &set(&[rsa_jwk("one")]), &narrow),
        Err(VerifyError::AlgorithmNotAllowed { .. })
    ));
}

#[test]
fn keys_that_the_token_brings_along_are_not_looked_at() {
    let thief = Ed25519KeyPair::generate().unwrap();
    let x = b64(thief.public_key().as_ref());
    let header = json!({"alg": "EdDSA", "kid": "one", "jku": "http://127.0.0.1:1/keys",
        "x5u": "http://127.0.0.1:1/", "x5c": ["AAAA"], "jwk": {"kty": "OKP", "crv": "Ed25519", "x": x}});
    let signed = format!("{}.{}", b64(header.to_string()), b64(claims().to_string()));
    let forged = format!("{signed}.{}", b64(thief.sign(signed.as_bytes())));
    assert!(matches!(
        check(&forged),
        Err(VerifyError::UnknownKey { .. })
    ));
    let theirs = set(&[json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "one"})]);
    assert!(verify(&forged, &theirs, &access()).is_ok());
}

#[test]
fn idtoken_alg_the_key_is_the_one_that_the_token_names() {
    let long = "k".repeat(65_536);
    for kid in ["../../etc/passwd", "' OR 1=1--", "ONE", "one ", ""] {
        let header = json!({"alg": "RS256", "kid": kid}).to_string();
        let unknown = check(&token_of(&header, &claims().to_string(), "RS256")).unwrap_err();
        assert_eq!(
            unknown,
            VerifyError::UnknownKey {
                kid: kid.to_owned()
            }
        );
    }
    for kid in [json!(7), json!(null), json!(["one"])] {
        let header = json!({"alg": "RS256", "kid": kid}).to_string();
        assert!(matches!(
            check(&token_of(&header, &claims().to_string(), "RS256")),
            Err(VerifyError::UnknownKey { .. })
        ));
    }
    let header = json!({"alg": "RS256", "kid": long}).to_string();
    assert!(check(&token_of(&header, &claims().to_string(), "RS256")).is_err());

    let unnamed = token_of(r#"{"alg":"RS256"}"#, &claims().to_string(), "RS256");
    assert!(check(&unnamed).is_ok());
    let two = set(&[rsa_jwk("one"), rsa_jwk("two")]);
    assert_eq!(
        verify(&unnamed, &two, &access()).unwrap_err(),
        VerifyError::NoKeyNamed
    );
    assert!(verify(&token(&claims()), &two, &access()).is_ok());
}

#[test]
fn a_signature_by_another_key_or_over_other_claims_is_refused() {
    let sound = token(&claims());
    let (signed, _) = sound.rsplit_once('.').unwrap();
    let mut broken = sign(signed, "RS256");
    broken[0] ^= 1;
    assert_eq!(
        check(&format!("{signed}.{}", b64(broken))).unwrap_err(),
        VerifyError::BadSignature
    );
    let (header, _) = signed.split_once('.').unwrap();
    let signature = sound.rsplit('.').next().unwrap();
    let other = b64(with("sub", json!("admin")).to_string());
    assert_eq!(
        check(&format!("{header}.{other}.{signature}")).unwrap_err(),
        VerifyError::BadSignature
    );
    let zeros = format!(
        "{}.{}.{}",
        b64(r#"{"alg":"ES256","kid":"e"}"#),
        b64(claims().to_string()),
        b64([0; 64])
    );
    assert_eq!(
        verify(&zeros, &set(&[ec_jwk("e")]), &access()).unwrap_err(),
        VerifyError::BadSignature
    );
    let wrong_curve = format!(
        "{}.{}.{}",
        b64(r#"{"alg":"ES384","kid":"e"}"#),
        b64("{}"),
        b64([1; 96])
    );
    assert!(matches!(
        verify(&wrong_curve, &set(&[ec_jwk("e")]), &access()).unwrap_err(),
        VerifyError::UnknownKey { .. }
    ));
}

#[test]
fn times_must_be_whole_numbers_and_lie_right() {
    for exp in [
        json!("9999999999"),
        json!(1e300),
        json!(-1),
        json!(null),
        json!([]),
        json!(1_800_000_300.5),
        json!(u64::MAX),
    ] {
        assert_eq!(
            check(&token(&with("exp", exp.clone()))).unwrap_err(),
            VerifyError::BadClaim { name: "exp" },
            "{exp}"
        );
    }
    assert_eq!(
        check(&token(&without("exp"))).unwrap_err(),
        VerifyError::MissingClaim { name: "exp" }
    );
    assert_eq!(
        check(&token(&with("nbf", json!("x")))).unwrap_err(),
        VerifyError::BadClaim { name: "nbf" }
    );
    let at = |seconds: i64| with("exp", json!(seconds));
    assert!(check(&token(&at(NOW - 59))).is_ok());
    assert!(matches!(
        check(&token(&at(NOW - 60))),
        Err(VerifyError::Expired { .. })
    ));
    let mut strict = access();
    strict.leeway = Duration::ZERO;
    let keys = set(&[rsa_jwk("one")]);
    assert!(verify(&token(&at(NOW + 1)), &keys, &strict).is_ok());
    assert!(matches!(
        verify(&token(&at(NOW)), &keys, &strict),
        Err(VerifyError::Expired { .. })
    ));
    let mut lax = access();
    lax.leeway = Duration::days(30);
    assert!(matches!(
        verify(&token(&at(NOW - 61)), &keys, &lax),
        Err(VerifyError::Expired { .. })
    ));
    assert!(matches!(
        check(&token(&with("nbf", json!(NOW + 61)))),
        Err(VerifyError::NotYetValid { .. })
    ));
    assert!(check(&token(&with("nbf", json!(NOW + 60)))).is_ok());
}

#[test]
fn clock_skew_names_the_clock_as_the_likely_cause() {
    for error in [
        check(&token(&with("iat", json!(NOW + 600)))).unwrap_err(),
        check(&token(&with("exp", json!(NOW - 86_400)))).unwrap_err(),
    ] {
        assert!(error.hint().contains("clock"), "{error}");
    }
}

#[test]
fn the_audience_must_be_named_exactly() {
    let wrong = |aud: Value| check(&token(&with("aud", aud))).unwrap_err();
    for aud in [
        json!([]),
        json!("jira-evil"),
        json!("jir"),
        json!("JIRA"),
        json!(["a", "b"]),
    ] {
        assert!(matches!(wrong(aud), VerifyError::WrongAudience { .. }));
    }
    for aud in [
        json!(7),
        json!({"jira": true}),
        json!(null),
        json!(["jira", 7]),
    ] {
        assert_eq!(wrong(aud), VerifyError::BadClaim { name: "aud" });
    }
    assert_eq!(
        check(&token(&without("aud"))).unwrap_err(),
        VerifyError::MissingClaim { name: "aud" }
    );
    let mut any = access();
    any.audiences.clear();
    assert_eq!(
        verify(&token(&claims()), &set(&[rsa_jwk("one")]), &any).unwrap_err(),
        VerifyError::NoAudienceExpected
    );
}

#[test]
fn the_issuer_is_compared_character_by_character() {
    for iss in [
        "https://id.example.com/",
        "HTTPS://id.example.com",
        "http://id.example.com",
        "https://id.example.com/tenant",
    ] {
        assert!(matches!(
            check(&token(&with("iss", json!(iss)))),
            Err(VerifyError::WrongIssuer { .. })
        ));
    }
    assert!(matches!(
        check(&token(&without("iss"))),
        Err(VerifyError::MissingClaim { .. })
    ));
    assert!(matches!(
        check(&token(&with("iss", json!([ISSUER])))),
        Err(VerifyError::BadClaim { .. })
    ));
}

#[test]
fn a_token_of_another_kind_is_not_an_access_token() {
    let keys = set(&[rsa_jwk("one")]);
    for (name, value) in [
        ("nonce", json!("n")),
        ("at_hash", json!("h")),
        ("token_use", json!("id")),
        ("typ", json!("ID")),
        ("typ", json!("Refresh")),
        ("events", json!({})),
    ] {
        let error = check(&token(&with(name, value))).unwrap_err();
        assert!(
            matches!(error, VerifyError::WrongKind { .. }),
            "{name}: {error:?}"
        );
    }
    for typ in ["dpop+jwt", "logout+jwt", "application/secevent+jwt"] {
        let header = json!({"alg": "RS256", "kid": "one", "typ": typ}).to_string();
        let token = token_of(&header, &claims().to_string(), "RS256");
        assert!(
            matches!(
                verify(&token, &keys, &access()),
                Err(VerifyError::WrongKind { .. })
            ),
            "{typ}"
        );
    }
    let mut bearer = with("nonce", json!("n"));
    bearer["typ"] = json!("Bearer");
    assert!(check(&token(&bearer)).is_ok());
    assert_eq!(
        check(&token(&with("cnf", json!({"jkt": "x"})))).unwrap_err(),
        VerifyError::SenderConstrained
    );
    let header = json!({"alg": "RS256", "kid": "one", "typ": "at+jwt"}).to_string();
    let access_token = token_of(&header, &claims().to_string(), "RS256");
    assert!(verify(&access_token, &keys, &access()).is_ok());
    assert!(matches!(
        verify(&access_token, &keys, &id()),
        Err(VerifyError::WrongKind { .. })
    ));
}

#[test]
fn nonce_of_an_id_token_must_be_ours() {
    let keys = set(&[rsa_jwk("one")]);
    let mut expected = id();
    expected.nonce = Some("ours".to_owned());
    assert!(verify(&token(&with("nonce", json!("ours"))), &keys, &expected).is_ok());
    for claims in [
        claims(),
        with("nonce", json!("old")),
        with("nonce", json!("Ours")),
        with("nonce", json!(["ours"])),
    ] {
        assert_eq!(
            verify(&token(&claims), &keys, &expected).unwrap_err(),
            VerifyError::WrongNonce
        );
    }
}

#[test]
fn idtoken_alg_two_audiences_need_an_authorised_party() {
    let keys = set(&[rsa_jwk("one")]);
    let mut two = with("aud", json!(["jira", "other"]));
    assert_eq!(
        verify(&token(&two), &keys, &id()).unwrap_err(),
        VerifyError::MissingClaim { name: "azp" }
    );
    two["azp"] = json!("other");
    assert!(matches!(
        verify(&token(&two), &keys, &id()),
        Err(VerifyError::WrongParty { .. })
    ));
    two["azp"] = json!("jira");
    assert!(verify(&token(&two), &keys, &id()).is_ok());
    assert!(matches!(
        verify(&token(&with("azp", json!("other"))), &keys, &id()),
        Err(VerifyError::WrongParty { .. })
    ));
    assert_eq!(
        verify(&token(&without("iat")), &keys, &id()).unwrap_err(),
        VerifyError::MissingClaim { name: "iat" }
    );
}

#[test]
fn at_hash_ties_an_id_token_to_its_access_token() {
    let keys = set(&[rsa_jwk("one")]);
    let mut expected = id();
    expected.access_token_for_at_hash = Some("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y".into());
    // The pair that OpenID Connect Core A.3 shows.
    assert!(
        verify(
            &token(&with("at_hash", json!("77QmUPtjPfzWtF2AnpK9RQ"))),
            &keys,
            &expected
        )
        .is_ok()
    );
    assert_eq!(
        verify(
            &token(&with("at_hash", json!("77QmUPtjPfzWtF2AnpK9RA"))),
            &keys,
            &expected
        )
        .unwrap_err(),
        VerifyError::WrongAccessToken
    );
    assert!(verify(&token(&claims()), &keys, &expected).is_ok());
}

#[test]
fn what_two_readers_could_read_differently_is_refused() {
    let sound = token(&claims());
    let parts: Vec<&str> = sound.split('.').collect();
    let (header, claims_part, signature) = (parts[0], parts[1], parts[2]);
    for (text, expected) in [
        (format!("{header}.{claims_part}"), DecodeError::NotAJwt),
        (format!("{sound}.x"), DecodeError::NotAJwt),
        (format!("{sound}.x.y"), DecodeError::Encrypted),
        (
            format!("{header}.{claims_part}=.{signature}"),
            DecodeError::Damaged { part: "claims" },
        ),
        (
            format!("{header}.{claims_part}.{signature}=="),
            DecodeError::Damaged { part: "signature" },
        ),
        (
            format!("{header}.{claims_part}.+{}", &signature[1..]),
            DecodeError::Damaged { part: "signature" },
        ),
        (format!(" {sound}"), DecodeError::NotAJwt),
        ("x".repeat(70_000), DecodeError::TooLong),
        (String::new(), DecodeError::NotAJwt),
    ] {
        assert_eq!(
            check(&text).unwrap_err(),
            VerifyError::Unreadable(expected),
            "{text}"
        );
    }
    let twice = r#"{"iss":"https://id.example.com","aud":"jira","exp":1800000300,"sub":"alice","sub":"admin"}"#;
    let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    for claims in [twice, deep.as_str(), "[]", "7", ""] {
        let token = token_of(r#"{"alg":"RS256","kid":"one"}"#, claims, "RS256");
        assert_eq!(
            check(&token).unwrap_err(),
            VerifyError::Unreadable(DecodeError::Damaged { part: "claims" })
        );
    }
    for header in [
        r#"{"alg":"RS256","kid":"one","crit":["b64"],"b64":false}"#,
        r#"{"alg":"RS256","kid":"one","crit":["x"]}"#,
        r#"{"alg":"RS256","kid":"one","b64":false}"#,
    ] {
        let token = token_of(header, &claims().to_string(), "RS256");
        assert_eq!(check(&token).unwrap_err(), VerifyError::Critical);
    }
}

#[test]
fn decoding_shows_a_token_and_believes_nothing() {
    let unverified = crate::decode(&token(&claims())).unwrap();
    assert_eq!(unverified.claimed_issuer(), Some(ISSUER));
    assert_eq!(unverified.claimed_key(), Some("one"));
    assert_eq!(unverified.claims_for_display()["sub"], "fred");
    assert_eq!(
        crate::decode("gho_16C7e42F292c6912E7").unwrap_err(),
        DecodeError::NotAJwt
    );
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), header in "[ -~]{0,40}", claims in "[ -~]{0,40}") {
        let _ = crate::decode(&text);
        let _ = crate::decode(&format!("{}.{}.AAAA", b64(header), b64(claims)));
    }
}
