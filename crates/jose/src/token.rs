//! The outer form of a token: three parts, two of them JSON.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatewright_limits::size;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::strict;

/// Why a text is no readable JWT.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// It has not three parts: opaque, or something else altogether.
    #[error("not a JWT: it has not the three parts that one has")]
    NotAJwt,
    /// It is encrypted (five parts).
    #[error("the token is encrypted, so only its recipient can read it")]
    Encrypted,
    /// A part is not base64url, or not a JSON object, or a member stands in it twice.
    #[error("the token cannot be read: its {part} is damaged")]
    Damaged {
        /// "header", "claims" or "signature".
        part: &'static str,
    },
    /// It is longer than any real token.
    #[error("the token is too long to be one")]
    TooLong,
}

/// The header of a token.
#[derive(Clone, Debug)]
pub struct Header(pub(crate) Map<String, Value>);

/// The claims of a token.
#[derive(Clone, Debug)]
pub struct Claims(pub(crate) Map<String, Value>);

/// Something read from a token whose signature nobody has looked at: good for display and for
/// choosing who shall verify it, and for nothing else.
///
/// ```compile_fail
/// # fn never(unverified: gatewright_jose::Unverified<gatewright_jose::Claims>) {
/// let claims: gatewright_jose::Claims = unverified.into();
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Unverified<T> {
    header: Header,
    content: T,
}

/// Reads a token without verifying it.
pub fn decode(token: &str) -> Result<Unverified<Claims>, DecodeError> {
    let parts = parts(token)?;
    Ok(Unverified {
        header: Header(parts.header),
        content: Claims(parts.claims),
    })
}

impl Unverified<Claims> {
    /// The header, to be shown.
    pub fn header(&self) -> &Map<String, Value> {
        &self.header.0
    }

    /// The claims, to be shown as what the token says of itself.
    pub fn claims_for_display(&self) -> &Map<String, Value> {
        &self.content.0
    }

    /// The issuer that the token claims: who is to be asked about it.
    pub fn claimed_issuer(&self) -> Option<&str> {
        self.content.0.get("iss").and_then(Value::as_str)
    }

    /// The key that the token claims to be signed with.
    pub fn claimed_key(&self) -> Option<&str> {
        self.header.0.get("kid").and_then(Value::as_str)
    }
}

/// A token taken apart.
pub(crate) struct Parts<'a> {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    /// Header and claims as they were signed.
    pub(crate) signed: &'a str,
    /// The signature, still encoded.
    pub(crate) signature: &'a str,
}

pub(crate) fn parts(token: &str) -> Result<Parts<'_>, DecodeError> {
    if token.len() > size::TOKEN {
        return Err(DecodeError::TooLong);
    }
    let split: Vec<&str> = token.split('.').collect();
    let &[header, claims, signature] = split.as_slice() else {
        return Err(if split.len() == 5 {
            DecodeError::Encrypted
        } else {
            DecodeError::NotAJwt
        });
    };
    let header_bytes = URL_SAFE_NO_PAD
        .decode(header)
        .map_err(|_| DecodeError::NotAJwt)?;
    let header_members = strict::object(&header_bytes).ok_or(DecodeError::NotAJwt)?;
    let claims_bytes = URL_SAFE_NO_PAD
        .decode(claims)
        .map_err(|_| DecodeError::Damaged { part: "claims" })?;
    let claims_members =
        strict::object(&claims_bytes).ok_or(DecodeError::Damaged { part: "claims" })?;
    URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|_| DecodeError::Damaged { part: "signature" })?;
    Ok(Parts {
        header: header_members,
        claims: claims_members,
        signed: &token[..header.len() + 1 + claims.len()],
        signature,
    })
}
