//! A client that signs for itself, and requests that are pushed before the browser opens.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use gatewright_jose::{Expectations, KeySet, verify};
use gatewright_oauth::{
    Algorithm, Authorization, AuthorizationRequest, ClientAssertion, ClientAuthentication,
    ClientCredentials, DeviceRequest, ExchangeError, IssuerCheck, Pkce, PushError, ScopeSeparator,
    SigningKey, TokenKind, client_credentials, device_poll, device_start, exchange, introspect,
    refresh, revoke,
};
use time::OffsetDateTime;
use url::{Url, form_urlencoded};

use crate::server::{Provider, client, json, with_type};
use crate::tokens::{credentials, grant};

/// A P-256 key that another program wrote (RFC 7515 A.3).
const KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
const NOW: i64 = 1_800_000_000;

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW).unwrap()
}

fn key() -> SigningKey {
    SigningKey::read(&KEY.into(), None, Some("k1".to_owned())).unwrap()
}

fn signing() -> ClientCredentials {
    let id = Some("k1".to_owned());
    let assertion =
        ClientAssertion::read(&KEY.into(), None, id, "https://id.example", Arc::new(now)).unwrap();
    ClientCredentials {
        secret: Some("must not be sent".into()),
        ..ClientCredentials::signing("id with space", assertion)
    }
}

#[tokio::test]
async fn every_endpoint_gets_an_assertion_of_its_own_and_no_secret() {
    let provider = Provider::saying(|_, asked| {
        json(match asked.target.as_str() {
            "/device" => {
                r#"{"device_code":"d","user_code":"u","verification_uri":"https://id.example/d"}"#
            }
            "/introspect" => r#"{"active":true}"#,
            "/par" => r#"{"request_uri":"urn:x","expires_in":60}"#,
            _ => r#"{"access_token":"x"}"#,
        })
    })
    .await;
    let (client, us) = (client(), signing());
    let (token, at) = (provider.url("/token"), |path: &str| provider.url(path));
    exchange(&client, grant(token.clone(), Pkce::S256), &us)
        .await
        .unwrap();
    let _ = refresh(&client, &token, &us, &"r".into(), &[], &[])
        .await
        .unwrap();
    client_credentials(&client, &token, &us, &[], &[])
        .await
        .unwrap();
    let device = DeviceRequest {
        device_endpoint: at("/device"),
        token_endpoint: token.clone(),
        scopes: Vec::new(),
        params: Vec::new(),
    };
    let started = device_start(&client, &device, &us).await.unwrap();
    device_poll(&client, &token, &us, &started.device_code)
        .await
        .unwrap();
    introspect(&client, &at("/introspect"), &us, &"t".into())
        .await
        .unwrap();
    revoke(&client, &at("/revoke"), &us, &"t".into(), TokenKind::Access)
        .await
        .unwrap();
    started_sign_in(&us.client_id)
        .to_push(at("/par"))
        .push(&client, &us)
        .await
        .unwrap();

    let keys = KeySet::from_json(key().public_jwk().to_string().as_bytes()).unwrap();
    let expected = Expectations {
        algorithms: vec![Algorithm::Es256],
        ..Expectations::of_access_token(
            "id with space",
            vec!["https://id.example".to_owned()],
            now(),
        )
    };
    let mut seen = HashSet::new();
    let all = provider.asked();
    assert_eq!(all.len(), 8);
    for asked in all {
        assert!(
            !asked.headers.contains_key("authorization"),
            "{}",
            asked.target
        );
        assert!(
            !asked.form.contains_key("client_secret"),
            "{}",
            asked.target
        );
        assert_eq!(asked.form["client_id"], "id with space");
        assert_eq!(
            asked.form["client_assertion_type"],
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
        let claims = verify(&asked.form["client_assertion"], &keys, &expected).unwrap();
        assert_eq!(
            (&claims["sub"], &claims["iat"]),
            (&"id with space".into(), &NOW.into())
        );
        assert_eq!(claims["exp"], NOW + 60);
        assert!(seen.insert(claims["jti"].to_string()), "jti is used twice");
    }
    assert!(!format!("{us:?}").contains("jpsQ"));
}

#[tokio::test]
async fn a_client_without_a_key_sends_nothing() {
    let provider = Provider::always(json(r#"{"access_token":"x"}"#)).await;
    let us = credentials(ClientAuthentication::PrivateKeyJwt);
    let error = client_credentials(&client(), &provider.url("/token"), &us, &[], &[])
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ExchangeError::NotReached(_)) && error.to_string().contains("no key"),
        "{error}"
    );
    assert!(provider.asked().is_empty());
}

fn started_sign_in(client_id: &str) -> Authorization {
    Authorization::new(AuthorizationRequest {
        authorization_endpoint: Url::parse("https://id.example/authorize?tenant=a%20b").unwrap(),
        token_endpoint: Url::parse("https://id.example/token").unwrap(),
        client_id: client_id.to_owned(),
        redirect_uri: "http://127.0.0.1:4711/callback".to_owned(),
        scopes: vec!["openid".to_owned(), "profile".to_owned()],
        scope_separator: ScopeSeparator::Space,
        issuer: IssuerCheck::default(),
        pkce: Pkce::S256,
        authorization_params: vec![("prompt".to_owned(), "login & more".to_owned())],
        token_params: Vec::new(),
    })
    .unwrap()
}

#[tokio::test]
async fn a_pushed_request_leaves_only_client_and_reference_for_the_browser() {
    let provider = Provider::saying(|before, _| {
        with_type(
            201,
            "application/json",
            format!(
                r#"{{"request_uri":"urn:ietf:params:oauth:request_uri:{before}","expires_in":"5"}}"#
            ),
        )
    })
    .await;
    let us = credentials(ClientAuthentication::Basic);
    let sign_in = started_sign_in(&us.client_id);
    let push = sign_in.to_push(provider.url("/par"));
    let pushed = push.push(&client(), &us).await.unwrap();
    assert_eq!(pushed.expires_in.as_secs(), 5);
    assert_eq!(
        pushed.url.as_str(),
        "https://id.example/authorize?tenant=a%20b&client_id=id+with+space&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A0"
    );
    let asked = provider.asked()[0].clone();
    assert!(asked.headers["authorization"].starts_with("Basic "));
    let query: BTreeMap<String, String> =
        form_urlencoded::parse(sign_in.url.query().unwrap().as_bytes())
            .into_owned()
            .collect();
    assert_eq!(asked.form["state"], sign_in.pending.state_for_display());
    for name in [
        "code_challenge",
        "nonce",
        "redirect_uri",
        "response_type",
        "scope",
        "prompt",
    ] {
        assert_eq!(asked.form[name], query[name], "{name}");
    }
    assert_eq!(asked.form["scope"], "openid profile");
    assert!(!asked.form.contains_key("tenant"));
    // A reference that has expired leads to a new push of the same sign-in.
    let again = push.push(&client(), &us).await.unwrap();
    assert!(again.url.as_str().ends_with("%3A1"));
    assert_eq!(provider.asked()[1].form, asked.form);
    assert!(!format!("{push:?}").contains(sign_in.pending.state_for_display()));
}

#[tokio::test]
async fn a_push_that_is_refused_opens_no_browser() {
    let us = credentials(ClientAuthentication::Body);
    let push = async |status: u16, body: &str| {
        let provider = Provider::always(with_type(status, "application/json", body)).await;
        let to = started_sign_in(&us.client_id).to_push(provider.url("/par"));
        to.push(&client(), &us).await
    };
    let refused = push(
        400,
        r#"{"error":"invalid_request","error_description":"redirect_uri is not registered"}"#,
    );
    let error = refused.await.unwrap_err();
    assert!(
        error.to_string().contains("redirect_uri is not registered"),
        "{error}"
    );
    assert!(
        error.hint().contains("Register exactly"),
        "{}",
        error.hint()
    );
    for nothing in ["{}", r#"{"request_uri":""}"#, r#"{"request_uri":7}"#] {
        assert_eq!(
            push(201, nothing).await.unwrap_err(),
            PushError::NoReference
        );
    }
    let clear = Url::parse("http://id.example/par").unwrap();
    let sign_in = started_sign_in(&us.client_id);
    let error = sign_in
        .to_push(clear)
        .push(&client(), &us)
        .await
        .unwrap_err();
    assert!(matches!(error, PushError::Insecure(_)));
    let other = started_sign_in("another client");
    let there = Url::parse("https://id.example/par").unwrap();
    let error = other.to_push(there).push(&client(), &us).await.unwrap_err();
    assert_eq!(error, PushError::OtherClient);
}
