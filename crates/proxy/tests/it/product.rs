//! A product that records every byte that arrives and answers as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// What arrived: one entry for each request, head and body as they came.
pub(crate) type Arrived = Arc<Mutex<Vec<String>>>;

/// How the product answers a request.
pub(crate) type Answers = Arc<dyn Fn(&str) -> String + Send + Sync>;

pub(crate) struct Product {
    pub(crate) address: SocketAddr,
    pub(crate) arrived: Arrived,
    /// Bytes as they arrive, whole requests or not.
    pub(crate) bytes: mpsc::UnboundedReceiver<Vec<u8>>,
}

impl Product {
    pub(crate) async fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let arrived = Arrived::default();
        let (sender, bytes) = mpsc::unbounded_channel();
        let record = Arc::clone(&arrived);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(
                    stream,
                    Arc::clone(&answers),
                    Arc::clone(&record),
                    sender.clone(),
                ));
            }
        });
        Self {
            address,
            arrived,
            bytes,
        }
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.arrived.lock().unwrap().clone()
    }
}

/// Who the product takes the caller for: whom `X-Remote-User` names, else nobody.
pub(crate) fn whoami(head: &str) -> String {
    let user = header(head, "x-remote-user").unwrap_or("anonymous");
    let body = format!("{{\"name\":\"{user}\"}}");
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-AUSERNAME: {user}\r\nSet-Cookie: JSESSIONID=1\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

async fn serve(
    mut stream: TcpStream,
    answers: Answers,
    arrived: Arrived,
    bytes: mpsc::UnboundedSender<Vec<u8>>,
) {
    let mut inbox = Vec::new();
    loop {
        let mut room = [0; 4096];
        match stream.read(&mut room).await {
            Ok(0) | Err(_) => return,
            Ok(read) => {
                inbox.extend_from_slice(&room[..read]);
                let _ = bytes.send(room[..read].to_vec());
            }
        }
        while let Some(length) = whole(&inbox) {
            let request = String::from_utf8_lossy(&inbox[..length]).into_owned();
            inbox.drain(..length);
            let answer = answers(&request);
            arrived.lock().unwrap().push(request);
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

/// The length of the first request, once all of it is there.
fn whole(inbox: &[u8]) -> Option<usize> {
    let text = String::from_utf8_lossy(inbox);
    let head = text.find("\r\n\r\n")? + 4;
    if header(&text[..head], "transfer-encoding").is_some() {
        return Some(head + text[head..].find("0\r\n\r\n")? + 5);
    }
    let length: usize =
        header(&text[..head], "content-length").map_or(0, |length| length.parse().unwrap());
    (inbox.len() >= head + length).then_some(head + length)
}
