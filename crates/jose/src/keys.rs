//! Public keys to verify with.

mod fitness;
mod jwk;
mod pem;

use std::fmt;

use gatewright_limits::count;
use jsonwebtoken::DecodingKey;
use serde_json::Value;
use thiserror::Error;

use crate::algorithm::Algorithm;
use crate::strict;

/// Why no key set could be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeySetError {
    /// It is not a JSON object.
    #[error("the key set is not a JSON object")]
    NotJson,
    /// It has no list of keys.
    #[error("the key set has no list of keys")]
    NoKeys,
    /// Not one key in it can be used.
    #[error("no key of the set can be used: {}", reasons(.skipped))]
    NoneUsable {
        /// What is wrong with each.
        skipped: Vec<Skipped>,
    },
    /// A pasted text is no public key.
    #[error("not a public key in PEM form")]
    NotPem,
    /// A pasted key is a private one.
    #[error("this is a private key, and only the public one is needed here")]
    PrivateKey,
    /// A pasted key is too weak.
    #[error("the key cannot be used: {reason}")]
    Unfit {
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// A key that stands in the set and is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its name in the set.
    pub kid: Option<String>,
    /// Why it is not used.
    pub reason: &'static str,
}

fn reasons(skipped: &[Skipped]) -> String {
    if skipped.is_empty() {
        return "the list is empty".to_owned();
    }
    let reasons: Vec<&str> = skipped.iter().take(3).map(|key| key.reason).collect();
    reasons.join(", ")
}

/// What a key can be used with; two families never share an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl Family {
    pub(crate) fn of(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Rs256
            | Algorithm::Rs384
            | Algorithm::Rs512
            | Algorithm::Ps256
            | Algorithm::Ps384
            | Algorithm::Ps512 => Self::Rsa,
            Algorithm::Es256 => Self::P256,
            Algorithm::Es384 => Self::P384,
            Algorithm::EdDsa => Self::Ed25519,
        }
    }
}

#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) id: Option<String>,
    pub(crate) family: Family,
    pub(crate) algorithm: Option<Algorithm>,
    pub(crate) decoding: DecodingKey,
}

/// The public keys of one issuer.
#[derive(Clone)]
pub struct KeySet {
    keys: Vec<Key>,
    skipped: Vec<Skipped>,
}

impl KeySet {
    /// Reads a JWK set (RFC 7517 §5), or a single key. Keys that are for encryption, private,
    /// symmetric or weak are skipped, and the set says so.
    pub fn from_json(bytes: &[u8]) -> Result<Self, KeySetError> {
        let document = strict::object(bytes).ok_or(KeySetError::NotJson)?;
        let listed = match document.get("keys") {
            Some(Value::Array(listed)) => listed.clone(),
            None if document.contains_key("kty") => vec![Value::Object(document)],
            Some(
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Object(_),
            )
            | None => return Err(KeySetError::NoKeys),
        };
        let mut set = Self {
            keys: Vec::new(),
            skipped: Vec::new(),
        };
        for entry in listed.iter().take(count::KEYS) {
            let members = entry.as_object();
            let kid = members
                .and_then(|key| key.get("kid"))
                .and_then(Value::as_str);
            match members.ok_or("it is not an object").and_then(jwk::key) {
                Ok(key) => set.keys.push(key),
                Err(reason) => {
                    set.skipped.push(Skipped {
                        kid: kid.map(str::to_owned),
                        reason,
                    });
                }
            }
        }
        if set.keys.is_empty() {
            return Err(KeySetError::NoneUsable {
                skipped: set.skipped,
            });
        }
        Ok(set)
    }

    /// Reads one pasted public key in PEM form. It has no name, so it serves any.
    pub fn from_pem(pem: &str) -> Result<Self, KeySetError> {
        Self::from_pems([pem])
    }

    /// Reads several pasted public keys.
    pub fn from_pems<'a>(pems: impl IntoIterator<Item = &'a str>) -> Result<Self, KeySetError> {
        let keys = pems
            .into_iter()
            .map(pem::key)
            .collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            return Err(KeySetError::NoKeys);
        }
        Ok(Self {
            keys,
            skipped: Vec::new(),
        })
    }

    /// How many keys can be used.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none; a set that was read has one at least.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The names of its keys.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter_map(|key| key.id.as_deref())
    }

    /// What stands in the set and is not used.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("KeySet")
            .field("keys", &self.key_ids().collect::<Vec<_>>())
            .field("skipped", &self.skipped)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
