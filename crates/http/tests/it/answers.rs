//! Answers good and bad over plain HTTP.

use std::time::Duration;

use gatewright_http::{Client, Fault, Limits, Network, Proxy, Request, SendError};
use http::StatusCode;
use tokio::net::TcpListener;
use url::Url;

use crate::server::{Server, gzip_bomb, ok};

pub(crate) fn client() -> Client {
    Client::new(&Network {
        proxy: Proxy::None,
        ..Network::default()
    })
    .unwrap()
}

#[tokio::test]
async fn an_answer_comes_with_its_time() {
    let server = Server::answering(ok("application/json", "{}")).await;
    let client = client();
    let url = Url::parse(&format!("http://localhost:{}/a?b=c", server.port)).unwrap();
    let first = client.send(Request::get(url.clone())).await.unwrap();
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(first.media_type().as_deref(), Some("application/json"));
    assert!(
        first.timing.dns.is_some() && first.timing.connect.is_some(),
        "{:?}",
        first.timing
    );
    assert!(first.timing.total >= first.timing.first_byte);
    let second = client.send(Request::get(url)).await.unwrap();
    assert_eq!((second.timing.dns, second.timing.connect), (None, None));
    assert!(server.seen()[0].starts_with("GET /a?b=c HTTP/1.1\r\n"));
    assert!(server.seen()[0].contains("user-agent: Gatewright/"));
}

#[tokio::test]
async fn token_redirect_is_an_answer_and_is_not_followed() {
    let target = Server::answering(ok("text/plain", "stolen")).await;
    for status in [
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let server = Server::answering(format!(
            "HTTP/1.1 {status}\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
            target.url("/")
        ))
        .await;
        let answer = client()
            .send(Request::post_form(server.url("/t"), &[("code", "canary")]))
            .await
            .unwrap();
        assert!(answer.status.is_redirection());
        assert_eq!(answer.location(), Some(target.url("/").as_str()));
    }
    assert!(target.seen().is_empty());
}

#[tokio::test]
async fn slow_token_a_silent_server_ends_in_a_timeout() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let after = Duration::from_millis(200);
    let request =
        Request::get(Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap()).within(Limits {
            total: after,
            body: 10,
        });
    let error = client().send(request).await.unwrap_err();
    assert_eq!(error, SendError::Timeout { after });
    assert!(error.retry() && !error.never_arrived());
}

#[tokio::test]
async fn slow_token_a_body_too_large_is_cut_off_packed_or_not() {
    let limit = 100_000;
    let plain = ok("text/plain", &"x".repeat(limit + 1));
    let packed = gzip_bomb(10_000_000);
    assert!(packed.len() < limit);
    for answer in [plain, packed] {
        let server = Server::answering(answer).await;
        let request = Request::get(server.url("/")).within(Limits {
            total: Duration::from_secs(20),
            body: limit,
        });
        assert_eq!(
            client().send(request).await.unwrap_err(),
            SendError::BodyTooLarge { limit }
        );
    }
    let server = Server::answering(ok("text/plain", &"x".repeat(limit))).await;
    let request = Request::get(server.url("/")).within(Limits {
        total: Duration::from_secs(20),
        body: limit,
    });
    assert_eq!(client().send(request).await.unwrap().body.len(), limit);
}

#[tokio::test]
async fn a_port_where_nothing_listens_is_told_from_a_name_that_nobody_knows() {
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = Url::parse(&format!("http://127.0.0.1:{free}/")).unwrap();
    let error = client().send(Request::get(url)).await.unwrap_err();
    let SendError::Connect { host, port, detail } = &error else {
        panic!("{error:?}")
    };
    assert_eq!((host.as_str(), *port), ("127.0.0.1", free));
    assert!(detail.contains("refused"), "{detail}");
    assert_eq!(error.fault(), Fault::Network);

    let url = Url::parse("http://no-such-host.invalid/").unwrap();
    let error = client().send(Request::get(url)).await.unwrap_err();
    assert_eq!(
        error,
        SendError::Dns {
            host: "no-such-host.invalid".to_owned()
        }
    );
    assert!(error.never_arrived());
}

#[tokio::test]
async fn what_does_not_speak_http_is_called_that() {
    for answer in ["SSH-2.0-OpenSSH_9.6\r\n", "\u{15}\u{3}\u{1}"] {
        let server = Server::answering(answer).await;
        let error = client()
            .send(Request::get(server.url("/")))
            .await
            .unwrap_err();
        assert!(matches!(&error, SendError::Broken { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn what_no_header_can_carry_is_not_sent() {
    let server = Server::answering(ok("text/plain", "")).await;
    for request in [
        Request::get(server.url("/")).bearer(&"canary\nx: y".into()),
        Request::get(server.url("/")).basic("a:b", &"canary".into()),
        Request::get(Url::parse("file:///etc/passwd").unwrap()),
    ] {
        let error = client().send(request).await.unwrap_err();
        assert!(matches!(error, SendError::NotSent { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
    assert!(server.seen().is_empty());
    client()
        .send(Request::get(server.url("/")).basic("fred", &"p:w".into()))
        .await
        .unwrap();
    assert!(server.seen()[0].contains("authorization: Basic ZnJlZDpwOnc="));
}

#[tokio::test]
async fn a_web_page_is_recognised_with_its_title() {
    let page = "\n<!DOCTYPE html><html><head><title>\n Sign in &amp; go </title></head></html>";
    let server = Server::answering(ok("application/json", page)).await;
    let answer = client().send(Request::get(server.url("/"))).await.unwrap();
    assert!(answer.is_web_page());
    assert_eq!(answer.page_title().as_deref(), Some("Sign in & go"));
    let server = Server::answering(ok("text/html", "{\"a\":\"<html>\"}")).await;
    assert!(
        !client()
            .send(Request::get(server.url("/")))
            .await
            .unwrap()
            .is_web_page()
    );
}
