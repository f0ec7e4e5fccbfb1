//! Requests to the listener in every form that they should not have, byte by byte.

use std::fs;
use std::path::Path;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::Login;

/// Changes of each seed.
const ROUNDS: usize = 40;

/// Numbers without chance: the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

fn changed(seed: &[u8], dice: &mut Dice) -> Vec<u8> {
    const ODD: [&[u8]; 8] = [
        b"\r\n",
        b"\n",
        b" ",
        b"\0",
        b":",
        b"%",
        b"\xff",
        b"Host: x\r\n",
    ];
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(4) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            2 => {
                let odd = ODD[dice.below(ODD.len())];
                bytes.splice(at..at, odd.iter().copied());
            }
            _ => {
                let end = (at + dice.below(30)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
    bytes
}

async fn deliver(port: u16, bytes: &[u8]) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // A listener may hang up before it has read all.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let text = String::from_utf8_lossy(&answer).to_lowercase();
    assert!(
        !text.contains("access-control-allow") && !text.contains("<script"),
        "{text}"
    );
}

#[tokio::test]
async fn callback_requests_of_every_form_neither_end_nor_starve_the_login() {
    let login = Login::begin().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/request");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 15, "{} seeds", files.len());
    let mut dice = Dice(7);
    for file in files {
        let seed = fs::read_to_string(file).unwrap();
        // The seeds have line ends of their platform, and our port in place of a word.
        let seed = seed
            .replace('\n', "\r\n")
            .replace("PORT", &login.port.to_string());
        deliver(login.port, seed.as_bytes()).await;
        for _ in 0..ROUNDS {
            deliver(login.port, &changed(seed.as_bytes(), &mut dice)).await;
        }
    }
    let host = login.host();
    for large in [
        format!(
            "GET /callback?code={} HTTP/1.1\r\nHost: {host}\r\n\r\n",
            "x".repeat(1024 * 1024)
        ),
        format!(
            "GET /callback?{} HTTP/1.1\r\nHost: {host}\r\n\r\n",
            "a=b&".repeat(20_000)
        ),
        format!(
            "GET / HTTP/1.1\r\nHost: {host}\r\n{}\r\n",
            "A: b\r\n".repeat(10_000)
        ),
        format!(
            "POST /callback HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1048576\r\n\r\n{}",
            "x".repeat(1024 * 1024)
        ),
    ] {
        deliver(login.port, large.as_bytes()).await;
    }
    login.ends_well().await;
}
