//! One network for every call of a connection.

use gatewright_http::{Client, Network, Proxy};
use gatewright_oauth::{
    ClientAuthentication, DeviceRequest, Pkce, TokenKind, UserinfoRequest, client_credentials,
    device_start, discover, exchange, fetch_keys, introspect, refresh, revoke,
};
use url::Url;

use crate::server::{Provider, json};
use crate::tokens::{credentials, grant};

#[tokio::test]
async fn every_call_goes_through_the_proxy_of_the_connection_the_token_call_included() {
    let proxy = Provider::always(json("{}")).await;
    let client = Client::new(&Network {
        proxy: Proxy::Set {
            url: Url::parse(&proxy.origin()).unwrap(),
            user: Some("us".to_owned()),
            password: Some("secret".into()),
            bypass: Vec::new(),
        },
        user_agent: Some("Company/1".to_owned()),
        ..Network::default()
    })
    .unwrap();
    // Nothing listens there: what arrives came through the proxy.
    let at = |path: &str| Url::parse(&format!("http://127.0.0.1:9{path}")).unwrap();
    let us = credentials(ClientAuthentication::Body);
    let _ = discover(&client, "http://127.0.0.1:9").await;
    let _ = exchange(&client, grant(at("/code"), Pkce::S256), &us).await;
    let _ = refresh(&client, &at("/refresh"), &us, &"r".into(), &[], &[]).await;
    let _ = client_credentials(&client, &at("/client"), &us, &[], &[]).await;
    let device = DeviceRequest {
        device_endpoint: at("/device"),
        token_endpoint: at("/token"),
        scopes: Vec::new(),
        params: Vec::new(),
    };
    let _ = device_start(&client, &device, &us).await;
    let _ = introspect(&client, &at("/introspect"), &us, &"t".into()).await;
    let _ = revoke(&client, &at("/revoke"), &us, &"t".into(), TokenKind::Access).await;
    let _ = fetch_keys(&client, &at("/keys")).await;
    let _ = UserinfoRequest::to(at("/userinfo"))
        .ask(&client, &"t".into())
        .await;

    let asked = proxy.asked();
    for place in [
        "/.well-known/openid-configuration",
        "/code",
        "/refresh",
        "/client",
        "/device",
        "/introspect",
        "/revoke",
        "/keys",
        "/userinfo",
    ] {
        let whole = at(place);
        let call = asked.iter().find(|asked| asked.target == whole.as_str());
        let call = call.unwrap_or_else(|| panic!("{place} did not come: {asked:?}"));
        assert_eq!(call.headers["user-agent"], "Company/1", "{place}");
        assert!(call.headers.contains_key("proxy-authorization"), "{place}");
    }
}
