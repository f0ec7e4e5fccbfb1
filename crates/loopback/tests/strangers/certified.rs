//! `oidc-provider` from npm: certified, in the ways in which it can be set up.

use std::sync::Arc;

use gatewright_oauth::{
    ClientAssertion, ClientAuthentication, ClientCredentials, DevicePoll, DeviceRequest,
    DiscoveryError, IdTokenExpectations, ProviderKeys, ServerMetadata, TokenKind, UserinfoError,
    UserinfoRequest, UserinfoSigner, device_poll, device_start, discover, introspect, revoke,
    verify_id_token,
};
use url::Url;

use crate::server::Server;
use crate::sign_in::{At, now, with_secret};
use crate::visitor::{Visitor, client};

const ID: &str = "gatewright-desktop";
const SECRET: &str = "a-secret-of-more-than-32-characters-for-tests";
const SCOPES: [&str; 3] = ["openid", "profile", "offline_access"];

fn provider(variant: &str) -> Server {
    Server::node("oidc-provider.mjs", &[ID, SECRET, variant])
}

async fn described(server: &Server) -> ServerMetadata {
    discover(&client(), server.said("issuer")).await.unwrap()
}

fn at(metadata: &ServerMetadata, credentials: ClientCredentials) -> At {
    let mut at = At::described(metadata, credentials, &SCOPES);
    // OpenID Connect gives refresh tokens for a consent alone.
    at.params = vec![("prompt".to_owned(), "consent".to_owned())];
    at
}

fn credentials() -> ClientCredentials {
    with_secret(ID, SECRET, ClientAuthentication::Basic)
}

/// Signs in, and believes nothing that is not proven.
async fn fred_signs_in(at: &At, metadata: &ServerMetadata) -> gatewright_oauth::Tokens {
    let tokens = at.tokens().await;
    let keys = ProviderKeys::new(metadata.jwks_uri.clone().unwrap());
    let expected = IdTokenExpectations {
        issuer: metadata.issuer.clone(),
        client_id: ID.to_owned(),
        nonce: tokens.expected_nonce.clone(),
        access_token: Some(tokens.access_token.clone()),
        algorithms: Vec::new(),
        now: now(),
    };
    assert!(expected.nonce.is_some());
    let id_token = tokens.id_token.clone().unwrap();
    let claims = keys
        .verify(&at.client, now(), |keys| {
            verify_id_token(&id_token, keys, &expected)
        })
        .await
        .unwrap();
    let mut asking = UserinfoRequest::to(metadata.userinfo_endpoint.clone().unwrap());
    asking.id_token_claims = Some(&claims);
    asking.signer = Some(UserinfoSigner {
        keys: &keys,
        issuer: metadata.issuer.clone(),
        client_id: ID.to_owned(),
        algorithms: Vec::new(),
        now: now(),
        demanded: false,
    });
    let person = asking.ask(&at.client, &tokens.access_token).await.unwrap();
    assert_eq!(person.json["preferred_username"], "fred");
    tokens
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_certified_provider_signs_in_refreshes_introspects_and_revokes() {
    let server = provider("plain");
    let metadata = described(&server).await;
    assert!(metadata.announces_issuer_in_answers && metadata.must_push_to().is_none());
    let at = at(&metadata, credentials());
    let tokens = fred_signs_in(&at, &metadata).await;
    let new = at
        .refreshed(tokens.refresh_token.as_ref().unwrap())
        .await
        .unwrap();
    let asks = async || {
        let endpoint = metadata.introspection_endpoint.as_ref().unwrap();
        introspect(&at.client, endpoint, &at.credentials, &new.access_token)
            .await
            .unwrap()
    };
    let good = asks().await;
    assert!(good.active && good.claims["client_id"] == ID, "{good:?}");
    let endpoint = metadata.revocation_endpoint.as_ref().unwrap();
    revoke(
        &at.client,
        endpoint,
        &at.credentials,
        &new.access_token,
        TokenKind::Access,
    )
    .await
    .unwrap();
    assert!(!asks().await.active);
    let asking = UserinfoRequest::to(metadata.userinfo_endpoint.clone().unwrap());
    let refused = asking.ask(&at.client, &new.access_token).await.unwrap_err();
    assert!(
        matches!(refused, UserinfoError::TokenRefused(_)),
        "{refused:?}"
    );
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_certified_provider_rotates_and_refuses_in_words() {
    let server = provider("plain");
    let metadata = described(&server).await;
    let at = at(&metadata, credentials());
    let first = at.tokens().await;
    at.rotates(&first).await;
    assert_eq!(at.with_wrong_secret().await.code, "invalid_client");

    let (page, ended) = at.visit("/not-registered").await;
    assert!(ended.is_err());
    assert!(
        page.status == 400 && page.text.contains("redirect_uri"),
        "{page:?}"
    );
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_certified_provider_that_demands_pushed_requests_gets_them() {
    let server = provider("par");
    let metadata = described(&server).await;
    let mut at = at(&metadata, credentials());
    assert!(at.push.is_some());
    fred_signs_in(&at, &metadata).await;
    // The server means it: the same request in the address is refused.
    at.push = None;
    let (page, ended) = at.visit("/callback").await;
    assert!(ended.is_err(), "{page:?}");
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_certified_provider_that_signs_userinfo_is_believed_by_its_keys_alone() {
    let server = provider("jwt");
    let metadata = described(&server).await;
    let at = at(&metadata, credentials());
    let tokens = fred_signs_in(&at, &metadata).await;
    let asking = UserinfoRequest::to(metadata.userinfo_endpoint.clone().unwrap());
    let unsigned = asking.ask(&at.client, &tokens.access_token).await;
    assert_eq!(unsigned.unwrap_err(), UserinfoError::Signed);
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_certified_provider_knows_the_client_by_what_it_signs() {
    let server = provider("key");
    let metadata = described(&server).await;
    let assertion = ClientAssertion::read(
        &server.said("private_key").into(),
        None,
        None,
        metadata.issuer.clone(),
        Arc::new(now),
    )
    .unwrap();
    let at = at(&metadata, ClientCredentials::signing(ID, assertion));
    let first = fred_signs_in(&at, &metadata).await;
    at.rotates(&first).await;
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_certified_provider_gives_a_token_for_a_code_that_was_typed_elsewhere() {
    let server = provider("device");
    let metadata = described(&server).await;
    let asked = DeviceRequest {
        device_endpoint: metadata.device_authorization_endpoint.clone().unwrap(),
        token_endpoint: metadata.token_endpoint.clone().unwrap(),
        scopes: vec!["openid".to_owned()],
        params: Vec::new(),
    };
    let client = client();
    let us = credentials();
    let waiting = device_start(&client, &asked, &us).await.unwrap();
    let poll = async || {
        device_poll(&client, &asked.token_endpoint, &us, &waiting.device_code)
            .await
            .unwrap()
    };
    assert!(matches!(poll().await, DevicePoll::Pending));
    let typed = [
        ("user_code", waiting.user_code.as_str()),
        ("login", "fred"),
        ("password", "any password"),
    ];
    let page = Visitor::new()
        .visit(waiting.verification_uri.clone(), &typed)
        .await;
    assert_eq!(page.status, 200, "{page:?}");
    let DevicePoll::Done(tokens) = poll().await else {
        panic!("{page:?}")
    };
    assert!(tokens.is_bearer() && tokens.id_token.is_some());
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_certified_provider_that_names_itself_otherwise_is_not_believed() {
    let server = provider("lies");
    let issuer = server.said("issuer");
    let error = discover(&client(), issuer).await.unwrap_err();
    let DiscoveryError::OtherIssuer { expected, found } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(expected, issuer);
    assert_eq!(Url::parse(found).unwrap().host_str(), Some("localhost"));
}
