//! What goes wrong when it is told to.

use gatewright_sandbox::{Options, start, system_clock};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::running::{Running, between, query};

async fn jira_scenario(sandbox: &Running, scenario: Value) {
    let answer = sandbox
        .jira("PUT", "/rest/sandbox/1.0/scenario")
        .user("fred")
        .json(&scenario)
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn a_product_goes_down_and_comes_back() {
    let sandbox = Running::start().await;
    jira_scenario(&sandbox, json!({ "down": true })).await;
    assert_eq!(
        sandbox
            .jira("GET", "/rest/api/2/serverInfo")
            .send()
            .await
            .status,
        503
    );
    assert_eq!(
        sandbox.confluence("GET", "/status").send().await.status,
        200
    );
    jira_scenario(&sandbox, json!({ "down": false })).await;
    assert_eq!(
        sandbox
            .jira("GET", "/rest/api/2/serverInfo")
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn bad_credentials_can_run_as_nobody_instead() {
    let sandbox = Running::start().await;
    jira_scenario(
        &sandbox,
        json!({ "bad_basic_is_anonymous": true, "invalid_token_is_anonymous": true }),
    )
    .await;
    let path = "/rest/api/2/mypermissions";
    let wrong = sandbox
        .jira("GET", path)
        .basic("fred", "wrong")
        .send()
        .await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.header("x-ausername")),
        (200, "anonymous".to_owned())
    );
    assert_eq!(wrong.header("x-seraph-loginreason"), "AUTHENTICATED_FAILED");
    let token = sandbox.jira("GET", path).bearer("unknown").send().await;
    assert_eq!(
        (token.status.as_u16(), token.header("x-ausername")),
        (200, "anonymous".to_owned())
    );
}

#[tokio::test]
async fn a_rate_limit_and_a_login_page_come_instead_of_the_answer() {
    let sandbox = Running::start().await;
    let myself = || {
        sandbox
            .jira("GET", "/rest/api/2/myself")
            .user("fred")
            .send()
    };
    assert_eq!(myself().await.header("retry-after"), "0");
    jira_scenario(&sandbox, json!({ "rate_limited": true })).await;
    let limited = myself().await;
    assert_eq!(
        (limited.status.as_u16(), limited.header("retry-after")),
        (429, "5".to_owned())
    );
    jira_scenario(
        &sandbox,
        json!({ "rate_limited": false, "login_page": true }),
    )
    .await;
    let page = myself().await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
}

#[tokio::test]
async fn an_unknown_switch_is_refused() {
    let sandbox = Running::start().await;
    let scenario = json!({ "dwon": true });
    let answer = sandbox
        .jira("PUT", "/rest/sandbox/1.0/scenario")
        .user("fred")
        .json(&scenario)
        .send()
        .await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        sandbox
            .jira("GET", "/rest/api/2/serverInfo")
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn providers_go_down_and_forget_their_users() {
    let sandbox = Running::start().await;
    let down = json!({ "down": true });
    assert_eq!(
        sandbox
            .oidc("PUT", "/sandbox/scenario")
            .json(&down)
            .send()
            .await
            .status,
        200
    );
    assert_eq!(
        sandbox
            .oidc("GET", "/.well-known/openid-configuration")
            .send()
            .await
            .status,
        503
    );
    assert_eq!(sandbox.ghes("GET", "/api/v3/meta").send().await.status, 200);
    let html = json!({ "login_page": true });
    assert_eq!(
        sandbox
            .ghes("PUT", "/sandbox/scenario")
            .json(&html)
            .send()
            .await
            .status,
        200
    );
    assert!(
        sandbox
            .ghes("GET", "/api/v3/user")
            .send()
            .await
            .text
            .starts_with("<!doctype html>")
    );
}

#[tokio::test]
async fn an_answer_can_name_another_issuer_or_none() {
    let sandbox = Running::start().await;
    let issuer = sandbox.description.providers.oidc.issuer.clone();
    let other = "https://other.example";
    for (iss, seen) in [
        (json!(other), Some(other)),
        (json!(""), None),
        (json!(null), Some(issuer.as_str())),
    ] {
        let scenario = json!({ "authorization_iss": iss });
        assert_eq!(
            sandbox
                .oidc("PUT", "/sandbox/scenario")
                .json(&scenario)
                .send()
                .await
                .status,
            200
        );
        let path =
            "/authorize?client_id=gatewright&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcallback";
        let location = sandbox.oidc("GET", path).send().await.header("location");
        assert_eq!(query(&location, "iss").as_deref(), seen);
    }
}

#[tokio::test]
async fn it_ends_when_it_is_told_to_although_a_connection_is_kept_open() {
    let sandbox = start(Options {
        port: 0,
        now: system_clock(),
    })
    .await
    .unwrap();
    let address = sandbox
        .description()
        .products
        .jira
        .trim_start_matches("http://")
        .replace("/jira", "");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(sandbox.run_until(stopped));
    let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
    connection
        .write_all(b"HEAD /jira/status HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut begun = [0; 15];
    connection.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200 OK");
    stop.send(()).unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(10), server)
        .await
        .expect("it ends")
        .unwrap();
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let first = start(Options {
        port: 0,
        now: system_clock(),
    })
    .await
    .unwrap();
    let port: u16 = between(&first.description().products.jira, "127.0.0.1:", "/")
        .parse()
        .unwrap();
    let second = start(Options {
        port,
        now: system_clock(),
    })
    .await;
    assert_eq!(
        second.err().unwrap().to_string(),
        format!("cannot listen on 127.0.0.1:{port}")
    );
}
