//! API keys as they are kept: never the key, only a tag of it.

use std::fmt;
use std::net::IpAddr;

use aws_lc_rs::hmac;
use gatewright_keys::{KeyId, KeyKind};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::store::StoreError;

/// What a key is found by: HMAC-SHA-256 over the key's SHA-256, under a pepper that is not in the
/// database. Whoever reads the database cannot try keys on it, and whoever writes it cannot plant
/// one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyTag([u8; 32]);

impl KeyTag {
    /// A tag that was read from the database.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for KeyTag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[tag]")
    }
}

/// What tags are made with, derived from the seal key.
#[derive(Clone)]
pub struct KeyPepper(hmac::Key);

impl KeyPepper {
    pub(crate) fn derive(seal_key: &[u8; 32]) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, seal_key);
        let pepper = hmac::sign(&root, b"gatewright api keys 1");
        Self(hmac::Key::new(hmac::HMAC_SHA256, pepper.as_ref()))
    }

    /// The tag of the key with this digest.
    pub fn tag(&self, digest: &[u8; 32]) -> KeyTag {
        let made = hmac::sign(&self.0, digest);
        let mut tag = [0; 32];
        tag.copy_from_slice(made.as_ref());
        KeyTag(tag)
    }
}

impl fmt::Debug for KeyPepper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[pepper]")
    }
}

/// What a key is narrowed to, as it was written; an empty list does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Narrowing {
    /// Whether it may only read.
    pub read_only: bool,
    /// The products for which it is good.
    pub products: Vec<String>,
    /// The requests for which it is good: patterns, methods in front.
    pub paths: Vec<String>,
    /// The addresses from which it is good.
    pub addresses: Vec<String>,
}

/// A key on its way into the store.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Its id.
    pub id: KeyId,
    /// Its tag.
    pub tag: KeyTag,
    /// The beginning that may be shown.
    pub shown: String,
    /// How it is shown to the gateway.
    pub kind: KeyKind,
    /// The user as whom it acts.
    pub owner: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub at: OffsetDateTime,
    /// By whom.
    pub by: String,
    /// Its end, if it has one.
    pub expires_at: Option<OffsetDateTime>,
    /// How often it may be used, if that is limited.
    pub max_uses: Option<u64>,
    /// What it is narrowed to.
    pub narrowing: Narrowing,
}

/// A key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedKey {
    /// Its id.
    pub id: KeyId,
    /// Its tag.
    pub tag: KeyTag,
    /// The beginning that may be shown.
    pub shown: String,
    /// How it is shown to the gateway.
    pub kind: KeyKind,
    /// The user as whom it acts.
    pub owner: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// By whom.
    pub created_by: String,
    /// The end that it was made with.
    pub expires_at: Option<OffsetDateTime>,
    /// Until when it is good beside the one that replaces it.
    pub overlap_until: Option<OffsetDateTime>,
    /// How often it may be used.
    pub max_uses: Option<u64>,
    /// How many uses were handed out for good or are held by the running gateway.
    pub leased: u64,
    /// How often it was used, as far as it was written down.
    pub uses: u64,
    /// What it is narrowed to.
    pub narrowing: Narrowing,
    /// When it was revoked.
    pub revoked_at: Option<OffsetDateTime>,
    /// By whom.
    pub revoked_by: Option<String>,
    /// The key that it replaces.
    pub replaces: Option<KeyId>,
    /// The key that replaces it.
    pub replaced_by: Option<KeyId>,
    /// When it was last used, as far as it was written down.
    pub last_used_at: Option<OffsetDateTime>,
    /// From where it was used, the newest last; not more than a few are kept.
    pub addresses_seen: Vec<IpAddr>,
}

impl IssuedKey {
    /// When it ends: by its own end or that of its overlap.
    pub fn ends_at(&self) -> Option<OffsetDateTime> {
        match (self.expires_at, self.overlap_until) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// How it is, at this time.
    pub fn state(&self, now: OffsetDateTime) -> KeyState {
        if self.revoked_at.is_some() {
            KeyState::Revoked
        } else if self.ends_at().is_some_and(|end| end <= now) {
            KeyState::Expired
        } else if self.max_uses.is_some_and(|most| self.leased >= most) {
            KeyState::Exhausted
        } else {
            KeyState::Active
        }
    }
}

/// How a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It is good.
    Active,
    /// All its uses were handed out.
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// Which keys are asked for.
#[derive(Clone, Debug)]
pub struct KeyFilter {
    /// A part of the name, the owner or what is shown of the key, or its id.
    pub text: Option<String>,
    /// Only this owner's, compared without case.
    pub owner: Option<String>,
    /// Only of this kind.
    pub kind: Option<KeyKind>,
    /// Only in this state at `now`.
    pub state: Option<KeyState>,
    /// Only those that end before.
    pub ends_before: Option<OffsetDateTime>,
    /// The order.
    pub sort: KeySort,
    /// The other way round.
    pub descending: bool,
    /// Only those behind this one in the order.
    pub after: Option<KeyId>,
    /// At most so many.
    pub limit: usize,
    /// The time by which states are told.
    pub now: OffsetDateTime,
}

impl KeyFilter {
    /// All keys at this time, the oldest first.
    pub fn all(now: OffsetDateTime, limit: usize) -> Self {
        Self {
            text: None,
            owner: None,
            kind: None,
            state: None,
            ends_before: None,
            sort: KeySort::Created,
            descending: false,
            after: None,
            limit,
            now,
        }
    }
}

/// A replacement for a key.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The key that is replaced.
    pub old: KeyId,
    /// The one that replaces it.
    pub new: NewKey,
    /// Until when the old one is good as well.
    pub overlap_until: OffsetDateTime,
}

/// Uses that the store set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyLease {
    /// So many may be handed out.
    Granted(u64),
    /// None is left.
    Exhausted,
    /// The key is gone, or it was revoked.
    Gone,
}

/// What became of a key since it was last written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The key.
    pub id: KeyId,
    /// How often it was used.
    pub uses: u64,
    /// When last.
    pub last_used_at: OffsetDateTime,
    /// From where, the newest last.
    pub addresses: Vec<IpAddr>,
}

/// The keys that the gateway keeps. The methods block, and one that returned `Ok` has its effect
/// on disk.
pub trait KeyStore {
    /// What tags are made with.
    fn key_pepper(&self) -> Result<KeyPepper, StoreError>;

    /// Keeps a new key, if its owner has fewer living ones than `most`.
    fn add_key(&self, key: &NewKey, most: u32) -> Result<(), AddKeyError>;

    /// One key.
    fn key(&self, id: KeyId) -> Result<Option<IssuedKey>, StoreError>;

    /// The keys with these tags.
    fn keys_by_tag(&self, tags: &[KeyTag]) -> Result<Vec<IssuedKey>, StoreError>;

    /// A page of keys.
    fn keys(&self, filter: &KeyFilter) -> Result<Vec<IssuedKey>, StoreError>;

    /// Gives each key that could still be good to `each`: at the start.
    fn living_keys(
        &self,
        now: OffsetDateTime,
        each: &mut dyn FnMut(IssuedKey),
    ) -> Result<(), StoreError>;

    /// Revokes keys, all or none; returns those that were not revoked before.
    fn revoke_keys(
        &self,
        ids: &[KeyId],
        by: &str,
        at: OffsetDateTime,
    ) -> Result<Vec<KeyId>, StoreError>;

    /// Keeps the new key and ends the old one, both or neither; returns the old one as it is now.
    fn rotate_key(&self, rotation: &Rotation) -> Result<IssuedKey, RotateKeyError>;

    /// Sets aside at most `block` uses of a key whose uses are limited.
    fn lease_uses(&self, id: KeyId, block: u64) -> Result<KeyLease, StoreError>;

    /// Gives back uses that were set aside and not handed out.
    fn return_uses(&self, unused: &[(KeyId, u64)]) -> Result<(), StoreError>;

    /// Writes down how keys were used.
    fn note_key_uses(&self, uses: &[KeyUse]) -> Result<(), StoreError>;

    /// Drops keys that were revoked or ended before; at most `limit` at a time; returns how many.
    fn prune_keys(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StoreError>;
}

/// Why a key was not kept.
#[derive(Debug, thiserror::Error)]
pub enum AddKeyError {
    /// The owner has as many as one may have.
    #[error("this owner has {most} keys, which is as many as one may have")]
    TooMany {
        /// How many one may have.
        most: u32,
    },
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a key was not replaced.
#[derive(Debug, thiserror::Error)]
pub enum RotateKeyError {
    /// There is no such key.
    #[error("there is no such key")]
    Unknown,
    /// It is not good any more, or it was replaced before.
    #[error("the key was revoked, has ended or was replaced before")]
    Dead,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
