//! Servers that nobody here wrote, and some that answer something else than what was asked for.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::files::{node, python, repository};
use crate::process::Process;
use crate::settle::LONG;

/// A server that gives every request the same answer.
pub struct Stranger {
    /// Scheme, host and port.
    pub url: String,
    task: JoinHandle<()>,
}

impl Stranger {
    /// A website: HTML, whatever is asked.
    pub async fn website() -> Result<Self> {
        let page = "<!doctype html><title>Welcome</title><h1>Welcome to our intranet</h1>";
        Self::start(format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{page}",
            page.len()
        ))
        .await
    }

    /// A proxy that wants a user name and a password.
    pub async fn locked_proxy() -> Result<Self> {
        Self::start(
            "HTTP/1.1 407 Proxy Authentication Required\r\n\
             Proxy-Authenticate: Basic realm=\"proxy\"\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n"
                .to_owned(),
        )
        .await
    }

    /// A service that answers every request with this JSON.
    pub async fn json(answer: &str) -> Result<Self> {
        Self::start(format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{answer}",
            answer.len()
        ))
        .await
    }

    async fn start(answer: String) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .context("a stranger")?;
        let url = format!("http://{}", listener.local_addr()?);
        let task = tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let mut request = [0; 4096];
                // Whoever hangs up early is none of our business.
                if connection
                    .read(&mut request)
                    .await
                    .is_ok_and(|read| read > 0)
                {
                    let _ = connection.write_all(answer.as_bytes()).await;
                }
            }
        });
        Ok(Self { url, task })
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A server whose certificate nobody has signed.
pub struct Untrusted {
    /// `https://localhost:PORT`.
    pub url: String,
    _process: Process,
    _folder: TempDir,
}

impl Untrusted {
    /// Starts it with a certificate of its own.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut command = Command::new(python()?);
        command
            .arg(repository().join("tests/python/untrusted_tls.py"))
            .arg(folder.path());
        let mut process = Process::start("untrusted", command, folder.path())?;
        let url = process
            .line(LONG, |line| {
                line.starts_with("https:").then(|| line.to_owned())
            })
            .await?;
        Ok(Self {
            url,
            _process: process,
            _folder: folder,
        })
    }
}

/// An authorization server from a package registry.
pub struct AuthorizationServer {
    said: Value,
    _process: Process,
}

impl AuthorizationServer {
    /// A script of `tests/node`.
    pub async fn node(script: &str, arguments: &[&str], logs: &Path) -> Result<Self> {
        let mut command = Command::new("node");
        command.arg(node(script)?).args(arguments);
        Self::start(script, command, logs).await
    }

    /// A script of `tests/python`.
    pub async fn python(script: &str, logs: &Path) -> Result<Self> {
        let mut command = Command::new(python()?);
        command.arg(repository().join("tests/python").join(script));
        Self::start(script, command, logs).await
    }

    /// Its first line of output is a JSON object with what one must know of it.
    async fn start(name: &str, command: Command, logs: &Path) -> Result<Self> {
        let mut process = Process::start(name, command, logs)?;
        let said = process
            .line(LONG, |line| serde_json::from_str(line).ok())
            .await?;
        Ok(Self {
            said,
            _process: process,
        })
    }

    /// One thing that it said of itself.
    pub fn said(&self, name: &str) -> Result<&str> {
        let said = self.said[name].as_str();
        said.with_context(|| format!("no {name} in {}", self.said))
    }
}
