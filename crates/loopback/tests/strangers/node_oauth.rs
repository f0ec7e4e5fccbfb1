//! `@node-oauth/oauth2-server` from npm: plain OAuth 2.0 that does not describe itself.

use gatewright_oauth::{ClientAuthentication, UserinfoRequest, discover};

use crate::server::Server;
use crate::sign_in::{At, with_secret};
use crate::visitor::client;

fn begin(server: &Server) -> At {
    let us = with_secret(
        "gatewright",
        server.said("gatewright"),
        ClientAuthentication::Body,
    );
    At::told(server.url("/authorize"), server.url("/token"), us, &["all"])
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn node_oauth_signs_in_and_rotates() {
    let server = Server::node("oauth2-server.mjs", &[]);
    let at = begin(&server);
    let first = at.tokens().await;
    assert!(first.is_bearer() && first.expires_in == Some(3600));
    let newest = at.rotates(&first).await;
    let asking = UserinfoRequest::to(server.url("/me"));
    let person = asking.ask(&at.client, &newest.access_token).await.unwrap();
    assert_eq!(person.json["login"], "fred");
    let error = discover(&client(), server.said("issuer")).await;
    assert!(error.unwrap_err().hint().len() > 10);
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn node_oauth_refuses_in_words() {
    let server = Server::node("oauth2-server.mjs", &[]);
    let at = begin(&server);
    assert_eq!(at.with_wrong_secret().await.code, "invalid_client");
    let (page, ended) = at.visit("/not-registered").await;
    assert!(ended.is_err());
    assert!(
        page.status == 400 && page.text.contains("redirect_uri"),
        "{page:?}"
    );
}
