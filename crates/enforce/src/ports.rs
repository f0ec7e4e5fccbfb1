//! What is needed from outside, as ports that the gateway and the tests fill.

mod directories;
mod providers;

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use gatewright_keys::KeyKind;
use gatewright_policy::{KeyScope, ProductId, UserName};
use gatewright_secret::SecretString;
use serde_json::Value;
use thiserror::Error;
use time::OffsetDateTime;
use url::Url;

pub use directories::AtlassianDirectories;
pub(crate) use directories::client_for;
pub use providers::HttpProviders;

/// Everything that is needed from outside.
#[derive(Clone)]
pub struct Ports {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Secrets by name.
    pub secrets: Arc<dyn SecretPort>,
    /// API keys.
    pub keys: Arc<dyn KeyPort>,
    /// The identity providers.
    pub providers: Arc<dyn ProviderPort>,
    /// The products' directories.
    pub directories: Arc<dyn DirectoryPort>,
}

/// The time.
pub trait Clock: Send + Sync {
    /// The time, in UTC.
    fn now(&self) -> OffsetDateTime;
}

impl<F: Fn() -> OffsetDateTime + Send + Sync> Clock for F {
    fn now(&self) -> OffsetDateTime {
        self()
    }
}

/// Secrets by name.
pub trait SecretPort: Send + Sync {
    /// The secret of this name, if there is one.
    fn secret(&self, name: &str) -> Option<SecretString>;
}

impl<F: Fn(&str) -> Option<SecretString> + Send + Sync> SecretPort for F {
    fn secret(&self, name: &str) -> Option<SecretString> {
        self(name)
    }
}

/// API keys.
#[async_trait]
pub trait KeyPort: Send + Sync {
    /// What is known of the key with this digest. Nothing is taken.
    async fn look(
        &self,
        digest: &[u8; 32],
        now: OffsetDateTime,
    ) -> Result<KeyAnswer, KeyStoreUnavailable>;

    /// Takes one use of the key with this digest, for a request from this address that may go on.
    async fn redeem(
        &self,
        digest: &[u8; 32],
        address: IpAddr,
        now: OffsetDateTime,
    ) -> Result<KeyAnswer, KeyStoreUnavailable>;
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyAnswer {
    /// The key is good.
    Good(KeyRecord),
    /// Nobody issued it, or it was revoked.
    Unknown,
    /// Its time is over.
    Expired(KeyRecord),
    /// It was used as often as it may be.
    Exhausted(KeyRecord),
}

impl KeyAnswer {
    /// The key's record, if there is one.
    pub fn record(&self) -> Option<&KeyRecord> {
        match self {
            Self::Good(record) | Self::Expired(record) | Self::Exhausted(record) => Some(record),
            Self::Unknown => None,
        }
    }
}

/// A key that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// Its id, which may be shown.
    pub id: String,
    /// In which header form it is good.
    pub kind: KeyKind,
    /// The user as whom it acts.
    pub owner: UserName,
    /// When it was made: it lives no longer than today's rules let a key live.
    pub made_at: OffsetDateTime,
    /// What it is narrowed to.
    pub scope: Arc<KeyScope>,
}

/// The keys cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the keys cannot be read: {detail}")]
pub struct KeyStoreUnavailable {
    /// Why, in words.
    pub detail: String,
}

/// A gateway without API keys: every key is unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoKeys;

#[async_trait]
impl KeyPort for NoKeys {
    async fn look(
        &self,
        _digest: &[u8; 32],
        _now: OffsetDateTime,
    ) -> Result<KeyAnswer, KeyStoreUnavailable> {
        Ok(KeyAnswer::Unknown)
    }

    async fn redeem(
        &self,
        _digest: &[u8; 32],
        _address: IpAddr,
        _now: OffsetDateTime,
    ) -> Result<KeyAnswer, KeyStoreUnavailable> {
        Ok(KeyAnswer::Unknown)
    }
}

/// The identity providers. A provider that answers anything at all is not unreachable; what its
/// answer means is judged here, not by the port.
#[async_trait]
pub trait ProviderPort: Send + Sync {
    /// Asks an address with the token as bearer: userinfo and its kin.
    async fn get(
        &self,
        url: &Url,
        token: &SecretString,
    ) -> Result<ProviderAnswer, ProviderUnreachable>;

    /// Introspects a token (RFC 7662).
    async fn introspect(
        &self,
        url: &Url,
        client: &ClientSecret,
        token: &SecretString,
    ) -> Result<ProviderAnswer, ProviderUnreachable>;

    /// Asks GitHub whether a token is this client's.
    async fn check_token(
        &self,
        url: &Url,
        client: &ClientSecret,
        token: &SecretString,
    ) -> Result<ProviderAnswer, ProviderUnreachable>;

    /// Fetches a public document: discovery or keys.
    async fn fetch(&self, url: &Url) -> Result<ProviderAnswer, ProviderUnreachable>;
}

/// The client's credentials at a provider.
#[derive(Clone, Debug)]
pub struct ClientSecret {
    /// The client's id.
    pub id: String,
    /// The client's secret.
    pub secret: SecretString,
    /// Whether they go in the form body instead of a Basic header.
    pub in_body: bool,
}

/// What a provider answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderAnswer {
    /// The status.
    pub status: u16,
    /// The JSON that it answered, if it was JSON.
    pub json: Option<Value>,
    /// The body.
    pub body: bytes::Bytes,
}

/// A provider did not answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the provider did not answer: {detail}")]
pub struct ProviderUnreachable {
    /// Why, in words.
    pub detail: String,
}

/// The products' directories.
#[async_trait]
pub trait DirectoryPort: Send + Sync {
    /// Looks a user up by name.
    async fn by_name(
        &self,
        product: &ProductId,
        name: &str,
        with_groups: bool,
    ) -> Result<DirectoryAnswer, DirectoryUnavailable>;

    /// Looks a user up by e-mail address.
    async fn by_email(
        &self,
        product: &ProductId,
        email: &str,
        with_groups: bool,
    ) -> Result<DirectoryAnswer, DirectoryUnavailable>;
}

/// What a directory answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectoryAnswer {
    /// There is exactly one such user, and the user is active.
    Found(Member),
    /// There is one, who is not active.
    Inactive,
    /// There is none.
    NotFound,
    /// There are several.
    Ambiguous,
}

/// A user of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The name, as the directory writes it.
    pub name: UserName,
    /// The groups, if they were asked for.
    pub groups: Option<Vec<String>>,
}

/// A directory could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the directory could not be asked: {detail}")]
pub struct DirectoryUnavailable {
    /// Why, in words.
    pub detail: String,
}
