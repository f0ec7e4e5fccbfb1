//! The users' own product tokens, in the store.

use std::sync::Arc;

use async_trait::async_trait;
use gatewright_enforce::{Clock, VaultPort, VaultUnavailable};
use gatewright_policy::{ProductId, UserName};
use gatewright_secret::SecretString;
use gatewright_store::{Store, StoreError};

/// The vault of this gateway.
pub(crate) struct StoredTokens {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl StoredTokens {
    async fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, VaultUnavailable> {
        let store = Arc::clone(&self.store);
        let unavailable = |detail: String| VaultUnavailable { detail };
        tokio::task::spawn_blocking(move || ask(store.as_ref()))
            .await
            .map_err(|error| unavailable(error.to_string()))?
            .map_err(|error| unavailable(error.to_string()))
    }
}

#[async_trait]
impl VaultPort for StoredTokens {
    async fn token(
        &self,
        product: &ProductId,
        user: &UserName,
    ) -> Result<Option<SecretString>, VaultUnavailable> {
        let (product, user) = (product.to_string(), user.to_string());
        self.ask(move |store| store.token(&product, &user)).await
    }

    async fn keep(
        &self,
        product: &ProductId,
        user: &UserName,
        token: SecretString,
    ) -> Result<(), VaultUnavailable> {
        let (product, user) = (product.to_string(), user.to_string());
        let at = self.clock.now();
        self.ask(move |store| store.put_token(&product, &user, &token, at))
            .await
    }

    async fn remove(&self, product: &ProductId, user: &UserName) -> Result<(), VaultUnavailable> {
        let (product, user) = (product.to_string(), user.to_string());
        self.ask(move |store| store.remove_token(&product, &user).map(drop))
            .await
    }
}
