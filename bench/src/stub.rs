//! The other side: a product, a provider and a decision service in one small process.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use bytes::Bytes;
use futures_util::StreamExt as _;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// How much is sent for a big download: 1 GiB.
pub(crate) const BIG: u64 = 1 << 30;
const CHUNK: usize = 64 * 1024;

type Body = BoxBody<Bytes, Infallible>;

struct Stub {
    answer: Bytes,
    keys: HashSet<String>,
    jwks: Bytes,
    chunk: Bytes,
    groups: Bytes,
}

/// Serves until it is killed. `keys`: those that the decision service lets pass, one a line.
pub(crate) fn serve(keys: Option<&Path>, jwks: Option<&Path>) -> Result<()> {
    let read = |file: Option<&Path>| match file {
        Some(file) => std::fs::read_to_string(file).with_context(|| file.display().to_string()),
        None => Ok(String::new()),
    };
    let stub = Arc::new(Stub {
        answer: answer(),
        keys: read(keys)?.lines().map(str::to_owned).collect(),
        jwks: read(jwks)?.into(),
        chunk: vec![b'x'; CHUNK].into(),
        groups: five_megabytes(),
    });
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(accept(stub))
}

async fn accept(stub: Arc<Stub>) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    announce(listener.local_addr()?.port());
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        let stub = Arc::clone(&stub);
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let stub = Arc::clone(&stub);
                async move { Ok::<_, Infallible>(stub.reply(request).await) }
            });
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(socket), service)
                .await;
        });
    }
}

#[expect(clippy::print_stdout, reason = "the line by which it is found")]
fn announce(port: u16) {
    println!("{}", json!({ "port": port }));
}

/// 1 KB of JSON, like an issue of Jira.
fn answer() -> Bytes {
    let mut issue = json!({
        "id": "10001", "key": "DEMO-1", "self": "http://jira.internal/rest/api/2/issue/10001",
        "fields": { "summary": "A summary of ordinary length", "description": "" },
    });
    let missing = 1024 - issue.to_string().len();
    issue["fields"]["description"] = Value::String("d".repeat(missing));
    issue.to_string().into()
}

impl Stub {
    async fn reply(&self, request: Request<Incoming>) -> Response<Body> {
        let query: HashMap<&str, &str> = request
            .uri()
            .query()
            .unwrap_or_default()
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .collect();
        let path = request.uri().path();
        let path = if let Some(rest) = path.strip_prefix("/slow/") {
            tokio::time::sleep(Duration::from_millis(50)).await;
            rest
        } else {
            path.trim_start_matches('/')
        };
        match path {
            "rest/api/2/myself" => json_of(&user("bench-10")),
            "rest/api/2/user" => json_of(&user(query.get("username").unwrap_or(&"nobody"))),
            "userinfo" => userinfo(&request),
            "jwks" => body(self.jwks.clone()),
            "decide" => self.decide(&request),
            "rest/big" => self.big(),
            "rest/userinfo-5mb" => body(self.groups.clone()),
            "rest/slow" => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                body(self.answer.clone())
            }
            _ if request.method() == Method::PUT || request.method() == Method::POST => {
                let mut upload = request.into_body();
                let mut bytes = 0;
                while let Some(Ok(frame)) = upload.frame().await {
                    bytes += frame.data_ref().map_or(0, Bytes::len);
                }
                json_of(&json!({ "bytes": bytes }))
            }
            _ => body(self.answer.clone()),
        }
    }

    fn decide(&self, request: &Request<Incoming>) -> Response<Body> {
        let good = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .is_some_and(|key| self.keys.contains(key));
        let mut response = body(Bytes::new());
        if !good {
            *response.status_mut() = StatusCode::UNAUTHORIZED;
        }
        response
    }

    fn big(&self) -> Response<Body> {
        let chunk = self.chunk.clone();
        let chunks = futures_util::stream::iter(0..BIG / CHUNK as u64)
            .map(move |_| Ok(Frame::data(chunk.clone())));
        let mut response = Response::new(BodyExt::boxed(StreamBody::new(chunks)));
        response
            .headers_mut()
            .insert(hyper::header::CONTENT_LENGTH, BIG.into());
        response
    }
}

/// A user `NAME-N` is a member of N groups.
fn user(name: &str) -> Value {
    let groups: u32 = name
        .rsplit_once('-')
        .and_then(|(_, number)| number.parse().ok())
        .unwrap_or(10);
    let items: Vec<Value> = (0..groups)
        .map(|number| json!({ "name": format!("group-{number}") }))
        .collect();
    json!({
        "key": format!("JIRAUSER{groups}"), "name": name, "emailAddress": format!("{name}@example.com"),
        "displayName": name, "active": true, "groups": { "size": groups, "items": items },
    })
}

/// The provider's answer for an opaque token `PREFIX_NAME.RANDOM`.
fn userinfo(request: &Request<Incoming>) -> Response<Body> {
    let login = request.headers().get(AUTHORIZATION).and_then(|value| {
        let token = value.to_str().ok()?.strip_prefix("Bearer ")?;
        Some(token.split_once('_')?.1.split_once('.')?.0.to_owned())
    });
    if let Some(login) = login {
        return json_of(&json!({ "login": login }));
    }
    let mut refused = body(Bytes::new());
    *refused.status_mut() = StatusCode::UNAUTHORIZED;
    refused
}

/// 5 MB: what a provider sends of somebody in very many groups of a directory.
fn five_megabytes() -> Bytes {
    let groups: Vec<String> = (0..46_000)
        .map(|number| {
            format!(
                "CN=engineering-team-{number:06}-members,OU=Groups,OU=Engineering,OU=Europe,DC=corp,DC=example,DC=com"
            )
        })
        .collect();
    json!({ "login": "bench-10", "name": "Bench", "email": "bench-10@example.com", "groups": groups })
        .to_string()
        .into()
}

fn json_of(value: &Value) -> Response<Body> {
    body(value.to_string().into())
}

fn body(bytes: Bytes) -> Response<Body> {
    let mut response = Response::new(Full::new(bytes).boxed());
    response.headers_mut().insert(
        CONTENT_TYPE,
        hyper::header::HeaderValue::from_static("application/json"),
    );
    response
}
