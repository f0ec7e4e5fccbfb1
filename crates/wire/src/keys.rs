//! API keys of the gateway: made, listed, replaced and revoked. A key itself is shown once.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AddressProbe, ProductKind, RuleProblem, TypedSecret};

/// In which header form a key is good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ApiKeyKind {
    /// As the password of its owner.
    Basic,
    /// Alone, as a bearer token.
    #[default]
    Bearer,
}

/// How a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ApiKeyState {
    /// It is good.
    Active,
    /// It was used as often as it may be.
    Exhausted,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

/// In which order keys are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ApiKeySort {
    /// By when they were made.
    #[default]
    Created,
    /// By when they end.
    Ends,
    /// By owner.
    Owner,
    /// By name.
    Name,
    /// By when they were last used.
    LastUsed,
}

/// A key without what opens anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApiKey {
    /// Its id.
    pub id: String,
    /// Its beginning, by which people tell theirs apart.
    pub shown: String,
    /// In which header form it is good.
    pub kind: ApiKeyKind,
    /// The user as whom it acts.
    pub owner: String,
    /// What its owner calls it.
    pub name: String,
    /// How it is.
    pub state: ApiKeyState,
    /// Whether it is good and ends within two weeks.
    pub ends_soon: bool,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// By whom.
    pub created_by: String,
    /// Its end, RFC 3339; absent: never.
    pub ends_at: Option<String>,
    /// How often it may be used; absent: as often as one likes.
    #[ts(type = "number | null")]
    pub max_uses: Option<u64>,
    /// How often it was used.
    #[ts(type = "number")]
    pub uses: u64,
    /// When it was last used, RFC 3339.
    pub last_used_at: Option<String>,
    /// From where it was used lately, the newest first.
    pub addresses_seen: Vec<String>,
    /// Whether it may only read.
    pub read_only: bool,
    /// The products for which it is good; empty: all.
    pub products: Vec<String>,
    /// The requests for which it is good; empty: all.
    pub paths: Vec<String>,
    /// The addresses from which it is good; empty: all.
    pub addresses: Vec<String>,
    /// When it was revoked, RFC 3339.
    pub revoked_at: Option<String>,
    /// By whom.
    pub revoked_by: Option<String>,
    /// The key that it replaces.
    pub replaces: Option<String>,
    /// The key that replaces it.
    pub replaced_by: Option<String>,
}

/// Asks for a page of keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListKeys {
    /// A part of name, owner or shown beginning; empty: any.
    pub search: String,
    /// Only this owner's; empty: anybody's.
    pub owner: String,
    /// Only of this kind.
    pub kind: Option<ApiKeyKind>,
    /// Only in this state.
    pub state: Option<ApiKeyState>,
    /// Only those that end within so many days from now.
    pub ends_within_days: Option<u32>,
    /// The order.
    pub sort: ApiKeySort,
    /// The other way round.
    pub descending: bool,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// A page of keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApiKeys {
    /// The keys.
    pub keys: Vec<ApiKey>,
    /// Ask for those after this one next; absent at the end.
    pub next: Option<String>,
    /// When they were read, RFC 3339.
    pub read_at: String,
}

/// What keys may be made there, and of what they are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyBasis {
    /// How the gateway calls the one who asks.
    pub me: String,
    /// Whether the role permits to make and revoke keys.
    pub may_change: bool,
    /// The role.
    pub role: String,
    /// The longest life of a key, as a duration or `never`.
    pub max_lifetime: String,
    /// How many living keys one person may have.
    pub max_per_user: u32,
    /// Whether the gateway accepts API keys at all.
    pub accepted: bool,
    /// The products of the document in force.
    pub products: Vec<KeyProduct>,
}

/// A product for which a key may be good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyProduct {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What it is.
    pub kind: ProductKind,
    /// What clients call, as far as is known here.
    pub url: String,
}

/// The end of a new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "ends", rename_all = "snake_case")]
pub enum KeyEnd {
    /// It has none.
    Never,
    /// After so many of a unit.
    After {
        /// How many.
        count: u32,
        /// Of what.
        unit: KeyUnit,
    },
}

/// What lives are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyUnit {
    /// Sixty minutes.
    Hours,
    /// Twenty-four hours.
    Days,
    /// Seven days.
    Weeks,
    /// Thirty days.
    Months,
}

/// A key as it is typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewKey {
    /// The user as whom it will act.
    pub owner: String,
    /// What its owner calls it.
    pub name: String,
    /// In which header form it will be good.
    pub kind: ApiKeyKind,
    /// When it ends.
    pub end: KeyEnd,
    /// How often it may be used.
    #[ts(type = "number | null")]
    pub max_uses: Option<u64>,
    /// Whether it may only read.
    pub read_only: bool,
    /// The products for which it is good; empty: all.
    pub products: Vec<String>,
    /// The requests for which it is good, methods in front of the pattern; empty: all.
    pub paths: Vec<String>,
    /// The addresses from which it is good; empty: all.
    pub addresses: Vec<String>,
}

/// Asks what a key would be, as it is typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckKey {
    /// The key.
    pub key: NewKey,
    /// The longest life of a key, as a duration or `never`; empty: not known.
    pub max_lifetime: String,
    /// A request to try, as `GET /rest/api/2/issue`; empty: none.
    pub request: String,
    /// "Is it inside?"; empty: not asked.
    pub address: String,
}

/// What a key would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckedKey {
    /// What is wrong, by field: `owner`, `end`, `paths[0]`, `addresses[2]`.
    pub problems: Vec<RuleProblem>,
    /// When it would end, RFC 3339; absent: never, or not to be told.
    pub ends_at: Option<String>,
    /// All of it in words.
    pub words: String,
    /// Requests that are inside, and some near to them that are not.
    pub examples: Vec<KeyExample>,
    /// Whether the request that was tried is inside; absent: none was tried, or it is no request.
    pub request_inside: Option<bool>,
    /// Whether the address that was tried is inside.
    pub address: AddressProbe,
}

/// A request beside a narrowed key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyExample {
    /// Method and path.
    pub request: String,
    /// Whether the key is good for it.
    pub inside: bool,
}

/// Asks who an owner is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyOwner {
    /// The user name.
    pub owner: String,
}

/// Who an owner is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckedOwner {
    /// In words: who it is, in which products, with how many keys.
    pub words: String,
    /// Whether every product that was asked knows an active user of that name; absent: none could
    /// be asked.
    pub known: Option<bool>,
    /// How many living keys there are.
    pub keys: u32,
}

/// Names a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApiKeyId {
    /// Its id.
    pub id: String,
}

/// Names keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApiKeyIds {
    /// Their ids.
    pub ids: Vec<String>,
}

/// Replaces keys by new ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RotateKeys {
    /// Which.
    pub ids: Vec<String>,
    /// For how many hours the old ones stay good beside the new ones.
    pub overlap_hours: u32,
}

/// What became of keys that were to be replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RotatedKeys {
    /// The new keys; each can be shown until it is forgotten.
    pub made: Vec<ApiKey>,
    /// Those that were not replaced.
    pub failed: Vec<FailedKey>,
}

/// A key to which something was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FailedKey {
    /// Its id.
    pub id: String,
    /// Why.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// What was revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RevokedKeys {
    /// Those that were not revoked before.
    pub revoked: Vec<String>,
}

/// Hands in a text in which keys may stand.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct LeakedText {
    /// The text.
    pub text: TypedSecret,
}

/// The keys that stood in a text; they are revoked now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeakedKeys {
    /// Keys of this gateway, as they are now.
    pub keys: Vec<ApiKey>,
    /// The ids of those that were good until now.
    pub revoked: Vec<String>,
    /// How many more look like keys and are none of this gateway's.
    pub unknown: u32,
}

/// A key in clear, this once.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct ShownKey {
    /// The key.
    pub secret: String,
}
