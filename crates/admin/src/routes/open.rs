//! What needs no credential: health and metrics.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use gatewright_store::Store;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::api::Api;

/// The program runs.
pub(super) async fn alive() -> Json<Value> {
    Json(json!({ "status": "alive" }))
}

/// The program can do its work: a document is in force and the store answers.
pub(super) async fn ready(State(api): State<Arc<Api>>) -> Response {
    let configured = api.publisher.applied().is_some();
    let stored = api.stored(Store::ping).await.is_ok();
    let status = if configured && stored {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({ "ready": configured && stored, "configured": configured, "store": stored });
    (status, Json(body)).into_response()
}

/// Counters in the text format of Prometheus.
pub(super) async fn metrics(State(api): State<Arc<Api>>) -> Response {
    let version = api.publisher.applied().map_or(0, |applied| applied.version);
    let text = (api.traffic)().exposition(version);
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
        .into_response()
}
