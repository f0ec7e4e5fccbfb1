//! Who signed in, by a token that the provider made for this client.

use gatewright_http::{Client, Limits, Request, SendError};
use gatewright_jose::{Algorithm, Expectations, KeySet, KeySetError, VerifyError, verify};
use gatewright_secret::SecretString;
use serde_json::{Map, Value};
use thiserror::Error;
use time::OffsetDateTime;
use url::Url;

use crate::endpoint::{InsecureEndpoint, check_endpoint};

/// What an ID token is held against.
#[derive(Clone, Debug)]
pub struct IdTokenExpectations {
    /// The issuer, character by character.
    pub issuer: String,
    /// Our client id.
    pub client_id: String,
    /// The nonce that was sent.
    pub nonce: Option<SecretString>,
    /// The access token that came with it.
    pub access_token: Option<SecretString>,
    /// Algorithms that may have been used; empty means any with a public key.
    pub algorithms: Vec<Algorithm>,
    /// The time.
    pub now: OffsetDateTime,
}

/// Verifies an ID token (OIDC Core §3.1.3.7).
pub fn verify_id_token(
    id_token: &SecretString,
    keys: &KeySet,
    expected: &IdTokenExpectations,
) -> Result<Map<String, Value>, VerifyError> {
    let mut expectations =
        Expectations::of_id_token(&expected.issuer, &expected.client_id, expected.now);
    expectations.nonce = expected.nonce.as_ref().map(|nonce| nonce.expose().clone());
    expectations
        .access_token_for_at_hash
        .clone_from(&expected.access_token);
    if !expected.algorithms.is_empty() {
        expectations.algorithms.clone_from(&expected.algorithms);
    }
    verify(id_token.expose(), keys, &expectations)
}

/// Why a provider's keys could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeysError {
    /// The address is not https.
    #[error(transparent)]
    Insecure(#[from] InsecureEndpoint),
    /// It was not reached.
    #[error("the provider's keys were not reached: {0}")]
    NotReached(#[from] SendError),
    /// It answered with a failure.
    #[error("the provider's keys cannot be had (status {status})")]
    Status {
        /// The status.
        status: u16,
    },
    /// What came is no set of keys.
    #[error("the provider's keys cannot be used: {0}")]
    Unusable(#[from] KeySetError),
}

impl KeysError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Insecure(insecure) => insecure.hint().to_owned(),
            Self::NotReached(error) => error.hint(),
            Self::Status { .. } | Self::Unusable(_) => {
                "Check the address of the provider's keys (jwks_uri).".to_owned()
            }
        }
    }
}

/// Fetches a provider's keys.
pub async fn fetch_keys(client: &Client, jwks_uri: &Url) -> Result<KeySet, KeysError> {
    check_endpoint("keys", jwks_uri)?;
    let request = Request::get(jwks_uri.clone())
        .accept_json()
        .named("keys")
        .within(Limits::SMALL);
    let answer = client.send(request).await?;
    if !answer.status.is_success() {
        return Err(KeysError::Status {
            status: answer.status.as_u16(),
        });
    }
    Ok(KeySet::from_json(&answer.body)?)
}
