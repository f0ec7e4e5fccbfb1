//! What a JSON Web Token says of itself.

use gatewright_secret::SecretString;
use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;

use crate::credential::TokenClaims;

/// The claims that matter for a token's use, unverified.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct InspectedClaims {
    /// `alg` of the header.
    pub algorithm: Option<String>,
    /// `iss`.
    pub issuer: Option<String>,
    /// `sub`.
    pub subject: Option<String>,
    /// `aud`, one or many.
    pub audiences: Vec<String>,
    /// `scope` (RFC 9068), `scp` (Entra ID, Okta) or `scopes`, as a list.
    pub scopes: Vec<String>,
    /// `iat`.
    #[serde(with = "time::serde::rfc3339::option")]
    pub issued: Option<OffsetDateTime>,
    /// `nbf`.
    #[serde(with = "time::serde::rfc3339::option")]
    pub not_before: Option<OffsetDateTime>,
    /// `exp`.
    #[serde(with = "time::serde::rfc3339::option")]
    pub expires: Option<OffsetDateTime>,
}

impl InspectedClaims {
    /// Reads them; `None` when the token has no readable claims.
    pub(super) fn read(token: &SecretString) -> Option<Self> {
        let judged = TokenClaims::read(token)?;
        let decoded = gatewright_jose::decode(token.expose()).ok()?;
        let claims = decoded.claims_for_display();
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            algorithm: decoded
                .header()
                .get("alg")
                .and_then(Value::as_str)
                .map(str::to_owned),
            issuer: judged.issuer,
            subject: text("sub"),
            audiences: judged.audiences,
            scopes: ["scope", "scp", "scopes"]
                .iter()
                .find_map(|name| claims.get(*name))
                .map(scopes)
                .unwrap_or_default(),
            issued: judged.issued,
            not_before: judged.not_before,
            expires: judged.expires,
        })
    }
}

fn scopes(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        Value::Array(list) => list
            .iter()
            .filter_map(|scope| scope.as_str().map(str::to_owned))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}
