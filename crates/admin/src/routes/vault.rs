//! Whose product tokens lie in the vault. A token never leaves it through this API.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use gatewright_admin_api::{ProblemCode, VaultEntry, VaultPage};
use gatewright_store::Role;
use serde::Deserialize;
use serde_json::json;

use crate::api::{Api, Caller, RequestId};
use crate::reply::{Refusal, Reply};
use crate::routes;

const PAGE: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    after_product: Option<String>,
    after_user: Option<String>,
}

pub(super) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    query: Result<Query<Place>, QueryRejection>,
) -> Reply<Json<VaultPage>> {
    caller.require(Role::Viewer)?;
    let Query(place) =
        query.map_err(|_| Refusal::malformed("the query may have after_product and after_user"))?;
    let product = place.after_product.unwrap_or_default();
    let user = place.after_user.unwrap_or_default();
    let found = api
        .stored(move |store| store.tokens(Some((&product, &user)), PAGE + 1))
        .await?;
    let more = found.len() > PAGE;
    let tokens: Vec<VaultEntry> = found
        .into_iter()
        .take(PAGE)
        .map(|entry| VaultEntry {
            product: entry.product,
            user: entry.user,
            created_at: entry.created_at,
            updated_at: entry.updated_at,
        })
        .collect();
    Ok(Json(VaultPage { tokens, more }))
}

pub(super) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: RequestId,
    Path((product, user)): Path<(String, String)>,
) -> Reply<Response> {
    caller.require(Role::Editor)?;
    let what = json!({ "product": product, "user": user });
    let gone = api
        .stored(move |store| store.remove_token(&product, &user))
        .await?;
    if !gone {
        return Err(Refusal::new(ProblemCode::NotFound));
    }
    api.record(&caller, &id, "vault_token_removed", what).await;
    Ok(routes::nothing())
}
