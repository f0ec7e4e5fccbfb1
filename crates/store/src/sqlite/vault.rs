//! The users' own product tokens, sealed.

use gatewright_secret::SecretString;
use rusqlite::{OptionalExtension as _, params};
use time::OffsetDateTime;

use super::{SqliteStore, milliseconds, moment, signed};
use crate::store::StoreError;
use crate::vault::{VaultEntry, VaultStore};

/// The name under which a token is sealed: it opens for this product and this user alone. Names
/// of secrets have no space, so that none can stand for a token.
fn sealed_name(product: &str, user: &str) -> String {
    format!("vault {product} {}", user.to_lowercase())
}

impl VaultStore for SqliteStore {
    fn put_token(
        &self,
        product: &str,
        user: &str,
        token: &SecretString,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let name = sealed_name(product, user);
        let sealed = self
            .key()?
            .seal(&name, token.expose().as_bytes())
            .ok_or(StoreError::Sealed { name })?;
        self.connection().execute(
            "INSERT INTO vault (product, user_folded, user, sealed, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT (product, user_folded) \
             DO UPDATE SET user = ?3, sealed = ?4, updated_at = ?5",
            params![product, user.to_lowercase(), user, sealed, milliseconds(at)],
        )?;
        Ok(())
    }

    fn token(&self, product: &str, user: &str) -> Result<Option<SecretString>, StoreError> {
        let sealed: Option<Vec<u8>> = self
            .connection()
            .prepare_cached("SELECT sealed FROM vault WHERE product = ?1 AND user_folded = ?2")?
            .query_row([product, &user.to_lowercase()], |row| row.get(0))
            .optional()?;
        let name = sealed_name(product, user);
        sealed
            .map(|sealed| {
                self.key()?
                    .open(&name, &sealed)
                    .ok_or(StoreError::Sealed { name })
            })
            .transpose()
    }

    fn remove_token(&self, product: &str, user: &str) -> Result<bool, StoreError> {
        let gone = self.connection().execute(
            "DELETE FROM vault WHERE product = ?1 AND user_folded = ?2",
            [product, &user.to_lowercase()],
        )?;
        Ok(gone > 0)
    }

    fn tokens(
        &self,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<Vec<VaultEntry>, StoreError> {
        let (product, user) = after.unwrap_or_default();
        let connection = self.connection();
        let mut statement = connection.prepare_cached(
            "SELECT product, user, created_at, updated_at FROM vault \
             WHERE (product, user_folded) > (?1, ?2) ORDER BY product, user_folded LIMIT ?3",
        )?;
        let rows = statement.query_map(
            params![product, user.to_lowercase(), signed(limit as u64)],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )?;
        rows.map(|row| {
            let (product, user, created_at, updated_at) = row?;
            Ok(VaultEntry {
                product,
                user,
                created_at: moment(created_at)?,
                updated_at: moment(updated_at)?,
            })
        })
        .collect()
    }
}
