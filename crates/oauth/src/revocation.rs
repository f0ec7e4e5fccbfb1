//! Taking a token back (RFC 7009).

use gatewright_http::{Client, SendError};
use gatewright_secret::SecretString;
use thiserror::Error;
use url::Url;

use crate::answer::AnswerError;
use crate::client::ClientCredentials;
use crate::endpoint::{InsecureEndpoint, check_endpoint};
use crate::provider_error::ProviderError;

/// Which token it is. The refresh token goes first: it could make new access tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// The access token.
    Access,
    /// The refresh token.
    Refresh,
}

/// Why a token was not taken back. It may be deleted here all the same.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RevocationError {
    /// The endpoint is not https.
    #[error(transparent)]
    Insecure(#[from] InsecureEndpoint),
    /// It was not reached.
    #[error("the revocation endpoint was not reached: {0}")]
    NotReached(#[from] SendError),
    /// It refused.
    #[error("the revocation endpoint refused: {0}")]
    Refused(ProviderError),
    /// It answered with another status than success.
    #[error("the revocation endpoint answered with status {status}")]
    Status {
        /// The status.
        status: u16,
    },
}

impl RevocationError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Insecure(insecure) => insecure.hint().to_owned(),
            Self::NotReached(error) => error.hint(),
            Self::Refused(error) => error.hint(),
            Self::Status { .. } => "Revoke the token in the provider's console.".to_owned(),
        }
    }
}

/// Takes a token back. A token that the server does not know counts as taken back.
pub async fn revoke(
    client: &Client,
    endpoint: &Url,
    credentials: &ClientCredentials,
    token: &SecretString,
    kind: TokenKind,
) -> Result<(), RevocationError> {
    check_endpoint("revocation", endpoint)?;
    let hint = match kind {
        TokenKind::Access => "access_token",
        TokenKind::Refresh => "refresh_token",
    };
    let fields = vec![
        ("token".to_owned(), token.expose().clone()),
        ("token_type_hint".to_owned(), hint.to_owned()),
    ];
    let answer = credentials
        .ask(client, "revocation", endpoint.clone(), fields)
        .await?;
    let status = answer.response.status;
    match answer.read() {
        Err(AnswerError::Refused(error)) => Err(RevocationError::Refused(error)),
        // Success has no body that matters.
        Ok(_) | Err(_) if status.is_success() => Ok(()),
        Ok(_) | Err(_) => Err(RevocationError::Status {
            status: status.as_u16(),
        }),
    }
}
