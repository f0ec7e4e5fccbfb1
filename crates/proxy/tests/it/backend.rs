//! Bitbucket as far as Git goes: `git http-backend` behind HTTP, and a store of large files.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::process::Command;

/// The product's side.
pub(crate) struct Backend {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
}

struct State {
    /// Where the repositories are.
    root: PathBuf,
    /// What clients call the product: links to large files lead there.
    public: Mutex<String>,
    files: Mutex<HashMap<String, Bytes>>,
    /// Method, path and the user whom the gateway named.
    seen: Mutex<Vec<(String, String, String)>>,
}

impl Backend {
    pub(crate) async fn start(root: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            root,
            public: Mutex::default(),
            files: Mutex::default(),
            seen: Mutex::default(),
        });
        let serving = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&serving);
                let service = service_fn(move |request| {
                    let state = Arc::clone(&state);
                    async move { Ok::<_, Infallible>(answer(&state, request).await) }
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Self { address, state }
    }

    pub(crate) fn is_called(&self, public: &str) {
        public.clone_into(&mut self.state.public.lock().unwrap());
    }

    pub(crate) fn seen(&self) -> Vec<(String, String, String)> {
        self.state.seen.lock().unwrap().clone()
    }

    pub(crate) fn files(&self) -> usize {
        self.state.files.lock().unwrap().len()
    }
}

async fn answer(state: &State, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let user = text(&parts.headers, "x-remote-user");
    state
        .seen
        .lock()
        .unwrap()
        .push((parts.method.to_string(), path.clone(), user.clone()));
    let body = body.collect().await.unwrap().to_bytes();
    let mut response = if user.is_empty() {
        plain(StatusCode::UNAUTHORIZED)
    } else if path.ends_with("/info/lfs/objects/batch") {
        batch(state, &path, &body)
    } else if path.ends_with("/info/lfs/locks/verify") {
        json_of(&json!({ "ours": [], "theirs": [] }))
    } else if let Some(id) = path.strip_prefix("/bb/rest/git-lfs/storage/") {
        match parts.method.as_str() {
            "PUT" => {
                state.files.lock().unwrap().insert(id.to_owned(), body);
                plain(StatusCode::OK)
            }
            _ => match state.files.lock().unwrap().get(id) {
                Some(file) => Response::new(Full::new(file.clone())),
                None => plain(StatusCode::NOT_FOUND),
            },
        }
    } else {
        git(state, &parts, &body).await
    };
    if !user.is_empty() {
        response
            .headers_mut()
            .insert("x-ausername", user.parse().unwrap());
    }
    response
}

fn text(headers: &HeaderMap, name: &str) -> String {
    let value = headers.get(name).map(|value| value.to_str().unwrap());
    value.unwrap_or_default().to_owned()
}

fn plain(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

fn json_of(value: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(value.to_string()));
    let kind = "application/vnd.git-lfs+json".parse().unwrap();
    response.headers_mut().insert("content-type", kind);
    response
}

fn batch(state: &State, path: &str, body: &Bytes) -> Response<Full<Bytes>> {
    assert!(path.starts_with("/bb/scm/"), "{path}");
    let asked: Value = serde_json::from_slice(body).unwrap();
    let operation = asked["operation"].as_str().unwrap();
    let public = state.public.lock().unwrap().clone();
    let objects: Vec<Value> = asked["objects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|object| {
            let id = object["oid"].as_str().unwrap();
            json!({
                "oid": id,
                "size": object["size"],
                "actions": { operation: { "href": format!("{public}/rest/git-lfs/storage/{id}") } },
            })
        })
        .collect();
    json_of(&json!({ "transfer": "basic", "objects": objects }))
}

/// RFC 3875, as far as `git http-backend` needs it.
async fn git(state: &State, parts: &http::request::Parts, body: &Bytes) -> Response<Full<Bytes>> {
    let path = parts.uri.path().strip_prefix("/bb/scm").unwrap();
    let mut process = Command::new("git")
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", &state.root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REMOTE_USER", text(&parts.headers, "x-remote-user"))
        .env("REQUEST_METHOD", parts.method.as_str())
        .env("PATH_INFO", path)
        .env("QUERY_STRING", parts.uri.query().unwrap_or_default())
        .env("CONTENT_TYPE", text(&parts.headers, "content-type"))
        .env("CONTENT_LENGTH", body.len().to_string())
        .env(
            "HTTP_CONTENT_ENCODING",
            text(&parts.headers, "content-encoding"),
        )
        .env("GIT_PROTOCOL", text(&parts.headers, "git-protocol"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = process.stdin.take().unwrap();
    let body = body.clone();
    tokio::spawn(async move {
        let _ = input.write_all(&body).await;
    });
    let output = process.wait_with_output().await.unwrap().stdout;
    let end = output
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8(output[..end].to_vec()).unwrap();
    let mut response = Response::new(Full::from(output[end + 4..].to_vec()));
    for line in head.lines() {
        let (name, value) = line.split_once(": ").unwrap();
        if name == "Status" {
            let code = value.split(' ').next().unwrap().parse().unwrap();
            *response.status_mut() = StatusCode::from_u16(code).unwrap();
        } else {
            let name = http::HeaderName::try_from(name).unwrap();
            response.headers_mut().insert(name, value.parse().unwrap());
        }
    }
    response
}
