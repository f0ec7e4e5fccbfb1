//! Signing in through the system browser or on another device: one at a time, and every step is
//! told.

use std::time::Duration;

use gatewright_http::{Client, Recorder};
use gatewright_loopback::{Attempt as Offered, OfferError};
use gatewright_oauth::{Callback, Pkce};
use gatewright_secret::SecretString;
use gatewright_wire::{
    AppEvent, DeviceCode, ErrorCode, Nothing, PasteCallback, ProviderId, SignIn, SignInId,
    SignInPhase, StartSignIn, WireError,
};
use gatewright_workspace as kept;
use tokio_util::sync::CancellationToken;

use crate::app::{App, lock, random_id};
use crate::convert::{self, rfc3339};
use crate::errors::{self, failure, invalid, not_found};
use crate::flow::{
    self, Begun, OnAnotherDevice, PATIENCE, SignInFailure, SignInSettings, UserinfoFailure,
};
use crate::tokens::{Arrived, first_name};

/// A sign-in that is under way or over.
pub(crate) struct Attempt {
    /// As it was told last.
    sign_in: SignIn,
    cancel: CancellationToken,
    /// What a pasted address is offered to; nobody comes back from another device.
    offered: Option<Offered>,
}

impl Attempt {
    /// Whether it still waits or exchanges.
    pub(crate) fn runs(&self) -> bool {
        match self.sign_in.phase {
            SignInPhase::Waiting { .. } | SignInPhase::Exchanging => true,
            SignInPhase::Done { .. } | SignInPhase::Failed { .. } => false,
        }
    }
}

/// How somebody signs in.
enum Way {
    Browser(Begun),
    Device(OnAnotherDevice),
}

fn cancelled() -> WireError {
    failure(ErrorCode::Cancelled, "The sign-in was cancelled.", "")
}

impl App {
    /// Begins a sign-in; one that waits is cancelled.
    pub async fn start_sign_in(&self, request: StartSignIn) -> Result<SignIn, WireError> {
        let provider = self.ready(&request.provider_id).await?;
        let stop = self.make_way();
        tokio::select! {
            () = stop.cancelled() => Err(cancelled()),
            begun = self.begin_sign_in(request, provider) => begun,
        }
    }

    /// Begins a sign-in on another device; one that waits is cancelled.
    pub async fn start_device_sign_in(&self, request: ProviderId) -> Result<SignIn, WireError> {
        let provider = self.ready(&request.id).await?;
        let stop = self.make_way();
        tokio::select! {
            () = stop.cancelled() => Err(cancelled()),
            begun = self.begin_on_another_device(provider) => begun,
        }
    }

    /// A provider at which somebody can sign in now.
    async fn ready(&self, id: &str) -> Result<kept::Provider, WireError> {
        let provider = self.kept_provider(id)?;
        self.refuse_incomplete(&provider)?;
        self.refuse_locked().await?;
        Ok(provider)
    }

    /// Cancels whatever waits; what begins now is cancelled by what comes back.
    fn make_way(&self) -> CancellationToken {
        self.cancel_all();
        let stop = CancellationToken::new();
        std::mem::replace(&mut *lock(&self.beginning), stop.clone()).cancel();
        stop
    }

    /// Asks the provider, opens the port and the browser; dropped when the admin cancels meanwhile.
    async fn begin_sign_in(
        &self,
        request: StartSignIn,
        provider: kept::Provider,
    ) -> Result<SignIn, WireError> {
        let (client, recorder) = self.client_of(&provider).await?;
        let resolved = self
            .resolve(&client, &provider.preset, &provider.inputs)
            .await?;
        let redirect = &provider.redirect;
        let settings = &provider.settings;
        let settings = SignInSettings {
            client: self.credentials(&provider, &resolved).await?,
            scopes: provider.scopes.clone(),
            redirect: flow::redirect_choice(&redirect.host, redirect.port, &redirect.path)?,
            authorization_params: flow::authorization_params(
                resolved.provider,
                &provider.inputs,
                &settings.authorization_params,
            ),
            token_params: settings.token_params.clone(),
            pkce: if settings.without_pkce {
                Pkce::Off
            } else {
                resolved.provider.pkce()
            },
            push: settings.push,
        };
        let begun = flow::begin(&client, resolved, settings).await?;
        let browser_problem = if request.open_browser {
            self.host
                .open_browser(&begun.authorization_url)
                .await
                .err()
                .map(|error| errors::sentence(&error.to_string()))
        } else {
            None
        };
        let sign_in = SignIn {
            attempt: random_id()?,
            provider_id: provider.id.clone(),
            authorization_url: begun.authorization_url.to_string(),
            redirect_uri: begun.redirect_uri.clone(),
            state: begun.state.clone(),
            scopes: begun.scopes.clone(),
            gives_up_at: rfc3339(self.host.now() + PATIENCE),
            patience_seconds: u32::try_from(PATIENCE.as_secs()).unwrap_or(u32::MAX),
            device: None,
            phase: SignInPhase::Waiting { browser_problem },
            legs: convert::legs(&recorder),
        };
        let offered = Some(begun.attempt());
        self.set_going(
            sign_in,
            provider,
            offered,
            Way::Browser(begun),
            client,
            recorder,
        )
        .await
    }

    /// Asks the provider for a code to be entered elsewhere.
    async fn begin_on_another_device(&self, provider: kept::Provider) -> Result<SignIn, WireError> {
        let (client, recorder) = self.client_of(&provider).await?;
        let resolved = self
            .resolve(&client, &provider.preset, &provider.inputs)
            .await?;
        let credentials = self.credentials(&provider, &resolved).await?;
        let begun = flow::begin_on_another_device(
            &client,
            resolved,
            credentials,
            provider.scopes.clone(),
            provider.settings.token_params.clone(),
        )
        .await?;
        let waiting = &begun.waiting;
        let complete = waiting.verification_uri_complete.as_ref();
        let patience = waiting.expires_in;
        let sign_in = SignIn {
            attempt: random_id()?,
            provider_id: provider.id.clone(),
            authorization_url: complete.unwrap_or(&waiting.verification_uri).to_string(),
            redirect_uri: String::new(),
            state: String::new(),
            scopes: provider.scopes.clone(),
            gives_up_at: rfc3339(self.host.now() + patience),
            patience_seconds: u32::try_from(patience.as_secs()).unwrap_or(u32::MAX),
            device: Some(DeviceCode {
                user_code: waiting.user_code.clone(),
                verification_uri: waiting.verification_uri.to_string(),
                complete_uri: complete.map(ToString::to_string),
            }),
            phase: SignInPhase::Waiting {
                browser_problem: None,
            },
            legs: convert::legs(&recorder),
        };
        self.set_going(
            sign_in,
            provider,
            None,
            Way::Device(begun),
            client,
            recorder,
        )
        .await
    }

    /// Remembers a sign-in and follows it to its end.
    async fn set_going(
        &self,
        sign_in: SignIn,
        provider: kept::Provider,
        offered: Option<Offered>,
        way: Way,
        client: Client,
        recorder: Recorder,
    ) -> Result<SignIn, WireError> {
        let cancel = CancellationToken::new();
        lock(&self.sign_ins).insert(
            sign_in.attempt.clone(),
            Attempt {
                sign_in: sign_in.clone(),
                cancel: cancel.clone(),
                offered,
            },
        );
        let app = self.shared()?;
        let attempt = sign_in.attempt.clone();
        tokio::spawn(async move {
            let followed = app.follow(&attempt, &provider, way, cancel, &client, &recorder);
            let outcome = Box::pin(followed).await;
            let phase = match outcome {
                Ok(token) => SignInPhase::Done { token },
                Err(failure) => SignInPhase::Failed {
                    error: failure.error,
                    provider_words: failure.provider_words,
                },
            };
            app.tell_sign_in(&attempt, phase, &recorder);
            // The frame's state follows; the sign-in itself was told.
            let _ = app.changed().await;
        });
        self.changed().await?;
        Ok(sign_in)
    }

    /// Cancels a sign-in; one that is over is no failure.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn cancel_sign_in(&self, request: SignInId) -> Result<Nothing, WireError> {
        if request.attempt.is_empty() {
            lock(&self.beginning).cancel();
        } else if let Some(attempt) = lock(&self.sign_ins).get(&request.attempt) {
            attempt.cancel.cancel();
        }
        Ok(Nothing {})
    }

    /// Opens the page of a sign-in again.
    pub async fn reopen_browser(&self, request: SignInId) -> Result<SignIn, WireError> {
        let mut sign_in = self.waiting(&request.attempt)?.0;
        let url = crate::app::web_address(&sign_in.authorization_url, "attempt")?;
        let browser_problem = self
            .host
            .open_browser(&url)
            .await
            .err()
            .map(|error| errors::sentence(&error.to_string()));
        sign_in.phase = SignInPhase::Waiting { browser_problem };
        if let Some(attempt) = lock(&self.sign_ins).get_mut(&request.attempt)
            && matches!(attempt.sign_in.phase, SignInPhase::Waiting { .. })
        {
            attempt.sign_in.phase = sign_in.phase.clone();
        }
        Ok(sign_in)
    }

    /// Completes a sign-in with the address at which the browser ended up.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn paste_callback(&self, request: PasteCallback) -> Result<SignIn, WireError> {
        let (sign_in, offered) = self.waiting(&request.attempt)?;
        let offered = offered.ok_or_else(|| {
            invalid(
                "url",
                "Nobody comes back from another device: the code is entered there.",
                "Enter the code that is shown.",
            )
        })?;
        let address = SecretString::wrap(request.url.into_text());
        let callback =
            Callback::from_url(address.expose()).map_err(|error| errors::callback_parse(&error))?;
        offered.offer(callback).map_err(|error| match error {
            OfferError::NotOurs | OfferError::NoState => WireError {
                field: Some("url".to_owned()),
                ..failure(
                    ErrorCode::ForeignCallback,
                    error.to_string(),
                    "Copy the address from the tab that this sign-in opened. It goes on waiting.",
                )
            },
            OfferError::Over { .. } => {
                failure(ErrorCode::InvalidInput, error.to_string(), "Sign in again.")
            }
        })?;
        Ok(sign_in)
    }

    /// Waits, exchanges and keeps; cancelled at any step.
    async fn follow(
        &self,
        attempt: &str,
        provider: &kept::Provider,
        way: Way,
        cancel: CancellationToken,
        client: &Client,
        recorder: &Recorder,
    ) -> Result<gatewright_wire::Token, SignInFailure> {
        let kept = async {
            let (fetched, origin) = match way {
                Way::Browser(begun) => {
                    let answered = begun.wait(cancel.clone(), PATIENCE).await?;
                    self.tell_sign_in(attempt, SignInPhase::Exchanging, recorder);
                    let fetched = answered.redeem(client, self.host.now()).await?;
                    (fetched, kept::TokenOrigin::AuthorizationCode)
                }
                Way::Device(begun) => {
                    let fetched = begun.wait(client, || self.host.now()).await?;
                    (fetched, kept::TokenOrigin::DeviceCode)
                }
            };
            let name = self.name_of(client, provider, &fetched).await?;
            let arrived = Arrived {
                provider,
                fetched: &fetched,
                origin,
                name,
                legs: convert::legs(recorder),
            };
            self.keep(arrived).await.map_err(SignInFailure::from)
        };
        tokio::select! {
            kept = kept => kept,
            () = cancel.cancelled() => Err(failure(
                ErrorCode::Cancelled,
                "The sign-in was cancelled.",
                "Start again when you are ready.",
            )
            .into()),
        }
    }

    /// What to call a token: as its owner is called at the provider, else as the provider.
    async fn name_of(
        &self,
        client: &Client,
        provider: &kept::Provider,
        fetched: &flow::Fetched,
    ) -> Result<String, SignInFailure> {
        let claims = fetched.id_token_claims.as_ref();
        let answer = if fetched.resolved.endpoints.userinfo.is_some() {
            let asked = tokio::time::timeout(
                Duration::from_secs(15),
                flow::ask_userinfo(
                    client,
                    &fetched.resolved,
                    flow::Asker {
                        client_id: Some(&provider.client_id),
                        now: self.host.now(),
                    },
                    &fetched.tokens.access_token,
                    claims,
                ),
            );
            match asked.await {
                Ok(Ok(answer)) => answer.json.as_object().cloned(),
                // Userinfo about somebody else: this token is not kept.
                Ok(Err(UserinfoFailure::AnotherUser(error))) => return Err(error.into()),
                // A name can be had later; the token is good without it.
                Ok(Err(UserinfoFailure::NotAnswered(_))) | Err(_) => None,
            }
        } else {
            None
        };
        Ok(answer
            .as_ref()
            .and_then(first_name)
            .or_else(|| claims.and_then(first_name))
            .unwrap_or_else(|| provider.name.clone()))
    }

    fn waiting(&self, attempt: &str) -> Result<(SignIn, Option<Offered>), WireError> {
        let sign_ins = lock(&self.sign_ins);
        let found = sign_ins
            .get(attempt)
            .ok_or_else(|| not_found("sign-in", attempt))?;
        if !matches!(found.sign_in.phase, SignInPhase::Waiting { .. }) {
            return Err(invalid(
                "attempt",
                "This sign-in does not wait for the browser any more.",
                "Sign in again.",
            ));
        }
        Ok((found.sign_in.clone(), found.offered.clone()))
    }

    pub(crate) fn cancel_all(&self) {
        let mut sign_ins = lock(&self.sign_ins);
        for attempt in sign_ins.values() {
            attempt.cancel.cancel();
        }
        sign_ins.retain(|_, attempt| attempt.runs());
    }

    fn tell_sign_in(&self, attempt: &str, phase: SignInPhase, recorder: &Recorder) {
        let told = {
            let mut sign_ins = lock(&self.sign_ins);
            let Some(known) = sign_ins.get_mut(attempt) else {
                return;
            };
            known.sign_in.phase = phase;
            known.sign_in.legs = convert::legs(recorder);
            known.sign_in.clone()
        };
        self.host.emit(AppEvent::SignIn { sign_in: told });
    }
}
