//! The identity providers over the network.

use async_trait::async_trait;
use gatewright_http::{Client, Limits, Request};
use gatewright_secret::SecretString;
use http::Method;
use serde_json::json;
use std::time::Duration;
use url::Url;

use super::{ClientSecret, ProviderAnswer, ProviderPort, ProviderUnreachable};

/// A request waits for the provider's answer, so the answer must come soon.
const LIMITS: Limits = Limits {
    total: Duration::from_secs(10),
    body: 1024 * 1024,
};

/// The identity providers over the network.
#[derive(Clone)]
pub struct HttpProviders {
    client: Result<Client, String>,
}

impl HttpProviders {
    /// Asks with this client.
    pub fn new(client: Client) -> Self {
        Self { client: Ok(client) }
    }

    /// Reaches nobody, for the reason that is given: the network settings cannot be used.
    pub fn unusable(detail: impl Into<String>) -> Self {
        Self {
            client: Err(detail.into()),
        }
    }

    async fn send(&self, request: Request) -> Result<ProviderAnswer, ProviderUnreachable> {
        let client = self.client.as_ref().map_err(|detail| ProviderUnreachable {
            detail: detail.clone(),
        })?;
        let response = client
            .send(request.accept_json().within(LIMITS))
            .await
            .map_err(|error| ProviderUnreachable {
                detail: error.to_string(),
            })?;
        let mut status = response.status.as_u16();
        // GitHub says 403 to whom it will answer again later.
        let later = response.header("retry-after").is_some()
            || response.header("x-ratelimit-remaining") == Some("0");
        if status == 403 && later {
            status = 429;
        }
        Ok(ProviderAnswer {
            status,
            json: serde_json::from_slice(&response.body).ok(),
            body: response.body,
        })
    }
}

#[async_trait]
impl ProviderPort for HttpProviders {
    async fn get(
        &self,
        url: &Url,
        token: &SecretString,
    ) -> Result<ProviderAnswer, ProviderUnreachable> {
        self.send(Request::get(url.clone()).named("userinfo").bearer(token))
            .await
    }

    async fn introspect(
        &self,
        url: &Url,
        client: &ClientSecret,
        token: &SecretString,
    ) -> Result<ProviderAnswer, ProviderUnreachable> {
        let mut fields = vec![
            ("token", token.expose().as_str()),
            ("token_type_hint", "access_token"),
        ];
        if client.in_body {
            fields.push(("client_id", client.id.as_str()));
            fields.push(("client_secret", client.secret.expose().as_str()));
        }
        let mut request = Request::post_form(url.clone(), &fields).named("introspection");
        if !client.in_body {
            // RFC 6749 §2.3.1: id and secret are form-encoded before they become a Basic pair.
            let encoded = |text: &str| -> String {
                url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
            };
            let secret = SecretString::new(encoded(client.secret.expose()));
            request = request.basic(&encoded(&client.id), &secret);
        }
        self.send(request).await
    }

    async fn check_token(
        &self,
        url: &Url,
        client: &ClientSecret,
        token: &SecretString,
    ) -> Result<ProviderAnswer, ProviderUnreachable> {
        let body = json!({ "access_token": token.expose() });
        let request = Request::json(Method::POST, url.clone(), &body).named("token check");
        self.send(request.basic(&client.id, &client.secret)).await
    }

    async fn fetch(&self, url: &Url) -> Result<ProviderAnswer, ProviderUnreachable> {
        self.send(Request::get(url.clone()).named("metadata")).await
    }
}
