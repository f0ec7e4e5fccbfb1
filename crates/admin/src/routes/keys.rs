//! API keys: made, listed, revoked, replaced. A key is shown once and never again.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse as _, Response};
use gatewright_admin_api::{
    CreateKey, CreatedKey, KeyInfo, KeyList, KeyQuery, KeySort, LeakedKeys, LeakedText,
    ProblemCode, RevokeKeys, RevokedKeys, RotateKey,
};
use gatewright_config::{Config, duration, raw::Document};
use gatewright_keys::{KeyId, find_keys};
use gatewright_register::{Made, Order};
use gatewright_store::{IssuedKey, KeyFilter, KeySort as Stored, KeyState, Role};
use http::StatusCode;
use serde_json::json;

use super::keys_text::{end, info, kind, life, order, refusal, stored_state};
use crate::api::{Api, Caller, RequestId};
use crate::reply::{Refusal, Reply};
use crate::routes;

const PAGE: u32 = 100;
const LARGEST_PAGE: u32 = 1000;
/// Keys that one call revokes.
const MOST_AT_ONCE: usize = 10_000;
/// How long a replaced key stays good when nobody says.
const OVERLAP: Duration = Duration::from_hours(24);
const LONGEST_OVERLAP: Duration = Duration::from_hours(90 * 24);

pub(super) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    query: Result<Query<KeyQuery>, QueryRejection>,
) -> Reply<Json<KeyList>> {
    caller.require(Role::Viewer)?;
    let Query(query) = query.map_err(|_| Refusal::malformed("the query cannot be read"))?;
    let limit = query.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE) as usize;
    let sort = query.sort.unwrap_or_default();
    let filter = KeyFilter {
        text: query.q.filter(|text| !text.is_empty()),
        owner: query.owner,
        kind: query.kind.map(kind),
        state: query.state.map(stored_state),
        ends_before: query.ends_before,
        sort: match sort {
            KeySort::Created => Stored::Created,
            KeySort::Ends => Stored::Ends,
            KeySort::Owner => Stored::Owner,
            KeySort::Name => Stored::Name,
            KeySort::LastUsed => Stored::LastUsed,
        },
        descending: query
            .descending
            .unwrap_or(matches!(sort, KeySort::Created | KeySort::LastUsed)),
        after: query.after.as_deref().map(key_id).transpose()?,
        limit: limit + 1,
        now: api.clock.now(),
    };
    let mut found = api.stored(move |store| store.keys(&filter)).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| last.id.to_string());
    let config = config(&api)?;
    let keys = found
        .into_iter()
        .map(|key| shown(&api, &config, key))
        .collect();
    Ok(Json(KeyList { keys, next }))
}

pub(super) async fn one(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Reply<Json<KeyInfo>> {
    caller.require(Role::Viewer)?;
    let key = existing(&api, &id).await?;
    Ok(Json(shown(&api, &*config(&api)?, key)))
}

pub(super) async fn create(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: RequestId,
    request: Request<Body>,
) -> Reply<Response> {
    caller.require(Role::Editor)?;
    let (parts, body) = request.into_parts();
    let question: CreateKey = routes::json(&parts.headers, body).await?;
    let config = config(&api)?;
    let order = order(&question, &config, &caller.admin.name, api.clock.now())?;
    to_the_end(async move {
        let made = api
            .register
            .make(order, config.keys.max_per_user)
            .await
            .map_err(|error| refusal(&error))?;
        let created = created(&api, &config, made);
        api.record(&caller, &id, "key_created", json!(created.info))
            .await;
        Ok((StatusCode::CREATED, Json(created)).into_response())
    })
    .await
}

pub(super) async fn revoke(
    State(api): State<Arc<Api>>,
    caller: Caller,
    request: RequestId,
    Path(id): Path<String>,
) -> Reply<Response> {
    caller.require(Role::Editor)?;
    let key = existing(&api, &id).await?;
    to_the_end(async move {
        revoke_all(&api, &caller, &request, vec![key], "key_revoked").await?;
        Ok(routes::nothing())
    })
    .await
}

pub(super) async fn revoke_several(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: RequestId,
    request: Request<Body>,
) -> Reply<Json<RevokedKeys>> {
    caller.require(Role::Editor)?;
    let (parts, body) = request.into_parts();
    let question: RevokeKeys = routes::json(&parts.headers, body).await?;
    let ids: Vec<KeyId> = question
        .ids
        .iter()
        .map(|id| key_id(id))
        .collect::<Reply<_>>()?;
    let now = api.clock.now();
    let keys = api.stored(move |store| {
        let mut keys = Vec::new();
        for id in ids {
            keys.extend(store.key(id)?);
        }
        if let Some(owner) = question.owner {
            keys.extend(store.keys(&KeyFilter {
                owner: Some(owner),
                ..KeyFilter::all(now, MOST_AT_ONCE)
            })?);
        }
        Ok(keys)
    });
    let keys = keys.await?;
    to_the_end(async move {
        let revoked = revoke_all(&api, &caller, &id, keys, "key_revoked").await?;
        Ok(Json(RevokedKeys { revoked }))
    })
    .await
}

pub(super) async fn rotate(
    State(api): State<Arc<Api>>,
    caller: Caller,
    request_id: RequestId,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Reply<Response> {
    caller.require(Role::Editor)?;
    let (parts, body) = request.into_parts();
    let question: RotateKey = routes::json(&parts.headers, body).await?;
    let config = config(&api)?;
    let overlap = match question.overlap.as_deref().map(duration) {
        None => OVERLAP,
        Some(Ok(overlap)) if overlap <= LONGEST_OVERLAP => overlap,
        Some(Ok(_) | Err(_)) => {
            return Err(Refusal::malformed("overlap is a duration of at most 90d"));
        }
    };
    let old = existing(&api, &id).await?;
    let at = api.clock.now();
    let lived = old
        .expires_at
        .map(|end| Duration::try_from(end - old.created_at).unwrap_or(OVERLAP));
    let life = match question.expires.as_deref() {
        Some(text) => life(text)?,
        // A key that was made before the settings became stricter gets what they permit now.
        None => match config.keys.max_lifetime {
            Some(most) => Some(lived.map_or(most, |life| life.min(most))),
            None => lived,
        },
    };
    let order = Order {
        kind: old.kind,
        owner: old.owner.clone(),
        name: old.name.clone(),
        expires_at: end(life, &config.keys, at)?,
        max_uses: old.max_uses,
        narrowing: old.narrowing.clone(),
        by: caller.admin.name.clone(),
        at,
    };
    to_the_end(async move {
        let rotated = api.register.rotate(old.id, order, at + overlap).await;
        let (made, old) = rotated.map_err(|error| refusal(&error))?;
        let created = created(&api, &config, made);
        let old = shown(&api, &config, old);
        let what = json!({ "old": { "id": old.id, "ends_at": old.ends_at.map(|end| end.to_string()) }, "new": created.info });
        api.record(&caller, &request_id, "key_rotated", what).await;
        Ok((StatusCode::CREATED, Json(created)).into_response())
    })
    .await
}

/// Whoever finds keys hands in the text in which they stand; nothing of it is repeated or logged.
pub(super) async fn leaked(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: RequestId,
    request: Request<Body>,
) -> Reply<Json<LeakedKeys>> {
    caller.require(Role::Editor)?;
    let (parts, body) = request.into_parts();
    let question: LeakedText = routes::json(&parts.headers, body).await?;
    let found = find_keys(question.text.expose());
    let tags: Vec<_> = found.iter().map(|key| api.register.tag(key)).collect();
    let issued = api.stored(move |store| store.keys_by_tag(&tags)).await?;
    let unknown = found.len() - issued.len();
    let config = config(&api)?;
    to_the_end(async move {
        let ids: Vec<KeyId> = issued.iter().map(|key| key.id).collect();
        let revoked = revoke_all(&api, &caller, &id, issued, "key_leaked").await?;
        let now = api.stored(move |store| {
            let keys: Result<Vec<_>, _> = ids.into_iter().map(|id| store.key(id)).collect();
            keys
        });
        let keys = now
            .await?
            .into_iter()
            .flatten()
            .map(|key| shown(&api, &config, key))
            .collect();
        Ok(Json(LeakedKeys {
            keys,
            revoked,
            unknown,
        }))
    })
    .await
}

/// Revokes keys and writes a line for each that was good until now.
async fn revoke_all(
    api: &Arc<Api>,
    caller: &Caller,
    request: &RequestId,
    keys: Vec<IssuedKey>,
    action: &'static str,
) -> Reply<Vec<String>> {
    let now = api.clock.now();
    let revoked = api
        .register
        .revoke(keys.clone(), caller.admin.name.clone(), now)
        .await
        .map_err(|error| refusal(&error))?;
    for key in keys.iter().filter(|key| revoked.contains(&key.id)) {
        let was_good = key.state(now) == KeyState::Active;
        let what = json!({
            "id": key.id.to_string(), "owner": key.owner, "name": key.name, "was_good": was_good
        });
        api.record(caller, request, action, what).await;
    }
    Ok(revoked.iter().map(ToString::to_string).collect())
}

async fn existing(api: &Arc<Api>, id: &str) -> Reply<IssuedKey> {
    let id: KeyId = id
        .parse()
        .map_err(|_| Refusal::new(ProblemCode::NotFound))?;
    api.stored(move |store| store.key(id))
        .await?
        .ok_or_else(|| Refusal::new(ProblemCode::NotFound))
}

fn key_id(text: &str) -> Reply<KeyId> {
    text.parse()
        .map_err(|error: gatewright_keys::NotAKeyId| Refusal::malformed(error.to_string()))
}

/// The document in force; before the first, one that says nothing.
pub(crate) fn config(api: &Api) -> Reply<Arc<Config>> {
    match api.publisher.applied() {
        Some(applied) => Ok(Arc::clone(&applied.config)),
        None => Config::new(Document::default())
            .map(Arc::new)
            .map_err(|_| Refusal::internal("an empty document")),
    }
}

pub(crate) fn shown(api: &Api, config: &Config, key: IssuedKey) -> KeyInfo {
    let live = api.register.live(&key);
    info(key, live, &config.keys, api.clock.now())
}

pub(crate) fn created(api: &Api, config: &Config, made: Made) -> CreatedKey {
    CreatedKey {
        key: made.key.secret().clone(),
        info: shown(api, config, made.record),
    }
}

/// A change and its audit line are done even if the caller goes away meanwhile.
async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Reply<T>> + Send + 'static,
) -> Reply<T> {
    tokio::spawn(work)
        .await
        .map_err(|_| Refusal::internal("a change of a key"))?
}
