//! What clients do every day, and what happens when the product does not play along.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use gatewright_atlassian::KeyPair;
use gatewright_proxy::Limits;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};

use crate::product::{header, whoami};
use crate::world::{World, engine};

/// A key pair takes long to make; one is enough.
pub(crate) fn link() -> &'static KeyPair {
    static LINK: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate().unwrap());
    &LINK
}

const OAUTH1: &str =
    "oauth1 = { consumer_key = \"gatewright\", private_key = { secret = \"link\" } }";

#[tokio::test]
async fn with_a_good_token_the_user_arrives_and_otherwise_nobody() {
    let world = World::start().await;
    let get =
        |lines: &str| format!("GET /tracker/rest/api/2/myself HTTP/1.1\r\nHost: gw\r\n{lines}\r\n");
    let good = world.ask(&get("Authorization: Bearer gho_alice\r\n")).await;
    assert_eq!(
        (good.status(), good.body.as_str()),
        (200, "{\"name\":\"alice\"}")
    );
    assert_eq!(good.header("x-ausername"), Some("alice"));
    assert_eq!(good.header("set-cookie"), None);
    for (lines, status, reason) in [
        ("", 401, "missing_credentials"),
        (
            "Authorization: Bearer gho_wrong\r\n",
            401,
            "invalid_credentials",
        ),
        ("Authorization: Bearer gho_ghost\r\n", 403, "user_unknown"),
    ] {
        let answer = world.ask(&get(lines)).await;
        assert_eq!((answer.status(), answer.reason()), (status, reason));
        assert!(answer.body.contains("errorMessages"), "{}", answer.body);
        assert_eq!(answer.header("www-authenticate").is_some(), status == 401);
    }
    assert_eq!(world.product.requests().len(), 1);
    let counted = world.gateway.counts();
    assert!(counted.outcomes.contains(&("permit", 1)));
    assert!(counted.outcomes.contains(&("user_unknown", 1)));
}

#[tokio::test]
async fn each_request_leaves_one_audit_line_without_its_secrets() {
    let world = World::start().await;
    let good = world
        .ask("GET /tracker/rest/api/2/myself?jql=canary HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer gho_alice\r\n\r\n")
        .await;
    let line = world.audit(good.header("x-request-id").unwrap()).await;
    assert_eq!(line["outcome"], "permit");
    assert_eq!(line["user"], "alice");
    assert_eq!(line["status"], 200);
    assert_eq!(line["product_user"], "alice");
    assert_eq!(line["path"], "/rest/api/2/myself");
    let text = line.to_string();
    assert!(
        !text.contains("gho_alice") && !text.contains("canary"),
        "{text}"
    );
    let bad = world
        .ask("GET /elsewhere HTTP/1.1\r\nHost: gw\r\n\r\n")
        .await;
    let line = world.audit(bad.header("x-request-id").unwrap()).await;
    assert_eq!(
        (&line["outcome"], &line["status"]),
        (&"unknown_product".into(), &404.into())
    );
}

#[tokio::test]
async fn before_the_first_publish_nothing_passes() {
    let world = World::start().await;
    world.running.store(None);
    let answer = world
        .ask("GET /tracker/x HTTP/1.1\r\nHost: gw\r\n\r\n")
        .await;
    assert_eq!((answer.status(), answer.reason()), (503, "not_configured"));
    world
        .running
        .store(Some(Arc::new(engine(world.product.address, OAUTH1))));
    let answer = world
        .ask("GET /tracker/x HTTP/1.1\r\nHost: gw\r\n\r\n")
        .await;
    assert_eq!(answer.reason(), "missing_credentials");
}

#[tokio::test]
async fn a_body_streams_while_it_is_sent() {
    let mut world = World::start().await;
    let mut client = world.connect().await;
    client
        .send("PUT /tracker/rest/api/2/attachment HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer gho_alice\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\nfirst")
        .await;
    let mut arrived = String::new();
    while !arrived.ends_with("first") {
        arrived.push_str(&String::from_utf8(world.product.bytes.recv().await.unwrap()).unwrap());
    }
    assert_eq!(header(&arrived, "content-length"), Some("10"));
    assert_eq!(header(&arrived, "expect"), None);
    assert_eq!(
        header(&arrived, "host"),
        Some(world.product.address.to_string().as_str())
    );
    client.send("-last").await;
    assert_eq!(client.answer().await.status(), 200);
    // The connection is good for another request.
    client
        .send("GET /tracker/x HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer gho_bob\r\n\r\n")
        .await;
    assert_eq!(client.answer().await.body, "{\"name\":\"bob\"}");
}

#[tokio::test]
async fn an_application_link_signs_each_request_with_the_user_in_the_query() {
    let answers = |head: &str| {
        let named = head
            .split(['?', '&', ' '])
            .any(|part| part == "xoauth_requestor_id=alice");
        let signed = header(head, "authorization")
            .is_some_and(|value| value.starts_with("OAuth ") && value.contains("oauth_token=\"\""));
        whoami(&format!(
            "x-remote-user: {}",
            if named && signed {
                "alice"
            } else {
                "anonymous"
            }
        ))
    };
    let world = World::with(Arc::new(answers), Limits::default(), OAUTH1).await;
    let auth = "Host: gw\r\nAuthorization: Bearer gho_alice\r\n";
    for request in [
        format!("GET /tracker/rest/api/2/search?jql=a%20b HTTP/1.1\r\n{auth}\r\n"),
        format!(
            "POST /tracker/rest/api/2/issue HTTP/1.1\r\n{auth}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b"
        ),
    ] {
        assert_eq!(world.ask(&request).await.status(), 200, "{request}");
    }
    let arrived = world.product.requests();
    assert!(
        arrived[0].starts_with("GET /jira/rest/api/2/search?jql=a%20b&xoauth_requestor_id=alice ")
    );
    assert!(arrived[1].ends_with("\r\n\r\na=b"));
    let form = |length: usize, body: &str| {
        format!(
            "POST /tracker/rest/api/2/issue HTTP/1.1\r\n{auth}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    };
    let large = world.ask(&form(300 * 1024, "a=b")).await;
    assert_eq!((large.status(), large.reason()), (413, "too_large"));
    let other = world.ask(&form(29, "xoauth_requestor_id=admin&a=b")).await;
    assert_eq!((other.status(), other.reason()), (400, "malformed_request"));
    assert_eq!(world.product.requests().len(), 2);
}

#[tokio::test]
async fn a_product_that_is_down_slow_or_breaks_off_is_said_to_be() {
    let get = "GET /tracker/x HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer gho_alice\r\n\r\n";
    let world = World::start().await;
    // A port that was free a moment ago.
    let gone = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    world.running.store(Some(Arc::new(engine(
        gone,
        "header = { name = \"X-Remote-User\" }",
    ))));
    let down = world.ask(get).await;
    assert_eq!(
        (down.status(), down.reason()),
        (502, "upstream_unavailable")
    );

    let limits = Limits {
        answer_time: Duration::from_millis(200),
        ..Limits::default()
    };
    let silent = World::with(
        Arc::new(|_| String::new()),
        limits,
        "header = { name = \"X-Remote-User\" }",
    )
    .await;
    let slow = silent.ask(get).await;
    assert_eq!((slow.status(), slow.reason()), (504, "upstream_timeout"));

    let nonsense = World::answering(Arc::new(|_| "nonsense\r\n\r\n".to_owned())).await;
    let broken = nonsense.ask(get).await;
    assert_eq!(
        (broken.status(), broken.reason()),
        (502, "upstream_unavailable")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_finishes_what_is_in_flight_and_takes_nothing_new() {
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    let mut world = World::answering(Arc::new(move |head| {
        tokio::task::block_in_place(|| released.lock().unwrap().recv().unwrap());
        whoami(head)
    }))
    .await;
    let mut client = world.connect().await;
    client
        .send("GET /tracker/x HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer gho_alice\r\n\r\n")
        .await;
    world.product.bytes.recv().await.unwrap();
    world.stop.cancel();
    while TcpStream::connect(world.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    release.send(()).unwrap();
    assert_eq!(client.answer().await.body, "{\"name\":\"alice\"}");
    assert!(client.is_closed().await);
    world.served.await.unwrap();
}

#[tokio::test]
async fn http2_is_judged_like_http1() {
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
    let mut ask = async |token: Option<&str>, path: &str| {
        let mut request = http::Request::builder().uri(format!("http://gw{path}"));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request
            .header("x_remote_user", "admin")
            .body(Full::default())
            .unwrap();
        let answer = sender.send_request(request).await.unwrap();
        let status = answer.status().as_u16();
        (
            status,
            answer.into_body().collect().await.unwrap().to_bytes(),
        )
    };
    assert_eq!(
        ask(Some("gho_alice"), "/tracker/x").await,
        (200, "{\"name\":\"alice\"}".into())
    );
    assert_eq!(ask(None, "/tracker/x").await.0, 401);
    assert_eq!(ask(Some("gho_alice"), "/tracker/a%2Fb").await.0, 400);
    assert_eq!(
        ask(Some("gho_bob"), "/tracker/x").await,
        (200, "{\"name\":\"bob\"}".into())
    );
    let arrived = world.product.requests();
    assert_eq!(arrived.len(), 2);
    assert!(arrived.iter().all(|request| !request.contains("admin")));
}

#[tokio::test]
async fn the_vault_of_a_product_at_the_root_of_a_host_is_not_taken_for_the_gateways_own_path() {
    let world = World::start().await;
    world
        .gateway
        .answer_own_calls(Arc::new(|call: gatewright_proxy::OwnCall| {
            Box::pin(async move {
                let mut answer = http::Response::new(bytes::Bytes::from(call.path));
                *answer.status_mut() = http::StatusCode::IM_A_TEAPOT;
                answer
            })
        }));
    let base = format!("http://{}", world.product.address);
    let text =
        crate::world::document_of("jira", &base, "header = { name = \"X-Remote-User\" }", "");
    let text = text.replace("\"/tracker\"", "\"/\"");
    world
        .running
        .store(Some(Arc::new(crate::world::engine_from(&text, &[]))));
    let ask = |path: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer gho_alice\r\n\r\n")
    };
    assert_eq!(world.ask(&ask("/.gatewright/token")).await.status(), 200);
    let own = world.ask(&ask("/.gatewright/api/v1/keys")).await;
    assert_eq!((own.status(), own.body.as_str()), (418, "api/v1/keys"));
    let other = world.ask(&ask("/.gatewright/token/x")).await;
    assert_eq!(other.status(), 418);
}
