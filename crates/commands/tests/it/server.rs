//! A server of one function, in plain HTTP/1.1 with a connection for each request.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// Names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(header, _)| header == name)
            .map_or("", |(_, value)| value.as_str())
    }
}

/// An answer: status, headers, body.
pub(crate) struct Answer(
    pub(crate) u16,
    pub(crate) Vec<(&'static str, String)>,
    pub(crate) String,
);

pub(crate) fn json(status: u16, body: &serde_json::Value) -> Answer {
    Answer(
        status,
        vec![("Content-Type", "application/json".to_owned())],
        body.to_string(),
    )
}

/// A server that lives as long as the test, and what it was asked.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    listening: Arc<tokio::task::JoinHandle<()>>,
}

impl Server {
    /// Closes the port.
    pub(crate) async fn stop(&self) {
        self.listening.abort();
        while !self.listening.is_finished() {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) async fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        let answer = Arc::new(answer);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                tokio::spawn(async move {
                    let _ = one(stream, &seen, &*answer).await;
                });
            }
        });
        Self {
            url,
            asked,
            listening: Arc::new(listening),
        }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn one(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Asked>>,
    answer: &(dyn Fn(&Asked) -> Answer + Send + Sync),
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            return Ok(());
        }
        bytes.extend_from_slice(&chunk[..read]);
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let mut request = Asked {
        method: first.next().unwrap_or_default().to_owned(),
        target: first.next().unwrap_or_default().to_owned(),
        ..Asked::default()
    };
    for line in lines {
        if let Some((name, value)) = line.split_once(':') {
            request
                .headers
                .push((name.to_lowercase(), value.trim().to_owned()));
        }
    }
    let length: usize = request.header("content-length").parse().unwrap_or(0);
    while bytes.len() < head_end + length {
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk).await?;
        bytes.extend_from_slice(&chunk[..read]);
    }
    request.body = String::from_utf8_lossy(&bytes[head_end..]).into_owned();
    let Answer(status, headers, body) = answer(&request);
    seen.lock().unwrap().push(request);
    let mut text = format!("HTTP/1.1 {status} X\r\nConnection: close\r\n");
    for (name, value) in headers {
        text.push_str(name);
        text.push_str(": ");
        text.push_str(&value);
        text.push_str("\r\n");
    }
    text.push_str("Content-Length: ");
    text.push_str(&body.len().to_string());
    text.push_str("\r\n\r\n");
    text.push_str(&body);
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await
}

/// What a browser would do at the end of a sign-in: call an address of this computer.
pub(crate) async fn visit(url: &str) -> String {
    let url = url::Url::parse(url).unwrap();
    let authority = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let mut stream = TcpStream::connect(&authority).await.unwrap();
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
