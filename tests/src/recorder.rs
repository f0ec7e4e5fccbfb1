//! A server of bare sockets that keeps every byte that arrives.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What it answers to a request, byte for byte; `None` closes the connection.
pub type Answers = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Stands behind the gateway; dropping it ends it.
pub struct Recorder {
    /// Where it listens.
    pub address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    requests: Vec<String>,
}

impl Recorder {
    /// Starts it on a free port of loopback.
    pub async fn start(answers: Answers) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .context("a recorder")?;
        let address = listener.local_addr().context("a recorder")?;
        let kept = Arc::new(Mutex::new(Kept::default()));
        let keeping = Arc::clone(&kept);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answers), Arc::clone(&keeping)));
            }
        });
        Ok(Self {
            address,
            kept,
            serving,
        })
    }

    /// One that says as whom it takes the caller, by the header `X-Remote-User`.
    pub async fn product() -> Result<Self> {
        Self::start(Arc::new(|request| {
            let user = header(request, "x-remote-user").unwrap_or("anonymous");
            Some(format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-AUSERNAME: {user}\r\n\
                 Set-Cookie: JSESSIONID=1\r\nContent-Length: {}\r\n\r\n{{\"name\":\"{user}\"}}",
                user.len() + 11
            ))
        }))
        .await
    }

    /// A GitHub Enterprise Server of which a token names its owner: `gho_` and the login.
    pub async fn provider() -> Result<Self> {
        Self::start(Arc::new(|request| {
            let bearer = header(request, "authorization").unwrap_or_default();
            let known = ["alice", "bob"]
                .into_iter()
                .find(|login| bearer.ends_with(&format!(" gho_{login}")));
            let (status, body) = match known {
                Some(login) => ("200 OK", format!("{{\"login\":\"{login}\",\"id\":7}}")),
                None => ("401 Unauthorized", "{\"message\":\"Bad credentials\"}".to_owned()),
            };
            Some(format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ))
        }))
        .await
    }

    /// The requests that arrived, head and body as they came; forgets them.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.locked().requests)
    }

    /// Every byte that arrived since the start.
    pub fn bytes(&self) -> Vec<u8> {
        self.locked().bytes.clone()
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The first value of a header.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

async fn serve(mut stream: TcpStream, answers: Answers, kept: Arc<Mutex<Kept>>) {
    let mut inbox = Vec::new();
    let mut room = vec![0; 16 * 1024];
    loop {
        let read = match stream.read(&mut room).await {
            Ok(0) | Err(_) => return,
            Ok(read) => read,
        };
        inbox.extend_from_slice(&room[..read]);
        kept.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .bytes
            .extend_from_slice(&room[..read]);
        while let Some(length) = whole(&inbox) {
            let request = String::from_utf8_lossy(&inbox[..length]).into_owned();
            inbox.drain(..length);
            let answer = answers(&request);
            kept.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .requests
                .push(request);
            let Some(answer) = answer else { return };
            let ends = answer.contains("Connection: close\r\n");
            if stream.write_all(answer.as_bytes()).await.is_err() || ends {
                return;
            }
        }
    }
}

/// The length of the first request, once all of it is there.
fn whole(inbox: &[u8]) -> Option<usize> {
    let end = inbox.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&inbox[..end]);
    if header(&head, "transfer-encoding").is_some() {
        let last = inbox[end..]
            .windows(5)
            .position(|five| five == b"0\r\n\r\n")?;
        return Some(end + last + 5);
    }
    let length: usize = header(&head, "content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    (inbox.len() >= end + length).then_some(end + length)
}
