//! The keys that a provider signs with, and their rotation.

use gatewright_http::{Client, Limits, Request, SendError};
use gatewright_jose::{KeySet, KeySetError, VerifyError};
use gatewright_limits::time::{KEYS_AGAIN, KEYS_KEPT};
use thiserror::Error;
use time::OffsetDateTime;
use tokio::sync::Mutex;
use url::Url;

use crate::endpoint::{InsecureEndpoint, check_endpoint};

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

/// A provider's keys, fetched when they are needed: once, again when they are old, and again for a
/// key that they lack, but then at most once in a while, so that nobody can make us hammer the
/// provider with made-up names.
#[derive(Debug)]
pub struct ProviderKeys {
    jwks_uri: Url,
    known: Mutex<Option<Known>>,
}

#[derive(Debug)]
struct Known {
    keys: KeySet,
    fetched: OffsetDateTime,
    /// When they were last fetched because of a key that they lacked.
    again: Option<OffsetDateTime>,
}

/// Why something signed is not believed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyedError {
    /// The keys cannot be had.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// With the keys at hand it is refused.
    #[error(transparent)]
    Refused(#[from] VerifyError),
}

impl KeyedError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Keys(error) => error.hint(),
            Self::Refused(error) => error.hint().to_owned(),
        }
    }
}

impl ProviderKeys {
    /// The keys at this address; nothing is fetched yet.
    pub fn new(jwks_uri: Url) -> Self {
        Self {
            jwks_uri,
            known: Mutex::new(None),
        }
    }

    /// Verifies something with these keys, as `check` does it.
    pub async fn verify<T>(
        &self,
        client: &Client,
        now: OffsetDateTime,
        check: impl Fn(&KeySet) -> Result<T, VerifyError>,
    ) -> Result<T, KeyedError> {
        // Those who come meanwhile wait here, so that one fetch serves all.
        let mut known = self.known.lock().await;
        let fresh = known.take_if(|known| now - known.fetched < KEYS_KEPT);
        let mut current = match fresh {
            Some(current) => current,
            None => Known {
                keys: fetch_keys(client, &self.jwks_uri).await?,
                fetched: now,
                again: None,
            },
        };
        let first = check(&current.keys);
        let lacks_key = matches!(first, Err(VerifyError::UnknownKey { .. }));
        let may_ask = current.again.is_none_or(|again| now - again >= KEYS_AGAIN);
        let outcome = if lacks_key && may_ask {
            current.again = Some(now);
            match fetch_keys(client, &self.jwks_uri).await {
                Ok(keys) => {
                    current.keys = keys;
                    current.fetched = now;
                    check(&current.keys).map_err(KeyedError::from)
                }
                // The keys that are known stay good.
                Err(error) => Err(error.into()),
            }
        } else {
            first.map_err(KeyedError::from)
        };
        *known = Some(current);
        outcome
    }
}
