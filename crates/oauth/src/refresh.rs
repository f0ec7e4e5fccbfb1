//! New tokens for old ones (RFC 6749 §6), without losing a session on the way.
//!
//! A server that rotates gives each refresh token once. Two rules follow. What comes is stored
//! before it is used: [`Refreshed`] gives its tokens only to whoever has kept them. And there is one
//! request at a time for one session: [`Refresher`] lets all who ask meanwhile share its outcome.

mod flight;

use std::fmt;

use gatewright_http::Client;
use gatewright_secret::SecretString;
use thiserror::Error;
use url::Url;

use crate::client::ClientCredentials;
use crate::parameters;
use crate::tokens::{ExchangeError, Tokens, request};

pub use flight::{RefreshError, RefreshRequest, Refresher, StoreFailure, TokenStore};

/// New tokens that nobody has kept yet.
///
/// ```compile_fail
/// # fn never(refreshed: gatewright_oauth::Refreshed) {
/// let token = refreshed.access_token;
/// # }
/// ```
#[must_use = "the old refresh token may be worth nothing any more: keep the new tokens"]
pub struct Refreshed(Tokens);

/// New tokens could not be kept. They are still here, for another try.
#[derive(Error)]
#[error("the new tokens could not be kept")]
pub struct NotKept<E: std::error::Error + 'static> {
    /// Why.
    #[source]
    pub source: E,
    /// The tokens, as unused as before.
    pub refreshed: Refreshed,
}

impl Refreshed {
    /// Has the tokens stored as one whole, and gives them only then.
    pub async fn keep<E: std::error::Error + 'static>(
        self,
        store: impl AsyncFnOnce(&Tokens) -> Result<(), E>,
    ) -> Result<Tokens, NotKept<E>> {
        match store(&self.0).await {
            Ok(()) => Ok(self.0),
            Err(source) => Err(NotKept {
                source,
                refreshed: self,
            }),
        }
    }

    /// The tokens, for somebody who keeps them elsewhere: a session whose tokens are not kept ends
    /// with the next refresh.
    pub fn without_keeping(self) -> Tokens {
        self.0
    }
}

/// Gets new tokens, once. A server that gives no new refresh token means the old one to be kept, so
/// what comes always has one.
pub async fn refresh(
    client: &Client,
    token_endpoint: &Url,
    credentials: &ClientCredentials,
    refresh_token: &SecretString,
    scopes: &[String],
    params: &[(String, String)],
) -> Result<Refreshed, ExchangeError> {
    let mut fields = vec![
        ("grant_type".to_owned(), "refresh_token".to_owned()),
        ("refresh_token".to_owned(), refresh_token.expose().clone()),
    ];
    if !scopes.is_empty() {
        fields.push(("scope".to_owned(), scopes.join(" ")));
    }
    parameters::of_token(params)?;
    fields.extend_from_slice(params);
    let mut tokens = request(client, token_endpoint.clone(), credentials, fields).await?;
    tokens
        .refresh_token
        .get_or_insert_with(|| refresh_token.clone());
    Ok(Refreshed(tokens))
}

/// Whether a refusal says that the refresh token itself is worth nothing any more; any other
/// failure leaves it as good as it was.
pub fn ends_the_session(error: &ExchangeError) -> bool {
    matches!(error, ExchangeError::Refused(refusal)
        if matches!(refusal.code.as_str(), "invalid_grant" | "bad_refresh_token"))
}

impl fmt::Debug for Refreshed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Refreshed").field(&self.0).finish()
    }
}

impl<E: std::error::Error + 'static> fmt::Debug for NotKept<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NotKept")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
