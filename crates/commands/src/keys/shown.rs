//! Keys as the window shows them.

use gatewright_admin_api as api;
use gatewright_wire as wire;
use time::{Duration, OffsetDateTime};

use crate::convert::rfc3339;

/// A key that ends within this time ends soon.
const SOON: Duration = Duration::days(14);

pub(super) fn key(info: api::KeyInfo, now: OffsetDateTime) -> wire::ApiKey {
    let state = state(info.state);
    let mut seen = info.addresses_seen;
    seen.reverse();
    wire::ApiKey {
        ends_soon: state == wire::ApiKeyState::Active
            && info.ends_at.is_some_and(|end| end - now < SOON),
        id: info.id,
        shown: info.shown,
        kind: match info.kind {
            api::KeyKind::Basic => wire::ApiKeyKind::Basic,
            api::KeyKind::Bearer => wire::ApiKeyKind::Bearer,
        },
        owner: info.owner,
        name: info.name,
        state,
        created_at: rfc3339(info.created_at),
        created_by: info.created_by,
        ends_at: info.ends_at.map(rfc3339),
        max_uses: info.max_uses,
        uses: info.uses,
        last_used_at: info.last_used_at.map(rfc3339),
        addresses_seen: seen,
        read_only: info.read_only,
        products: info.products,
        paths: info.paths,
        addresses: info.addresses,
        revoked_at: info.revoked_at.map(rfc3339),
        revoked_by: info.revoked_by,
        replaces: info.replaces,
        replaced_by: info.replaced_by,
    }
}

fn state(state: api::KeyState) -> wire::ApiKeyState {
    match state {
        api::KeyState::Active => wire::ApiKeyState::Active,
        api::KeyState::Exhausted => wire::ApiKeyState::Exhausted,
        api::KeyState::Expired => wire::ApiKeyState::Expired,
        api::KeyState::Revoked => wire::ApiKeyState::Revoked,
    }
}

pub(super) fn kept_state(state: wire::ApiKeyState) -> api::KeyState {
    match state {
        wire::ApiKeyState::Active => api::KeyState::Active,
        wire::ApiKeyState::Exhausted => api::KeyState::Exhausted,
        wire::ApiKeyState::Expired => api::KeyState::Expired,
        wire::ApiKeyState::Revoked => api::KeyState::Revoked,
    }
}

pub(super) fn kept_kind(kind: wire::ApiKeyKind) -> api::KeyKind {
    match kind {
        wire::ApiKeyKind::Basic => api::KeyKind::Basic,
        wire::ApiKeyKind::Bearer => api::KeyKind::Bearer,
    }
}

pub(super) fn kept_sort(sort: wire::ApiKeySort) -> api::KeySort {
    match sort {
        wire::ApiKeySort::Created => api::KeySort::Created,
        wire::ApiKeySort::Ends => api::KeySort::Ends,
        wire::ApiKeySort::Owner => api::KeySort::Owner,
        wire::ApiKeySort::Name => api::KeySort::Name,
        wire::ApiKeySort::LastUsed => api::KeySort::LastUsed,
    }
}

pub(super) fn product_kind(kind: gatewright_policy::ProductKind) -> wire::ProductKind {
    match kind {
        gatewright_policy::ProductKind::Jira => wire::ProductKind::Jira,
        gatewright_policy::ProductKind::Confluence => wire::ProductKind::Confluence,
        gatewright_policy::ProductKind::Bitbucket => wire::ProductKind::Bitbucket,
    }
}
