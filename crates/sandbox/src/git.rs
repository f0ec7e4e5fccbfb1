//! Git over HTTP: the repositories on disk, served by `git http-backend` through CGI.

mod seed;

use std::path::{Path, PathBuf};
use std::process::Stdio;

use http::{HeaderName, HeaderValue, StatusCode};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::random;
use crate::reply::Reply;
use crate::request::Incoming;

/// A call of Git that Bitbucket has let in.
pub(crate) struct GitCall {
    /// The project and the repository, `QUARRY/crane`.
    pub(crate) repository: String,
    /// What follows the repository's name in the path, with its slash.
    pub(crate) service: String,
    /// Who is writing; nobody only reads.
    pub(crate) user: Option<String>,
}

/// Where the repositories are; the directory goes with the sandbox.
pub(crate) struct Repositories {
    root: PathBuf,
    first: tokio::sync::Mutex<()>,
}

impl Repositories {
    pub(crate) fn new() -> Self {
        let name = format!("gatewright-sandbox-{}", random::alphanumeric(16));
        Self {
            root: std::env::temp_dir().join(name),
            first: tokio::sync::Mutex::default(),
        }
    }

    /// The answer of `git http-backend`, or why there is none.
    pub(crate) async fn serve(&self, call: &GitCall, incoming: &Incoming, query: &str) -> Reply {
        match self.run(call, incoming, query).await {
            Ok(output) => parsed(&output),
            Err(problem) => Reply::text(
                StatusCode::INTERNAL_SERVER_ERROR,
                &format!("git cannot be run: {problem}"),
            ),
        }
    }

    async fn run(
        &self,
        call: &GitCall,
        incoming: &Incoming,
        query: &str,
    ) -> std::io::Result<Vec<u8>> {
        let directory = self.root.join(format!("{}.git", call.repository));
        {
            let _turn = self.first.lock().await;
            if !directory.exists() {
                seed::repository(&directory).await?;
            }
        }
        let mut command = Command::new("git");
        command
            .arg("http-backend")
            .env("GIT_PROJECT_ROOT", &self.root)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env(
                "PATH_INFO",
                format!("/{}.git{}", call.repository, call.service),
            )
            .env("QUERY_STRING", query)
            .env("REQUEST_METHOD", incoming.method.as_str())
            .env("REMOTE_ADDR", "127.0.0.1")
            .env("CONTENT_LENGTH", incoming.body.len().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let passed_on = [
            ("content-type", "CONTENT_TYPE"),
            ("content-encoding", "HTTP_CONTENT_ENCODING"),
            ("git-protocol", "GIT_PROTOCOL"),
        ];
        for (header, variable) in passed_on {
            if let Some(value) = incoming.header(header) {
                command.env(variable, value);
            }
        }
        if let Some(user) = &call.user {
            command.env("REMOTE_USER", user);
        }
        let mut child = command.spawn()?;
        let mut input = child.stdin.take();
        let body = incoming.body.clone();
        let written = tokio::spawn(async move {
            if let Some(input) = &mut input {
                // Git may answer before it has read everything, and close its end.
                let _ = input.write_all(&body).await;
                let _ = input.shutdown().await;
            }
        });
        let output = child.wait_with_output().await?;
        written.abort();
        Ok(output.stdout)
    }
}

impl Drop for Repositories {
    fn drop(&mut self) {
        // What is left in the system's directory for temporary files is cleaned by the system.
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

/// A CGI answer: headers, an empty line, the body.
fn parsed(output: &[u8]) -> Reply {
    let broken = || Reply::text(StatusCode::INTERNAL_SERVER_ERROR, "git did not answer");
    let Some((end, gap)) = head_end(output) else {
        return broken();
    };
    let mut reply = Reply::empty(StatusCode::OK);
    for line in String::from_utf8_lossy(&output[..end]).lines() {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        if name.eq_ignore_ascii_case("status") {
            let code = value.split(' ').next().and_then(|code| code.parse().ok());
            reply.status = code
                .and_then(|code| StatusCode::from_u16(code).ok())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        } else if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(value),
        ) {
            reply.headers.insert(name, value);
        }
    }
    reply.body = output[end + gap..].to_vec();
    reply
}

/// Where the headers end, and how long the empty line is.
fn head_end(output: &[u8]) -> Option<(usize, usize)> {
    let at = |gap: &[u8]| {
        output
            .windows(gap.len())
            .position(|window| window == gap)
            .map(|end| (end, gap.len()))
    };
    [at(b"\r\n\r\n"), at(b"\n\n")].into_iter().flatten().min()
}

/// A name of a project or a repository that is safe as a name of a directory.
pub(crate) fn is_safe(name: &str) -> bool {
    let first = name.as_bytes().first();
    first.is_some_and(u8::is_ascii_alphanumeric)
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        && Path::new(name)
            .file_name()
            .is_some_and(|whole| whole == name)
}
