//! Messages about API keys.

use gatewright_secret::SecretString;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// In which header form a key is good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// As the password of its owner.
    Basic,
    /// Alone, as a bearer token.
    #[default]
    Bearer,
}

/// How a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// It is good.
    Active,
    /// It was used as often as it may be.
    Exhausted,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

impl KeyState {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Exhausted => "exhausted",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// In which order keys are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySort {
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyInfo {
    /// Its id.
    pub id: String,
    /// Its beginning, by which people tell theirs apart.
    pub shown: String,
    /// In which header form it is good.
    pub kind: KeyKind,
    /// The user as whom it acts.
    pub owner: String,
    /// What its owner calls it.
    pub name: String,
    /// How it is.
    pub state: KeyState,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// By whom.
    pub created_by: String,
    /// Its end, that of an overlap and that of `settings.keys.max_lifetime` included; absent: never.
    #[serde(with = "time::serde::rfc3339::option", default)]
    pub ends_at: Option<OffsetDateTime>,
    /// How often it may be used; absent: as often as one likes.
    #[serde(default)]
    pub max_uses: Option<u64>,
    /// How often it may still be used.
    #[serde(default)]
    pub uses_left: Option<u64>,
    /// How often it was used.
    pub uses: u64,
    /// When it was last used.
    #[serde(with = "time::serde::rfc3339::option", default)]
    pub last_used_at: Option<OffsetDateTime>,
    /// From where it was used lately, the newest last.
    pub addresses_seen: Vec<String>,
    /// Whether it may only read.
    pub read_only: bool,
    /// The products for which it is good; empty: all.
    pub products: Vec<String>,
    /// The requests for which it is good; empty: all.
    pub paths: Vec<String>,
    /// The addresses from which it is good; empty: all.
    pub addresses: Vec<String>,
    /// When it was revoked.
    #[serde(with = "time::serde::rfc3339::option", default)]
    pub revoked_at: Option<OffsetDateTime>,
    /// By whom.
    #[serde(default)]
    pub revoked_by: Option<String>,
    /// The key that it replaces.
    #[serde(default)]
    pub replaces: Option<String>,
    /// The key that replaces it.
    #[serde(default)]
    pub replaced_by: Option<String>,
}

/// `POST keys`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateKey {
    /// The user as whom it will act.
    pub owner: String,
    /// What its owner calls it.
    pub name: String,
    /// In which header form it will be good.
    #[serde(default)]
    pub kind: KeyKind,
    /// How long it lives: a duration as `90d`, or `never`. Absent: 90 days, or as long as the
    /// settings let a key live if that is shorter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// How often it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u64>,
    /// Whether it may only read.
    #[serde(default)]
    pub read_only: bool,
    /// The products for which it is good; empty: all.
    #[serde(default)]
    pub products: Vec<String>,
    /// The requests for which it is good, `GET,POST /rest/api/2/issue/**`; empty: all.
    #[serde(default)]
    pub paths: Vec<String>,
    /// The addresses from which it is good; empty: all.
    #[serde(default)]
    pub addresses: Vec<String>,
}

/// `POST keys/{id}/rotate`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotateKey {
    /// How long the old key stays good beside the new one: a duration; a day when absent, `0s` for
    /// not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap: Option<String>,
    /// How long the new key lives, as in [`CreateKey`]; absent: as long as the old one was made to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// A new key, shown this once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreatedKey {
    /// What is kept of it.
    #[serde(flatten)]
    pub info: KeyInfo,
    /// The key itself.
    #[serde(with = "crate::secret_text")]
    pub key: SecretString,
}

/// What `GET keys` asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyQuery {
    /// A part of name, owner or shown beginning, or a whole id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only this owner's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Only of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<KeyKind>,
    /// Only in this state; an exhausted one counts as active here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<KeyState>,
    /// Only those that end before this time.
    #[serde(
        with = "time::serde::rfc3339::option",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub ends_before: Option<OffsetDateTime>,
    /// The order; by when they were made when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<KeySort>,
    /// `true`: the other way round. Absent: the newest first if sorted by a time of the past.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub descending: Option<bool>,
    /// The `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// At most so many, up to 1000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyList {
    /// The keys.
    pub keys: Vec<KeyInfo>,
    /// Ask for those after this one next; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `POST keys/revoke`: several at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeKeys {
    /// These.
    #[serde(default)]
    pub ids: Vec<String>,
    /// And all of this owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// What was revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokedKeys {
    /// Those that were not revoked before.
    pub revoked: Vec<String>,
}

/// `POST keys/leaked`: any text.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeakedText {
    /// Where keys may stand in.
    #[serde(with = "crate::secret_text")]
    pub text: SecretString,
}

/// The keys that stood in it; they are revoked now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeakedKeys {
    /// Keys of this gateway, as they are now.
    pub keys: Vec<KeyInfo>,
    /// Those of them that were good until now.
    pub revoked: Vec<String>,
    /// How many more look like keys and are none of this gateway's.
    pub unknown: usize,
}
