//! A provider that says what it is told to, and remembers what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use gatewright_http::{Client, Network, Proxy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::{Url, form_urlencoded};

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) form: BTreeMap<String, String>,
}

/// What is said.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn json(body: &str) -> Answer {
    with_type(200, "application/json", body)
}

pub(crate) fn with_type(status: u16, media_type: &str, body: impl AsRef<[u8]>) -> Answer {
    Answer {
        status,
        headers: vec![("Content-Type", media_type.to_owned())],
        body: body.as_ref().to_vec(),
    }
}

pub(crate) struct Provider {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Provider {
    /// Says what `say` says, given how often it was asked before.
    pub(crate) async fn saying(
        say: impl Fn(usize, &Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let say = Arc::new(say);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (log, say) = (Arc::clone(&log), Arc::clone(&say));
                tokio::spawn(async move {
                    let mut stream = stream;
                    let Some(question) = read(&mut stream).await else {
                        return;
                    };
                    let before = {
                        let mut log = log.lock().unwrap();
                        log.push(question.clone());
                        log.len() - 1
                    };
                    write(&mut stream, &say(before, &question)).await;
                });
            }
        });
        Self { port, asked }
    }

    /// Says this to every question.
    pub(crate) async fn always(answer: Answer) -> Self {
        Self::saying(move |_, _| answer.clone()).await
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("{}{path}", self.origin())).unwrap()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

pub(crate) fn client() -> Client {
    Client::new(&Network {
        proxy: Proxy::None,
        ..Network::default()
    })
    .unwrap()
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = text.lines();
    let mut first = lines.next().unwrap().split(' ');
    let method = first.next().unwrap().to_owned();
    let target = first.next().unwrap().to_owned();
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    while bytes.len() < head + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let form = form_urlencoded::parse(&bytes[head..])
        .into_owned()
        .collect();
    Some(Asked {
        method,
        target,
        headers,
        form,
    })
}

async fn write(stream: &mut TcpStream, answer: &Answer) {
    let more: String = answer
        .headers
        .iter()
        .map(|(name, value)| [*name, ": ", value, "\r\n"].concat())
        .collect();
    let mut bytes = format!(
        "HTTP/1.1 {} Said\r\nConnection: close\r\n{more}Content-Length: {}\r\n\r\n",
        answer.status,
        answer.body.len()
    )
    .into_bytes();
    bytes.extend(&answer.body);
    // A client that hung up is its own business.
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}
