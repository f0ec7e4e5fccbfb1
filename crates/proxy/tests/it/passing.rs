//! What clients of the products do passes as it is.

use std::sync::Arc;

use gatewright_proxy::Limits;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use crate::product::{header, whoami};
use crate::world::World;

const HEADER: &str = "header = { name = \"X-Remote-User\" }";
const AUTH: &str = "Host: gw\r\nAuthorization: Bearer gho_alice\r\n";

#[tokio::test]
async fn paths_of_every_kind_of_api_arrive_byte_for_byte() {
    let world = World::start().await;
    for path in [
        "/rest/api/2/issue/A-1?expand=names,schema&fields=*all",
        "/rest/agile/1.0/board/1/sprint",
        "/rest/servicedeskapi/request",
        "/rest/api/content/123/child/attachment?filename=a%20b.png",
        "/rest/api/1.0/projects/P/repos/r/browse/a%20b/%C3%A4.txt?at=refs%2Fheads%2Fx",
        "/secure/attachment/10000/%E2%9C%93%20report.pdf",
        "/download/attachments/1/a+b(1).png?version=1&api=v2",
        "/s/abc/_/download/batch/x/x.css",
        "/plugins/servlet/oauth",
        "/browse/A-1",
        "/rest/api/2/search?jql=text%20~%20%22a%26b%22",
    ] {
        let answer = world
            .ask(&format!("GET /tracker{path} HTTP/1.1\r\n{AUTH}\r\n"))
            .await;
        assert_eq!(answer.status(), 200, "{path}");
        let arrived = world.product.requests().pop().unwrap();
        assert!(
            arrived.starts_with(&format!("GET /jira{path} HTTP/1.1\r\n")),
            "{arrived}"
        );
    }
}

#[tokio::test]
async fn a_packed_answer_and_its_headers_come_back_as_they_are() {
    let answers = |head: &str| {
        assert_eq!(header(head, "accept-encoding"), Some("gzip"));
        assert_eq!(header(head, "range"), Some("bytes=0-2"));
        "HTTP/1.1 206 Partial Content\r\nContent-Encoding: gzip\r\nETag: \"x\"\r\n\
         Content-Range: bytes 0-2/9\r\nContent-Disposition: attachment; filename=\"a.gz\"\r\n\
         X-AUSERNAME: alice\r\nContent-Length: 3\r\n\r\n\x1f\x0b\x08"
            .to_owned()
    };
    let world = World::answering(Arc::new(answers)).await;
    let answer = world
        .ask(&format!(
            "GET /tracker/secure/attachment/1/a.gz HTTP/1.1\r\n{AUTH}Accept-Encoding: gzip\r\nRange: bytes=0-2\r\n\r\n"
        ))
        .await;
    assert_eq!(answer.status(), 206);
    assert_eq!(answer.body, "\x1f\x0b\x08");
    for (name, value) in [
        ("content-encoding", "gzip"),
        ("etag", "\"x\""),
        ("content-range", "bytes 0-2/9"),
        ("content-disposition", "attachment; filename=\"a.gz\""),
        ("content-length", "3"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn the_parts_of_an_upload_stream_and_the_fields_of_a_form_are_judged() {
    let world = World::start().await;
    let post = |kind: &str, body: &str| {
        format!(
            "POST /tracker/rest/api/2/issue/A-1/attachments HTTP/1.1\r\n{AUTH}Content-Type: {kind}\r\nX-Atlassian-Token: no-check\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    // A product reads no parameters from parts: a file may hold whatever it holds.
    let parts = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"os_username\"\r\n\r\nos_authType=basic\r\n--b--\r\n";
    let sent = post("multipart/form-data; boundary=b", parts);
    assert_eq!(world.ask(&sent).await.status(), 200);
    assert!(world.product.requests()[0].ends_with(parts));
    let form = "application/x-www-form-urlencoded";
    assert_eq!(world.ask(&post(form, "a=b&c=%C3%A4")).await.status(), 200);
    let refused = world.ask(&post(form, "a=b&os_authType=basic")).await;
    assert_eq!(
        (refused.status(), refused.reason()),
        (400, "malformed_request")
    );
    assert_eq!(world.product.requests().len(), 2);
}

#[tokio::test]
async fn a_large_upload_is_not_gathered() {
    let mut world = World::with(Arc::new(whoami), Limits::default(), HEADER).await;
    let mut client = world.connect().await;
    let piece = "x".repeat(64 * 1024);
    let length = piece.len() * 64;
    client
        .send(&format!(
            "PUT /tracker/rest/api/2/attachment HTTP/1.1\r\n{AUTH}Content-Length: {length}\r\n\r\n"
        ))
        .await;
    let mut arrived = 0;
    let mut sent = 0;
    for _ in 0..64 {
        client.send(&piece).await;
        sent += piece.len();
        // Each piece is at the product before the next one is sent.
        while arrived < sent {
            arrived += world.product.bytes.recv().await.unwrap().len();
        }
    }
    assert_eq!(client.answer().await.status(), 200);
}

#[tokio::test]
async fn an_upload_over_http2_arrives_whole() {
    let world = World::start().await;
    let stream = TcpStream::connect(world.address).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake::<_, _, Full<bytes::Bytes>>(
            TokioExecutor::new(),
            TokioIo::new(stream),
        )
        .await
        .unwrap();
    tokio::spawn(connection);
    let body = bytes::Bytes::from(vec![b'y'; 300_000]);
    let request = http::Request::post("http://gw/tracker/rest/api/2/issue/A-1/attachments")
        .header("authorization", "Bearer gho_alice")
        .header("content-type", "application/octet-stream")
        .body(Full::new(body))
        .unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    let text = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(text, "{\"name\":\"alice\"}");
    let arrived = world.product.requests().pop().unwrap();
    assert!(arrived.matches('y').count() >= 300_000);
}

#[tokio::test]
async fn a_refused_upload_that_waits_for_leave_gets_none() {
    let world = World::start().await;
    let head = |token: &str| {
        format!(
            "PUT /tracker/rest/api/2/attachment HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer {token}\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        )
    };
    let mut refused = world.connect().await;
    refused.send(&head("gho_wrong")).await;
    assert_eq!(refused.answer().await.status(), 401);
    assert!(refused.is_closed().await);
    assert!(world.product.requests().is_empty());
    let mut permitted = world.connect().await;
    permitted.send(&head("gho_alice")).await;
    permitted.send("bytes").await;
    assert_eq!(permitted.answer().await.status(), 200);
}
