//! A client that proves itself by what it signs (RFC 7523 §2.2).

use std::fmt;
use std::sync::Arc;

use gatewright_jose::{Algorithm, SigningError, SigningKey, SigningKeyError};
use gatewright_limits::time::ASSERTION;
use gatewright_secret::SecretString;
use oauth2::CsrfToken;
use serde_json::json;
use time::OffsetDateTime;

use crate::client::{ClientAuthentication, ClientCredentials};

/// The type of the assertion, for the form.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Random bytes in `jti`, which no two assertions share.
const RANDOM_BYTES: u32 = 16;

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// What a client signs its assertions with, and for whom.
#[derive(Clone)]
pub struct ClientAssertion {
    /// The private key; its public half is registered with the provider.
    pub key: Arc<SigningKey>,
    /// Whom the assertions are for, as the server demands it: its issuer, or its token endpoint.
    /// The same at every endpoint (RFC 9126 §2 allows either).
    pub audience: String,
    /// The time.
    pub clock: Clock,
}

impl ClientCredentials {
    /// A client that signs in place of showing a secret.
    pub fn signing(client_id: impl Into<String>, assertion: ClientAssertion) -> Self {
        Self {
            client_id: client_id.into(),
            secret: None,
            authentication: ClientAuthentication::PrivateKeyJwt,
            assertion: Some(assertion),
        }
    }
}

impl ClientAssertion {
    /// An assertion of this private key (PEM or JWK). Without an algorithm it is the key's own, or
    /// the usual one of its kind.
    pub fn read(
        private_key: &SecretString,
        algorithm: Option<Algorithm>,
        key_id: Option<String>,
        audience: impl Into<String>,
        clock: Clock,
    ) -> Result<Self, SigningKeyError> {
        Ok(Self {
            key: Arc::new(SigningKey::read(private_key, algorithm, key_id)?),
            audience: audience.into(),
            clock,
        })
    }

    /// The form fields of a new assertion: good once, and not for long.
    pub(crate) fn fields(&self, client_id: &str) -> Result<Vec<(String, String)>, SigningError> {
        let now = (self.clock)().unix_timestamp();
        let claims = json!({
            "iss": client_id,
            "sub": client_id,
            "aud": self.audience,
            "jti": CsrfToken::new_random_len(RANDOM_BYTES).secret(),
            "iat": now,
            "nbf": now,
            "exp": now + ASSERTION.as_secs().cast_signed(),
        });
        let signed = self.key.sign(claims.as_object().ok_or(SigningError)?)?;
        Ok(vec![
            ("client_id".to_owned(), client_id.to_owned()),
            (
                "client_assertion_type".to_owned(),
                ASSERTION_TYPE.to_owned(),
            ),
            ("client_assertion".to_owned(), signed.expose().clone()),
        ])
    }
}

impl fmt::Debug for ClientAssertion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientAssertion")
            .field("key", &self.key)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}
