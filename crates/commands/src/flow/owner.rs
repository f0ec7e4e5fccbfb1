//! Whose a token is: by the ID token beside it, and by userinfo.

use gatewright_http::Client;
use gatewright_oauth::{
    IdTokenExpectations, KeyedError, ProviderKeys, ServerMetadata, Tokens, Userinfo, UserinfoError,
    UserinfoRequest, UserinfoSigner, verify_id_token,
};
use gatewright_secret::SecretString;
use gatewright_wire::{ErrorCode, WireError};
use http::{HeaderName, HeaderValue};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::{Fetched, Resolved, SignInFailure};
use crate::errors::{self, failure};

/// The algorithms that a provider announces, as far as they are known here.
fn announced(
    resolved: &Resolved,
    of: impl Fn(&ServerMetadata) -> &Vec<String>,
) -> Vec<gatewright_oauth::Algorithm> {
    resolved.metadata.as_ref().map_or_else(Vec::new, |found| {
        of(found)
            .iter()
            .filter_map(|name| name.parse().ok())
            .collect()
    })
}

/// Verifies the ID token of an answer where there is one.
pub(crate) async fn checked(
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
    let expected = IdTokenExpectations {
        issuer: issuer.clone(),
        client_id: client_id.to_owned(),
        nonce: tokens.expected_nonce.clone(),
        access_token: Some(tokens.access_token.clone()),
        algorithms: announced(&resolved, |found| {
            &found.id_token_signing_alg_values_supported
        }),
        now,
    };
    let claims = ProviderKeys::new(jwks.clone())
        .verify(client, now, |keys| {
            verify_id_token(&id_token, keys, &expected)
        })
        .await
        .map_err(|error| match error {
            KeyedError::Keys(error) => errors::keys(&error),
            KeyedError::Refused(error) => failure(
                ErrorCode::UnexpectedAnswer,
                format!("The ID token is not to be believed: {error}"),
                format!("The token is not kept. {}", error.hint()),
            ),
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

/// Who asks, for answers that are signed for one client.
#[derive(Clone, Debug)]
pub(crate) struct Asker<'a> {
    /// The client, where it is known.
    pub(crate) client_id: Option<&'a str>,
    /// The time.
    pub(crate) now: OffsetDateTime,
}

/// Asks whose a token is; `id_token_claims` must speak of the same user where there are any. A
/// signed answer is verified where it is known for whom it has to be.
pub(crate) async fn ask_userinfo(
    client: &Client,
    resolved: &Resolved,
    asker: Asker<'_>,
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
    let keys = resolved.endpoints.jwks.clone().map(ProviderKeys::new);
    let mut request = UserinfoRequest::to(url.clone());
    for (name, value) in resolved.provider.quirks.userinfo_headers {
        request.headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    request.id_token_claims = id_token_claims.filter(|_| resolved.provider.is_oidc());
    if let (Some(keys), Some(issuer), Some(client_id)) =
        (&keys, &resolved.endpoints.issuer, asker.client_id)
    {
        request.signer = Some(UserinfoSigner {
            keys,
            issuer: issuer.clone(),
            client_id: client_id.to_owned(),
            algorithms: announced(resolved, |found| {
                &found.userinfo_signing_alg_values_supported
            }),
            now: asker.now,
            demanded: false,
        });
    }
    request.ask(client, token).await.map_err(|error| {
        let shown = errors::userinfo(&error);
        if matches!(error, UserinfoError::AnotherUser(_)) {
            UserinfoFailure::AnotherUser(shown)
        } else {
            UserinfoFailure::NotAnswered(shown)
        }
    })
}
