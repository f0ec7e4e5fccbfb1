//! People look after their own keys, on the data path's listener.
//!
//! Who calls was verified by a provider's token; whatever a browser sends along unasked was refused
//! before. The owner of every key here is the caller.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::body::to_bytes;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use gatewright_admin_api::{CreateKey, KeyList, Problem, ProblemCode};
use gatewright_policy::UserName;
use gatewright_store::{IssuedKey, KeyFilter, KeySort};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

use crate::api::{Api, RequestId};
use crate::reply::{Refusal, Reply};
use crate::routes::keys::{config, created, shown};
use crate::routes::keys_text::{order, refusal};

/// Where it is, below the path that is the gateway's own.
const KEYS: &str = "api/v1/keys";
/// More keys of one owner are not listed.
const MOST_LISTED: usize = 1000;
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// A call by somebody about keys of their own.
#[derive(Debug)]
pub struct OwnRequest {
    /// Who calls.
    pub user: String,
    /// Whether the rules let this user make keys.
    pub may_create: bool,
    /// From where.
    pub address: IpAddr,
    /// Under which id it is recorded.
    pub request_id: String,
    /// The method.
    pub method: Method,
    /// The path below the one that is the gateway's own.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Api {
    /// Answers a call by somebody about keys of their own.
    pub async fn own_keys(self: Arc<Self>, request: OwnRequest) -> http::Response<Bytes> {
        // The change and its audit line are done even if the caller goes away meanwhile.
        let answered = tokio::spawn(async move { answer(&self, request).await }).await;
        let mut response = match answered {
            Ok(Ok(response)) => response,
            Ok(Err(refusal)) => refusal.into_response(),
            Err(_) => Refusal::internal("a call about own keys").into_response(),
        };
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, LARGEST_ANSWER).await.unwrap_or_default();
        http::Response::from_parts(parts, body)
    }
}

async fn answer(api: &Arc<Api>, request: OwnRequest) -> Reply<Response> {
    let below = request
        .path
        .strip_prefix(KEYS)
        .ok_or_else(|| Refusal::new(ProblemCode::NotFound))?;
    match (below, request.method.as_str()) {
        ("", "GET") => list(api, &request).await,
        ("", "POST") => create(api, &request).await,
        ("", _) => Err(Refusal::new(ProblemCode::MethodNotAllowed)),
        (id, "DELETE") if id.starts_with('/') => revoke(api, &request, &id[1..]).await,
        (id, _) if id.starts_with('/') => Err(Refusal::new(ProblemCode::MethodNotAllowed)),
        _ => Err(Refusal::new(ProblemCode::NotFound)),
    }
}

async fn list(api: &Arc<Api>, request: &OwnRequest) -> Reply<Response> {
    let filter = KeyFilter {
        owner: Some(request.user.clone()),
        sort: KeySort::Created,
        descending: true,
        ..KeyFilter::all(api.clock.now(), MOST_LISTED)
    };
    let keys = api.stored(move |store| store.keys(&filter)).await?;
    let config = config(api)?;
    let keys = keys
        .into_iter()
        .map(|key| shown(api, &config, key))
        .collect();
    Ok(Json(KeyList { keys, next: None }).into_response())
}

async fn create(api: &Arc<Api>, request: &OwnRequest) -> Reply<Response> {
    if !request.may_create {
        return Err(Problem::new(ProblemCode::Forbidden)
            .detail("the rules do not let this user make keys")
            .hint("Ask an admin of the gateway for a key.")
            .into());
    }
    let question = question(request)?;
    let config = config(api)?;
    let order = order(&question, &config, &request.user, api.clock.now())?;
    let made = api.register.make(order, config.keys.max_per_user).await;
    let created = created(api, &config, made.map_err(|error| refusal(&error))?);
    record(api, request, "key_created", json!(created.info)).await;
    Ok((StatusCode::CREATED, Json(created)).into_response())
}

/// What is asked for; the owner is the caller and cannot be named.
fn question(request: &OwnRequest) -> Reply<CreateKey> {
    let is_json = request
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(Refusal::new(ProblemCode::UnsupportedMediaType));
    }
    let unreadable = || Refusal::malformed("the body is no key that is asked for");
    let mut body: Value = serde_json::from_slice(&request.body).map_err(|_| unreadable())?;
    let members = body.as_object_mut().ok_or_else(unreadable)?;
    if members
        .insert("owner".to_owned(), json!(request.user))
        .is_some()
    {
        return Err(Refusal::malformed(
            "the owner is who calls, and is not named",
        ));
    }
    serde_json::from_value(body).map_err(|_| unreadable())
}

async fn revoke(api: &Arc<Api>, request: &OwnRequest, id: &str) -> Reply<Response> {
    let missing = || Refusal::new(ProblemCode::NotFound);
    let id = id.parse().map_err(|_| missing())?;
    let user = UserName::new(&request.user);
    let key: IssuedKey = api
        .stored(move |store| store.key(id))
        .await?
        .filter(|key| user.is(&key.owner))
        .ok_or_else(missing)?;
    let what = json!({ "id": key.id.to_string(), "owner": key.owner, "name": key.name });
    let revoked = api
        .register
        .revoke(vec![key], request.user.clone(), api.clock.now())
        .await
        .map_err(|error| refusal(&error))?;
    if !revoked.is_empty() {
        record(api, request, "key_revoked", what).await;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn record(api: &Arc<Api>, request: &OwnRequest, action: &'static str, what: Value) {
    let id = RequestId(request.request_id.clone());
    let by = json!({ "user": request.user });
    api.record_by(by, request.address, &id, action, what).await;
}
