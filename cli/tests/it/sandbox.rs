//! The sandbox of the same binary.

use std::net::TcpListener;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustix::process::Signal;
use serde_json::Value;
use url::Url;

use crate::browser;
use crate::program::{Call, Running, gatewright};

/// A sandbox that ends with the test.
pub(crate) struct Sandbox {
    pub(crate) description: Value,
    running: Running,
}

impl Sandbox {
    pub(crate) fn start() -> Self {
        let mut running = gatewright("sandbox --json --port 0").start();
        let description = running.json_line();
        Self {
            description,
            running,
        }
    }

    fn text(&self, pointer: &str) -> &str {
        let value = self.description.pointer(pointer);
        value
            .and_then(Value::as_str)
            .expect("the description has it")
    }

    pub(crate) fn product(&self, id: &str) -> &str {
        self.text(&format!("/products/{id}"))
    }

    pub(crate) fn secret(&self, name: &str) -> &str {
        self.text(&format!("/secrets/{name}"))
    }

    pub(crate) fn issuer(&self) -> &str {
        self.text("/providers/oidc/issuer")
    }

    pub(crate) fn document(&self) -> &str {
        self.text("/gateway_config")
    }

    /// `token fetch` at the OpenID Connect face, with its client.
    pub(crate) fn fetch(&self, more: &str) -> Call {
        let issuer = self.issuer();
        gatewright(&format!(
            "token fetch --json --provider custom-oidc --input issuer_url={issuer} --client-id gatewright --client-secret-env CLIENT_SECRET {more}"
        ))
        .env("CLIENT_SECRET", self.text("/providers/oidc/client_secret"))
    }

    /// `token fetch` at GitHub's face, with its client.
    pub(crate) fn fetch_at_github(&self, more: &str) -> Call {
        let base_url = self.text("/providers/ghes/base_url");
        let client = self.text("/providers/ghes/client_id");
        gatewright(&format!(
            "token fetch --json --provider ghes --input base_url={base_url} --client-id {client} --client-secret-env CLIENT_SECRET {more}"
        ))
        .env("CLIENT_SECRET", self.text("/providers/ghes/client_secret"))
    }

    /// All that the OpenID Connect face gives somebody who signs in.
    pub(crate) fn tokens_of(&self, user: &str) -> Value {
        signed_in(self.fetch("--no-browser"), user)
    }

    /// The access token that GitHub's face gives somebody who signs in.
    pub(crate) fn github_token_of(&self, user: &str) -> String {
        let tokens = signed_in(self.fetch_at_github("--no-browser"), user);
        tokens["access_token"].as_str().unwrap().to_owned()
    }

    /// Switches one of the ways in which a product misbehaves.
    pub(crate) fn scenario(&self, product: &str, switches: &str) {
        let url = format!("{}/rest/sandbox/1.0/scenario", self.product(product));
        let basic = format!("Basic {}", STANDARD.encode("fred:fred-password"));
        let headers = [
            ("Authorization", basic.as_str()),
            ("Content-Type", "application/json"),
        ];
        let (status, _, text) =
            browser::request("PUT", &Url::parse(&url).unwrap(), &headers, switches);
        assert_eq!(status, 200, "{text}");
    }
}

fn signed_in(call: Call, user: &str) -> Value {
    let mut running = call.start();
    let first = running.json_line();
    browser::sign_in(first["authorization_url"].as_str().unwrap(), user, "allow");
    running.done().json_with(0)
}

#[test]
fn it_prints_one_line_and_ends_well_when_it_is_asked_to() {
    let sandbox = Sandbox::start();
    let Sandbox {
        description,
        running,
    } = sandbox;
    let members: Vec<&String> = description.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "providers",
            "products",
            "users",
            "gateway_config",
            "secrets"
        ]
    );
    running.signal(Signal::TERM);
    let done = running.done();
    assert_eq!((done.code, done.output.as_str()), (0, ""));
}

#[test]
fn a_port_that_is_taken_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let done = gatewright(&format!("sandbox --json --port {port}")).done();
    let error = done.failed_json(3, "port_taken");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains(&port.to_string())
    );
}
