//! The calls, by what they are about.

mod audit;
mod config;
mod explain;
mod inspect;
pub(crate) mod keys;
pub(crate) mod keys_text;
mod open;
mod openapi;
mod openapi_keys;
mod openapi_traffic;
mod pair;
mod people;
mod secrets;
mod simulate;
mod vault;

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post, put};
use bytes::Bytes;
use gatewright_admin_api::{Problem, ProblemCode};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue};
use serde::de::DeserializeOwned;

use crate::api::{Api, RequestId};
use crate::reply::{Refusal, Reply};

/// The largest document, and the largest body of any other call.
const LARGEST_DOCUMENT: usize = 2 * 1024 * 1024;
const LARGEST_BODY: usize = 256 * 1024;

/// All calls.
pub(crate) fn router(api: Arc<Api>) -> Router {
    let calls = Router::new()
        .route("/openapi.json", get(openapi::description))
        .route("/pair", post(pair::pair))
        .route("/config", get(config::current).put(config::publish))
        .route("/config/validate", post(config::validate))
        .route("/config/simulate", post(simulate::simulate))
        .route("/config/diff", get(simulate::between).post(simulate::diff))
        .route("/config/versions", get(config::versions))
        .route("/config/versions/{version}", get(config::version))
        .route("/config/versions/{version}/restore", post(config::restore))
        .route("/secrets", get(secrets::list))
        .route("/secrets/{name}", put(secrets::set))
        .route("/keys", get(keys::list).post(keys::create))
        .route("/keys/revoke", post(keys::revoke_several))
        .route("/keys/leaked", post(keys::leaked))
        .route("/keys/{id}", get(keys::one).delete(keys::revoke))
        .route("/keys/{id}/rotate", post(keys::rotate))
        .route("/vault", get(vault::list))
        .route("/vault/{product}/{user}", delete(vault::remove))
        .route("/explain", post(explain::explain))
        .route("/audit", get(audit::page))
        .route("/audit/summary", get(audit::summary))
        .route("/audit/stream", get(audit::stream))
        .route("/status", get(inspect::status))
        .route("/admins", get(people::list).post(people::admit))
        .route("/admins/{id}", delete(people::revoke).patch(people::change))
        .route("/admins/{id}/rotate", post(people::rotate));
    Router::new()
        .nest(gatewright_admin_api::BASE_PATH, calls)
        .route("/healthz", get(open::alive))
        .route("/readyz", get(open::ready))
        .route("/metrics", get(open::metrics))
        .fallback(|| async { Refusal::new(ProblemCode::NotFound) })
        .method_not_allowed_fallback(|| async { Refusal::new(ProblemCode::MethodNotAllowed) })
        // Outermost, so that every answer gets its headers, refusals included.
        .layer(middleware::from_fn_with_state(Arc::clone(&api), frame))
        .with_state(api)
}

/// Gives each call an id, and each answer the headers that keep it out of caches.
async fn frame(State(_): State<Arc<Api>>, mut request: Request, next: Next) -> Response {
    let id = format!("{:032x}", rand::random::<u128>());
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let changes = !method.is_safe();
    let mut response = carried_out(changes, next.run(request)).await;
    tracing::info!(
        %method,
        path = path.escape_debug().to_string(),
        status = response.status().as_u16(),
        request_id = id,
        "admin call"
    );
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert("x-request-id", id);
    }
    response
}

/// A change, the line about it and what follows from it are done even if the client goes away
/// meanwhile: nobody changes anything unseen by hanging up.
async fn carried_out(
    changes: bool,
    answering: impl Future<Output = Response> + Send + 'static,
) -> Response {
    if !changes {
        return answering.await;
    }
    match tokio::spawn(answering).await {
        Ok(response) => response,
        Err(_) => Refusal::internal("a call").into_response(),
    }
}

/// A whole body, up to a limit.
async fn whole(body: Body, largest: usize) -> Reply<Bytes> {
    axum::body::to_bytes(body, largest).await.map_err(|_| {
        Problem::new(ProblemCode::TooLarge)
            .detail(format!("at most {largest} bytes are taken here"))
            .into()
    })
}

/// A JSON body. What is wrong with it is said without repeating what stood in it.
async fn json<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Reply<T> {
    if media_type(headers).as_deref() != Some("application/json") {
        return Err(Problem::new(ProblemCode::UnsupportedMediaType)
            .detail("application/json is expected")
            .into());
    }
    let bytes = whole(body, LARGEST_BODY).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let what = match error.classify() {
            serde_json::error::Category::Data => "a member is missing, unknown or of another type",
            serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof
            | serde_json::error::Category::Io => "it is no JSON",
        };
        Refusal::malformed(format!(
            "the body cannot be read: {what} (line {line}, column {column})"
        ))
    })
}

/// The media type without its parameters, in small letters.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase(),
    )
}

/// An answer without a body.
fn nothing() -> Response {
    http::StatusCode::NO_CONTENT.into_response()
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_change_goes_on_to_its_end_when_its_client_is_gone() {
        let (go_on, waiting) = oneshot::channel::<()>();
        let (done, is_done) = oneshot::channel::<()>();
        let change = async move {
            waiting.await.unwrap();
            done.send(()).unwrap();
            nothing()
        };
        let gone = tokio::time::timeout(std::time::Duration::ZERO, carried_out(true, change));
        gone.await.unwrap_err();
        go_on.send(()).unwrap();
        is_done.await.unwrap();
    }

    #[tokio::test]
    async fn a_change_that_fails_utterly_is_an_answer() {
        let broken = async { panic!("broken") };
        let response = carried_out(true, broken).await;
        assert_eq!(response.status(), 500);
    }
}
