//! Getting a token, step by step: used by the window, which shows each step, and by the command
//! line, which prints the last.

use std::collections::BTreeMap;
use std::time::Duration;

use gatewright_catalogue::{Endpoints, Provider, provider};
use gatewright_http::Client;
use gatewright_loopback::{Attempt, Listener, RedirectChoice, WaitError};
use gatewright_oauth::{
    Authorization, AuthorizationRequest, ClientAuthentication, ClientCredentials, CodeGrant,
    IdTokenExpectations, SubjectMismatch, TokenKind, Tokens, Userinfo, check_subject,
    client_credentials, device_start, device_tokens, discover_as, exchange, fetch_keys, introspect,
    refresh, revoke, userinfo, verify_id_token,
};
use gatewright_oauth::{DeviceAuthorization, DeviceRequest};
use gatewright_secret::SecretString;
use gatewright_wire::{ErrorCode, WireError};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::errors::{self, failure, invalid};

/// How long a sign-in waits for the browser.
pub const PATIENCE: Duration = Duration::from_mins(10);

/// A provider, and where calls to it go.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// What is known of it.
    pub provider: &'static Provider,
    /// Where calls go.
    pub endpoints: Endpoints,
    /// Whether it announces that its answers name it.
    pub announced: bool,
}

/// The catalogue's entry of that id.
pub fn known(preset: &str) -> Result<&'static Provider, WireError> {
    provider(preset).ok_or_else(|| {
        invalid(
            "preset",
            format!("The catalogue has no provider {preset}."),
            "`gatewright provider list` names all of them.",
        )
    })
}

/// The endpoints as they follow from what was entered, without asking anybody.
pub fn entered_endpoints(
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
pub async fn resolve(
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
pub struct SignInSettings {
    /// The client.
    pub client: ClientCredentials,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Where the browser comes back to.
    pub redirect: RedirectChoice,
    /// Further parameters for the authorization endpoint.
    pub authorization_params: Vec<(String, String)>,
    /// Further parameters for the token endpoint.
    pub token_params: Vec<(String, String)>,
}

/// A sign-in whose listener is open and whose page can be shown.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser is to go.
    pub authorization_url: Url,
    /// Where it comes back to.
    pub redirect_uri: String,
    /// The value that must come back unchanged.
    pub state: String,
    /// What is asked for.
    pub scopes: Vec<String>,
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
pub struct Answered {
    grant: CodeGrant,
    resolved: Resolved,
    client: ClientCredentials,
}

/// Why no token came, and the provider's own words where it said any.
#[derive(Clone, Debug)]
pub struct SignInFailure {
    /// Why.
    pub error: WireError,
    /// The provider's own words.
    pub provider_words: Option<String>,
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
pub struct Fetched {
    /// What the token endpoint gave.
    pub tokens: Tokens,
    /// What is inside the ID token.
    pub id_token_claims: Option<Map<String, Value>>,
    /// That the ID token was verified, and against which key.
    pub id_token_check: Option<String>,
    /// Where calls go.
    pub resolved: Resolved,
}

/// Opens the listener and makes the address for the browser.
pub async fn begin(resolved: Resolved, settings: SignInSettings) -> Result<Begun, WireError> {
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
    pub fn attempt(&self) -> Attempt {
        self.attempt.0.clone()
    }

    /// Waits for the browser to come back.
    pub async fn wait(
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
    pub async fn redeem(
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
pub async fn for_client(
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
pub async fn refreshed(
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

/// Starts a sign-in on another device.
pub async fn start_on_device(
    client: &Client,
    resolved: &Resolved,
    credentials: &ClientCredentials,
    scopes: &[String],
    params: &[(String, String)],
) -> Result<DeviceAuthorization, SignInFailure> {
    let device_endpoint = resolved
        .endpoints
        .device_authorization
        .clone()
        .ok_or_else(|| {
            failure(
                ErrorCode::InvalidInput,
                format!(
                    "{} gives no endpoint for the device code grant.",
                    resolved.provider.name
                ),
                "Choose another grant.",
            )
        })?;
    let request = DeviceRequest {
        device_endpoint,
        token_endpoint: token_endpoint(resolved)?,
        scopes: scopes.to_vec(),
        params: params.to_vec(),
    };
    device_start(client, &request, credentials)
        .await
        .map_err(|error| SignInFailure::from(errors::device(&error)))
}

/// Waits until the code was entered on the other device.
pub async fn wait_for_device(
    client: &Client,
    resolved: Resolved,
    credentials: &ClientCredentials,
    started: &DeviceAuthorization,
    now: impl Fn() -> OffsetDateTime,
) -> Result<Fetched, SignInFailure> {
    let endpoint = token_endpoint(&resolved)?;
    let tokens = device_tokens(client, &endpoint, credentials, started)
        .await
        .map_err(|error| SignInFailure::from(errors::device(&error)))?;
    checked(client, tokens, resolved, &credentials.client_id, now()).await
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

async fn checked(
    client: &Client,
    tokens: Tokens,
    resolved: Resolved,
    client_id: &str,
    now: OffsetDateTime,
) -> Result<Fetched, SignInFailure> {
    let Some(id_token) = tokens.id_token.clone() else {
        return Ok(Fetched {
            tokens,
            id_token_claims: None,
            id_token_check: None,
            resolved,
        });
    };
    let decoded = gatewright_jose::decode(id_token.expose()).map_err(|error| {
        failure(
            ErrorCode::UnexpectedAnswer,
            format!("The ID token cannot be read: {error}"),
            "The token is not kept. Sign in again; if it stays so, ask the provider's admin.",
        )
    })?;
    let (Some(jwks), Some(issuer)) = (&resolved.endpoints.jwks, &resolved.endpoints.issuer) else {
        let claims = decoded.claims_for_display().clone();
        return Ok(Fetched {
            tokens,
            id_token_claims: Some(claims),
            id_token_check: None,
            resolved,
        });
    };
    let keys = fetch_keys(client, jwks)
        .await
        .map_err(|error| errors::keys(&error))?;
    // A discovery for all tenants leaves a gap where the token names its tenant.
    let tenant = decoded
        .claims_for_display()
        .get("tid")
        .and_then(Value::as_str)
        .unwrap_or("");
    let expected = IdTokenExpectations {
        issuer: issuer.replace("{tenantid}", tenant),
        client_id: client_id.to_owned(),
        nonce: tokens.expected_nonce.clone(),
        access_token: Some(tokens.access_token.clone()),
        algorithms: Vec::new(),
        now,
    };
    let claims = verify_id_token(&id_token, &keys, &expected).map_err(|error| {
        failure(
            ErrorCode::UnexpectedAnswer,
            format!("The ID token is not to be believed: {error}"),
            format!("The token is not kept. {}", error.hint()),
        )
    })?;
    let check = decoded.claimed_key().map_or_else(
        || "Signature checked".to_owned(),
        |key| format!("Signature checked with key {key}"),
    );
    Ok(Fetched {
        tokens,
        id_token_claims: Some(claims),
        id_token_check: Some(check),
        resolved,
    })
}

/// Why userinfo gave nothing to work with.
#[derive(Clone, Debug)]
pub enum UserinfoFailure {
    /// It speaks of another user than the ID token (`OpenID` Connect Core §5.3.2).
    AnotherUser(WireError),
    /// It did not answer, or not with attributes.
    NotAnswered(WireError),
}

impl From<UserinfoFailure> for WireError {
    fn from(failure: UserinfoFailure) -> Self {
        match failure {
            UserinfoFailure::AnotherUser(error) | UserinfoFailure::NotAnswered(error) => error,
        }
    }
}

/// Asks whose a token is; `id_token_claims` must speak of the same user where there are any.
pub async fn ask_userinfo(
    client: &Client,
    resolved: &Resolved,
    token: &SecretString,
    id_token_claims: Option<&Map<String, Value>>,
) -> Result<Userinfo, UserinfoFailure> {
    let url = resolved.endpoints.userinfo.as_ref().ok_or_else(|| {
        UserinfoFailure::NotAnswered(failure(
            ErrorCode::NotFound,
            format!("{} has no userinfo endpoint.", resolved.provider.name),
            "Read the username from the token itself, where it is a JWT.",
        ))
    })?;
    let mut headers = HeaderMap::new();
    for (name, value) in resolved.provider.quirks.userinfo_headers {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    let answer = userinfo(client, url, token, &headers)
        .await
        .map_err(|error| UserinfoFailure::NotAnswered(errors::userinfo(&error)))?;
    if let Some(claims) = id_token_claims
        && resolved.provider.is_oidc()
    {
        check_subject(claims, &answer.json).map_err(|SubjectMismatch| {
            UserinfoFailure::AnotherUser(failure(
                ErrorCode::UnexpectedAnswer,
                "Userinfo speaks of another user than the ID token: their sub differs.",
                "The answer is not used. Sign in again; if it stays so, ask the provider's admin.",
            ))
        })?;
    }
    Ok(answer)
}

/// What a token is said to be, and by whom.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Whether it is good: by introspection, else by its own dates.
    pub active: Option<bool>,
    /// What introspection said.
    pub introspection: Option<Map<String, Value>>,
    /// What is in the header of a JWT.
    pub header: Option<Map<String, Value>>,
    /// What is inside a JWT; nobody verified it.
    pub claims: Option<Map<String, Value>>,
    /// What it is, in words.
    pub kind: String,
}

/// Looks into a token, and asks the provider about it where one is given.
pub async fn inspect(
    client: &Client,
    asked: Option<(&Resolved, &ClientCredentials)>,
    token: &SecretString,
    now: OffsetDateTime,
) -> Result<Inspection, WireError> {
    let decoded = gatewright_jose::decode(token.expose()).ok();
    let introspection = match asked {
        Some((resolved, credentials)) => match &resolved.endpoints.introspection {
            Some(endpoint) => Some(
                introspect(client, endpoint, credentials, token)
                    .await
                    .map_err(|error| errors::introspection(&error))?,
            ),
            None => None,
        },
        None => None,
    };
    let claims = decoded
        .as_ref()
        .map(|decoded| decoded.claims_for_display().clone());
    let seconds = |name: &str| {
        claims
            .as_ref()
            .and_then(|claims| claims.get(name))
            .and_then(Value::as_i64)
    };
    let by_dates = claims.as_ref().map(|_| {
        seconds("exp").is_none_or(|end| now.unix_timestamp() < end)
            && seconds("nbf").is_none_or(|start| now.unix_timestamp() >= start)
    });
    Ok(Inspection {
        active: introspection
            .as_ref()
            .map(|answer| answer.active)
            .or(by_dates),
        introspection: introspection.map(|answer| answer.claims),
        header: decoded.as_ref().map(|decoded| decoded.header().clone()),
        claims,
        kind: crate::claims::kind(token, None),
    })
}

/// Gives a token back.
pub async fn give_back(
    client: &Client,
    resolved: &Resolved,
    credentials: &ClientCredentials,
    token: &SecretString,
    kind: TokenKind,
) -> Result<(), WireError> {
    let endpoint = resolved.endpoints.revocation.as_ref().ok_or_else(|| {
        failure(
            ErrorCode::NotFound,
            format!("{} has no revocation endpoint.", resolved.provider.name),
            "Revoke the token in the provider's console.",
        )
    })?;
    revoke(client, endpoint, credentials, token, kind)
        .await
        .map_err(|error| errors::revocation(&error))
}

/// How a client authenticates, as the protocol's library has it.
pub fn authentication(auth: gatewright_wire::ClientAuth) -> ClientAuthentication {
    match auth {
        gatewright_wire::ClientAuth::Basic => ClientAuthentication::Basic,
        gatewright_wire::ClientAuth::Body => ClientAuthentication::Body,
        gatewright_wire::ClientAuth::None => ClientAuthentication::None,
    }
}

/// How a client authenticates, as the window has it.
pub fn client_auth(auth: ClientAuthentication) -> gatewright_wire::ClientAuth {
    match auth {
        ClientAuthentication::Basic => gatewright_wire::ClientAuth::Basic,
        ClientAuthentication::Body => gatewright_wire::ClientAuth::Body,
        ClientAuthentication::None => gatewright_wire::ClientAuth::None,
    }
}

/// The choice of a redirect address from its parts.
pub fn redirect_choice(
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
