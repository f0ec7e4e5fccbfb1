//! Authlib's authorization server: OAuth 2.0 with its own description, and no `OpenID`.

use gatewright_oauth::{
    ClientAuthentication, ServerMetadata, TokenKind, UserinfoRequest, discover, exchange,
    introspect, revoke,
};

use crate::server::Server;
use crate::sign_in::{At, with_secret};
use crate::visitor::client;

async fn begin(server: &Server, id: &str) -> (ServerMetadata, At) {
    let metadata = discover(&client(), server.said("issuer")).await.unwrap();
    let us = with_secret(id, server.said(id), metadata.preferred_authentication());
    assert_eq!(us.authentication, ClientAuthentication::Basic);
    let at = At::described(&metadata, us, &["read", "write"]);
    (metadata, at)
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn authlib_signs_in_rotates_introspects_and_revokes() {
    let server = Server::python("authorization_server.py");
    let (metadata, at) = begin(&server, "gatewright").await;
    let first = at.tokens().await;
    assert_eq!(first.scope.as_deref().unwrap(), ["read", "write"]);
    let asking = UserinfoRequest::to(metadata.userinfo_endpoint.clone().unwrap());
    let person = asking.ask(&at.client, &first.access_token).await.unwrap();
    assert_eq!(person.json["username"], "fred");

    let newest = at.rotates(&first).await;
    let active = async || {
        let endpoint = metadata.introspection_endpoint.as_ref().unwrap();
        introspect(&at.client, endpoint, &at.credentials, &newest.access_token)
            .await
            .unwrap()
    };
    let good = active().await;
    assert!(good.active && good.claims["username"] == "fred", "{good:?}");
    let endpoint = metadata.revocation_endpoint.as_ref().unwrap();
    for (token, kind) in [
        (newest.refresh_token.as_ref().unwrap(), TokenKind::Refresh),
        (&newest.access_token, TokenKind::Access),
        (&"unknown".into(), TokenKind::Access),
    ] {
        revoke(&at.client, endpoint, &at.credentials, token, kind)
            .await
            .unwrap();
    }
    assert!(!active().await.active);
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn authlib_refuses_in_words() {
    let server = Server::python("authorization_server.py");
    let (_, mut at) = begin(&server, "gatewright").await;
    assert_eq!(at.with_wrong_secret().await.code, "invalid_client");
    let (page, ended) = at.visit("/not-registered").await;
    assert!(ended.is_err());
    assert!(
        page.status == 400 && page.text.contains("edirect"),
        "{page:?}"
    );
    at.credentials.authentication = ClientAuthentication::Body;
    let refused = exchange(&at.client, at.grant().await, &at.credentials).await;
    let hint = refused.unwrap_err().hint();
    assert!(
        hint.contains("switch between Basic header and body"),
        "{hint}"
    );
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn authlib_takes_basic_as_it_comes_and_the_hint_leads_to_the_body() {
    let server = Server::python("authorization_server.py");
    let (_, mut at) = begin(&server, "odd").await;
    let refused = exchange(&at.client, at.grant().await, &at.credentials).await;
    let hint = refused.unwrap_err().hint();
    assert!(
        hint.contains("switch between Basic header and body"),
        "{hint}"
    );
    at.credentials.authentication = ClientAuthentication::Body;
    at.tokens().await;
}
