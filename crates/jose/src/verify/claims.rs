//! What the claims of a token must say.

use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};

use super::{Expectations, MOST_LEEWAY, TokenClass, VerifyError, shown};

/// The last second of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

pub(super) fn class(
    header: &Map<String, Value>,
    claims: &Map<String, Value>,
    expected: &TokenClass,
) -> Result<(), VerifyError> {
    let lower = |map: &Map<String, Value>, name: &str| {
        map.get(name)
            .and_then(Value::as_str)
            .map(str::to_ascii_lowercase)
    };
    let header_type = lower(header, "typ");
    let header_type = header_type
        .as_deref()
        .map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
    let claimed_type = lower(claims, "typ");
    let token_use = lower(claims, "token_use");
    let is_access = header_type == Some("at+jwt")
        || claimed_type.as_deref() == Some("bearer")
        || token_use.as_deref() == Some("access");
    let wanted = match expected {
        TokenClass::Access => "an access token",
        TokenClass::Id { .. } => "an ID token",
        TokenClass::Userinfo => "userinfo",
    };
    let wrong = |found| {
        Err(VerifyError::WrongKind {
            found,
            expected: wanted,
        })
    };
    if matches!(header_type, Some("logout+jwt" | "secevent+jwt")) || claims.contains_key("events") {
        return wrong("a logout token");
    }
    if matches!(header_type, Some("dpop+jwt")) {
        return wrong("a proof of possession");
    }
    if matches!(claimed_type.as_deref(), Some("refresh" | "offline"))
        || token_use.as_deref() == Some("refresh")
    {
        return wrong("a refresh token");
    }
    match expected {
        TokenClass::Access => {
            let is_id = claimed_type.as_deref() == Some("id")
                || token_use.as_deref() == Some("id")
                || claims.contains_key("at_hash")
                || claims.contains_key("c_hash")
                || (claims.contains_key("nonce") && !is_access);
            if is_id {
                return wrong("an ID token");
            }
            if claims.get("cnf").is_some_and(|cnf| !cnf.is_null()) {
                return Err(VerifyError::SenderConstrained);
            }
        }
        TokenClass::Id { .. } | TokenClass::Userinfo => {
            if is_access {
                return wrong("an access token");
            }
        }
    }
    Ok(())
}

pub(super) fn issuer(
    claims: &Map<String, Value>,
    expected: &Expectations,
) -> Result<(), VerifyError> {
    match claims.get("iss") {
        Some(Value::String(found)) if *found == expected.issuer => Ok(()),
        Some(Value::String(found)) => Err(VerifyError::WrongIssuer {
            found: shown(found),
        }),
        Some(
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_),
        ) => Err(VerifyError::BadClaim { name: "iss" }),
        None => Err(VerifyError::MissingClaim { name: "iss" }),
    }
}

pub(super) fn audience(
    claims: &Map<String, Value>,
    expected: &Expectations,
) -> Result<(), VerifyError> {
    let named: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several
            .iter()
            .map(Value::as_str)
            .collect::<Option<Vec<_>>>()
            .ok_or(VerifyError::BadClaim { name: "aud" })?,
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) => {
            return Err(VerifyError::BadClaim { name: "aud" });
        }
        None => return Err(VerifyError::MissingClaim { name: "aud" }),
    };
    if !named
        .iter()
        .any(|name| expected.audiences.iter().any(|ours| ours == name))
    {
        return Err(VerifyError::WrongAudience {
            found: shown(&named.join(", ")),
        });
    }
    if let TokenClass::Id { client_id } = &expected.class {
        match claims.get("azp") {
            Some(Value::String(party)) if party == client_id => {}
            Some(Value::String(party)) => {
                return Err(VerifyError::WrongParty {
                    found: shown(party),
                });
            }
            Some(
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Array(_)
                | Value::Object(_),
            ) => return Err(VerifyError::BadClaim { name: "azp" }),
            None if named.len() > 1 => return Err(VerifyError::MissingClaim { name: "azp" }),
            None => {}
        }
    }
    Ok(())
}

pub(super) fn times(
    claims: &Map<String, Value>,
    expected: &Expectations,
) -> Result<(), VerifyError> {
    let leeway = expected.leeway.clamp(Duration::ZERO, MOST_LEEWAY);
    match moment(claims, "exp")? {
        Some(at) if expected.now - leeway >= at => return Err(VerifyError::Expired { at }),
        None if expected.class != TokenClass::Userinfo => {
            return Err(VerifyError::MissingClaim { name: "exp" });
        }
        Some(_) | None => {}
    }
    if let Some(from) = moment(claims, "nbf")?
        && expected.now + leeway < from
    {
        return Err(VerifyError::NotYetValid { from });
    }
    match moment(claims, "iat")? {
        Some(at) if expected.now + leeway < at => return Err(VerifyError::IssuedInFuture { at }),
        None if matches!(expected.class, TokenClass::Id { .. }) => {
            return Err(VerifyError::MissingClaim { name: "iat" });
        }
        Some(_) | None => {}
    }
    Ok(())
}

/// A time claim: a whole number of seconds within the years that exist.
fn moment(
    claims: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<OffsetDateTime>, VerifyError> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    value
        .as_i64()
        .filter(|seconds| (0..=LAST_SECOND).contains(seconds))
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .map(Some)
        .ok_or(VerifyError::BadClaim { name })
}
