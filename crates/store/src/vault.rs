//! The users' own product tokens.

use gatewright_secret::SecretString;
use time::OffsetDateTime;

use crate::store::StoreError;

/// Whose token lies in the vault, without the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultEntry {
    /// The product's id.
    pub product: String,
    /// The user, as the product writes the name.
    pub user: String,
    /// When it was first put there.
    pub created_at: OffsetDateTime,
    /// When it was last replaced.
    pub updated_at: OffsetDateTime,
}

/// The users' own product tokens, sealed; names of users are compared without case.
pub trait VaultStore {
    /// Puts a user's token for a product there; the one before is gone.
    fn put_token(
        &self,
        product: &str,
        user: &str,
        token: &SecretString,
        at: OffsetDateTime,
    ) -> Result<(), StoreError>;

    /// A user's token for a product.
    fn token(&self, product: &str, user: &str) -> Result<Option<SecretString>, StoreError>;

    /// Takes a token away; false if there was none.
    fn remove_token(&self, product: &str, user: &str) -> Result<bool, StoreError>;

    /// Whose tokens are there, by product and name, from behind `after`, at most `limit`.
    fn tokens(
        &self,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<Vec<VaultEntry>, StoreError>;
}
