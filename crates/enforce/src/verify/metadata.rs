//! What a provider publishes of itself: discovery and keys.

use std::sync::Arc;

use gatewright_jose::KeySet;
use gatewright_oauth::check_endpoint;
use serde_json::Value;
use time::OffsetDateTime;
use url::Url;

use super::{ProviderState, Refusal};
use crate::fetched::Wanted;
use crate::ports::Ports;

/// What the gateway needs of a discovery document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Discovered {
    pub(crate) userinfo: Option<Url>,
    pub(crate) introspection: Option<Url>,
    pub(crate) jwks: Option<Url>,
}

/// The provider's discovery document, fetched seldom.
pub(super) async fn discover(
    provider: &ProviderState,
    ports: &Ports,
    now: OffsetDateTime,
) -> Result<Arc<Discovered>, Refusal> {
    let Some(url) = provider.config.endpoints.discovery.clone() else {
        return Err(Refusal::not_configured(format!(
            "an endpoint of the provider {} is not known",
            provider.config.id
        )));
    };
    let endpoints = &provider.config.endpoints;
    let issuer = endpoints
        .issuer
        .clone()
        .filter(|_| endpoints.issuer_is_exact);
    let port = Arc::clone(&ports.providers);
    let fetch = move || async move {
        let answer = port.fetch(&url).await.map_err(|error| error.to_string())?;
        let Some(document) = answer.json.filter(|_| answer.status == 200) else {
            return Err(format!("discovery answered {} and no JSON", answer.status));
        };
        read(&document, issuer.as_deref())
    };
    provider
        .discovery
        .get(now, Wanted::Held, fetch)
        .await
        .map_err(Refusal::unavailable)
}

fn read(document: &Value, issuer: Option<&str>) -> Result<Discovered, String> {
    let named = document.get("issuer").and_then(Value::as_str);
    // `OpenID` Connect Discovery §4.3: another issuer's document must not be used.
    if issuer.is_some() && named != issuer {
        return Err(format!(
            "discovery names another issuer: {}",
            named.unwrap_or("none")
        ));
    }
    let endpoint = |name: &str| {
        let url = Url::parse(document.get(name)?.as_str()?).ok()?;
        check_endpoint("provider", &url).is_ok().then_some(url)
    };
    Ok(Discovered {
        userinfo: endpoint("userinfo_endpoint"),
        introspection: endpoint("introspection_endpoint"),
        jwks: endpoint("jwks_uri"),
    })
}

/// The provider's keys: pasted ones, or fetched.
pub(super) async fn keys(
    provider: &ProviderState,
    wanted: Wanted,
    ports: &Ports,
    now: OffsetDateTime,
) -> Result<Arc<KeySet>, Refusal> {
    if let Some(pasted) = &provider.pasted_keys {
        return pasted.clone().map_err(Refusal::not_configured);
    }
    let url = super::endpoint(
        provider,
        provider.config.endpoints.jwks.as_ref(),
        |discovered| discovered.jwks.clone(),
        ports,
        now,
    )
    .await?;
    let port = Arc::clone(&ports.providers);
    let fetch = move || async move {
        let answer = port.fetch(&url).await.map_err(|error| error.to_string())?;
        if answer.status != 200 {
            return Err(format!("the keys' address answered {}", answer.status));
        }
        let keys = KeySet::from_json(&answer.body).map_err(|error| error.to_string())?;
        // An empty set would shut everybody out until the next attempt.
        if keys.is_empty() {
            return Err("the provider publishes no key".to_owned());
        }
        Ok(keys)
    };
    provider
        .fetched_keys
        .get(now, wanted, fetch)
        .await
        .map_err(Refusal::unavailable)
}
