//! Verifying a token against what is expected of it.

mod claims;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatewright_secret::SecretString;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256, Sha384, Sha512};
use thiserror::Error;
use time::{Duration, OffsetDateTime};

use crate::algorithm::Algorithm;
use crate::keys::{Family, Key, KeySet};
use crate::token::{DecodeError, parts};

/// The most that two clocks may differ.
const MOST_LEEWAY: Duration =
    Duration::seconds(gatewright_limits::time::LEEWAY.as_secs().cast_signed());

/// What a token is for. One kind is never accepted as the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenClass {
    /// For calling an API (RFC 9068 or before it).
    Access,
    /// For telling this client who signed in (OIDC Core §3.1.3.7).
    Id {
        /// Our client id: must be the authorised party where there is one.
        client_id: String,
    },
    /// For telling this client what a user is (OIDC Core §5.3.2): userinfo with a signature. It may
    /// have no end and no beginning.
    Userinfo,
}

/// What is expected of a token.
#[derive(Clone, Debug)]
pub struct Expectations {
    /// The issuer, compared character by character.
    pub issuer: String,
    /// Audiences of which the token must name one. Empty is an error and not "any".
    pub audiences: Vec<String>,
    /// Algorithms that may have been used.
    pub algorithms: Vec<Algorithm>,
    /// The time.
    pub now: OffsetDateTime,
    /// How far clocks may differ; at most 60 seconds are granted.
    pub leeway: Duration,
    /// The nonce that the token must bear.
    pub nonce: Option<String>,
    /// The access token that came with it, for `at_hash`.
    pub access_token_for_at_hash: Option<SecretString>,
    /// What the token is for.
    pub class: TokenClass,
}

impl Expectations {
    /// What an API expects of an access token: any algorithm with a public key, 60 seconds.
    pub fn of_access_token(
        issuer: impl Into<String>,
        audiences: Vec<String>,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            audiences,
            algorithms: Algorithm::ALL.to_vec(),
            now,
            leeway: MOST_LEEWAY,
            nonce: None,
            access_token_for_at_hash: None,
            class: TokenClass::Access,
        }
    }

    /// What a client expects of an ID token.
    pub fn of_id_token(
        issuer: impl Into<String>,
        client_id: impl Into<String>,
        now: OffsetDateTime,
    ) -> Self {
        let client_id = client_id.into();
        Self {
            audiences: vec![client_id.clone()],
            class: TokenClass::Id { client_id },
            ..Self::of_access_token(issuer, Vec::new(), now)
        }
    }

    /// What a client expects of userinfo with a signature.
    pub fn of_userinfo(
        issuer: impl Into<String>,
        client_id: impl Into<String>,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            class: TokenClass::Userinfo,
            ..Self::of_access_token(issuer, vec![client_id.into()], now)
        }
    }
}

/// Why a token is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] DecodeError),
    /// Its algorithm is not one of ours, or it is not signed at all.
    #[error("the token is signed with an algorithm that is not allowed: {algorithm}")]
    AlgorithmNotAllowed {
        /// What its header says.
        algorithm: String,
    },
    /// It wants extensions that we do not know.
    #[error("the token demands an extension that is not supported")]
    Critical,
    /// No key of the set has its name; the set may be out of date, and may be fetched once more.
    #[error("the token is signed with a key that the issuer does not publish: {kid}")]
    UnknownKey {
        /// The name of the key.
        kid: String,
    },
    /// It names no key, and there are several.
    #[error("the token does not say which of the issuer's keys signed it")]
    NoKeyNamed,
    /// The signature is not right.
    #[error("the signature of the token is not right")]
    BadSignature,
    /// It comes from another issuer.
    #[error("the token comes from another issuer: {found}")]
    WrongIssuer {
        /// Whom it names.
        found: String,
    },
    /// It was made for somebody else.
    #[error("the token was made for another audience: {found}")]
    WrongAudience {
        /// Whom it names.
        found: String,
    },
    /// It was made for several, and the one who asked for it is not us.
    #[error("the token was given to another client: {found}")]
    WrongParty {
        /// Whom it names.
        found: String,
    },
    /// Its time is over.
    #[error("the token has expired at {at}")]
    Expired {
        /// When.
        at: OffsetDateTime,
    },
    /// Its time has not begun.
    #[error("the token is not valid before {from}")]
    NotYetValid {
        /// When it begins.
        from: OffsetDateTime,
    },
    /// It was issued later than now.
    #[error("the token was issued in the future, at {at}")]
    IssuedInFuture {
        /// When.
        at: OffsetDateTime,
    },
    /// It lacks a claim.
    #[error("the token lacks the claim {name}")]
    MissingClaim {
        /// Which.
        name: &'static str,
    },
    /// A claim has not the form that it must have.
    #[error("the claim {name} of the token has not the right form")]
    BadClaim {
        /// Which.
        name: &'static str,
    },
    /// It belongs to another sign-in.
    #[error("the token belongs to another sign-in: its nonce is not ours")]
    WrongNonce,
    /// It belongs to another access token.
    #[error("the token belongs to another access token: its at_hash does not fit")]
    WrongAccessToken,
    /// It is of another kind than the one expected.
    #[error("this is {found}, not {expected}")]
    WrongKind {
        /// What it is.
        found: &'static str,
        /// What is wanted.
        expected: &'static str,
    },
    /// It is bound to a key of its client, which plain use cannot prove.
    #[error("the token is bound to a key of its client and may not be used alone")]
    SenderConstrained,
    /// No audience is configured; accepting any would accept everybody's tokens.
    #[error("no audience is configured, so no token can be accepted")]
    NoAudienceExpected,
}

impl VerifyError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "Check that the whole token was copied, and that it is a JWT.",
            Self::AlgorithmNotAllowed { .. } => {
                "Allow the algorithm in the provider's settings if the provider announces it."
            }
            Self::Critical | Self::SenderConstrained => {
                "Let the provider issue plain bearer tokens for this client."
            }
            Self::UnknownKey { .. } | Self::NoKeyNamed | Self::BadSignature => {
                "Check that the token comes from this provider and not from another one or another tenant."
            }
            Self::WrongIssuer { .. } => {
                "Compare the issuer with the configured one, the slash at the end included."
            }
            Self::WrongAudience { .. } | Self::NoAudienceExpected => {
                "Configure the audience that the provider writes into its tokens for this API."
            }
            Self::WrongParty { .. } => "Check the client id.",
            Self::Expired { .. } | Self::NotYetValid { .. } | Self::IssuedInFuture { .. } => {
                "Get a new token; if it is new, a clock is wrong: this machine's or the provider's."
            }
            Self::MissingClaim { .. } | Self::BadClaim { .. } => {
                "Check that this is the right kind of token."
            }
            Self::WrongNonce | Self::WrongAccessToken => "Sign in again.",
            Self::WrongKind { .. } => "Use the access token, not the ID token, and the reverse.",
        }
    }
}

/// Verifies a token: form, algorithm, key, signature, and only then what it says.
pub fn verify(
    token: &str,
    keys: &KeySet,
    expected: &Expectations,
) -> Result<Map<String, Value>, VerifyError> {
    if expected.audiences.is_empty() {
        return Err(VerifyError::NoAudienceExpected);
    }
    let parts = parts(token)?;
    let algorithm = algorithm(&parts.header, expected)?;
    if parts.header.contains_key("crit") || parts.header.contains_key("b64") {
        return Err(VerifyError::Critical);
    }
    let signed = candidates(&parts.header, keys, algorithm)?
        .into_iter()
        .any(|key| {
            jsonwebtoken::crypto::verify(
                parts.signature,
                parts.signed.as_bytes(),
                &key.decoding,
                algorithm.of_library(),
            )
            .unwrap_or(false)
        });
    if !signed {
        return Err(VerifyError::BadSignature);
    }
    let content = parts.claims;
    claims::class(&parts.header, &content, &expected.class)?;
    claims::issuer(&content, expected)?;
    claims::audience(&content, expected)?;
    claims::times(&content, expected)?;
    if let Some(nonce) = &expected.nonce
        && content.get("nonce").and_then(Value::as_str) != Some(nonce)
    {
        return Err(VerifyError::WrongNonce);
    }
    if let Some(access_token) = &expected.access_token_for_at_hash
        && let Some(hash) = content.get("at_hash")
        && hash.as_str() != Some(half_hash(algorithm, access_token.expose()).as_str())
    {
        return Err(VerifyError::WrongAccessToken);
    }
    Ok(content)
}

fn algorithm(
    header: &Map<String, Value>,
    expected: &Expectations,
) -> Result<Algorithm, VerifyError> {
    let name = header.get("alg").and_then(Value::as_str);
    name.and_then(|name| name.parse::<Algorithm>().ok())
        .filter(|algorithm| expected.algorithms.contains(algorithm))
        .ok_or_else(|| VerifyError::AlgorithmNotAllowed {
            algorithm: shown(name.unwrap_or("none at all")),
        })
}

/// The keys that may have signed: of the algorithm's family, and of the name that the token gives.
/// `jwk`, `jku`, `x5u` and `x5c` in the header are never looked at.
fn candidates<'a>(
    header: &Map<String, Value>,
    keys: &'a KeySet,
    algorithm: Algorithm,
) -> Result<Vec<&'a Key>, VerifyError> {
    let fits = |key: &&Key| {
        key.family == Family::of(algorithm)
            && key.algorithm.is_none_or(|declared| declared == algorithm)
    };
    let kid = match header.get("kid") {
        None => None,
        Some(Value::String(kid)) => Some(kid.as_str()),
        Some(
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_),
        ) => {
            return Err(VerifyError::UnknownKey {
                kid: "not a text".to_owned(),
            });
        }
    };
    let fitting: Vec<&Key> = keys.keys().iter().filter(fits).collect();
    let Some(kid) = kid else {
        let named = fitting.iter().filter(|key| key.id.is_some()).count();
        return if fitting.is_empty() {
            Err(VerifyError::UnknownKey {
                kid: "none named".to_owned(),
            })
        } else if named > 1 {
            Err(VerifyError::NoKeyNamed)
        } else {
            Ok(fitting)
        };
    };
    let named: Vec<&Key> = fitting
        .into_iter()
        .filter(|key| key.id.as_deref().is_none_or(|id| id == kid))
        .collect();
    if named.is_empty() {
        return Err(VerifyError::UnknownKey { kid: shown(kid) });
    }
    Ok(named)
}

/// The left half of the hash of a text (OIDC Core §3.1.3.6).
fn half_hash(algorithm: Algorithm, text: &str) -> String {
    let hash = match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 | Algorithm::Es256 => Sha256::digest(text).to_vec(),
        Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Es384 => Sha384::digest(text).to_vec(),
        Algorithm::Rs512 | Algorithm::Ps512 | Algorithm::EdDsa => Sha512::digest(text).to_vec(),
    };
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

/// A foreign text as it may stand in a message.
fn shown(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .take(200)
        .collect()
}

#[cfg(test)]
mod tests;
