//! What is asked of a key, read and held against the rules.

use std::time::Duration;

use gatewright_admin_api::{CreateKey, KeyInfo, KeyKind, KeyState, Problem, ProblemCode};
use gatewright_config::{Config, KeyLimits, duration};
use gatewright_register::{Live, Order, RegisterError, narrowed};
use gatewright_store::{IssuedKey, KeyState as Stored, Narrowing};
use time::OffsetDateTime;

use super::pair::name;
use crate::reply::{Refusal, Reply};

/// The life of a key for which nobody said one.
const USUAL_LIFE: Duration = Duration::from_hours(90 * 24);
const LONGEST_OWNER: usize = 255;
/// More products, paths or addresses one key does not have.
const MOST_ENTRIES: usize = 32;
const LONGEST_ENTRY: usize = 512;
const MOST_USES: u64 = 1_000_000_000_000;

/// The order for a key, if the rules permit it.
pub(crate) fn order(
    question: &CreateKey,
    config: &Config,
    by: &str,
    at: OffsetDateTime,
) -> Reply<Order> {
    let narrowing = Narrowing {
        read_only: question.read_only,
        products: question.products.clone(),
        paths: question.paths.clone(),
        addresses: question.addresses.clone(),
    };
    fits(&narrowing, config)?;
    if question
        .max_uses
        .is_some_and(|uses| !(1..=MOST_USES).contains(&uses))
    {
        return Err(Refusal::malformed(format!(
            "max_uses is a number from 1 to {MOST_USES}"
        )));
    }
    let life = match question.expires.as_deref() {
        Some(text) => life(text)?,
        None => Some(
            config
                .keys
                .max_lifetime
                .map_or(USUAL_LIFE, |most| most.min(USUAL_LIFE)),
        ),
    };
    Ok(Order {
        kind: kind(question.kind),
        owner: owner(&question.owner)?,
        name: name(&question.name)?,
        expires_at: end(life, &config.keys, at)?,
        max_uses: question.max_uses,
        narrowing,
        by: by.to_owned(),
        at,
    })
}

/// `90d`, or `never`.
pub(super) fn life(text: &str) -> Reply<Option<Duration>> {
    if text == "never" {
        return Ok(None);
    }
    match duration(text) {
        Ok(life) if !life.is_zero() => Ok(Some(life)),
        Ok(_) | Err(_) => Err(Refusal::malformed(
            "expires is a duration as 90d, 12h or 1y, or never",
        )),
    }
}

/// When a key of this life ends, if the settings let it live so long.
pub(super) fn end(
    life: Option<Duration>,
    limits: &KeyLimits,
    at: OffsetDateTime,
) -> Reply<Option<OffsetDateTime>> {
    if let Some(most) = limits.max_lifetime
        && life.is_none_or(|life| life > most)
    {
        return Err(refused(
            format!(
                "settings.keys.max_lifetime lets a key live {} days at most",
                most.as_secs() / 86_400
            ),
            "Give a shorter --expires, or change the setting.",
        ));
    }
    Ok(life.map(|life| at + life))
}

/// The name of a user: what the directory is asked for, and what a Basic pair can carry.
fn owner(text: &str) -> Reply<String> {
    let well_formed = !text.is_empty()
        && text.len() <= LONGEST_OWNER
        && text.trim() == text
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && !text.contains([',', '\\', ':'])
        && !text.eq_ignore_ascii_case("anonymous");
    if well_formed {
        Ok(text.to_owned())
    } else {
        Err(Refusal::malformed(
            "owner is no name that a user of a product could have",
        ))
    }
}

fn fits(narrowing: &Narrowing, config: &Config) -> Reply<()> {
    for (what, entries) in [
        ("products", &narrowing.products),
        ("paths", &narrowing.paths),
        ("addresses", &narrowing.addresses),
    ] {
        if entries.len() > MOST_ENTRIES || entries.iter().any(|one| one.len() > LONGEST_ENTRY) {
            return Err(Refusal::malformed(format!(
                "{what} has at most {MOST_ENTRIES} entries of {LONGEST_ENTRY} bytes"
            )));
        }
    }
    for product in &narrowing.products {
        if !config.products.iter().any(|one| one.id.as_str() == product) {
            return Err(Problem::new(ProblemCode::MalformedRequest)
                .detail(format!("the document has no product {product}"))
                .hint("Name products by their id in the document.")
                .into());
        }
    }
    narrowed(narrowing)
        .map(drop)
        .map_err(|error| Refusal::malformed(error.to_string()))
}

fn refused(detail: impl Into<String>, hint: &str) -> Refusal {
    Problem::new(ProblemCode::KeyRefused)
        .detail(detail)
        .hint(hint)
        .into()
}

pub(crate) fn refusal(error: &RegisterError) -> Refusal {
    match error {
        RegisterError::Narrowing(error) => Refusal::malformed(error.to_string()),
        RegisterError::TooMany { .. } => refused(
            error.to_string(),
            "Revoke one that is not used, or change settings.keys.max_per_user.",
        ),
        RegisterError::Unknown => Refusal::new(ProblemCode::NotFound),
        RegisterError::Dead => refused(error.to_string(), "Make a new key instead."),
        RegisterError::Store(error) => Refusal::store(error),
    }
}

pub(super) fn kind(kind: KeyKind) -> gatewright_keys::KeyKind {
    match kind {
        KeyKind::Basic => gatewright_keys::KeyKind::Basic,
        KeyKind::Bearer => gatewright_keys::KeyKind::Bearer,
    }
}

pub(super) fn stored_state(state: KeyState) -> Stored {
    match state {
        KeyState::Active => Stored::Active,
        KeyState::Exhausted => Stored::Exhausted,
        KeyState::Expired => Stored::Expired,
        KeyState::Revoked => Stored::Revoked,
    }
}

/// A key as it is shown.
pub(super) fn info(key: IssuedKey, live: Live, limits: &KeyLimits, now: OffsetDateTime) -> KeyInfo {
    let outlived = limits.max_lifetime.map(|most| key.created_at + most);
    let ends_at = match (key.ends_at(), outlived) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    let uses_left = key
        .max_uses
        .map(|most| most.saturating_sub(key.leased) + live.available);
    let state = match key.state(now) {
        Stored::Revoked => KeyState::Revoked,
        Stored::Expired => KeyState::Expired,
        Stored::Active | Stored::Exhausted if ends_at.is_some_and(|end| end <= now) => {
            KeyState::Expired
        }
        Stored::Active | Stored::Exhausted if uses_left == Some(0) => KeyState::Exhausted,
        Stored::Active | Stored::Exhausted => KeyState::Active,
    };
    KeyInfo {
        id: key.id.to_string(),
        shown: key.shown,
        kind: match key.kind {
            gatewright_keys::KeyKind::Basic => KeyKind::Basic,
            gatewright_keys::KeyKind::Bearer => KeyKind::Bearer,
        },
        owner: key.owner,
        name: key.name,
        state,
        created_at: key.created_at,
        created_by: key.created_by,
        ends_at,
        max_uses: key.max_uses,
        uses_left,
        uses: key.uses + live.uses,
        last_used_at: key.last_used_at.max(live.last_used_at),
        addresses_seen: key.addresses_seen.iter().map(ToString::to_string).collect(),
        read_only: key.narrowing.read_only,
        products: key.narrowing.products,
        paths: key.narrowing.paths,
        addresses: key.narrowing.addresses,
        revoked_at: key.revoked_at,
        revoked_by: key.revoked_by,
        replaces: key.replaces.map(|id| id.to_string()),
        replaced_by: key.replaced_by.map(|id| id.to_string()),
    }
}
