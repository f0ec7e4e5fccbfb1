//! `gatewright key`.

use std::fmt::Write as _;

use gatewright_admin_api::{CreateKey, CreatedKey, KeyInfo, KeyQuery, RevokeKeys, RotateKey};
use gatewright_keys::find_keys;
use gatewright_secret::SecretString;
use gatewright_wire::WireError;
use serde_json::{Value, json};

use super::gateway::{Gateway, to_json};
use super::{Answer, Surroundings};
use crate::errors;

/// Makes a key; it is printed this once.
pub async fn create_key(
    around: &Surroundings,
    gateway: &Gateway,
    key: &CreateKey,
) -> Result<Answer, WireError> {
    let client = gateway.connect(around).await?;
    let created = client.create_key(key).await;
    shown_once(&created.map_err(|error| errors::call(&error))?)
}

/// Makes a key in place of another.
pub async fn rotate_key(
    around: &Surroundings,
    gateway: &Gateway,
    id: &str,
    how: &RotateKey,
) -> Result<Answer, WireError> {
    let client = gateway.connect(around).await?;
    let created = client.rotate_key(id, how).await;
    shown_once(&created.map_err(|error| errors::call(&error))?)
}

fn shown_once(created: &CreatedKey) -> Result<Answer, WireError> {
    let info = &created.info;
    let text = format!(
        "{}\n  {} of {}, {}, {}. It is not shown again.\n",
        created.key.expose(),
        info.id,
        info.owner,
        form(info),
        ends(info)
    );
    // The id and the key come first: that is what scripts are after.
    let mut json = json!({ "id": info.id, "key": created.key.expose() });
    if let (Value::Object(json), Value::Object(members)) = (&mut json, to_json(info)?) {
        json.extend(members);
    }
    Ok(Answer::good(json, text))
}

/// A page of keys, or all of them.
pub async fn list_keys(
    around: &Surroundings,
    gateway: &Gateway,
    query: &KeyQuery,
) -> Result<Answer, WireError> {
    let client = gateway.connect(around).await?;
    let mut query = query.clone();
    let mut keys: Vec<KeyInfo> = Vec::new();
    let everything = query.limit.is_none();
    loop {
        let page = client.keys(&query).await;
        let page = page.map_err(|error| errors::call(&error))?;
        keys.extend(page.keys);
        match page.next.filter(|_| everything) {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    let mut text = String::new();
    for key in &keys {
        let _ = writeln!(
            text,
            "{}  {:<9}  {}…  {:<16}  {:<24}  {}",
            key.id,
            key.state.as_str(),
            key.shown,
            key.owner,
            key.name,
            ends(key)
        );
    }
    Ok(Answer::good(json!({ "keys": to_json(&keys)? }), text))
}

/// One key.
pub async fn show_key(
    around: &Surroundings,
    gateway: &Gateway,
    id: &str,
) -> Result<Answer, WireError> {
    let client = gateway.connect(around).await?;
    let key = client.key(id).await.map_err(|error| errors::call(&error))?;
    let mut text = format!(
        "{} {}… of {}, {}, {}, used {} times\n",
        key.state.as_str(),
        key.shown,
        key.owner,
        form(&key),
        ends(&key),
        key.uses
    );
    if !key.addresses_seen.is_empty() {
        let _ = writeln!(text, "  lately from {}", key.addresses_seen.join(", "));
    }
    Ok(Answer::good(to_json(&key)?, text))
}

/// Revokes keys: these, or all of an owner.
pub async fn revoke_keys(
    around: &Surroundings,
    gateway: &Gateway,
    ids: Vec<String>,
    owner: Option<String>,
) -> Result<Answer, WireError> {
    let client = gateway.connect(around).await?;
    // One key that does not exist is an answer of its own.
    let revoked = if let ([id], None) = (ids.as_slice(), &owner) {
        client.revoke_key(id).await.map(|()| vec![id.clone()])
    } else {
        let which = RevokeKeys { ids, owner };
        client.revoke_keys(&which).await.map(|done| done.revoked)
    };
    let revoked = revoked.map_err(|error| errors::call(&error))?;
    let text = revoked
        .iter()
        .fold(String::new(), |text, id| text + "revoked " + id + "\n");
    Ok(Answer::good(json!({ "revoked": revoked }), text))
}

/// Revokes every key that stands in a text. Only what looks like a key leaves this computer.
pub async fn leaked_keys(
    around: &Surroundings,
    gateway: &Gateway,
    text: &SecretString,
) -> Result<Answer, WireError> {
    let client = gateway.connect(around).await?;
    let found = find_keys(text.expose())
        .iter()
        .fold(String::new(), |all, key| all + key.secret().expose() + "\n");
    let leaked = client.leaked_keys(&SecretString::new(found)).await;
    let leaked = leaked.map_err(|error| errors::call(&error))?;
    let mut shown = String::new();
    for key in &leaked.keys {
        let was = if leaked.revoked.contains(&key.id) {
            "revoked now"
        } else {
            "was revoked before"
        };
        let _ = writeln!(shown, "{}  {}  {}: {was}", key.id, key.owner, key.name);
    }
    let _ = writeln!(
        shown,
        "{} keys of this gateway, {} others that look like one",
        leaked.keys.len(),
        leaked.unknown
    );
    Ok(Answer::good(to_json(&leaked)?, shown))
}

fn form(key: &KeyInfo) -> &'static str {
    match key.kind {
        gatewright_admin_api::KeyKind::Basic => "as a Basic password",
        gatewright_admin_api::KeyKind::Bearer => "as a bearer token",
    }
}

fn ends(key: &KeyInfo) -> String {
    key.ends_at.map_or_else(
        || "never ends".to_owned(),
        |end| format!("ends {}", end.date()),
    )
}
