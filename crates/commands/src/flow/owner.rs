//! Whose a token is: by the ID token beside it, and by userinfo.

use gatewright_http::Client;
use gatewright_oauth::{
    IdTokenExpectations, SubjectMismatch, Tokens, Userinfo, check_subject, fetch_keys, userinfo,
    verify_id_token,
};
use gatewright_secret::SecretString;
use gatewright_wire::{ErrorCode, WireError};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::{Fetched, Resolved, SignInFailure};
use crate::errors::{self, failure};

/// Verifies the ID token of an answer where there is one.
pub(super) async fn checked(
    client: &Client,
    tokens: Tokens,
    resolved: Resolved,
    client_id: &str,
    now: OffsetDateTime,
) -> Result<Fetched, SignInFailure> {
    let Some(id_token) = tokens.id_token.clone() else {
        return Ok(Fetched {
            tokens,
            id_token_claims: None,
            id_token_check: None,
            resolved,
        });
    };
    let decoded = gatewright_jose::decode(id_token.expose()).map_err(|error| {
        failure(
            ErrorCode::UnexpectedAnswer,
            format!("The ID token cannot be read: {error}"),
            "The token is not kept. Sign in again; if it stays so, ask the provider's admin.",
        )
    })?;
    let (Some(jwks), Some(issuer)) = (&resolved.endpoints.jwks, &resolved.endpoints.issuer) else {
        let claims = decoded.claims_for_display().clone();
        return Ok(Fetched {
            tokens,
            id_token_claims: Some(claims),
            id_token_check: None,
            resolved,
        });
    };
    let keys = fetch_keys(client, jwks)
        .await
        .map_err(|error| errors::keys(&error))?;
    // A discovery for all tenants leaves a gap where the token names its tenant.
    let tenant = decoded
        .claims_for_display()
        .get("tid")
        .and_then(Value::as_str)
        .unwrap_or("");
    let expected = IdTokenExpectations {
        issuer: issuer.replace("{tenantid}", tenant),
        client_id: client_id.to_owned(),
        nonce: tokens.expected_nonce.clone(),
        access_token: Some(tokens.access_token.clone()),
        algorithms: Vec::new(),
        now,
    };
    let claims = verify_id_token(&id_token, &keys, &expected).map_err(|error| {
        failure(
            ErrorCode::UnexpectedAnswer,
            format!("The ID token is not to be believed: {error}"),
            format!("The token is not kept. {}", error.hint()),
        )
    })?;
    let check = decoded.claimed_key().map_or_else(
        || "Signature checked".to_owned(),
        |key| format!("Signature checked with key {key}"),
    );
    Ok(Fetched {
        tokens,
        id_token_claims: Some(claims),
        id_token_check: Some(check),
        resolved,
    })
}

/// Why userinfo gave nothing to work with.
#[derive(Clone, Debug)]
pub(crate) enum UserinfoFailure {
    /// It speaks of another user than the ID token (`OpenID` Connect Core §5.3.2).
    AnotherUser(WireError),
    /// It did not answer, or not with attributes.
    NotAnswered(WireError),
}

impl From<UserinfoFailure> for WireError {
    fn from(failure: UserinfoFailure) -> Self {
        match failure {
            UserinfoFailure::AnotherUser(error) | UserinfoFailure::NotAnswered(error) => error,
        }
    }
}

/// Asks whose a token is; `id_token_claims` must speak of the same user where there are any.
pub(crate) async fn ask_userinfo(
    client: &Client,
    resolved: &Resolved,
    token: &SecretString,
    id_token_claims: Option<&Map<String, Value>>,
) -> Result<Userinfo, UserinfoFailure> {
    let url = resolved.endpoints.userinfo.as_ref().ok_or_else(|| {
        UserinfoFailure::NotAnswered(failure(
            ErrorCode::NotFound,
            format!("{} has no userinfo endpoint.", resolved.provider.name),
            "Read the username from the token itself, where it is a JWT.",
        ))
    })?;
    let mut headers = HeaderMap::new();
    for (name, value) in resolved.provider.quirks.userinfo_headers {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    let answer = userinfo(client, url, token, &headers)
        .await
        .map_err(|error| UserinfoFailure::NotAnswered(errors::userinfo(&error)))?;
    if let Some(claims) = id_token_claims
        && resolved.provider.is_oidc()
    {
        check_subject(claims, &answer.json).map_err(|SubjectMismatch| {
            UserinfoFailure::AnotherUser(failure(
                ErrorCode::UnexpectedAnswer,
                "Userinfo speaks of another user than the ID token: their sub differs.",
                "The answer is not used. Sign in again; if it stays so, ask the provider's admin.",
            ))
        })?;
    }
    Ok(answer)
}
