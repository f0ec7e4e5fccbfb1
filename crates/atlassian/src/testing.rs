//! A server on a real socket that answers what a test tells it to.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use gatewright_http::{Client, Network, Proxy};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// What to answer: status, headers, body.
pub(crate) struct Reply(
    pub(crate) u16,
    pub(crate) Vec<(String, String)>,
    pub(crate) String,
);

pub(crate) fn json(status: u16, body: &str) -> Reply {
    Reply(
        status,
        vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body.to_owned(),
    )
}

pub(crate) fn page(status: u16, title: &str) -> Reply {
    let body = format!("<html><head><title>{title}</title></head><body></body></html>");
    Reply(
        status,
        vec![("Content-Type".to_owned(), "text/html".to_owned())],
        body,
    )
}

impl Reply {
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.1.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// The server; it ends with the runtime of its test.
pub(crate) struct Server {
    pub(crate) url: Url,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let record = Arc::clone(&seen);
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (record, answer) = (Arc::clone(&record), Arc::clone(&answer));
                tokio::spawn(async move { serve(stream, &record, answer.as_ref()).await });
            }
        });
        Self {
            url: Url::parse(&url).unwrap(),
            seen,
        }
    }

    /// The URL of a path.
    pub(crate) fn at(&self, path: &str) -> Url {
        self.url.join(path).unwrap()
    }

    /// All requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The targets of all requests so far.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.target).collect()
    }
}

async fn serve(
    stream: TcpStream,
    record: &Mutex<Vec<Seen>>,
    answer: &(impl Fn(&Seen) -> Reply + Send + Sync),
) {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    let mut parts = line.split(' ');
    let (Some(method), Some(target)) = (parts.next(), parts.next()) else {
        return;
    };
    let mut seen = Seen {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: Vec::new(),
        body: String::new(),
    };
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        seen.headers.push((name.to_owned(), value.to_owned()));
    }
    let length = seen
        .header("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    seen.body = String::from_utf8(body).unwrap();
    let Reply(status, headers, body) = answer(&seen);
    record.lock().unwrap().push(seen);
    let mut text = format!("HTTP/1.1 {status} Reason\r\nConnection: close\r\n");
    for (name, value) in headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    let _ = write!(text, "Content-Length: {}\r\n\r\n{body}", body.len());
    // A client that has gone away does not hear the answer.
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.flush().await;
}

/// A client that goes straight to the test's server.
pub(crate) fn client() -> Client {
    Client::new(&Network {
        proxy: Proxy::None,
        ..Network::default()
    })
    .unwrap()
}
