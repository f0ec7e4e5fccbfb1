//! A running sandbox, and a hand at its switches.

use std::sync::Arc;

use gatewright_atlassian::{Credential, ProbeRequest, ProductKind};
use gatewright_http::{Client, Network, Proxy, Request, Response};
use gatewright_sandbox::{Description, Options, start};
use gatewright_secret::SecretString;
use http::Method;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::datetime;
use tokio::sync::oneshot;
use url::Url;

pub(crate) const NOW: OffsetDateTime = datetime!(2026-11-22 17:00:00 UTC);

/// A sandbox that ends with the test.
pub(crate) struct Running {
    pub(crate) description: Description,
    pub(crate) client: Client,
    _stop: oneshot::Sender<()>,
}

impl Running {
    pub(crate) async fn start() -> Self {
        let sandbox = start(Options {
            port: 0,
            now: Arc::new(|| NOW),
        })
        .await
        .expect("a port of the kernel's choice is free");
        let description = sandbox.description().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(sandbox.run_until(stopped));
        let network = Network {
            proxy: Proxy::None,
            ..Network::default()
        };
        Self {
            description,
            client: Client::new(&network).unwrap(),
            _stop: stop,
        }
    }

    pub(crate) fn base_url(&self, kind: ProductKind) -> Url {
        let products = &self.description.products;
        let text = match kind {
            ProductKind::Jira => &products.jira,
            ProductKind::Confluence => &products.confluence,
            ProductKind::Bitbucket => &products.bitbucket,
        };
        Url::parse(text).unwrap()
    }

    pub(crate) fn request(&self, kind: ProductKind, credential: Credential) -> ProbeRequest {
        ProbeRequest {
            kind,
            base_url: self.base_url(kind),
            endpoint: None,
            credential,
            expected_user: Some("fred".to_owned()),
            through_gateway: false,
        }
    }

    /// A call of a product as the first user, by password.
    pub(crate) async fn call(
        &self,
        kind: ProductKind,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Response {
        let url = Url::parse(&format!("{}{path}", self.base_url(kind))).unwrap();
        let request = Request::new(method, url).accept_json();
        let mut request = request.basic("fred", &SecretString::new("fred-password"));
        request.headers.insert(
            "x-atlassian-token",
            http::HeaderValue::from_static("no-check"),
        );
        if let Some(body) = body {
            request.headers.insert(
                http::header::CONTENT_TYPE,
                http::HeaderValue::from_static("application/json"),
            );
            request.body = body.to_string().into();
        }
        self.client.send(request).await.unwrap()
    }

    pub(crate) async fn scenario(&self, kind: ProductKind, scenario: Value) {
        let path = "/rest/sandbox/1.0/scenario";
        let answer = self.call(kind, Method::PUT, path, Some(scenario)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// A new access token of the first user: its id and its value.
    pub(crate) async fn token(&self, kind: ProductKind) -> (String, String) {
        let (method, path, body, member) = match kind {
            ProductKind::Jira | ProductKind::Confluence => (
                Method::POST,
                "/rest/pat/latest/tokens",
                json!({ "name": "test" }),
                "rawToken",
            ),
            ProductKind::Bitbucket => (
                Method::PUT,
                "/rest/access-tokens/latest/users/fred",
                json!({ "name": "test", "permissions": ["PROJECT_READ", "REPO_ADMIN"] }),
                "token",
            ),
        };
        let answer = self.call(kind, method, path, Some(body)).await;
        assert!(answer.status.is_success(), "{}", answer.text());
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        let id = &body["id"];
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        (id, body[member].as_str().unwrap().to_owned())
    }
}

pub(crate) fn password(user: &str) -> Credential {
    basic(user, &format!("{user}-password"))
}

pub(crate) fn basic(user: &str, secret: &str) -> Credential {
    Credential::Basic {
        user: user.to_owned(),
        password: SecretString::new(secret),
    }
}

pub(crate) fn bearer(token: &str) -> Credential {
    Credential::Bearer(SecretString::new(token))
}
