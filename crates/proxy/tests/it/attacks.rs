//! Requests that could be understood in two ways, and identities that are not the client's.

use std::sync::Arc;
use std::time::Duration;

use gatewright_proxy::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::product::{header, whoami};
use crate::world::World;

const AUTH: &str = "Host: gw\r\nAuthorization: Bearer gho_alice\r\n";

/// None of these reaches the product; the same request without the trick does.
#[tokio::test]
async fn what_two_parsers_could_frame_differently_reaches_nobody() {
    let world = World::start().await;
    for (id, lines, body) in [
        (
            "s1",
            "Content-Length: 6\r\nTransfer-Encoding: chunked",
            "0\r\n\r\nX",
        ),
        (
            "s1",
            "Transfer-Encoding: chunked\r\nContent-Length: 6",
            "0\r\n\r\nX",
        ),
        ("s2", "Content-Length: 3, 3", "abc"),
        ("s2", "Content-Length: 3\r\nContent-Length: 3", "abc"),
        ("s3", "Content-Length: +3", "abc"),
        ("s3", "Content-Length: ", "abc"),
        ("s4", "Transfer-Encoding: identity, chunked", "0\r\n\r\n"),
        ("s4", "Transfer-Encoding: xchunked", "0\r\n\r\n"),
        ("s4", "Transfer-Encoding : chunked", "0\r\n\r\n"),
        ("s8", "X-A: b\r\n X-Remote-User: admin", ""),
        ("s8", "X-A: b\0c", ""),
        ("p19", "Host: other", ""),
    ] {
        let smuggled = "GET /tracker/rest/api/2/smuggled HTTP/1.1\r\n";
        let mut client = world.connect().await;
        client
            .send(&format!(
                "POST /tracker/rest/api/2/issue HTTP/1.1\r\n{AUTH}{lines}\r\n\r\n{body}{smuggled}{AUTH}\r\n"
            ))
            .await;
        let answer = client.answer().await;
        assert_eq!(
            (answer.status(), answer.reason()),
            (400, "malformed_request"),
            "{id} {lines}"
        );
        assert_eq!(answer.header("connection"), Some("close"), "{id}");
        assert!(client.is_closed().await, "{id}");
    }
    assert_eq!(world.product.requests(), Vec::<String>::new());
    let plain =
        format!("POST /tracker/rest/api/2/issue HTTP/1.1\r\n{AUTH}Content-Length: 3\r\n\r\nabc");
    assert_eq!(world.ask(&plain).await.status(), 200);
    assert_eq!(world.product.requests().len(), 1);
}

#[tokio::test]
async fn request_lines_that_could_be_read_in_two_ways_are_refused() {
    let world = World::start().await;
    for line in [
        "GET /tracker/rest/api/2/user#/public HTTP/1.1",
        "GET /tracker\\rest HTTP/1.1",
        "GET rest/api HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "TRACE /tracker/rest/api/2/user HTTP/1.1",
        "CONNECT /tracker/rest/api/2/user HTTP/1.1",
        "CONNECT 127.0.0.1:22 HTTP/1.1",
        "get /tracker/rest/api/2/user HTTP/1.1",
        "GET http://evil/tracker/rest/api/2/user HTTP/1.1",
        "GET /tracker/rest/public/../api/2/user HTTP/1.1",
        "GET /tracker/rest/public/%2e%2e/api/2/user HTTP/1.1",
        "GET /tracker/rest/public/..;/api/2/user HTTP/1.1",
        "GET /tracker//rest/api/2/user HTTP/1.1",
        "GET /tracker/rest%2fapi/2/user HTTP/1.1",
        "GET /tracker/rest/%252e%252e/api HTTP/1.1",
        "GET /tracker/rest/api%00/2/user HTTP/1.1",
        "GET /tracker/rest/api/2/myself?os_username=admin&os_password=x HTTP/1.1",
        "GET /tracker/rest/api/2/myself HTTP/1.0\r\nTransfer-Encoding: chunked",
    ] {
        let answer = world.ask(&format!("{line}\r\n{AUTH}\r\n")).await;
        assert!(
            (400..=405).contains(&answer.status()),
            "{line}: {}",
            answer.head
        );
    }
    assert_eq!(world.product.requests(), Vec::<String>::new());
    for line in [
        "GET /tracker/rest/api/2/user?x=%2F..%2F HTTP/1.1",
        "GET /tracker/secure/attachment/1/my%20file%20%C3%A4.txt HTTP/1.1",
        "GET http://gw/tracker/rest/api/2/myself HTTP/1.1",
    ] {
        assert_eq!(
            world.ask(&format!("{line}\r\n{AUTH}\r\n")).await.status(),
            200,
            "{line}"
        );
    }
    let arrived = world.product.requests();
    assert!(arrived[0].starts_with("GET /jira/rest/api/2/user?x=%2F..%2F HTTP/1.1"));
    assert!(
        arrived[1].starts_with("GET /jira/secure/attachment/1/my%20file%20%C3%A4.txt HTTP/1.1")
    );
    assert!(arrived[2].starts_with("GET /jira/rest/api/2/myself HTTP/1.1"));
}

#[tokio::test]
async fn no_spelling_of_an_identity_reaches_the_product_but_ours() {
    let world = World::start().await;
    for lines in [
        "X-Remote-User: admin\r\n",
        "X_Remote_User: admin\r\n",
        "x.remote.user: admin\r\n",
        "X-Forwarded-User: admin\r\n",
        "X_Forwarded_User: admin\r\n",
        "Connection: close, X-Remote-User, Authorization\r\n",
        "Cookie: JSESSIONID=bobs; seraph.rememberme.cookie=x\r\n",
        "Proxy-Authorization: Basic YWRtaW46YWRtaW4=\r\n",
        "X-HTTP-Method-Override: DELETE\r\n",
    ] {
        let answer = world
            .ask(&format!(
                "GET /tracker/rest/api/2/myself HTTP/1.1\r\n{AUTH}{lines}\r\n"
            ))
            .await;
        assert_eq!(answer.status(), 200, "{lines}");
        let arrived = world.product.requests().pop().unwrap();
        assert_eq!(header(&arrived, "x-remote-user"), Some("alice"), "{lines}");
        assert_eq!(
            arrived.to_lowercase().matches("remote").count(),
            1,
            "{arrived}"
        );
        for gone in [
            "authorization:",
            "cookie:",
            "admin",
            "bobs",
            "DELETE",
            "forwarded_",
            "connection: close",
        ] {
            assert!(
                !arrived.to_lowercase().contains(&gone.to_lowercase()),
                "{gone} in {arrived}"
            );
        }
    }
}

#[tokio::test]
async fn trailers_never_arrive() {
    let world = World::start().await;
    let answer = world
        .ask(&format!(
            "POST /tracker/rest/api/2/issue HTTP/1.1\r\n{AUTH}Transfer-Encoding: chunked\r\nTrailer: X-Remote-User\r\n\r\n1\r\na\r\n0\r\nX-Remote-User: admin\r\n\r\n"
        ))
        .await;
    assert_eq!(answer.status(), 200);
    let arrived = world.product.requests().pop().unwrap();
    assert!(arrived.ends_with("1\r\na\r\n0\r\n\r\n"), "{arrived}");
    assert!(
        !arrived.contains("admin") && !arrived.to_lowercase().contains("trailer"),
        "{arrived}"
    );
}

#[tokio::test]
async fn an_upgrade_and_an_unknown_expectation_are_refused() {
    let world = World::start().await;
    let upgrade = format!(
        "GET /tracker/rest/api/2/myself HTTP/1.1\r\n{AUTH}Connection: Upgrade\r\nUpgrade: foo\r\n\r\n"
    );
    let answer = world.ask(&upgrade).await;
    assert_eq!((answer.status(), answer.reason()), (400, "upgrade_refused"));
    let expecting = format!(
        "POST /tracker/rest/api/2/issue HTTP/1.1\r\n{AUTH}Expect: 200-ok\r\nContent-Length: 1\r\n\r\n"
    );
    assert_eq!(world.ask(&expecting).await.status(), 417);
    assert_eq!(world.product.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn a_refused_body_is_not_read_and_no_byte_of_it_becomes_a_request() {
    let world = World::start().await;
    let mut client = world.connect().await;
    let smuggled = format!("GET /tracker/rest/api/2/smuggled HTTP/1.1\r\n{AUTH}\r\n");
    let body = smuggled.repeat(1 + 1024 * 1024 / smuggled.len());
    client
        .send(&format!(
            "POST /tracker/rest/api/2/issue HTTP/1.1\r\nHost: gw\r\nContent-Length: {}\r\n\r\n",
            body.len()
        ))
        .await;
    let (mut reader, mut writer) = client.0.into_split();
    let sending = tokio::spawn(async move {
        // The gateway may cut it off; what counts is that the answer arrives.
        let _ = writer.write_all(body.as_bytes()).await;
    });
    let mut answer = String::new();
    reader.read_to_string(&mut answer).await.unwrap();
    sending.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    assert_eq!(world.product.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn requests_behind_each_other_are_each_judged_on_their_own() {
    let world = World::start().await;
    let mut client = world.connect().await;
    let get = |token: &str| {
        format!(
            "GET /tracker/rest/api/2/myself HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer {token}\r\n\r\n"
        )
    };
    client
        .send(&format!(
            "{}{}{}",
            get("gho_alice"),
            get("gho_wrong"),
            get("gho_bob")
        ))
        .await;
    let answers = [
        client.answer().await,
        client.answer().await,
        client.answer().await,
    ];
    let seen: Vec<_> = answers
        .iter()
        .map(|answer| (answer.status(), answer.body.as_str()))
        .collect();
    assert_eq!(seen[0], (200, "{\"name\":\"alice\"}"));
    assert_eq!(seen[1].0, 401);
    assert_eq!(seen[2], (200, "{\"name\":\"bob\"}"));
    assert_eq!(world.product.requests().len(), 2);
}

#[tokio::test]
async fn a_product_that_takes_the_caller_for_another_is_not_believed() {
    for other in ["anonymous", "admin"] {
        let world = World::answering(Arc::new(move |_| {
            format!("HTTP/1.1 200 OK\r\nX-AUSERNAME: {other}\r\nContent-Length: 6\r\n\r\nsecret")
        }))
        .await;
        let answer = world
            .ask(&format!("GET /tracker/x HTTP/1.1\r\n{AUTH}\r\n"))
            .await;
        assert_eq!(
            (answer.status(), answer.reason()),
            (502, "identity_mismatch")
        );
        assert!(!answer.body.contains("secret"));
    }
}

#[tokio::test]
async fn two_credentials_are_refused_and_one_passes() {
    let world = World::start().await;
    let two = format!("GET /tracker/x HTTP/1.1\r\n{AUTH}Authorization: Bearer gho_bob\r\n\r\n");
    assert!(matches!(world.ask(&two).await.status(), 400 | 401));
    assert_eq!(
        world
            .ask(&format!("GET /tracker/x HTTP/1.1\r\n{AUTH}\r\n"))
            .await
            .status(),
        200
    );
    assert_eq!(world.product.requests().len(), 1);
}

#[tokio::test]
async fn an_http2_connection_that_asks_nothing_is_closed() {
    let limits = Limits {
        idle_time: Duration::from_secs(1),
        ..Limits::default()
    };
    let act_as = "header = { name = \"X-Remote-User\" }";
    let world = World::with(Arc::new(whoami), limits, act_as).await;
    let mut client = world.connect().await;
    client
        .send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .await;
    let mut rest = Vec::new();
    timeout(Duration::from_secs(20), client.0.read_to_end(&mut rest))
        .await
        .expect("closed in time")
        .unwrap();
}

#[tokio::test]
async fn a_product_that_stops_in_the_middle_of_its_answer_does_not_hold_the_client() {
    let limits = Limits {
        answer_time: Duration::from_secs(1),
        ..Limits::default()
    };
    let act_as = "header = { name = \"X-Remote-User\" }";
    let half = |_: &str| "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_owned();
    let world = World::with(Arc::new(half), limits, act_as).await;
    let mut client = world.connect().await;
    client
        .send("GET /tracker/x HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer gho_alice\r\n\r\n")
        .await;
    let mut rest = Vec::new();
    timeout(Duration::from_secs(20), client.0.read_to_end(&mut rest))
        .await
        .expect("closed in time")
        .unwrap();
    assert!(rest.ends_with(b"half"));
}
