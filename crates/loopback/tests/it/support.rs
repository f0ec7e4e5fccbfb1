//! A sign-in under way, and requests to it byte by byte.

use std::time::Duration;

use gatewright_loopback::{Attempt, Listener, RedirectChoice, WaitError};
use gatewright_oauth::{
    Authorization, AuthorizationRequest, CodeGrant, IssuerCheck, Pending, Pkce, ScopeSeparator,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

pub(crate) fn pending(redirect_uri: &str, issuer: IssuerCheck) -> Pending {
    Authorization::new(AuthorizationRequest {
        authorization_endpoint: Url::parse("https://id.example/authorize").unwrap(),
        token_endpoint: Url::parse("https://id.example/token").unwrap(),
        client_id: "abc".to_owned(),
        redirect_uri: redirect_uri.to_owned(),
        scopes: Vec::new(),
        scope_separator: ScopeSeparator::Space,
        issuer,
        pkce: Pkce::S256,
        authorization_params: Vec::new(),
        token_params: Vec::new(),
    })
    .unwrap()
    .pending
}

/// A sign-in under way.
pub(crate) struct Login {
    pub(crate) port: u16,
    pub(crate) state: String,
    pub(crate) redirect_uri: String,
    pub(crate) attempt: Attempt,
    pub(crate) cancel: CancellationToken,
    waiting: JoinHandle<Result<CodeGrant, WaitError>>,
}

impl Login {
    pub(crate) async fn begin() -> Self {
        Self::with(
            RedirectChoice::default(),
            IssuerCheck::default(),
            Duration::from_mins(10),
        )
        .await
    }

    pub(crate) async fn with(
        choice: RedirectChoice,
        issuer: IssuerCheck,
        timeout: Duration,
    ) -> Self {
        let listener = Listener::bind(choice).await.unwrap();
        let pending = pending(listener.redirect_uri(), issuer);
        Self::awaiting(listener, pending, timeout)
    }

    /// A sign-in that waits at this listener.
    pub(crate) fn awaiting(listener: Listener, pending: Pending, timeout: Duration) -> Self {
        let (port, redirect_uri) = (listener.port(), listener.redirect_uri().to_owned());
        let state = pending.state_for_display().to_owned();
        let attempt = Attempt::new(pending);
        let cancel = CancellationToken::new();
        let (ours, theirs) = (attempt.clone(), cancel.clone());
        let waiting = tokio::spawn(async move { listener.wait_for(&ours, theirs, timeout).await });
        Self {
            port,
            state,
            redirect_uri,
            attempt,
            cancel,
            waiting,
        }
    }

    pub(crate) fn callback(&self, more: &str) -> String {
        format!("/callback?state={}&{more}", self.state)
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What a browser sends when its address bar goes here.
    pub(crate) async fn browse(&self, target: &str) -> Reply {
        let host = self.host();
        send(self.port, &format!(
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nSec-Fetch-Site: cross-site\r\n\r\n"
        ))
        .await
    }

    /// A request with this first line and these headers after `Host`.
    pub(crate) async fn ask(&self, method: &str, target: &str, headers: &str) -> Reply {
        let host = self.host();
        send(
            self.port,
            &format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n"),
        )
        .await
    }

    pub(crate) fn is_waiting(&self) -> bool {
        !self.waiting.is_finished()
    }

    /// Shows that the sign-in still waits, by ending it well.
    pub(crate) async fn ends_well(self) {
        assert!(self.is_waiting());
        let reply = self.browse(&self.callback("code=the-code")).await;
        assert_eq!(reply.status, 302, "{reply:?}");
        self.outcome().await.unwrap();
    }

    pub(crate) async fn outcome(self) -> Result<CodeGrant, WaitError> {
        self.waiting.await.unwrap()
    }
}

/// An answer, in pieces.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

pub(crate) async fn send(port: u16, request: &str) -> Reply {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    read(stream).await
}

pub(crate) async fn read(mut stream: TcpStream) -> Reply {
    let mut bytes = Vec::new();
    // A server that resets after its answer has answered all the same.
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0);
    Reply {
        status,
        head: head.to_lowercase(),
        body: body.to_owned(),
    }
}
