//! An admin of a gateway, over the wire.

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::servers::Gateway;

/// A paired owner.
pub struct Admin {
    url: String,
    /// The credential.
    pub credential: String,
    client: Client,
}

impl Admin {
    /// Pairs with a gateway.
    pub async fn pair(gateway: &Gateway) -> Result<Self> {
        let mut admin = Self {
            url: gateway.admin_url.clone(),
            credential: String::new(),
            client: Client::builder().no_proxy().build()?,
        };
        let code = json!({ "code": gateway.pair_code()? });
        let (status, paired) = admin.call(Method::POST, "pair", &code).await?;
        ensure!(status == 200, "pairing: {status} {paired}");
        paired["credential"]
            .as_str()
            .context("no credential")?
            .clone_into(&mut admin.credential);
        Ok(admin)
    }

    /// Calls below `/api/v1`; a body of null is none.
    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Result<(u16, Value)> {
        let mut request = self
            .client
            .request(method, format!("{}/api/v1/{path}", self.url))
            .bearer_auth(&self.credential);
        if !body.is_null() {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or_default()))
    }

    /// Makes a key; answers with its id and the key.
    pub async fn key(&self, order: &Value) -> Result<(String, String)> {
        let (status, made) = self.call(Method::POST, "keys", order).await?;
        ensure!(status == 201, "a key: {status} {made}");
        let text = |name: &str| made[name].as_str().map(str::to_owned);
        Ok((text("id").context("no id")?, text("key").context("no key")?))
    }
}
