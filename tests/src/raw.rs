//! Clients that write bytes: what no library would send.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::recorder::header;
use crate::settle::LONG;

/// An HTTP/1 connection.
pub struct Http1(TcpStream);

/// An answer, if there was one.
#[derive(Clone, Debug, Default)]
pub struct RawAnswer {
    /// Its status; 0 if the connection ended without one.
    pub status: u16,
    /// Its head as it came; empty over HTTP/2.
    pub head: String,
    /// Its body.
    pub body: Vec<u8>,
}

impl RawAnswer {
    /// The gateway's own reason.
    pub fn reason(&self) -> &str {
        header(&self.head, "x-gatewright-reason").unwrap_or_default()
    }

    /// The body as a text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Http1 {
    /// Connects to a URL's host and port.
    pub async fn connect(url: &str) -> Result<Self> {
        let stream = TcpStream::connect(authority(url))
            .await
            .context("connect")?;
        Ok(Self(stream))
    }

    /// Writes bytes. That the other end closed meanwhile is no failure: what it said counts.
    pub async fn send(&mut self, bytes: &[u8]) {
        let _ = self.0.write_all(bytes).await;
    }

    /// The next answer; status 0 if the connection ends instead.
    pub async fn answer(&mut self) -> Result<RawAnswer> {
        timeout(LONG, self.read_answer())
            .await
            .context("no answer in time")
    }

    async fn read_answer(&mut self) -> RawAnswer {
        loop {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                match self.0.read_u8().await {
                    Ok(byte) => head.push(byte),
                    Err(_) => return RawAnswer::default(),
                }
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let status = head.get(9..12).and_then(|code| code.parse().ok());
            let status = status.unwrap_or_default();
            if status == 100 {
                continue;
            }
            let mut body = Vec::new();
            if let Some(length) = header(&head, "content-length") {
                body.resize(length.parse().unwrap_or_default(), 0);
                if self.0.read_exact(&mut body).await.is_err() {
                    body.clear();
                }
            } else if header(&head, "transfer-encoding").is_some() {
                while !body.ends_with(b"0\r\n\r\n") {
                    match self.0.read_u8().await {
                        Ok(byte) => body.push(byte),
                        Err(_) => break,
                    }
                }
            }
            return RawAnswer { status, head, body };
        }
    }

    /// What still comes until the gateway closes.
    pub async fn rest(&mut self) -> Result<Vec<u8>> {
        let mut rest = Vec::new();
        let read = timeout(LONG, self.0.read_to_end(&mut rest)).await;
        // A reset is an end, too.
        let _ = read.context("the connection stays open")?;
        Ok(rest)
    }
}

/// Sends one request on a connection of its own.
pub async fn http1(url: &str, request: &[u8]) -> Result<RawAnswer> {
    let mut client = Http1::connect(url).await?;
    client.send(request).await;
    client.answer().await
}

fn authority(url: &str) -> &str {
    url.split("//").nth(1).unwrap_or(url)
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// An HTTP/2 connection without TLS, by prior knowledge; frames and header blocks by hand.
pub struct Http2 {
    stream: TcpStream,
    next: u32,
    answers: BTreeMap<u32, RawAnswer>,
}

impl Http2 {
    /// Connects and says hello; forbids the other end a table of headers.
    pub async fn connect(url: &str) -> Result<Self> {
        let stream = TcpStream::connect(authority(url))
            .await
            .context("connect")?;
        let mut client = Self {
            stream,
            next: 1,
            answers: BTreeMap::new(),
        };
        client.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
        client.frame(SETTINGS, 0, 0, &[0, 1, 0, 0, 0, 0]).await;
        Ok(client)
    }

    async fn write(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    /// Writes a frame.
    pub async fn frame(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len())
            .unwrap_or(u32::MAX)
            .to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.write(&frame).await;
    }

    /// Sends a request: header lines as they are given, a body, trailers.
    pub async fn ask(
        &mut self,
        lines: &[(&str, &str)],
        body: Option<&[u8]>,
        trailers: &[(&str, &str)],
    ) -> Result<RawAnswer> {
        let id = self.next;
        self.next += 2;
        let ends = body.is_none() && trailers.is_empty();
        let flags = END_HEADERS | if ends { END_STREAM } else { 0 };
        self.frame(HEADERS, flags, id, &block(lines)).await;
        if let Some(body) = body {
            let last = if trailers.is_empty() { END_STREAM } else { 0 };
            self.frame(DATA, last, id, body).await;
        }
        if !trailers.is_empty() {
            self.frame(HEADERS, END_HEADERS | END_STREAM, id, &block(trailers))
                .await;
        }
        timeout(LONG, self.until_answered(id))
            .await
            .context("no answer in time")?
    }

    /// Reads until the connection ends; whether it did so in time.
    pub async fn is_ended(&mut self) -> Result<bool> {
        let end = async { while self.read_frame().await.is_some() {} };
        Ok(timeout(LONG, end).await.is_ok())
    }

    async fn until_answered(&mut self, wanted: u32) -> Result<RawAnswer> {
        loop {
            // A connection that ends, and one that says goodbye, answer nothing any more.
            let Some((kind, flags, stream, payload)) = self.read_frame().await else {
                return Ok(RawAnswer::default());
            };
            match kind {
                SETTINGS if flags & ACK == 0 => self.frame(SETTINGS, ACK, 0, &[]).await,
                PING if flags & ACK == 0 => self.frame(PING, ACK, 0, &payload).await,
                HEADERS => {
                    if flags & END_HEADERS == 0 {
                        bail!("an answer in several frames of headers");
                    }
                    let answer = self.answers.entry(stream).or_default();
                    if answer.status < 200 {
                        answer.status = status(&payload)?;
                    }
                }
                DATA => {
                    let answer = self.answers.entry(stream).or_default();
                    answer.body.extend(payload);
                }
                RST_STREAM if stream == wanted => {
                    return Ok(self.answers.remove(&wanted).unwrap_or_default());
                }
                GOAWAY if payload.get(4..8) != Some(&[0, 0, 0, 0]) => {
                    return Ok(RawAnswer::default());
                }
                _ => {}
            }
            if stream == wanted && matches!(kind, HEADERS | DATA) && flags & END_STREAM != 0 {
                return Ok(self.answers.remove(&wanted).unwrap_or_default());
            }
        }
    }

    async fn read_frame(&mut self) -> Option<(u8, u8, u32, Vec<u8>)> {
        let mut head = [0; 9];
        self.stream.read_exact(&mut head).await.ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let stream = u32::from_be_bytes([head[5] & 0x7f, head[6], head[7], head[8]]);
        let mut payload = vec![0; usize::try_from(length).ok()?];
        self.stream.read_exact(&mut payload).await.ok()?;
        Some((head[3], head[4], stream, payload))
    }

    /// Opens a stream whose header block never ends, for as many frames as are taken.
    pub async fn continue_for_ever(&mut self, frames: usize) {
        let id = self.next;
        self.next += 2;
        self.frame(HEADERS, 0, id, &block(&[(":method", "GET")]))
            .await;
        let more = block(&[("x-filling", &"a".repeat(4000))]);
        for _ in 0..frames {
            self.frame(CONTINUATION, 0, id, &more).await;
        }
    }

    /// Opens streams and gives each up at once.
    pub async fn reset_many(&mut self, lines: &[(&str, &str)], streams: usize) {
        for _ in 0..streams {
            let id = self.next;
            self.next += 2;
            self.frame(HEADERS, END_HEADERS | END_STREAM, id, &block(lines))
                .await;
            self.frame(RST_STREAM, 0, id, &[0, 0, 0, 8]).await;
        }
    }
}

/// A header block of literals that are never kept (RFC 7541 §6.2.2), without Huffman codes.
fn block(lines: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in lines {
        block.push(0);
        for text in [name, value] {
            integer(&mut block, text.len());
            block.extend(text.bytes());
        }
    }
    block
}

/// An integer with a prefix of seven bits (RFC 7541 §5.1).
fn integer(block: &mut Vec<u8>, mut number: usize) {
    if number < 127 {
        block.push(u8::try_from(number).unwrap_or_default());
        return;
    }
    block.push(127);
    number -= 127;
    while number >= 128 {
        block.push(u8::try_from(number % 128).unwrap_or_default() | 128);
        number /= 128;
    }
    block.push(u8::try_from(number).unwrap_or_default());
}

/// The status, which is the first line of the block of an answer.
fn status(block: &[u8]) -> Result<u16> {
    let mut rest = block;
    // The other end may note first that its table is empty.
    while let [first, left @ ..] = rest
        && first & 0b1110_0000 == 0b0010_0000
    {
        rest = left;
    }
    let [first, rest @ ..] = rest else {
        bail!("an empty block of headers");
    };
    if first & 0x80 != 0 {
        let statuses = [200, 204, 206, 304, 400, 404, 500];
        let place = usize::from(first & 0x7f).checked_sub(8);
        return place
            .and_then(|place| statuses.get(place).copied())
            .with_context(|| format!("an answer begins with {block:02x?}"));
    }
    let [length, rest @ ..] = rest else {
        bail!("a status without a value");
    };
    let value = rest
        .get(..usize::from(length & 0x7f))
        .context("a status without a value")?;
    let digits = if length & 0x80 == 0 {
        String::from_utf8_lossy(value).into_owned()
    } else {
        huffman_digits(value)
    };
    digits
        .parse()
        .with_context(|| format!("the status {digits}"))
}

/// Digits in the code of RFC 7541, appendix B: 0, 1 and 2 have five bits, the others six.
fn huffman_digits(bytes: &[u8]) -> String {
    let bits: Vec<u8> = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |place| byte >> place & 1))
        .collect();
    let number = |bits: &[u8]| bits.iter().fold(0_u8, |sum, bit| sum * 2 + bit);
    let mut digits = String::new();
    let mut at = 0;
    while digits.len() < 3 && at + 5 <= bits.len() {
        let short = number(&bits[at..at + 5]);
        if short < 3 {
            digits.push(char::from(b'0' + short));
            at += 5;
        } else {
            let end = (at + 6).min(bits.len());
            let long = number(&bits[at..end]);
            digits.push(char::from(b'3' + long.wrapping_sub(0b01_1001)));
            at += 6;
        }
    }
    digits
}
