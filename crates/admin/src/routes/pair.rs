//! `POST pair`: a code becomes a credential.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use gatewright_admin_api::{Pair, Paired, PairingCode, Problem, ProblemCode};
use gatewright_store::{AdminId, Digest, NewAdmin, RedeemError, Role};
use serde_json::json;

use crate::api::{Api, RequestId, peer};
use crate::pairing::make_credential;
use crate::reply::{Refusal, Reply};
use crate::routes;

/// The longest name of an admin.
const LONGEST_NAME: usize = 64;

pub(super) async fn pair(
    State(api): State<Arc<Api>>,
    id: RequestId,
    request: Request<Body>,
) -> Reply<Json<Paired>> {
    let (parts, body) = request.into_parts();
    let address = peer(&parts);
    let question: Pair = routes::json(&parts.headers, body).await?;
    let name = name(question.name.as_deref().unwrap_or("admin"))?;
    if !api.wrong_codes.may_try() {
        return Err(Refusal::new(ProblemCode::TooManyTries));
    }
    // A text that is no code is looked up all the same, so that it counts as a wrong one.
    let digest = match question.code.expose().parse::<PairingCode>() {
        Ok(code) => Digest::of(code.canonical().expose()),
        Err(_) => Digest::of(question.code.expose()),
    };
    let credential = make_credential();
    let admin = NewAdmin {
        id: AdminId::random(),
        name: name.clone(),
        credential: Digest::of(credential.expose()),
        at: api.clock.now(),
    };
    let admin_id = admin.id.as_str().to_owned();
    let redeemed = api.stored(move |store| match store.redeem_pair_code(&digest, &admin) {
        Ok(role) => Ok(Some(role)),
        Err(RedeemError::Unknown) => Ok(None),
        Err(RedeemError::Store(error)) => Err(error),
    });
    let Some(role) = redeemed.await? else {
        api.wrong_codes.note();
        api.record_by(json!(null), address, &id, "pairing_refused", json!({}))
            .await;
        return Err(Problem::new(ProblemCode::PairingRefused)
            .hint("Make a new code with `gatewright-gateway pair-code`; it is good once, for ten minutes.")
            .into());
    };
    let by = json!({ "id": admin_id, "name": name });
    api.record_by(by, address, &id, "paired", json!({ "role": role.as_str() }))
        .await;
    Ok(Json(Paired {
        id: admin_id,
        credential,
        role: shown_role(role),
        name,
    }))
}

/// A name for people to read: printable, not empty, not long.
pub(super) fn name(text: &str) -> Reply<String> {
    let name = text.trim();
    let fits = !name.is_empty()
        && name.chars().count() <= LONGEST_NAME
        && !name.chars().any(char::is_control);
    if fits {
        Ok(name.to_owned())
    } else {
        Err(Refusal::malformed(format!(
            "a name has 1 to {LONGEST_NAME} printable characters"
        )))
    }
}

pub(super) fn shown_role(role: Role) -> gatewright_admin_api::Role {
    match role {
        Role::Viewer => gatewright_admin_api::Role::Viewer,
        Role::Editor => gatewright_admin_api::Role::Editor,
        Role::Owner => gatewright_admin_api::Role::Owner,
    }
}
