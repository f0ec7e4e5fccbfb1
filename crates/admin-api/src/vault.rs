//! Messages about the vault of the users' own product tokens.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Whose token lies in the vault; the token itself never comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultEntry {
    /// The product's id.
    pub product: String,
    /// The user.
    pub user: String,
    /// When it was first put there.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it was last replaced.
    #[serde(with = "time::serde::rfc3339")]
    pub updated_at: OffsetDateTime,
}

/// `GET vault`: entries by product and user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultPage {
    /// The entries.
    pub tokens: Vec<VaultEntry>,
    /// Whether there are more: ask for those after the last one.
    pub more: bool,
}
