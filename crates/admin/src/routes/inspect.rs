//! What the gateway does.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use gatewright_admin_api::{ProductStatus, Status};
use gatewright_config::Product;
use gatewright_store::Role;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

use super::pair::shown_role;
use crate::api::{Api, Caller};
use crate::reply::Reply;

/// How long a product may take to accept a connection.
const REACH: Duration = Duration::from_millis(1500);

pub(super) async fn status(State(api): State<Arc<Api>>, caller: Caller) -> Reply<Json<Status>> {
    caller.require(Role::Viewer)?;
    let applied = api.publisher.applied();
    let mut looks = tokio::task::JoinSet::new();
    let mut products = Vec::new();
    if let Some(applied) = &applied {
        for (place, product) in applied.config.products.iter().enumerate() {
            let (host, port) = address(&product.base_url);
            looks.spawn(async move { (place, reach(&host, port).await) });
            products.push(product_status(product));
        }
    }
    while let Some(look) = looks.join_next().await {
        if let Ok((place, Err(detail))) = look
            && let Some(product) = products.get_mut(place)
        {
            product.reachable = false;
            product.detail = Some(detail);
        }
    }
    if let Some(engine) = api.publisher.running() {
        for problem in engine.problems() {
            if let Some((id, detail)) = problem.split_once(": ")
                && let Some(product) = products.iter_mut().find(|product| product.id == id)
                && product.detail.is_none()
            {
                product.detail = Some(detail.to_owned());
            }
        }
    }
    Ok(Json(Status {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: api.started_at,
        now: api.clock.now(),
        mode: api.publisher.mode(),
        version: applied.as_ref().map_or(0, |applied| applied.version),
        since: applied.as_ref().map(|applied| applied.since),
        problem: api.publisher.problem(),
        products,
        counts: (api.traffic)().counts(),
        replicas: 1,
        admin: caller.admin.name.clone(),
        role: shown_role(caller.admin.role),
    }))
}

fn product_status(product: &Product) -> ProductStatus {
    let origin = product.public_url.origin.as_ref();
    let origin = origin
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_default();
    ProductStatus {
        id: product.id.to_string(),
        kind: word(&product.kind),
        public_url: format!("{origin}{}", product.public_url.path_text),
        reachable: true,
        detail: None,
    }
}

fn address(url: &Url) -> (String, u16) {
    let host = url.host_str().unwrap_or_default();
    let host = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    (host, url.port_or_known_default().unwrap_or(443))
}

async fn reach(host: &str, port: u16) -> Result<(), String> {
    match timeout(REACH, TcpStream::connect((host, port))).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(format!("cannot connect to {host}:{port}: {error}")),
        Err(_) => Err(format!("cannot connect to {host}:{port}: no answer")),
    }
}

/// The word by which serde writes a value without content.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}
