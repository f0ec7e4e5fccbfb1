//! The ways in which a sign-in ends.

use std::time::Duration;

use gatewright_loopback::{Attempt, OfferError, RedirectChoice, RedirectHost, WaitError};
use gatewright_oauth::{Callback, CallbackError, IssuerCheck};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::support::{Login, pending, read};

#[tokio::test]
async fn code_in_history_the_code_leaves_the_address_bar_at_once() {
    let login = Login::begin().await;
    assert_eq!(
        login.redirect_uri,
        format!("http://127.0.0.1:{}/callback", login.port)
    );
    let reply = login.browse(&login.callback("code=canary-code")).await;
    assert_eq!(
        (reply.status, reply.header("location")),
        (302, Some("/done"))
    );
    assert!(reply.body.is_empty());
    let page = login.browse("/done").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("You are signed in") && page.body.contains("close this tab"));
    assert!(!page.body.contains("canary") && !page.body.contains(&login.state));
    assert!(!page.body.contains("<script"));
    let grant = login.outcome().await.unwrap();
    assert!(!format!("{grant:?}").contains("canary"));
}

#[tokio::test]
async fn code_reuse_the_same_callback_twice_is_handled_once() {
    let login = Login::begin().await;
    let answer = login.callback("code=the-code");
    assert_eq!(login.browse(&answer).await.status, 302);
    for _ in 0..2 {
        let again = login.browse(&answer).await;
        assert_eq!(again.status, 410);
        assert!(again.body.contains("complete already"), "{}", again.body);
    }
    let attempt = login.attempt.clone();
    login.outcome().await.unwrap();
    let none = attempt
        .outcome(&CancellationToken::new(), Duration::from_secs(1))
        .await;
    assert_eq!(none.unwrap_err(), WaitError::Cancelled);
}

#[tokio::test]
async fn access_denied_ends_the_login_in_the_providers_words() {
    let login = Login::begin().await;
    let reply = login
        .browse(&login.callback(
            "error=access_denied&error_description=%3Cscript%3Enot+allowed&error_uri=javascript:x",
        ))
        .await;
    assert_eq!(
        (reply.status, reply.header("location")),
        (302, Some("/done"))
    );
    let page = login.browse("/done").await;
    assert!(
        page.body
            .contains("access_denied: &lt;script&gt;not allowed"),
        "{}",
        page.body
    );
    let WaitError::Refused(error) = login.outcome().await.unwrap_err() else {
        panic!()
    };
    assert_eq!(error.code, "access_denied");
    assert_eq!(error.link(), None);
}

#[tokio::test]
async fn mixup_iss_an_answer_of_another_issuer_ends_the_login_without_a_code() {
    let login = Login::with(
        RedirectChoice::default(),
        IssuerCheck::optional("https://a.example"),
        Duration::from_mins(10),
    )
    .await;
    login
        .browse(&login.callback("code=x&iss=https://b.example"))
        .await;
    let page = login.browse("/done").await;
    assert!(page.body.contains("another provider"), "{}", page.body);
    assert_eq!(
        login.outcome().await.unwrap_err(),
        WaitError::NotBelieved(CallbackError::WrongIssuer {
            expected: "https://a.example".to_owned(),
            found: "https://b.example".to_owned(),
        })
    );
}

#[tokio::test]
async fn late_callback_after_cancel_is_told_so_and_changes_nothing() {
    let login = Login::begin().await;
    let answer = login.callback("code=the-code");
    login.cancel.cancel();
    // The listener learns of it together with whoever waits.
    while login.is_waiting() {
        tokio::task::yield_now().await;
    }
    let reply = login.browse(&answer).await;
    assert_eq!(reply.status, 410);
    assert!(
        reply.body.contains("cancelled in Gatewright"),
        "{}",
        reply.body
    );
    assert_eq!(login.outcome().await.unwrap_err(), WaitError::Cancelled);
}

#[tokio::test]
async fn browser_never_returns_and_the_login_ends_by_itself() {
    let after = Duration::from_millis(50);
    let login = Login::with(RedirectChoice::default(), IssuerCheck::default(), after).await;
    let answer = login.callback("code=the-code");
    let (port, host) = (login.port, login.host());
    assert_eq!(
        login.outcome().await.unwrap_err(),
        WaitError::TimedOut { after }
    );
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream
        .write_all(format!("GET {answer} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let reply = read(stream).await;
    assert_eq!(reply.status, 410);
    assert!(reply.body.contains("took too long"), "{}", reply.body);
}

#[tokio::test]
async fn browser_never_returns_but_the_pasted_address_does() {
    let login = Login::begin().await;
    let wrong = Callback::from_url(&format!("{}?code=x&state=guess", login.redirect_uri)).unwrap();
    assert_eq!(login.attempt.offer(wrong).unwrap_err(), OfferError::NotOurs);
    assert!(login.is_waiting());
    let address = format!("{}?code=x&state={}", login.redirect_uri, login.state);
    login
        .attempt
        .offer(Callback::from_url(&address).unwrap())
        .unwrap();
    let again = login
        .attempt
        .offer(Callback::from_url(&address).unwrap())
        .unwrap_err();
    assert!(matches!(again, OfferError::Over { .. }) && again.to_string().contains("already"));
    assert_eq!(login.browse(&login.callback("code=x")).await.status, 410);
    login.outcome().await.unwrap();
}

#[tokio::test]
async fn second_click_ends_the_first_attempt_and_its_state_with_it() {
    let first = Login::begin().await;
    first.attempt.cancel();
    let second = Login::begin().await;
    let answer = second
        .callback("code=x")
        .replace(&second.state, &first.state);
    assert_eq!(second.browse(&answer).await.status, 400);
    assert_eq!(first.browse(&first.callback("code=x")).await.status, 410);
    assert_eq!(first.outcome().await.unwrap_err(), WaitError::Cancelled);
    second.ends_well().await;
}

#[tokio::test]
async fn whoever_stops_waiting_has_cancelled() {
    let attempt = Attempt::new(pending(
        "http://127.0.0.1:1/callback",
        IssuerCheck::default(),
    ));
    let never = CancellationToken::new();
    let waited = tokio::time::timeout(
        Duration::from_millis(10),
        attempt.outcome(&never, Duration::from_mins(1)),
    )
    .await;
    assert!(waited.is_err());
    let callback = Callback::from_query("code=x&state=y").unwrap();
    assert_eq!(
        attempt.offer(callback).unwrap_err().to_string(),
        "this sign-in was cancelled"
    );
}

#[tokio::test]
async fn a_localhost_login_is_reached_by_name_and_by_both_families() {
    let choice = RedirectChoice {
        host: RedirectHost::Localhost,
        port: None,
        path: String::new(),
    };
    let login = Login::with(choice, IssuerCheck::default(), Duration::from_mins(10)).await;
    assert_eq!(
        login.redirect_uri,
        format!("http://localhost:{}", login.port)
    );
    let request = |target: &str| {
        format!(
            "GET {target} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n",
            login.port
        )
    };
    for address in ["127.0.0.1", "::1"] {
        // A machine without IPv6 has nothing to reach.
        let Ok(mut stream) = TcpStream::connect((address, login.port)).await else {
            continue;
        };
        stream
            .write_all(request("/?code=x&state=guess").as_bytes())
            .await
            .unwrap();
        assert_eq!(read(stream).await.status, 400);
    }
    let mut stream = TcpStream::connect(("127.0.0.1", login.port)).await.unwrap();
    let target = format!("/?code=x&state={}", login.state);
    stream.write_all(request(&target).as_bytes()).await.unwrap();
    assert_eq!(read(stream).await.status, 302);
    login.outcome().await.unwrap();
}
