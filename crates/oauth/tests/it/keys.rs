//! Keys that rotate, tokens of every tenant, and userinfo with a signature.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use gatewright_jose::{SigningKey, VerifyError};
use gatewright_oauth::{
    IdTokenExpectations, KeyedError, KeysError, ProviderKeys, SubjectMismatch, UserinfoError,
    UserinfoMethod, UserinfoRequest, UserinfoSigner, verify_id_token,
};
use gatewright_secret::SecretString;
use http::HeaderValue;
use serde_json::{Map, Value, json};
use time::{Duration, OffsetDateTime};

use crate::server::{Answer, Provider, client, json as said, with_type};

const ISSUER: &str = "https://id.example";
const KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

fn key(name: &str) -> SigningKey {
    SigningKey::read(&KEY.into(), None, Some(name.to_owned())).unwrap()
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()
}

fn id_token(key: &SigningKey, more: &[(&str, Value)]) -> SecretString {
    let mut claims = json!({"iss": ISSUER, "aud": "abc", "sub": "248", "iat": 1_800_000_000, "exp": 1_800_000_300});
    for (name, value) in more {
        claims[name] = value.clone();
    }
    key.sign(claims.as_object().unwrap()).unwrap()
}

fn expected() -> IdTokenExpectations {
    IdTokenExpectations {
        issuer: ISSUER.to_owned(),
        client_id: "abc".to_owned(),
        nonce: None,
        access_token: None,
        algorithms: Vec::new(),
        now: now(),
    }
}

/// A provider whose one key has the name that is set, and `down` when it is empty.
async fn publishing(name: Arc<Mutex<String>>) -> (Provider, Arc<AtomicUsize>) {
    let fetched = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&fetched);
    let provider = Provider::saying(move |_, _| {
        count.fetch_add(1, Ordering::SeqCst);
        let name = name.lock().unwrap().clone();
        if name.is_empty() {
            return with_type(503, "text/plain", "");
        }
        said(&json!({"keys": [key(&name).public_jwk()]}).to_string())
    })
    .await;
    (provider, fetched)
}

#[tokio::test]
async fn idtoken_alg_an_unknown_key_is_looked_for_once_and_not_again_for_a_while() {
    let name = Arc::new(Mutex::new("one".to_owned()));
    let (provider, fetched) = publishing(Arc::clone(&name)).await;
    let keys = ProviderKeys::new(provider.url("/keys"));
    let client = client();
    let verify = async |token: &SecretString, at: OffsetDateTime| {
        let expected = IdTokenExpectations {
            now: at,
            ..expected()
        };
        keys.verify(&client, at, |keys| verify_id_token(token, keys, &expected))
            .await
    };
    let (first, second) = (id_token(&key("one"), &[]), id_token(&key("two"), &[]));
    verify(&first, now()).await.unwrap();
    verify(&first, now()).await.unwrap();
    assert_eq!(
        fetched.load(Ordering::SeqCst),
        1,
        "known keys are not fetched again"
    );

    // The provider rotates: one look finds the new key.
    "two".clone_into(&mut name.lock().unwrap());
    verify(&second, now()).await.unwrap();
    assert_eq!(fetched.load(Ordering::SeqCst), 2);

    // Made-up names are refused without asking, until a while has passed.
    for made_up in 0..50 {
        let token = id_token(&key(&format!("made up {made_up}")), &[]);
        let refused = verify(&token, now() + Duration::seconds(30))
            .await
            .unwrap_err();
        assert!(matches!(
            refused,
            KeyedError::Refused(VerifyError::UnknownKey { .. })
        ));
    }
    assert_eq!(fetched.load(Ordering::SeqCst), 2);
    let token = id_token(&key("made up"), &[]);
    verify(&token, now() + Duration::seconds(61))
        .await
        .unwrap_err();
    assert_eq!(fetched.load(Ordering::SeqCst), 3);

    // A provider that is down does not take away the keys that are known.
    String::new().clone_into(&mut name.lock().unwrap());
    let down = verify(&token, now() + Duration::seconds(130))
        .await
        .unwrap_err();
    assert_eq!(down, KeyedError::Keys(KeysError::Status { status: 503 }));
    assert!(!down.hint().is_empty());
    verify(&second, now() + Duration::seconds(131))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_token_names_its_own_tenant_where_the_provider_leaves_a_gap() {
    let keys = gatewright_oauth::KeySet::from_json(key("k").public_jwk().to_string().as_bytes());
    let keys = keys.unwrap();
    let configured = IdTokenExpectations {
        issuer: "https://login.example/{tenantid}/v2.0".to_owned(),
        ..expected()
    };
    let check = |issuer: &str, tenant: Value, expected: &IdTokenExpectations| {
        let token = id_token(&key("k"), &[("iss", json!(issuer)), ("tid", tenant)]);
        verify_id_token(&token, &keys, expected)
    };
    let tenant = "9122040d-6c67-4c5b-b112-36a304b66dad";
    let issuer = format!("https://login.example/{tenant}/v2.0");
    assert!(check(&issuer, json!(tenant), &configured).is_ok());
    let other = "00000000-0000-0000-0000-000000000000";
    for (issuer, tenant) in [
        (issuer.as_str(), json!(other)),
        (issuer.as_str(), json!(null)),
        ("https://login.example/{tenantid}/v2.0", json!("{tenantid}")),
        ("https://login.example//v2.0", json!("")),
        ("https://login.example/x/../y/v2.0", json!("x/../y")),
    ] {
        let refused = check(issuer, tenant, &configured).unwrap_err();
        assert!(
            matches!(refused, VerifyError::WrongIssuer { .. }),
            "{issuer}"
        );
    }
    // The one issuer whose older tokens lack the scheme; nobody else's may.
    let google = IdTokenExpectations {
        issuer: "https://accounts.google.com".to_owned(),
        ..expected()
    };
    assert!(check("accounts.google.com", json!(null), &google).is_ok());
    assert!(check("https://accounts.google.com", json!(null), &google).is_ok());
    assert!(check("id.example", json!(null), &expected()).is_err());
}

struct World {
    provider: Provider,
    keys: ProviderKeys,
}

impl World {
    /// A provider that gives this as userinfo, and its keys beside it.
    async fn saying(answer: Answer) -> Self {
        let provider = Provider::saying(move |_, asked| {
            if asked.target.starts_with("/keys") {
                said(&json!({"keys": [key("k").public_jwk()]}).to_string())
            } else {
                answer.clone()
            }
        })
        .await;
        let keys = ProviderKeys::new(provider.url("/keys"));
        Self { provider, keys }
    }

    async fn ask(
        &self,
        demanded: bool,
        id_token: Option<&Map<String, Value>>,
    ) -> Result<Value, UserinfoError> {
        let request = UserinfoRequest {
            signer: Some(UserinfoSigner {
                keys: &self.keys,
                issuer: ISSUER.to_owned(),
                client_id: "abc".to_owned(),
                algorithms: Vec::new(),
                now: now(),
                demanded,
            }),
            id_token_claims: id_token,
            ..UserinfoRequest::to(self.provider.url("/userinfo"))
        };
        request
            .ask(&client(), &"token".into())
            .await
            .map(|info| info.json)
    }
}

fn jwt(claims: &Value) -> Answer {
    let token = key("k").sign(claims.as_object().unwrap()).unwrap();
    with_type(200, "application/jwt; charset=utf-8", token.expose())
}

fn attributes() -> Value {
    json!({"iss": ISSUER, "aud": "abc", "sub": "248", "name": "Fred"})
}

#[tokio::test]
async fn signed_userinfo_is_believed_only_if_it_is_the_providers_and_for_us() {
    let world = World::saying(jwt(&attributes())).await;
    assert_eq!(world.ask(true, None).await.unwrap()["name"], "Fred");
    let plain = World::saying(said(r#"{"sub":"248"}"#)).await;
    assert_eq!(plain.ask(false, None).await.unwrap()["sub"], "248");
    assert_eq!(
        plain.ask(true, None).await.unwrap_err(),
        UserinfoError::NotSigned
    );

    for (name, value) in [
        ("iss", json!("https://other.example")),
        ("iss", json!(null)),
        ("aud", json!("another client")),
        ("aud", json!(null)),
        ("exp", json!(1_700_000_000)),
        ("sub", json!(null)),
    ] {
        let mut claims = attributes();
        claims[name] = value;
        let world = World::saying(jwt(&claims)).await;
        let error = world.ask(true, None).await.unwrap_err();
        assert!(
            matches!(
                error,
                UserinfoError::NotBelieved(_) | UserinfoError::AnotherUser(_)
            ),
            "{name}: {error:?}"
        );
        assert!(!error.hint().is_empty());
    }
}

#[tokio::test]
async fn signed_userinfo_without_a_signature_is_refused_in_every_disguise() {
    let good = key("k").sign(attributes().as_object().unwrap()).unwrap();
    let parts: Vec<&str> = good.expose().split('.').collect();
    // {"alg":"none"}
    let none = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
    let cut = format!("{}.{}.", parts[0], parts[1]);
    let text = attributes().to_string();
    for body in [none, cut, text, String::new()] {
        let world = World::saying(with_type(200, "application/jwt", &body)).await;
        let error = world.ask(false, None).await.unwrap_err();
        assert!(
            matches!(error, UserinfoError::NotBelieved(_)),
            "{body}: {error:?}"
        );
    }
    // Without keys to verify it with, it is not read at all.
    let world = World::saying(jwt(&attributes())).await;
    let unsigned = UserinfoRequest::to(world.provider.url("/userinfo"));
    let error = unsigned.ask(&client(), &"t".into()).await.unwrap_err();
    assert_eq!(error, UserinfoError::Signed);
}

#[tokio::test]
async fn userinfo_sub_of_somebody_else_is_never_handed_on() {
    let id_token = json!({"sub": "248"}).as_object().unwrap().clone();
    for (answer, is_ours) in [
        (said(r#"{"sub":"248","name":"Fred"}"#), true),
        (said(r#"{"sub":"249","name":"Fred"}"#), false),
        (said(r#"{"name":"Fred"}"#), false),
        (jwt(&attributes()), true),
        (
            jwt(&json!({"iss": ISSUER, "aud": "abc", "sub": "249"})),
            false,
        ),
    ] {
        let world = World::saying(answer).await;
        let told = world.ask(false, Some(&id_token)).await;
        if is_ours {
            assert_eq!(told.unwrap()["sub"], "248");
        } else {
            assert_eq!(
                told.unwrap_err(),
                UserinfoError::AnotherUser(SubjectMismatch)
            );
        }
    }
}

#[tokio::test]
async fn userinfo_is_asked_in_the_way_that_the_provider_wants() {
    let provider = Provider::always(said(r#"{"id":"1"}"#)).await;
    for method in [
        UserinfoMethod::Get,
        UserinfoMethod::Post,
        UserinfoMethod::PostForm,
    ] {
        let mut request = UserinfoRequest::to(provider.url("/me?v=1"));
        request.method = method;
        request
            .query
            .push(("fields".to_owned(), "id,name".to_owned()));
        request
            .headers
            .insert("x-version", HeaderValue::from_static("2"));
        request
            .headers
            .insert("authorization", HeaderValue::from_static("mine"));
        request.ask(&client(), &"canary".into()).await.unwrap();
        let asked = provider.asked().pop().unwrap();
        assert_eq!(asked.target, "/me?v=1&fields=id%2Cname");
        assert_eq!(asked.headers["x-version"], "2");
        let header = asked.headers.get("authorization").map(String::as_str);
        if method == UserinfoMethod::PostForm {
            assert_eq!(
                (header, asked.form["access_token"].as_str()),
                (None, "canary")
            );
        } else {
            assert_eq!((header, asked.form.len()), (Some("Bearer canary"), 0));
        }
        let expected = if method == UserinfoMethod::Get {
            "GET"
        } else {
            "POST"
        };
        assert_eq!(asked.method, expected);
    }
}
