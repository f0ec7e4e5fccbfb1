//! Admins.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use gatewright_admin_api::{
    AdminInfo, AdminList, ChangeAdmin, CreateAdmin, CreatedAdmin, Problem, ProblemCode,
};
use gatewright_store::{Admin, AdminChange, AdminId, Digest, NewAdmin, Role, Store};
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
    let role = kept_role(question.role);
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
    let change = api
        .stored(move |store| store.remove_admin(&revoked))
        .await?;
    done(change)?;
    api.record(&caller, &id, "admin_revoked", json!({ "id": admin }))
        .await;
    Ok(routes::nothing())
}

pub(super) async fn change(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: RequestId,
    Path(admin): Path<String>,
    request: Request<Body>,
) -> Reply<Json<AdminInfo>> {
    caller.require(Role::Owner)?;
    let (parts, body) = request.into_parts();
    let question: ChangeAdmin = routes::json(&parts.headers, body).await?;
    let role = kept_role(question.role);
    let before = one(&api, &admin).await?;
    let changed = before.id.clone();
    let change = api
        .stored(move |store| store.change_role(&changed, role))
        .await?;
    done(change)?;
    let what = json!({ "id": admin, "before": before.role.as_str(), "after": role.as_str() });
    api.record(&caller, &id, "admin_role_changed", what).await;
    Ok(Json(info(Admin { role, ..before })))
}

/// A fresh credential for an admin, by an owner, or for oneself.
pub(super) async fn rotate(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: RequestId,
    Path(admin): Path<String>,
) -> Reply<Json<CreatedAdmin>> {
    let own = caller.admin.id.as_str();
    let admin = if admin == "self" {
        own.to_owned()
    } else {
        admin
    };
    if admin != own {
        caller.require(Role::Owner)?;
    }
    let found = one(&api, &admin).await?;
    let credential = make_credential();
    let digest = Digest::of(credential.expose());
    let (rotated, at) = (found.id.clone(), api.clock.now());
    let change = api
        .stored(move |store| store.replace_credential(&rotated, &digest, at))
        .await?;
    done(change)?;
    api.record(&caller, &id, "admin_rotated", json!({ "id": admin }))
        .await;
    Ok(Json(CreatedAdmin {
        admin: info(Admin {
            created_at: at,
            last_used_at: None,
            ..found
        }),
        credential,
    }))
}

async fn one(api: &Api, id: &str) -> Reply<Admin> {
    let admins = api.stored(Store::admins).await?;
    admins
        .into_iter()
        .find(|admin| admin.id.as_str() == id)
        .ok_or_else(|| Refusal::new(ProblemCode::NotFound))
}

fn done(change: AdminChange) -> Reply<()> {
    match change {
        AdminChange::Done => Ok(()),
        AdminChange::Missing => Err(Refusal::new(ProblemCode::NotFound)),
        AdminChange::LastOwner => Err(Problem::new(ProblemCode::LastOwner)
            .hint("Make another admin an owner first.")
            .into()),
    }
}

fn kept_role(role: gatewright_admin_api::Role) -> Role {
    match role {
        gatewright_admin_api::Role::Viewer => Role::Viewer,
        gatewright_admin_api::Role::Editor => Role::Editor,
        gatewright_admin_api::Role::Owner => Role::Owner,
    }
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
