//! Requests that must not end a sign-in.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Login, read, send};

#[tokio::test]
async fn favicon_and_other_stray_requests_do_not_end_the_login() {
    let login = Login::begin().await;
    for path in [
        "/favicon.ico",
        "/apple-touch-icon.png",
        "/robots.txt",
        "/",
        "/callback",
        "/callback/",
        "/Callback",
        "/done",
    ] {
        assert_eq!(login.browse(path).await.status, 404, "{path}");
    }
    let answer = login.callback("code=the-code");
    assert_eq!(login.ask("HEAD", &answer, "").await.status, 404);
    for header in [
        "Sec-Purpose: prefetch;prerender\r\n",
        "Purpose: prefetch\r\n",
        "X-Moz: prefetch\r\n",
    ] {
        assert_eq!(
            login.ask("GET", &answer, header).await.status,
            404,
            "{header}"
        );
    }
    login.ends_well().await;
}

#[tokio::test]
async fn mixup_shared_redirect_an_answer_on_another_path_is_not_taken() {
    let login = Login::begin().await;
    let target = login
        .callback("code=x")
        .replace("/callback", "/callback-of-another");
    assert_eq!(login.browse(&target).await.status, 404);
    login.ends_well().await;
}

#[tokio::test]
async fn callback_origin_only_the_address_bar_itself_counts() {
    let login = Login::begin().await;
    let answer = login.callback("code=the-code");
    for method in ["POST", "OPTIONS", "PUT", "DELETE", "PATCH"] {
        let reply = login
            .ask(
                method,
                &answer,
                "Origin: https://evil.test\r\nContent-Length: 0\r\n",
            )
            .await;
        assert_eq!(reply.status, 405, "{method}");
        assert!(!reply.head.contains("access-control-"), "{}", reply.head);
    }
    for headers in [
        "Origin: https://evil.test\r\n",
        "Sec-Fetch-Mode: cors\r\nSec-Fetch-Site: cross-site\r\nOrigin: https://evil.test\r\n",
        "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n",
        "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n",
    ] {
        let reply = login.ask("GET", &answer, headers).await;
        assert_eq!(reply.status, 403, "{headers}");
        assert!(!reply.head.contains("access-control-"), "{}", reply.head);
    }
    login.ends_well().await;
}

#[tokio::test]
async fn pna_preflight_is_not_allowed() {
    let login = Login::begin().await;
    let reply = login
        .ask("OPTIONS", &login.callback("code=x"), "Origin: https://evil.test\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Private-Network: true\r\n")
        .await;
    assert_eq!(reply.status, 405);
    assert!(
        !reply.head.contains("\nallow:") && !reply.head.contains("access-control-"),
        "{}",
        reply.head
    );
    login.ends_well().await;
}

#[tokio::test]
async fn dns_rebinding_another_host_gets_nothing() {
    let login = Login::begin().await;
    let (port, answer) = (login.port, login.callback("code=the-code"));
    let good = login.host();
    for host in [
        "evil.test".to_owned(),
        format!("rebind.network:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{}", port ^ 1),
        format!("localhost:{port}"),
        format!("127.0.0.1.evil.test:{port}"),
        String::new(),
    ] {
        let reply = send(
            port,
            &format!("GET {answer} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        )
        .await;
        assert!(matches!(reply.status, 400 | 421), "{host}: {reply:?}");
        assert!(reply.body.is_empty());
    }
    for request in [
        format!("GET {answer} HTTP/1.1\r\n\r\n"),
        format!("GET {answer} HTTP/1.1\r\nHost: {good}\r\nHost: evil.test\r\n\r\n"),
        format!("GET http://evil.test{answer} HTTP/1.1\r\nHost: {good}\r\n\r\n"),
    ] {
        let reply = send(port, &request).await;
        assert!(matches!(reply.status, 400 | 421), "{request}");
    }
    login.ends_well().await;
}

#[tokio::test]
async fn state_wrong_is_refused_and_the_login_goes_on() {
    let login = Login::begin().await;
    let earlier = Login::begin().await;
    let swapped: String = login.state.chars().rev().collect();
    for state in [
        swapped.as_str(),
        &login.state[..20],
        earlier.state.as_str(),
        "x",
    ] {
        let reply = login
            .browse(&format!("/callback?code=x&state={state}"))
            .await;
        assert_eq!(reply.status, 400, "{state}");
        assert!(reply.body.contains("another sign-in"), "{}", reply.body);
    }
    let refusal = login.browse("/callback?error=access_denied&state=x").await;
    assert_eq!(refusal.status, 400);
    login.ends_well().await;
    earlier.ends_well().await;
}

#[tokio::test]
async fn state_missing_is_refused_and_the_login_goes_on() {
    let login = Login::begin().await;
    for query in ["code=x", "code=x&state=", "error=access_denied"] {
        let reply = login.browse(&format!("/callback?{query}")).await;
        assert_eq!(reply.status, 400);
        assert!(reply.body.contains("brings no state"), "{}", reply.body);
    }
    login.ends_well().await;
}

#[tokio::test]
async fn duplicate_params_are_refused_and_the_login_goes_on() {
    let login = Login::begin().await;
    let state = login.state.clone();
    for query in [
        format!("code=a&code=b&state={state}"),
        format!("code=a&error=b&state={state}"),
        format!("code=a&state={state}&state={state}"),
        format!("state={state}"),
    ] {
        let reply = login.browse(&format!("/callback?{query}")).await;
        assert_eq!(reply.status, 400, "{query}");
    }
    login.ends_well().await;
}

#[tokio::test]
async fn fragment_response_in_the_query_is_refused_and_the_login_goes_on() {
    let login = Login::begin().await;
    let reply = login.browse(&login.callback("access_token=canary")).await;
    assert_eq!(reply.status, 400);
    assert!(reply.body.contains("authorization code flow") && !reply.body.contains("canary"));
    login.ends_well().await;
}

#[tokio::test]
async fn error_page_xss_nothing_of_a_request_becomes_markup() {
    let login = Login::begin().await;
    let nasty = "%22%27%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%E2%80%AE";
    for query in [
        format!("code={nasty}&state={nasty}"),
        format!(
            "error={nasty}&error_description={nasty}&error_uri=javascript:alert(1)&state={nasty}"
        ),
        format!("{nasty}={nasty}"),
    ] {
        let reply = login.browse(&format!("/callback?{query}")).await;
        assert_eq!(reply.status, 400);
        assert!(
            !reply.body.contains("<script") && !reply.body.contains("alert(1)"),
            "{}",
            reply.body
        );
        assert!(
            reply
                .header("content-security-policy")
                .unwrap()
                .starts_with("default-src 'none';")
        );
        assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    }
    for size in [8 * 1024, 64 * 1024] {
        let long = "x".repeat(size);
        let reply = login
            .browse(&format!(
                "/callback?code={long}&state={long}&error_description={long}"
            ))
            .await;
        assert!(matches!(reply.status, 400 | 414 | 431), "{}", reply.status);
        assert!(reply.body.len() < 10_000);
    }
    login.ends_well().await;
}

#[tokio::test]
async fn slow_callback_idle_and_dawdling_connections_do_not_shut_the_browser_out() {
    let login = Login::begin().await;
    let mut idle = Vec::new();
    for index in 0..300 {
        let mut stream = TcpStream::connect(("127.0.0.1", login.port)).await.unwrap();
        if index % 2 == 0 {
            stream.write_all(b"GET /callb").await.unwrap();
        }
        idle.push(stream);
    }
    let reply = tokio::time::timeout(Duration::from_secs(5), login.browse("/favicon.ico"))
        .await
        .unwrap();
    assert_eq!(reply.status, 404);
    login.ends_well().await;
}

#[tokio::test]
async fn what_is_not_http_is_no_answer() {
    let login = Login::begin().await;
    for bytes in [
        "\u{16}\u{3}\u{1}",
        "hello\r\n\r\n",
        "GET /callback HTTP/9.9\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", login.port)).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        assert_ne!(read(stream).await.status, 302);
    }
    login.ends_well().await;
}
