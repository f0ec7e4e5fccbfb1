//! Who gets the port, and who can reach it.

use std::net::{IpAddr, UdpSocket};
use std::time::Duration;

use gatewright_loopback::{BindError, Listener, RedirectChoice, RedirectHost};
use gatewright_oauth::IssuerCheck;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::support::Login;

fn fixed(port: u16, host: RedirectHost) -> RedirectChoice {
    RedirectChoice {
        host,
        port: Some(port),
        path: "/callback".to_owned(),
    }
}

#[tokio::test]
async fn port_taken_is_said_with_the_port_before_any_browser_opens() {
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = other.local_addr().unwrap().port();
    for host in [RedirectHost::Ip127, RedirectHost::Localhost] {
        let error = Listener::bind(fixed(port, host)).await.unwrap_err();
        assert_eq!(error, BindError::PortTaken { port });
        assert!(error.hint().contains(&port.to_string()));
    }
    drop(other);
    let listener = Listener::bind(fixed(port, RedirectHost::Ip127))
        .await
        .unwrap();
    assert_eq!(
        listener.redirect_uri(),
        format!("http://127.0.0.1:{port}/callback")
    );
}

#[tokio::test]
async fn port_hijack_a_port_is_never_shared() {
    let reusing = |address: &str| {
        let socket = if address.starts_with('[') {
            TcpSocket::new_v6()
        } else {
            TcpSocket::new_v4()
        }
        .unwrap();
        socket.set_reuseaddr(true).unwrap();
        #[cfg(unix)]
        socket.set_reuseport(true).unwrap();
        socket
            .bind(address.parse().unwrap())
            .and_then(|()| socket.listen(1))
    };
    let theirs = reusing("127.0.0.1:0").unwrap();
    let port = theirs.local_addr().unwrap().port();
    let taken = Listener::bind(fixed(port, RedirectHost::Ip127)).await;
    assert_eq!(taken.unwrap_err(), BindError::PortTaken { port });

    let ours = Listener::bind(RedirectChoice::default()).await.unwrap();
    assert!(reusing(&format!("127.0.0.1:{}", ours.port())).is_err());
    assert!(reusing(&format!("0.0.0.0:{}", ours.port())).is_err());

    // `localhost` may lead a browser to the other family, so that has to be ours as well.
    if let Ok(six) = reusing("[::1]:0") {
        let port = six.local_addr().unwrap().port();
        let taken = Listener::bind(fixed(port, RedirectHost::Localhost)).await;
        assert_eq!(taken.unwrap_err(), BindError::PortTaken { port });
    }
}

#[tokio::test]
async fn bind_address_is_loopback_and_not_reached_from_the_network() {
    let login = Login::begin().await;
    // No packet is sent: the system only says which address it would use.
    let probe = UdpSocket::bind("0.0.0.0:0").unwrap();
    if probe.connect("192.0.2.1:9").is_ok() {
        let own: IpAddr = probe.local_addr().unwrap().ip();
        if !own.is_loopback() && !own.is_unspecified() {
            let refused = tokio::time::timeout(
                Duration::from_secs(2),
                TcpStream::connect((own, login.port)),
            )
            .await;
            assert!(!matches!(refused, Ok(Ok(_))), "reached from {own}");
        }
    }
    login.ends_well().await;
}

#[tokio::test]
async fn a_fixed_port_is_free_for_the_next_login_at_once() {
    let port = Listener::bind(RedirectChoice::default())
        .await
        .unwrap()
        .port();
    let begin = async || {
        Login::with(
            fixed(port, RedirectHost::Ip127),
            IssuerCheck::default(),
            Duration::from_mins(10),
        )
        .await
    };
    let first = begin().await;
    let busy = Listener::bind(fixed(port, RedirectHost::Ip127)).await;
    assert_eq!(busy.unwrap_err(), BindError::PortTaken { port });
    first.cancel.cancel();
    first.outcome().await.unwrap_err();
    begin().await.ends_well().await;
    begin().await.ends_well().await;
}

#[tokio::test]
async fn a_path_that_cannot_stand_in_an_address_is_refused() {
    for path in [
        "callback", "/a b", "/a?b", "/a#b", "/a//b", "/../x", "/\u{e4}",
    ] {
        let choice = RedirectChoice {
            path: path.to_owned(),
            ..RedirectChoice::default()
        };
        assert!(
            matches!(Listener::bind(choice).await, Err(BindError::Path { .. })),
            "{path}"
        );
    }
    let choice = RedirectChoice {
        path: "/oauth/ghes".to_owned(),
        ..RedirectChoice::default()
    };
    assert!(Listener::bind(choice).await.is_ok());
}
