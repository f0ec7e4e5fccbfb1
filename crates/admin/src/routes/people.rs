//! Admins.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use gatewright_admin_api::{AdminInfo, AdminList, CreateAdmin, CreatedAdmin, ProblemCode};
use gatewright_store::{Admin, AdminId, Digest, NewAdmin, Role, Store};
use http::StatusCode;
use serde_json::json;

use super::pair::{name, shown_role};
use crate::api::{Api, Caller, RequestId};
use crate::pairing::make_credential;
use crate::reply::{Refusal, Reply};
use crate::routes;

pub(super) async fn list(State(api): State<Arc<Api>>, caller: Caller) -> Reply<Json<AdminList>> {
    caller.require(Role::Owner)?;
    let admins = api.stored(Store::admins).await?;
    Ok(Json(AdminList {
        admins: admins.into_iter().map(info).collect(),
    }))
}

pub(super) async fn admit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: RequestId,
    request: Request<Body>,
) -> Reply<Response> {
    caller.require(Role::Owner)?;
    let (parts, body) = request.into_parts();
    let question: CreateAdmin = routes::json(&parts.headers, body).await?;
    let role = match question.role {
        gatewright_admin_api::Role::Viewer => Role::Viewer,
        gatewright_admin_api::Role::Editor => Role::Editor,
        gatewright_admin_api::Role::Owner => Role::Owner,
    };
    let credential = make_credential();
    let admin = NewAdmin {
        id: AdminId::random(),
        name: name(&question.name)?,
        credential: Digest::of(credential.expose()),
        at: api.clock.now(),
    };
    let shown = AdminInfo {
        id: admin.id.as_str().to_owned(),
        name: admin.name.clone(),
        role: question.role,
        created_at: admin.at,
        last_used_at: None,
    };
    api.stored(move |store| store.add_admin(&admin, role))
        .await?;
    let what = json!({ "id": shown.id, "name": shown.name, "role": role.as_str() });
    api.record(&caller, &id, "admin_admitted", what).await;
    let reply = CreatedAdmin {
        admin: shown,
        credential,
    };
    Ok((StatusCode::CREATED, Json(reply)).into_response())
}

pub(super) async fn revoke(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: RequestId,
    Path(admin): Path<String>,
) -> Reply<Response> {
    caller.require(Role::Owner)?;
    let revoked = AdminId::new(admin.clone());
    if !api
        .stored(move |store| store.remove_admin(&revoked))
        .await?
    {
        return Err(Refusal::new(ProblemCode::NotFound));
    }
    api.record(&caller, &id, "admin_revoked", json!({ "id": admin }))
        .await;
    Ok(routes::nothing())
}

fn info(admin: Admin) -> AdminInfo {
    AdminInfo {
        id: admin.id.as_str().to_owned(),
        name: admin.name,
        role: shown_role(admin.role),
        created_at: admin.created_at,
        last_used_at: admin.last_used_at,
    }
}
