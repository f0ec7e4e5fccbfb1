//! Getting a token, step by step, as the window shows it.

mod client;
mod owner;

use std::collections::BTreeMap;
use std::time::Duration;

use gatewright_catalogue::{Endpoints, Provider, provider};
use gatewright_http::Client;
use gatewright_loopback::{Attempt, Listener, RedirectChoice, WaitError};
use gatewright_oauth::{
    Authorization, AuthorizationRequest, ClientCredentials, CodeGrant, DeviceAuthorization,
    DeviceRequest, Pkce, ServerMetadata, Tokens, client_credentials, device_start, device_tokens,
    discover_as, exchange, refresh,
};
use gatewright_secret::SecretString;
use gatewright_wire::WireError;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::errors::{self, invalid};

pub(crate) use client::{Proof, authentication, client_auth, credentials, signing_key};
pub(crate) use owner::{Asker, UserinfoFailure, ask_userinfo, checked};

/// How long a sign-in waits for the browser.
pub(crate) const PATIENCE: Duration = Duration::from_mins(10);

/// A provider, and where calls to it go.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    /// What is known of it.
    pub(crate) provider: &'static Provider,
    /// Where calls go.
    pub(crate) endpoints: Endpoints,
    /// What it says of itself, where it does.
    pub(crate) metadata: Option<ServerMetadata>,
}

impl Resolved {
    /// An endpoint that has to be there.
    pub(crate) fn needed(&self, endpoint: Option<&Url>, what: &str) -> Result<Url, WireError> {
        endpoint.cloned().ok_or_else(|| {
            invalid(
                "provider",
                format!("{} has no {what} endpoint.", self.provider.name),
                "Check what was entered, choose another grant, or a custom provider with that endpoint given.",
            )
        })
    }

    fn announces_issuer(&self) -> bool {
        self.metadata
            .as_ref()
            .is_some_and(|metadata| metadata.announces_issuer_in_answers)
    }

    /// Where the request is pushed to, if it is.
    fn push_to(&self, wanted: bool) -> Option<Url> {
        let demanded = self
            .metadata
            .as_ref()
            .and_then(ServerMetadata::must_push_to);
        demanded
            .or(self.endpoints.par.as_ref().filter(|_| wanted))
            .cloned()
    }
}

/// The catalogue's entry of that id.
pub(crate) fn known(preset: &str) -> Result<&'static Provider, WireError> {
    provider(preset).ok_or_else(|| {
        invalid(
            "preset",
            format!("The catalogue has no provider {preset}."),
            "`gatewright provider list` names all of them.",
        )
    })
}

/// The endpoints as they follow from what was entered, without asking anybody.
pub(crate) fn entered_endpoints(
    preset: &str,
    inputs: &BTreeMap<String, String>,
) -> Result<Endpoints, WireError> {
    let provider = known(preset)?;
    for key in inputs.keys() {
        if !provider.inputs.iter().any(|input| input.key == key) {
            let keys: Vec<&str> = provider.inputs.iter().map(|input| input.key).collect();
            let hint = if keys.is_empty() {
                format!("{} needs no input.", provider.name)
            } else {
                format!("It has: {}.", keys.join(", "))
            };
            return Err(invalid(
                &format!("inputs.{key}"),
                format!("{} has no input {key}.", provider.name),
                hint,
            ));
        }
    }
    provider.endpoints(inputs).map_err(|error| {
        let label = provider
            .inputs
            .iter()
            .find(|input| input.key == error.key)
            .map_or(error.key, |input| input.label);
        let example = provider
            .inputs
            .iter()
            .find(|input| input.key == error.key)
            .map_or(String::new(), |input| format!("Such as {}.", input.example));
        invalid(
            &format!("inputs.{}", error.key),
            format!("{label} ({}): {}", error.key, error.message),
            example,
        )
    })
}

/// Finds out where calls go: by discovery where there is one, else by what was entered.
pub(crate) async fn resolve(
    client: &Client,
    preset: &str,
    inputs: &BTreeMap<String, String>,
) -> Result<Resolved, WireError> {
    let provider = known(preset)?;
    let endpoints = entered_endpoints(preset, inputs)?;
    let Some(discovery) = &endpoints.discovery else {
        return Ok(Resolved {
            provider,
            endpoints,
            metadata: None,
        });
    };
    let issuer = endpoints
        .issuer
        .clone()
        .unwrap_or_else(|| discovery.to_string());
    match discover_as(client, &issuer, provider.issuer_match()).await {
        Ok(metadata) => Ok(Resolved {
            provider,
            endpoints: endpoints.discovered(&metadata),
            metadata: Some(metadata),
        }),
        // What the catalogue knows is as good where discovery is out of reach.
        Err(error)
            if error.is_out_of_reach()
                && endpoints.authorization.is_some()
                && endpoints.token.is_some() =>
        {
            Ok(Resolved {
                provider,
                endpoints,
                metadata: None,
            })
        }
        Err(error) => Err(WireError {
            field: provider
                .inputs
                .first()
                .map(|input| format!("inputs.{}", input.key)),
            ..errors::discovery(&error)
        }),
    }
}

/// What a sign-in is begun with.
#[derive(Clone, Debug)]
pub(crate) struct SignInSettings {
    /// The client.
    pub(crate) client: ClientCredentials,
    /// What is asked for.
    pub(crate) scopes: Vec<String>,
    /// Where the browser comes back to.
    pub(crate) redirect: RedirectChoice,
    /// Further parameters for the authorization endpoint.
    pub(crate) authorization_params: Vec<(String, String)>,
    /// Further parameters for the token endpoint.
    pub(crate) token_params: Vec<(String, String)>,
    /// The proof key.
    pub(crate) pkce: Pkce,
    /// Whether the request is pushed even where that is not demanded.
    pub(crate) push: bool,
}

/// A sign-in whose listener is open and whose page can be shown.
#[derive(Debug)]
pub(crate) struct Begun {
    /// Where the browser is to go.
    pub(crate) authorization_url: Url,
    /// Where it comes back to.
    pub(crate) redirect_uri: String,
    /// The value that must come back unchanged.
    pub(crate) state: String,
    /// What is asked for.
    pub(crate) scopes: Vec<String>,
    listener: Listener,
    attempt: HiddenAttempt,
    resolved: Resolved,
    client: ClientCredentials,
}

/// An attempt has no form to be shown in.
struct HiddenAttempt(Attempt);

impl std::fmt::Debug for HiddenAttempt {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Attempt")
    }
}

/// A sign-in that the browser came back from.
#[derive(Debug)]
pub(crate) struct Answered {
    grant: CodeGrant,
    resolved: Resolved,
    client: ClientCredentials,
}

/// A sign-in that somebody completes on another device.
#[derive(Debug)]
pub(crate) struct OnAnotherDevice {
    /// What to enter, where, and for how long.
    pub(crate) waiting: DeviceAuthorization,
    token_endpoint: Url,
    resolved: Resolved,
    client: ClientCredentials,
}

/// Why no token came, and the provider's own words where it said any.
#[derive(Clone, Debug)]
pub(crate) struct SignInFailure {
    /// Why.
    pub(crate) error: WireError,
    /// The provider's own words.
    pub(crate) provider_words: Option<String>,
}

impl From<WireError> for SignInFailure {
    fn from(error: WireError) -> Self {
        Self {
            error,
            provider_words: None,
        }
    }
}

impl From<SignInFailure> for WireError {
    fn from(failure: SignInFailure) -> Self {
        failure.error
    }
}

/// A token, and what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Fetched {
    /// What the token endpoint gave.
    pub(crate) tokens: Tokens,
    /// What is inside the ID token.
    pub(crate) id_token_claims: Option<Map<String, Value>>,
    /// That the ID token was verified, and against which key.
    pub(crate) id_token_check: Option<String>,
    /// Where calls go.
    pub(crate) resolved: Resolved,
}

/// Opens the listener, makes the address for the browser, and pushes the request where the provider
/// demands that.
pub(crate) async fn begin(
    client: &Client,
    resolved: Resolved,
    settings: SignInSettings,
) -> Result<Begun, WireError> {
    let authorization_endpoint =
        resolved.needed(resolved.endpoints.authorization.as_ref(), "authorization")?;
    let token_endpoint = resolved.needed(resolved.endpoints.token.as_ref(), "token")?;
    let listener = Listener::bind(settings.redirect)
        .await
        .map_err(|error| errors::bind(&error))?;
    let redirect_uri = listener.redirect_uri().to_owned();
    let mut authorization = Authorization::new(AuthorizationRequest {
        authorization_endpoint,
        token_endpoint,
        client_id: settings.client.client_id.clone(),
        redirect_uri: redirect_uri.clone(),
        scopes: settings.scopes.clone(),
        scope_separator: resolved.provider.scope_separator,
        issuer: resolved
            .provider
            .issuer_check(&resolved.endpoints, resolved.announces_issuer()),
        pkce: settings.pkce,
        authorization_params: settings.authorization_params,
        token_params: settings.token_params,
    })
    .map_err(|error| errors::authorization(&error))?;
    if let Some(endpoint) = resolved.push_to(settings.push) {
        authorization.url = authorization
            .to_push(endpoint)
            .push(client, &settings.client)
            .await
            .map_err(|error| errors::push(&error))?
            .url;
    }
    Ok(Begun {
        authorization_url: authorization.url,
        redirect_uri,
        state: authorization.pending.state_for_display().to_owned(),
        scopes: settings.scopes,
        listener,
        attempt: HiddenAttempt(Attempt::new(authorization.pending)),
        resolved,
        client: settings.client,
    })
}

impl Begun {
    /// A handle by which an address that was pasted ends this sign-in.
    pub(crate) fn attempt(&self) -> Attempt {
        self.attempt.0.clone()
    }

    /// Waits for the browser to come back.
    pub(crate) async fn wait(
        self,
        cancel: CancellationToken,
        patience: Duration,
    ) -> Result<Answered, SignInFailure> {
        let grant = self
            .listener
            .wait_for(&self.attempt.0, cancel, patience)
            .await
            .map_err(|error| SignInFailure {
                provider_words: match &error {
                    WaitError::Refused(words) => Some(words.to_string()),
                    WaitError::Cancelled
                    | WaitError::TimedOut { .. }
                    | WaitError::NotBelieved(_) => None,
                },
                error: errors::wait(&error),
            })?;
        Ok(Answered {
            grant,
            resolved: self.resolved,
            client: self.client,
        })
    }
}

impl Answered {
    /// Redeems the code, and verifies the ID token where there is one.
    pub(crate) async fn redeem(
        self,
        client: &Client,
        now: OffsetDateTime,
    ) -> Result<Fetched, SignInFailure> {
        let tokens = exchange(client, self.grant, &self.client)
            .await
            .map_err(|error| SignInFailure {
                provider_words: errors::exchange_words(&error),
                error: errors::exchange(&error),
            })?;
        checked(client, tokens, self.resolved, &self.client.client_id, now).await
    }
}

/// Asks for a code to be entered on another device.
pub(crate) async fn begin_on_another_device(
    client: &Client,
    resolved: Resolved,
    credentials: ClientCredentials,
    scopes: Vec<String>,
    params: Vec<(String, String)>,
) -> Result<OnAnotherDevice, WireError> {
    let token_endpoint = resolved.needed(resolved.endpoints.token.as_ref(), "token")?;
    let asked = DeviceRequest {
        device_endpoint: resolved.needed(
            resolved.endpoints.device_authorization.as_ref(),
            "device authorization",
        )?,
        token_endpoint: token_endpoint.clone(),
        scopes,
        params,
    };
    let waiting = device_start(client, &asked, &credentials)
        .await
        .map_err(|error| errors::device(&error))?;
    Ok(OnAnotherDevice {
        waiting,
        token_endpoint,
        resolved,
        client: credentials,
    })
}

impl OnAnotherDevice {
    /// Asks until somebody has said yes or no. `now` is asked for once the token is there.
    pub(crate) async fn wait(
        self,
        client: &Client,
        now: impl FnOnce() -> OffsetDateTime + Send,
    ) -> Result<Fetched, SignInFailure> {
        let tokens = device_tokens(client, &self.token_endpoint, &self.client, &self.waiting)
            .await
            .map_err(|error| SignInFailure {
                provider_words: errors::device_words(&error),
                error: errors::device(&error),
            })?;
        checked(client, tokens, self.resolved, &self.client.client_id, now()).await
    }
}

/// Gets a token for the client itself.
pub(crate) async fn for_client(
    client: &Client,
    resolved: Resolved,
    credentials: &ClientCredentials,
    scopes: &[String],
    params: &[(String, String)],
) -> Result<Fetched, SignInFailure> {
    let endpoint = resolved.needed(resolved.endpoints.token.as_ref(), "token")?;
    let tokens = client_credentials(client, &endpoint, credentials, scopes, params)
        .await
        .map_err(|error| SignInFailure {
            provider_words: errors::exchange_words(&error),
            error: errors::exchange(&error),
        })?;
    // There is nobody behind it, so there is no ID token to check.
    Ok(Fetched {
        tokens,
        id_token_claims: None,
        id_token_check: None,
        resolved,
    })
}

/// Gets a new token with a refresh token, for somebody who keeps it elsewhere.
pub(crate) async fn refreshed(
    client: &Client,
    resolved: Resolved,
    credentials: &ClientCredentials,
    refresh_token: &SecretString,
    scopes: &[String],
    params: &[(String, String)],
    now: OffsetDateTime,
) -> Result<Fetched, SignInFailure> {
    let endpoint = resolved.needed(resolved.endpoints.token.as_ref(), "token")?;
    let tokens = refresh(
        client,
        &endpoint,
        credentials,
        refresh_token,
        scopes,
        params,
    )
    .await
    .map_err(|error| SignInFailure {
        provider_words: errors::exchange_words(&error),
        error: errors::exchange(&error),
    })?
    .without_keeping();
    checked(client, tokens, resolved, &credentials.client_id, now).await
}

/// What the authorization endpoint is given besides the standard parameters: what was chosen goes
/// before what is usual there.
pub(crate) fn authorization_params(
    provider: &Provider,
    inputs: &BTreeMap<String, String>,
    chosen: &[(String, String)],
) -> Vec<(String, String)> {
    // The inputs were found to be sound when the endpoints were made of them.
    let usual = provider.authorization_params(inputs).unwrap_or_default();
    usual
        .into_iter()
        .filter(|(name, _)| !chosen.iter().any(|(own, _)| own == name))
        .chain(chosen.iter().cloned())
        .collect()
}

/// The choice of a redirect address from its parts.
pub(crate) fn redirect_choice(
    host: &str,
    port: Option<u16>,
    path: &str,
) -> Result<RedirectChoice, WireError> {
    let host = host.parse().map_err(|()| {
        invalid(
            "redirect.host",
            format!("The browser cannot come back to {host}."),
            "Choose 127.0.0.1 or localhost.",
        )
    })?;
    Ok(RedirectChoice {
        host,
        port: port.filter(|port| *port != 0),
        path: path.to_owned(),
    })
}
