//! Secrets: they go in and never come out.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use gatewright_admin_api::{Problem, ProblemCode, PutSecret, SecretInfo, SecretList};
use gatewright_store::{Role, Store};
use serde_json::json;

use crate::api::{Api, Caller, RequestId};
use crate::reply::{Refusal, Reply};
use crate::routes;
use crate::secrets::{LARGEST_VALUE, is_secret_name};

pub(super) async fn list(State(api): State<Arc<Api>>, caller: Caller) -> Reply<Json<SecretList>> {
    caller.require(Role::Viewer)?;
    let secrets = api.stored(Store::secrets).await?;
    let secrets = secrets
        .into_iter()
        .map(|secret| SecretInfo {
            name: secret.name,
            created_at: secret.created_at,
            updated_at: secret.updated_at,
        })
        .collect();
    Ok(Json(SecretList { secrets }))
}

pub(super) async fn set(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: RequestId,
    Path(name): Path<String>,
    request: Request<Body>,
) -> Reply<Response> {
    caller.require(Role::Owner)?;
    if !api.publisher.secrets_are_stored() {
        return Err(Problem::new(ProblemCode::SecretsFromDirectory)
            .hint("Put the secret into that directory as a file of its name.")
            .into());
    }
    if !is_secret_name(&name) {
        return Err(Refusal::malformed(
            "a secret's name has letters, digits, dots, dashes and underscores, and no dot in front",
        ));
    }
    let (parts, body) = request.into_parts();
    let question: PutSecret = routes::json(&parts.headers, body).await?;
    if question.value.is_empty() || question.value.expose().len() > LARGEST_VALUE {
        return Err(Refusal::malformed(format!(
            "a secret has 1 to {LARGEST_VALUE} bytes"
        )));
    }
    let (stored, at) = (name.clone(), api.clock.now());
    api.stored(move |store| store.put_secret(&stored, &question.value, at))
        .await?;
    api.record(&caller, &id, "secret_set", json!({ "name": name }))
        .await;
    api.publisher.secret_changed(&name).await;
    Ok(routes::nothing())
}
