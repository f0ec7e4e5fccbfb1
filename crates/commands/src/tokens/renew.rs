//! Renewing tokens: one request at a time for each, and nothing of what comes is lost.

use std::sync::{Arc, Mutex};

use gatewright_http::Client;
use gatewright_oauth::{RefreshError, RefreshRequest, TokenStore, Tokens as Given};
use gatewright_secret::SecretString;
use gatewright_wire::{AppEvent, ErrorCode, RefreshByItself, Token, TokenId, WireError};
use gatewright_workspace as kept;
use thiserror::Error;
use time::Duration;

use super::describe;
use crate::app::{App, lock};
use crate::convert;
use crate::errors::{self, invalid};
use crate::flow::{self, Fetched, SignInFailure};
use crate::names;

/// So long before its end a token is refreshed by itself.
const AHEAD: Duration = Duration::minutes(2);

/// The workspace did not do what a refresh needs.
#[derive(Debug, Error)]
#[error("{0}")]
struct Unkept(String);

impl From<WireError> for Unkept {
    fn from(error: WireError) -> Self {
        Self(error.message)
    }
}

/// The tokens of one session in the vault.
struct Session {
    app: Arc<App>,
    id: String,
    /// What the vault said, for a message that says more than that it failed.
    trouble: Arc<Mutex<Option<WireError>>>,
}

impl Session {
    fn told<T>(&self, result: Result<T, WireError>) -> Result<T, Unkept> {
        result.map_err(|error| {
            *lock(&self.trouble) = Some(error.clone());
            error.into()
        })
    }
}

impl TokenStore for Session {
    type Error = Unkept;

    async fn refresh_token(&self) -> Result<Option<SecretString>, Unkept> {
        self.told(self.app.secret(&names::refresh_token(&self.id)).await)
    }

    async fn keep(&self, tokens: &Given) -> Result<(), Unkept> {
        self.told(self.app.seal(&self.id, tokens).await)
    }

    async fn forget_refresh_token(&self) -> Result<(), Unkept> {
        let forgotten = self
            .app
            .workspace
            .remove_secret(&names::refresh_token(&self.id))
            .map_err(|error| errors::store(&error));
        self.told(forgotten)
    }
}

impl App {
    /// Gets a new access token with the refresh token beside the old one.
    pub async fn refresh_token(&self, request: TokenId) -> Result<Token, WireError> {
        let token = self.renewed(&request.id).await?;
        self.changed().await?;
        self.token(token).await
    }

    /// Says whether a token is refreshed by itself before it ends.
    pub async fn refresh_by_itself(&self, request: RefreshByItself) -> Result<Token, WireError> {
        let mut token = self.kept_token(&request.id)?;
        if request.on && !token.refresh_token_kept {
            return Err(nothing_to_refresh(&token));
        }
        token.refresh_by_itself = request.on;
        token.refresh_problem = None;
        self.workspace
            .put_token(&token)
            .map_err(|error| errors::store(&error))?;
        self.token(token).await
    }

    /// Refreshes the tokens that end soon and are to be refreshed by themselves, and answers how
    /// many there were. What failed is not tried again before somebody looks at it.
    pub async fn refresh_due_tokens(&self) -> Result<usize, WireError> {
        let now = self.host.now();
        let mut due = self
            .workspace
            .tokens()
            .map_err(|error| errors::store(&error))?;
        due.retain(|token| {
            token.refresh_by_itself
                && token.refresh_token_kept
                && token.refresh_problem.is_none()
                && token.ends_at.is_some_and(|end| end - AHEAD <= now)
        });
        for token in &due {
            let renewed = match self.renewed(&token.id).await {
                Ok(renewed) => renewed,
                Err(error) => {
                    let mut failed = self.kept_token(&token.id)?;
                    failed.refresh_problem = Some(
                        format!("{} {}", error.message, error.hint)
                            .trim()
                            .to_owned(),
                    );
                    self.workspace
                        .put_token(&failed)
                        .map_err(|error| errors::store(&error))?;
                    failed
                }
            };
            let token = self.token(renewed).await?;
            self.host.emit(AppEvent::TokenChanged { token });
        }
        if !due.is_empty() {
            self.changed().await?;
        }
        Ok(due.len())
    }

    async fn renewed(&self, id: &str) -> Result<kept::Token, WireError> {
        let token = self.kept_token(id)?;
        let (Some(provider_id), true) = (&token.provider_id, token.refresh_token_kept) else {
            return Err(nothing_to_refresh(&token));
        };
        let provider = self.kept_provider(provider_id)?;
        let (client, recorder) = self.client_of(&provider).await?;
        let resolved = self
            .resolve(&client, &provider.preset, &provider.inputs)
            .await?;
        let given = self.flown(&token, &provider, &client, &resolved).await?;
        let now = self.host.now();
        let fetched = flow::checked(
            &client,
            Given::clone(&given),
            resolved,
            &provider.client_id,
            now,
        )
        .await;
        // They are kept already, as a server that rotates gives them once.
        let (fetched, problem) = match fetched {
            Ok(fetched) => (fetched, None),
            Err(failure) => {
                let mut tokens = Given::clone(&given);
                tokens.id_token = None;
                let resolved = self
                    .resolve(&client, &provider.preset, &provider.inputs)
                    .await?;
                let fetched = Fetched {
                    tokens,
                    id_token_claims: None,
                    id_token_check: None,
                    resolved,
                };
                (fetched, Some(SignInFailure::into(failure)))
            }
        };
        let mut token = self.kept_token(id)?;
        let scopes = token.scopes_asked.clone();
        describe(&mut token, &fetched, scopes, convert::legs(&recorder), now);
        token.refresh_problem = None;
        self.workspace
            .put_token(&token)
            .map_err(|error| errors::store(&error))?;
        match problem {
            Some(problem) => Err(problem),
            None => Ok(token),
        }
    }

    /// The one request; whoever asks meanwhile shares its outcome.
    async fn flown(
        &self,
        token: &kept::Token,
        provider: &kept::Provider,
        client: &Client,
        resolved: &flow::Resolved,
    ) -> Result<Arc<Given>, WireError> {
        let request = RefreshRequest {
            token_endpoint: resolved.needed(resolved.endpoints.token.as_ref(), "token")?,
            credentials: self.credentials(provider, resolved).await?,
            scopes: Vec::new(),
            params: provider.settings.refresh_params.clone(),
        };
        let trouble = Arc::new(Mutex::new(None));
        let session = Session {
            app: self.shared()?,
            id: token.id.clone(),
            trouble: Arc::clone(&trouble),
        };
        let flown = self
            .refresher
            .refresh(token.id.clone(), client, request, session)
            .await;
        match flown {
            Ok(given) => Ok(given),
            Err(error) => {
                if matches!(
                    error,
                    RefreshError::SessionEnded(_) | RefreshError::NothingToRefresh
                ) {
                    let mut token = self.kept_token(&token.id)?;
                    token.refresh_token_kept = false;
                    token.refresh_by_itself = false;
                    self.workspace
                        .put_token(&token)
                        .map_err(|error| errors::store(&error))?;
                }
                let cause = lock(&trouble).take();
                let shown = errors::refresh(&error);
                Err(match cause {
                    Some(cause) if shown.code == ErrorCode::Workspace => WireError {
                        hint: shown.hint,
                        message: format!("{} {}", shown.message, cause.message),
                        ..cause
                    },
                    Some(_) | None => shown,
                })
            }
        }
    }
}

fn nothing_to_refresh(token: &kept::Token) -> WireError {
    invalid(
        "id",
        format!("There is no refresh token beside {}.", token.name),
        "Sign in again; some providers give one only for the scope offline_access.",
    )
}
