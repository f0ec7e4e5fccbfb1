//! What the record of calls shows, and what it does not.

use gatewright_http::{MASK, Recorder, Request};
use http::header::{COOKIE, HeaderValue};
use tokio::net::TcpListener;
use url::Url;

use crate::answers::client;
use crate::server::Server;

const CANARY: &str = "canary-7f3a9b";

#[tokio::test]
async fn secret_leak_no_secret_of_a_call_is_in_its_record() {
    let body = format!(
        "{{\"access_token\":\"{CANARY}\",\"scope\":\"a b\",\"echo\":\"you sent {CANARY}\"}}"
    );
    let server = Server::answering(format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: s={CANARY}\r\nX-Echo: {CANARY}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ))
    .await;
    let recorder = Recorder::new();
    let client = client().recorded(recorder.clone());
    let request = Request::post_form(
        server.url(&format!("/token?client_id=abc&state={CANARY}")),
        &[
            ("grant_type", "authorization_code"),
            ("code", CANARY),
            ("client_secret", CANARY),
            ("code_verifier", CANARY),
            ("password", CANARY),
        ],
    )
    .named("token")
    .bearer(&CANARY.into())
    .header(COOKIE, HeaderValue::from_static("a=b"));
    let answer = client.send(request.clone()).await.unwrap();
    assert!(String::from_utf8_lossy(&answer.body).contains(CANARY));
    assert!(server.seen()[0].contains(CANARY));

    let legs = recorder.legs();
    let shown = format!("{legs:?} {request:?} {answer:?}");
    assert!(!shown.contains(CANARY), "{shown}");
    let leg = &legs[0];
    assert_eq!(
        (leg.name.as_str(), leg.method.as_str(), leg.status),
        ("token", "POST", Some(200))
    );
    assert!(
        leg.url
            .ends_with(&format!("/token?client_id=abc&state={MASK}"))
    );
    assert!(
        leg.request_form
            .contains(&("grant_type".to_owned(), "authorization_code".to_owned()))
    );
    assert!(
        leg.request_headers
            .contains(&("authorization".to_owned(), format!("Bearer {MASK}")))
    );
    assert!(
        leg.request_headers
            .contains(&("cookie".to_owned(), MASK.to_owned()))
    );
    let body = leg.response_body_masked.as_ref().unwrap();
    assert!(body.contains("\"scope\": \"a b\"") && body.contains(&format!("you sent {MASK}")));
}

#[tokio::test]
async fn a_call_that_fails_is_recorded_with_its_reason() {
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let recorder = Recorder::new();
    let url = Url::parse(&format!("http://127.0.0.1:{free}/")).unwrap();
    client()
        .recorded(recorder.clone())
        .send(Request::get(url))
        .await
        .unwrap_err();
    let legs = recorder.legs();
    assert_eq!(legs[0].status, None);
    assert!(legs[0].error.as_ref().unwrap().contains("refused"));
    recorder.clear();
    assert!(recorder.legs().is_empty());
}
