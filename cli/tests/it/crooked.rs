//! Servers that do not do what they should.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A server on a port of its own, which lives as long as the test's process.
pub(crate) struct Crooked {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Crooked {
    /// Answers each request with what the function makes of it.
    pub(crate) fn answering(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (heard, answer) = (Arc::clone(&asked), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (heard, answer) = (Arc::clone(&heard), Arc::clone(&answer));
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let request = request(&mut stream);
                    heard.lock().unwrap().push(request.clone());
                    answer(&request, &mut stream);
                });
            }
        });
        Self { url, asked }
    }

    /// Answers everything with the same bytes.
    pub(crate) fn saying(answer: &'static str) -> Self {
        Self::answering(move |_, stream| say(stream, answer))
    }

    /// Answers everything with a page.
    pub(crate) fn page() -> Self {
        Self::saying(concat!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n",
            "<!doctype html><html><head><title>Company sign-on</title></head>",
            "<body><form><input name=\"password\" type=\"password\"></form></body></html>"
        ))
    }

    /// Takes every connection and never answers.
    pub(crate) fn silent() -> Self {
        Self::answering(|_, stream| {
            // Until the other side gives up.
            let _ = stream.read(&mut [0]);
        })
    }

    /// The requests that came.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Writes an answer; whoever hangs up first has seen enough.
pub(crate) fn say(stream: &mut TcpStream, answer: &str) {
    let _ = stream.write_all(answer.as_bytes());
}

/// How a TLS handshake begins; its end cannot be seen from here.
const HANDSHAKE: u8 = 0x16;

/// The head of a request, and its body, which has to be read before the connection is closed.
fn request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        request.push(byte[0]);
        if request == [HANDSHAKE] {
            return String::new();
        }
    }
    let head = String::from_utf8_lossy(&request).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.trim().parse().unwrap());
    let mut body = vec![0; length];
    if stream.read_exact(&mut body).is_ok() {
        request.append(&mut body);
    }
    String::from_utf8_lossy(&request).into_owned()
}
