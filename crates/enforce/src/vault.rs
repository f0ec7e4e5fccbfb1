//! `act_as = { access_tokens = {} }`: the users' own product tokens, and how a user puts one there.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use gatewright_atlassian::{Credential, ProbeRequest, ProductKind, probe};
use gatewright_config::{ActAs, Product};
use gatewright_http::Client;
use gatewright_policy::{ProductId, ProductKind as Kind, UserName};
use gatewright_secret::SecretString;
use thiserror::Error;

use crate::ports::{Clock, SecretPort, client_for};

/// The path below a product's public URL to which users bring their token; never forwarded where
/// the product is acted towards with the users' own tokens.
pub const ENROLMENT_PATH: &str = "/.gatewright/token";

/// The longest token of a product.
pub const LONGEST_TOKEN: usize = 4096;

/// Where the users' own tokens lie.
#[async_trait]
pub trait VaultPort: Send + Sync {
    /// A user's token for a product.
    async fn token(
        &self,
        product: &ProductId,
        user: &UserName,
    ) -> Result<Option<SecretString>, VaultUnavailable>;

    /// Keeps a user's token for a product in place of the one before.
    async fn keep(
        &self,
        product: &ProductId,
        user: &UserName,
        token: SecretString,
    ) -> Result<(), VaultUnavailable>;

    /// Takes a user's token away.
    async fn remove(&self, product: &ProductId, user: &UserName) -> Result<(), VaultUnavailable>;
}

/// The vault does not answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the vault of tokens does not answer: {detail}")]
pub struct VaultUnavailable {
    /// Why, in words.
    pub detail: String,
}

/// Why a token was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EnrolError {
    /// It is empty, too long or no text that a header can carry.
    #[error("the body is not a token")]
    NotAToken,
    /// The product does not take it.
    #[error("the product does not accept the token: {detail}")]
    NotAccepted {
        /// What the product said, in words.
        detail: String,
    },
    /// The product names somebody else for it.
    #[error("the token belongs to another user")]
    OtherUser,
    /// The product did not answer.
    #[error("the product did not answer")]
    NoAnswer,
    /// The vault does not answer.
    #[error(transparent)]
    Vault(#[from] VaultUnavailable),
}

/// The vault, and how tokens are tried before they are kept.
#[derive(Clone)]
pub(crate) struct Vault {
    pub(crate) port: Arc<dyn VaultPort>,
    pub(crate) client: Client,
}

/// What a user wants of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To put a token there.
    Keep,
    /// To take the token away.
    Remove,
}

/// A verified user who asks for a change of the own token.
pub struct Enrolment {
    pub(crate) vault: Vault,
    pub(crate) product: Product,
    pub(crate) user: UserName,
    pub(crate) wish: Wish,
    pub(crate) secrets: Arc<dyn SecretPort>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Enrolment")
            .field("product", &self.product.id)
            .field("user", &self.user)
            .field("wish", &self.wish)
            .finish_non_exhaustive()
    }
}

impl Enrolment {
    /// What is wanted.
    pub fn wish(&self) -> Wish {
        self.wish
    }

    /// Takes the user's token away.
    pub async fn remove(&self) -> Result<(), VaultUnavailable> {
        self.vault.port.remove(&self.product.id, &self.user).await
    }

    /// Asks the product whose token it is, and keeps it if it is this user's.
    pub async fn keep(&self, token: SecretString) -> Result<(), EnrolError> {
        let well_formed = (1..=LONGEST_TOKEN).contains(&token.expose().len())
            && token.expose().bytes().all(|byte| byte.is_ascii_graphic());
        if !well_formed {
            return Err(EnrolError::NotAToken);
        }
        let client = client_for(&self.product, self.secrets.as_ref(), &self.vault.client)
            .map_err(|_| EnrolError::NoAnswer)?;
        let request = ProbeRequest {
            kind: match self.product.kind {
                Kind::Jira => ProductKind::Jira,
                Kind::Confluence => ProductKind::Confluence,
                Kind::Bitbucket => ProductKind::Bitbucket,
            },
            base_url: self.product.base_url.clone(),
            endpoint: None,
            credential: Credential::Bearer(token.clone()),
            expected_user: Some(self.user.as_str().to_owned()),
            through_gateway: false,
        };
        let found = probe(&client, &request, self.clock.now()).await;
        if !found.was_answered() {
            return Err(EnrolError::NoAnswer);
        }
        let accepted = found
            .status
            .is_some_and(|status| (200..300).contains(&status));
        match &found.user {
            Some(user) if accepted && self.user.is(user) => {}
            Some(_) if accepted => return Err(EnrolError::OtherUser),
            Some(_) | None => {
                return Err(EnrolError::NotAccepted {
                    detail: found.label,
                });
            }
        }
        self.vault
            .port
            .keep(&self.product.id, &self.user, token)
            .await?;
        Ok(())
    }
}

/// Whether a request is for the vault and not for the product.
pub(crate) fn is_enrolment(product: &Product, path: &gatewright_policy::Path) -> bool {
    product.act_as == Some(ActAs::AccessTokens)
        && path
            .segments()
            .next()
            .is_some_and(|first| first == ".gatewright")
}
