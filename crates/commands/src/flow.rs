//! Getting a token, step by step, as the window shows it.

mod owner;

use std::collections::BTreeMap;
use std::time::Duration;

use gatewright_catalogue::{Endpoints, Provider, provider};
use gatewright_http::Client;
use gatewright_loopback::{Attempt, Listener, RedirectChoice, WaitError};
use gatewright_oauth::{
    Authorization, AuthorizationRequest, ClientAuthentication, ClientCredentials, CodeGrant,
    Tokens, client_credentials, discover_as, exchange, refresh,
};
use gatewright_secret::SecretString;
use gatewright_wire::{ErrorCode, WireError};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::errors::{self, failure, invalid};
use owner::checked;

pub(crate) use owner::{UserinfoFailure, ask_userinfo};

/// How long a sign-in waits for the browser.
pub(crate) const PATIENCE: Duration = Duration::from_mins(10);

/// A provider, and where calls to it go.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    /// What is known of it.
    pub(crate) provider: &'static Provider,
    /// Where calls go.
    pub(crate) endpoints: Endpoints,
    /// Whether it announces that its answers name it.
    pub(crate) announced: bool,
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
                format!("{} has these: {}.", provider.name, keys.join(", "))
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
    let (Some(issuer), Some(_)) = (&endpoints.issuer, &endpoints.discovery) else {
        return Ok(Resolved {
            provider,
            endpoints,
            announced: false,
        });
    };
    match discover_as(client, issuer, provider.issuer_match()).await {
        Ok(metadata) => Ok(Resolved {
            provider,
            announced: metadata.announces_issuer_in_answers,
            endpoints: endpoints.discovered(&metadata),
        }),
        // What the catalogue knows is as good where discovery is out of reach.
        Err(_) if endpoints.authorization.is_some() && endpoints.token.is_some() => Ok(Resolved {
            provider,
            endpoints,
            announced: false,
        }),
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

/// Opens the listener and makes the address for the browser.
pub(crate) async fn begin(
    resolved: Resolved,
    settings: SignInSettings,
) -> Result<Begun, WireError> {
    let lacks = |name: &str| {
        failure(
            ErrorCode::UnexpectedAnswer,
            format!("{} gives no {name} endpoint.", resolved.provider.name),
            "Check what was entered, or choose Custom OAuth 2.0 and enter the endpoints.",
        )
    };
    let authorization_endpoint = resolved
        .endpoints
        .authorization
        .clone()
        .ok_or_else(|| lacks("authorization"))?;
    let token_endpoint = resolved
        .endpoints
        .token
        .clone()
        .ok_or_else(|| lacks("token"))?;
    let listener = Listener::bind(settings.redirect)
        .await
        .map_err(|error| errors::bind(&error))?;
    let redirect_uri = listener.redirect_uri().to_owned();
    let mut authorization_params: Vec<(String, String)> = resolved
        .provider
        .quirks
        .authorization_params
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .filter(|(name, _)| {
            !settings
                .authorization_params
                .iter()
                .any(|(own, _)| own == name)
        })
        .collect();
    authorization_params.extend(settings.authorization_params);
    let authorization = Authorization::new(AuthorizationRequest {
        authorization_endpoint,
        token_endpoint,
        client_id: settings.client.client_id.clone(),
        redirect_uri: redirect_uri.clone(),
        scopes: settings.scopes.clone(),
        scope_separator: resolved.provider.scope_separator,
        issuer: resolved
            .provider
            .issuer_check(&resolved.endpoints, resolved.announced),
        pkce: resolved.provider.pkce(),
        authorization_params,
        token_params: settings.token_params,
    })
    .map_err(|error| errors::authorization(&error))?;
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

/// Gets a token for the client itself.
pub(crate) async fn for_client(
    client: &Client,
    resolved: Resolved,
    credentials: &ClientCredentials,
    scopes: &[String],
    params: &[(String, String)],
) -> Result<Fetched, SignInFailure> {
    let endpoint = token_endpoint(&resolved)?;
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

/// Gets a new token with a refresh token.
pub(crate) async fn refreshed(
    client: &Client,
    resolved: Resolved,
    credentials: &ClientCredentials,
    refresh_token: &SecretString,
    scopes: &[String],
    params: &[(String, String)],
    now: OffsetDateTime,
) -> Result<Fetched, SignInFailure> {
    let endpoint = token_endpoint(&resolved)?;
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
    })?;
    checked(client, tokens, resolved, &credentials.client_id, now).await
}

fn token_endpoint(resolved: &Resolved) -> Result<Url, WireError> {
    resolved.endpoints.token.clone().ok_or_else(|| {
        failure(
            ErrorCode::UnexpectedAnswer,
            format!("{} gives no token endpoint.", resolved.provider.name),
            "Check what was entered.",
        )
    })
}

/// How a client authenticates, as the protocol's library has it.
pub(crate) fn authentication(auth: gatewright_wire::ClientAuth) -> ClientAuthentication {
    match auth {
        gatewright_wire::ClientAuth::Basic => ClientAuthentication::Basic,
        gatewright_wire::ClientAuth::Body => ClientAuthentication::Body,
        gatewright_wire::ClientAuth::None => ClientAuthentication::None,
    }
}

/// How a client authenticates, as the window has it.
pub(crate) fn client_auth(auth: ClientAuthentication) -> gatewright_wire::ClientAuth {
    match auth {
        ClientAuthentication::Basic => gatewright_wire::ClientAuth::Basic,
        ClientAuthentication::Body => gatewright_wire::ClientAuth::Body,
        ClientAuthentication::None => gatewright_wire::ClientAuth::None,
    }
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
