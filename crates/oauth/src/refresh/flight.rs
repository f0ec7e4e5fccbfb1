//! One request at a time for one session, and everybody shares what it brings.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use gatewright_http::Client;
use gatewright_secret::SecretString;
use thiserror::Error;
use tokio::sync::watch;
use url::Url;

use super::{ends_the_session, refresh};
use crate::client::ClientCredentials;
use crate::provider_error::ProviderError;
use crate::tokens::{ExchangeError, Tokens};

/// Where the tokens of one session are kept.
pub trait TokenStore: Send + Sync + 'static {
    /// Why the store does not answer.
    type Error: StdError + Send + Sync + 'static;

    /// The refresh token as it is now. It is read when the request is made and not when it is asked
    /// for, so that nobody sends one that was replaced meanwhile.
    fn refresh_token(
        &self,
    ) -> impl Future<Output = Result<Option<SecretString>, Self::Error>> + Send;

    /// Stores new tokens in place of the old ones, all or none, and returns once that is certain.
    fn keep(&self, tokens: &Tokens) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Forgets the refresh token, which is worth nothing any more.
    fn forget_refresh_token(&self) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// What a refresh needs besides the refresh token.
#[derive(Clone, Debug)]
pub struct RefreshRequest {
    /// Where to ask.
    pub token_endpoint: Url,
    /// Who asks.
    pub credentials: ClientCredentials,
    /// Scopes, if fewer than before are wanted.
    pub scopes: Vec<String>,
    /// Further parameters.
    pub params: Vec<(String, String)>,
}

/// What the store says, in a form that several callers can have.
#[derive(Clone)]
pub struct StoreFailure(Arc<dyn StdError + Send + Sync>);

impl fmt::Display for StoreFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl fmt::Debug for StoreFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl StdError for StoreFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

/// Why there are no new tokens.
#[derive(Clone, Debug, Error)]
pub enum RefreshError {
    /// There is no refresh token.
    #[error("there is no refresh token")]
    NothingToRefresh,
    /// The provider does not accept the refresh token any more; it was forgotten.
    #[error("the session has ended: {0}")]
    SessionEnded(ProviderError),
    /// No tokens came. The refresh token is as good as it was.
    #[error(transparent)]
    NotRefreshed(ExchangeError),
    /// New tokens came and could not be kept, so they were not used either.
    #[error("the new tokens could not be kept")]
    NotKept(#[source] StoreFailure),
    /// The refresh token could not be read or forgotten.
    #[error("the refresh token could not be reached")]
    NotReachable(#[source] StoreFailure),
    /// Whoever made the request stopped in the middle of it.
    #[error("the refresh was broken off")]
    BrokenOff,
}

impl RefreshError {
    /// What to try, in a sentence or two.
    pub fn hint(&self) -> String {
        match self {
            Self::NothingToRefresh | Self::SessionEnded(_) => "Sign in again.".to_owned(),
            Self::NotRefreshed(error) => error.hint(),
            Self::NotKept(_) => {
                "Make room or unlock the keychain, then sign in again: the provider may have replaced the refresh token.".to_owned()
            }
            Self::NotReachable(_) => "Unlock the keychain and try again.".to_owned(),
            Self::BrokenOff => "Try again.".to_owned(),
        }
    }
}

type Outcome = Result<Arc<Tokens>, RefreshError>;
type Waiting = watch::Receiver<Option<Outcome>>;
type UnderWay<K> = Arc<Mutex<HashMap<K, Waiting>>>;

/// Refreshes sessions, each by one request at a time. Cheap to clone; clones share what is under
/// way. It needs the Tokio runtime, in which a request once made is finished and its tokens are kept
/// even if all who wait for it stop waiting.
pub struct Refresher<K> {
    under_way: UnderWay<K>,
}

impl<K> Clone for Refresher<K> {
    fn clone(&self) -> Self {
        Self {
            under_way: Arc::clone(&self.under_way),
        }
    }
}

impl<K> Default for Refresher<K> {
    fn default() -> Self {
        Self {
            under_way: Arc::default(),
        }
    }
}

impl<K: Clone + Eq + Hash + Send + 'static> Refresher<K> {
    /// Gets new tokens for a session, keeps them, and only then gives them: to this caller and to
    /// all who ask for the same session meanwhile.
    pub async fn refresh<S: TokenStore>(
        &self,
        session: K,
        client: &Client,
        request: RefreshRequest,
        store: S,
    ) -> Outcome {
        let mut waiting = {
            let mut under_way = self
                .under_way
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if let Some(waiting) = under_way.get(&session) {
                waiting.clone()
            } else {
                let (tell, waiting) = watch::channel(None);
                under_way.insert(session.clone(), waiting.clone());
                let landing = Landing {
                    under_way: Arc::clone(&self.under_way),
                    session,
                };
                let client = client.clone();
                tokio::spawn(async move {
                    let outcome = fly(&client, request, store).await;
                    // From here on a new caller reads what was just stored.
                    drop(landing);
                    // Nobody may be waiting any more, and the tokens are kept all the same.
                    let _ = tell.send(Some(outcome));
                });
                waiting
            }
        };
        let outcome = waiting.wait_for(Option::is_some).await;
        outcome
            .ok()
            .and_then(|outcome| outcome.clone())
            .unwrap_or(Err(RefreshError::BrokenOff))
    }
}

/// Takes the flight off the list however it ends.
struct Landing<K: Eq + Hash> {
    under_way: UnderWay<K>,
    session: K,
}

impl<K: Eq + Hash> Drop for Landing<K> {
    fn drop(&mut self) {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.session);
    }
}

async fn fly<S: TokenStore>(client: &Client, request: RefreshRequest, store: S) -> Outcome {
    let old = store
        .refresh_token()
        .await
        .map_err(|error| RefreshError::NotReachable(StoreFailure(Arc::new(error))))?
        .ok_or(RefreshError::NothingToRefresh)?;
    let refreshed = refresh(
        client,
        &request.token_endpoint,
        &request.credentials,
        &old,
        &request.scopes,
        &request.params,
    )
    .await;
    match refreshed {
        Ok(refreshed) => {
            let tokens = refreshed
                .keep(async |tokens| store.keep(tokens).await)
                .await
                .map_err(|failed| RefreshError::NotKept(StoreFailure(Arc::new(failed.source))))?;
            Ok(Arc::new(tokens))
        }
        Err(ExchangeError::Refused(words))
            if ends_the_session(&ExchangeError::Refused(words.clone())) =>
        {
            store
                .forget_refresh_token()
                .await
                .map_err(|error| RefreshError::NotReachable(StoreFailure(Arc::new(error))))?;
            Err(RefreshError::SessionEnded(words))
        }
        Err(error) => Err(RefreshError::NotRefreshed(error)),
    }
}
