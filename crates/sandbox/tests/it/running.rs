//! A running sandbox with a clock of its own, and a client that does nothing by itself.

use std::sync::{Arc, Mutex};

use gatewright_sandbox::{Description, Options, start, system_clock};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use time::{Duration, OffsetDateTime};
use tokio::sync::oneshot;

/// A sandbox that ends with the test.
pub(crate) struct Running {
    pub(crate) description: Description,
    now: Arc<Mutex<OffsetDateTime>>,
    client: Client<HttpConnector, Full<Bytes>>,
    _stop: oneshot::Sender<()>,
}

/// A request that is being put together.
pub(crate) struct Call<'a> {
    running: &'a Running,
    method: &'a str,
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// An answer with its whole body.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Running {
    pub(crate) async fn start() -> Self {
        Self::start_at(OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()).await
    }

    /// For clients that look at the clock of the machine.
    pub(crate) async fn start_at_the_machines_time() -> Self {
        Self::start_at(system_clock()()).await
    }

    async fn start_at(now: OffsetDateTime) -> Self {
        let now = Arc::new(Mutex::new(now));
        let clock = Arc::clone(&now);
        let options = Options {
            port: 0,
            now: Arc::new(move || *clock.lock().unwrap()),
        };
        let sandbox = start(options)
            .await
            .expect("a port of the kernel's choice is free");
        let description = sandbox.description().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(sandbox.run_until(stopped));
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self {
            description,
            now,
            client,
            _stop: stop,
        }
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        *self.now.lock().unwrap()
    }

    pub(crate) fn pass(&self, time: Duration) {
        *self.now.lock().unwrap() += time;
    }

    pub(crate) fn call<'a>(&'a self, method: &'a str, url: impl Into<String>) -> Call<'a> {
        Call {
            running: self,
            method,
            url: url.into(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn jira<'a>(&'a self, method: &'a str, path: &str) -> Call<'a> {
        self.call(method, format!("{}{path}", self.description.products.jira))
            .header("accept", "application/json")
    }

    pub(crate) fn confluence<'a>(&'a self, method: &'a str, path: &str) -> Call<'a> {
        self.call(
            method,
            format!("{}{path}", self.description.products.confluence),
        )
        .header("accept", "application/json")
    }

    pub(crate) fn bitbucket<'a>(&'a self, method: &'a str, path: &str) -> Call<'a> {
        self.call(
            method,
            format!("{}{path}", self.description.products.bitbucket),
        )
        .header("accept", "application/json")
    }

    pub(crate) fn ghes<'a>(&'a self, method: &'a str, path: &str) -> Call<'a> {
        self.call(
            method,
            format!("{}{path}", self.description.providers.ghes.base_url),
        )
        .header("user-agent", "test")
    }

    pub(crate) fn oidc<'a>(&'a self, method: &'a str, path: &str) -> Call<'a> {
        self.call(
            method,
            format!("{}{path}", self.description.providers.oidc.issuer),
        )
    }

    /// Fills in both forms of a login, as a browser without script would, and answers with the redirect.
    pub(crate) async fn sign_in(
        &self,
        authorization_url: &str,
        user: &str,
        decision: &str,
    ) -> String {
        let page = self.call("GET", authorization_url).send().await;
        assert_eq!(page.status, 200, "{}", page.text);
        let page = self
            .submit(
                &page.text,
                &[("username", user), ("password", &password(user))],
            )
            .await;
        assert_eq!(page.status, 200, "{}", page.text);
        self.submit(&page.text, &[("decision", decision)])
            .await
            .header("location")
    }

    /// Sends the form of a page with what a person fills in.
    pub(crate) async fn submit(&self, page: &str, filled: &[(&str, &str)]) -> Answer {
        let action = between(page, "action=\"", "\"");
        let origin = self.description.products.jira.trim_end_matches("/jira");
        let mut form = filled.to_vec();
        let hidden = page
            .contains("name=\"interaction\"")
            .then(|| between(page, "name=\"interaction\" value=\"", "\""));
        form.extend(hidden.as_deref().map(|id| ("interaction", id)));
        self.call("POST", format!("{origin}{action}"))
            .form(&form)
            .send()
            .await
    }
}

/// The password of somebody at the provider and in the products.
pub(crate) fn password(user: &str) -> String {
    format!("{}-password", user.to_lowercase())
}

/// What stands between two texts.
pub(crate) fn between(text: &str, before: &str, after: &str) -> String {
    let (_, rest) = text.split_once(before).expect(before);
    rest.split_once(after).expect(after).0.to_owned()
}

/// The query of a URL.
pub(crate) fn query(url: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(url).unwrap();
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

impl Call<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn basic(self, user: &str, password: &str) -> Self {
        use base64::Engine;
        let encoded =
            base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        self.header("authorization", &format!("Basic {encoded}"))
    }

    /// Basic with the password that the sandbox gave to somebody.
    pub(crate) fn user(self, user: &str) -> Self {
        self.basic(user, &password(user))
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.header("content-type", "application/json")
    }

    pub(crate) fn form(mut self, pairs: &[(&str, &str)]) -> Self {
        self.body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish()
            .into_bytes();
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    pub(crate) fn body(mut self, text: &str) -> Self {
        self.body = text.as_bytes().to_vec();
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let mut request = Request::builder().method(self.method).uri(&self.url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request
            .body(Full::new(Bytes::from(self.body)))
            .expect("a valid request");
        let response = self
            .running
            .client
            .request(request)
            .await
            .expect("the sandbox answers");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).expect("text"),
        }
    }
}

impl Answer {
    /// A header; empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> String {
        self.headers
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
            .unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }
}
