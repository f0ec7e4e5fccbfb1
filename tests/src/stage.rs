//! A desk with the servers and the app on it, as far set up as is wanted.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::clients::sign_in;
use crate::desk::{Desk, DeskOptions};
use crate::hand::Hand;
use crate::servers::{Gateway, Sandbox};
use crate::settle::{LONG, until};
use crate::walk::Journey;
use crate::window::Window;

/// The account of the sandbox's products that looks people up.
const DIRECTORY_ACCOUNT: &str = "svc-gatewright";

/// A desk, a sandbox, a gateway and the app.
pub struct Stage {
    /// The app.
    pub window: Window,
    /// The gateway; none once it was stopped.
    pub gateway: Option<Gateway>,
    /// The provider and the products.
    pub sandbox: Sandbox,
    /// Where everything stands.
    pub desk: Desk,
}

impl Stage {
    /// Nothing is set up.
    pub async fn empty(options: DeskOptions) -> Result<Self> {
        let desk = Desk::start(options).await?;
        let sandbox = Sandbox::start(&desk.logs()).await?;
        let gateway = Gateway::start(&desk.path("gateway"), &desk.logs()).await?;
        let window = Window::open(&desk, &desk.path("workspace")).await?;
        Ok(Self {
            window,
            gateway: Some(gateway),
            sandbox,
            desk,
        })
    }

    /// The three products, the provider and the gateway are connected; nobody has signed in.
    pub async fn connected() -> Result<Self> {
        let desk = Desk::start(DeskOptions::default()).await?;
        let sandbox = Sandbox::start(&desk.logs()).await?;
        let gateway = Gateway::start(&desk.path("gateway"), &desk.logs()).await?;
        let plan = desk.path("first-start.json");
        // Secrets stand in it until the app has read and deleted it.
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&plan)
            .context("the plan")?;
        file.write_all(first_start(&sandbox, &gateway)?.to_string().as_bytes())?;
        let plan = plan.display().to_string();
        let data = desk.path("workspace");
        let window = Window::open_with(&desk, &data, &["--first-start", &plan]).await?;
        Ok(Self {
            window,
            gateway: Some(gateway),
            sandbox,
            desk,
        })
    }

    /// Connected, signed in, with a username rule, published and tested through the gateway.
    pub async fn in_use() -> Result<Self> {
        let mut stage = Self::connected().await?;
        stage.sign_in("fred").await?;
        let mut journey = stage.journey();
        journey.username("/login", "fred").await?;
        journey.publish(1).await?;
        journey.test_through("fred").await?;
        Ok(stage)
    }

    /// The same stage for somebody who walks the steps.
    pub fn journey(&mut self) -> Journey<'_> {
        Journey::new(&mut self.desk, &self.window, Hand::Mouse, &self.sandbox)
    }

    /// Signs in by the address that the window shows, without a browser.
    pub async fn sign_in(&self, username: &str) -> Result<()> {
        let address = self.begin_sign_in().await?;
        sign_in(&address, username, &self.sandbox.password(username)?).await?;
        until("the token", LONG, async || {
            Ok(self.window.has("token-card").await.then_some(()))
        })
        .await
    }

    /// Asks the window for an address to sign in at.
    pub async fn begin_sign_in(&self) -> Result<String> {
        Hand::Mouse.press(&self.window, "nav-token").await?;
        Hand::Mouse
            .press(&self.window, "token-sign-in-link")
            .await?;
        let address = self
            .window
            .attribute("token-authorization-url", "data-url")
            .await?;
        address.context("no address to sign in at")
    }

    /// Closes the window as a person would.
    pub async fn close(self) -> Result<()> {
        self.window.close().await
    }

    /// Ends the window and opens it again on the same workspace; `between` has the workspace alone.
    pub async fn reopened(
        self,
        between: impl FnOnce(&std::path::Path) -> Result<()>,
    ) -> Result<Self> {
        let data = self.window.data().to_path_buf();
        self.window.close().await?;
        between(&data)?;
        Ok(Self {
            window: Window::open(&self.desk, &data).await?,
            gateway: self.gateway,
            sandbox: self.sandbox,
            desk: self.desk,
        })
    }
}

/// What the app is to set up, as its `--first-start` reads it.
fn first_start(sandbox: &Sandbox, gateway: &Gateway) -> Result<Value> {
    let document = sandbox.text("/gateway_config")?;
    let consumer_key = document
        .split_once("consumer_key = \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .context("the sandbox names no consumer key")?
        .0
        .to_owned();
    let products = ["jira", "confluence", "bitbucket"]
        .iter()
        .map(|id| {
            Ok(json!({
                "url": sandbox.product(id)?,
                "public_url": format!("/{id}"),
                "directory_user": DIRECTORY_ACCOUNT,
                "directory_password": sandbox.secret(DIRECTORY_ACCOUNT)?,
                "act_as": { "strategy": "oauth1", "consumer_key": consumer_key },
                "private_key_pem": sandbox.secret("applink-oauth1")?,
                "try_as": sandbox.text("/users/0/directory_name")?,
            }))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(json!({
        "products": products,
        "providers": [{
            "id": null,
            "preset": "ghes",
            "name": "",
            "inputs": { "base_url": sandbox.text("/providers/ghes/base_url")? },
            "client_id": sandbox.text("/providers/ghes/client_id")?,
            "client_secret": sandbox.text("/providers/ghes/client_secret")?,
            "scopes": ["read:user", "user:email"],
            "client_auth": "body",
            "redirect": { "host": "127.0.0.1", "port": null, "path": "/callback" },
        }],
        "gateway": {
            "url": gateway.admin_url,
            "code": gateway.pair_code()?,
            "data_url": gateway.data_url,
        },
    }))
}
