//! Proxies that let through, refuse, and are not there.

use gatewright_http::{Client, ClientError, Network, Proxy, Request, SendError};
use tokio::net::TcpListener;
use url::Url;

use crate::server::{Server, ok};

fn through(proxy: &str, user: Option<&str>, bypass: &[&str]) -> Client {
    let network = Network {
        proxy: Proxy::Set {
            url: Url::parse(proxy).unwrap(),
            user: user.map(str::to_owned),
            password: user.map(|_| "canary".into()),
            bypass: bypass.iter().map(|host| (*host).to_owned()).collect(),
        },
        ..Network::default()
    };
    Client::new(&network).unwrap()
}

fn get(url: &str) -> Request {
    Request::get(Url::parse(url).unwrap())
}

#[tokio::test]
async fn calls_go_through_the_chosen_proxy_with_its_credentials() {
    let proxy = Server::answering(ok("text/plain", "from the proxy")).await;
    let client = through(proxy.url("/").as_str(), Some("fred"), &[]);
    client.send(get("http://products.test/jira")).await.unwrap();
    let seen = &proxy.seen()[0];
    assert!(
        seen.starts_with("GET http://products.test/jira HTTP/1.1"),
        "{seen}"
    );
    assert!(
        seen.contains("proxy-authorization: Basic ZnJlZDpjYW5hcnk="),
        "{seen}"
    );
}

#[tokio::test]
async fn hosts_on_the_bypass_list_are_reached_directly() {
    let proxy = Server::answering(ok("text/plain", "from the proxy")).await;
    let direct = Server::answering(ok("text/plain", "direct")).await;
    for bypass in ["127.0.0.1", "127.0.0.0/8", "*"] {
        let client = through(proxy.url("/").as_str(), None, &["*.example.com", bypass]);
        let answer = client.send(Request::get(direct.url("/"))).await.unwrap();
        assert_eq!(answer.text(), "direct", "{bypass}");
    }
    assert!(proxy.seen().is_empty());
}

#[tokio::test]
async fn a_proxy_that_asks_for_a_password_is_recognised_for_http_and_https() {
    let proxy = Server::answering(
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    let client = through(proxy.url("/").as_str(), None, &[]);
    for url in ["http://products.test/", "https://products.test/"] {
        let error = client.send(get(url)).await.unwrap_err();
        assert_eq!(error, SendError::ProxyAuthentication, "{url}");
        assert!(error.hint().contains("user name and password"));
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_or_is_not_there_is_named_as_the_cause() {
    let proxy = Server::answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").await;
    let refusing = through(proxy.url("/").as_str(), None, &[]);
    let error = refusing
        .send(get("https://products.test/"))
        .await
        .unwrap_err();
    assert!(matches!(error, SendError::Proxy { .. }), "{error:?}");

    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for proxy in [
        format!("http://127.0.0.1:{free}"),
        "http://no-such-proxy.invalid:3128".to_owned(),
    ] {
        let absent = through(&proxy, None, &[]);
        for url in ["http://products.test/", "https://products.test/"] {
            let error = absent.send(get(url)).await.unwrap_err();
            assert!(
                matches!(error, SendError::Proxy { .. }),
                "{proxy} {url} {error:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_proxy_that_is_no_web_address_is_refused_without_its_password() {
    let network = Network {
        proxy: Proxy::Set {
            url: Url::parse("socks9://u:canary@h:1").unwrap(),
            user: None,
            password: None,
            bypass: Vec::new(),
        },
        ..Network::default()
    };
    let error = Client::new(&network).err().unwrap();
    assert!(matches!(error, ClientError::Proxy { .. }));
    assert!(!error.to_string().contains("canary"));
}
