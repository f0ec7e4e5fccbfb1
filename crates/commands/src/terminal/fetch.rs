//! `gatewright token fetch`.

use std::time::Duration;

use gatewright_catalogue::PkceMode;
use gatewright_http::Client;
use gatewright_loopback::{
    Attempt, BindError, Listener, RedirectChoice, RedirectHost, WaitError, open_browser,
};
use gatewright_oauth::{
    Authorization, AuthorizationRequest, DeviceRequest, IdTokenExpectations, Pkce, Tokens,
    client_credentials, device_start, device_tokens, exchange, fetch_keys, refresh,
    verify_id_token,
};
use gatewright_secret::SecretString;
use gatewright_wire::{ErrorCode, WireError};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use super::known::Found;
use super::{Answer, ClientOptions, Known, Surroundings};
use crate::errors::{self, failure, invalid};

/// How a token is got.
#[derive(Clone, Debug)]
pub enum Grant {
    /// Through the browser, with PKCE.
    AuthorizationCode(Redirect),
    /// For the client itself.
    ClientCredentials,
    /// On another device.
    DeviceCode,
    /// With a refresh token.
    RefreshToken(SecretString),
}

/// Where the browser comes back to; what is left out is as the provider likes it.
#[derive(Clone, Debug, Default)]
pub struct Redirect {
    /// `127.0.0.1` or `localhost`.
    pub host: Option<String>,
    /// A fixed port.
    pub port: Option<u16>,
    /// The path.
    pub path: Option<String>,
    /// Whether to open the browser.
    pub open_browser: bool,
}

/// A token to be got.
#[derive(Clone, Debug)]
pub struct Fetch {
    /// At which provider.
    pub known: Known,
    /// How.
    pub grant: Grant,
    /// As which client.
    pub client: ClientOptions,
    /// What is asked for; the provider's usual scopes when empty.
    pub scopes: Vec<String>,
    /// Further parameters of the authorization request.
    pub authorization_params: Vec<(String, String)>,
    /// Further parameters of the token request.
    pub token_params: Vec<(String, String)>,
    /// For how long to wait for a person.
    pub patience: Duration,
}

/// A sign-in that waits for a person.
#[derive(Clone, Debug)]
pub struct Started {
    /// What `--json` prints of it.
    pub json: Value,
    /// The same for people.
    pub text: String,
}

/// Gets a token. `started` hears of a sign-in that waits for a person.
pub async fn fetch(
    around: &Surroundings,
    request: Fetch,
    started: impl FnOnce(Started) + Send,
    cancel: CancellationToken,
) -> Result<Answer, WireError> {
    let stop = cancel.clone();
    tokio::select! {
        () = stop.cancelled() => Err(cancelled()),
        answer = fetch_whole(around, request, started, cancel) => answer,
    }
}

async fn fetch_whole(
    around: &Surroundings,
    request: Fetch,
    started: impl FnOnce(Started) + Send,
    cancel: CancellationToken,
) -> Result<Answer, WireError> {
    let client = around.client()?;
    let found = request.known.find(&client).await?;
    let credentials = found.credentials(&request.client)?;
    let token_endpoint = found.needed(found.endpoints.token.as_ref(), "token")?;
    let tokens = match &request.grant {
        Grant::ClientCredentials => client_credentials(
            &client,
            &token_endpoint,
            &credentials,
            &request.scopes,
            &request.token_params,
        )
        .await
        .map_err(|error| errors::exchange(&error))?,
        Grant::RefreshToken(token) => refresh(
            &client,
            &token_endpoint,
            &credentials,
            token,
            &request.scopes,
            &request.token_params,
        )
        .await
        .map_err(|error| errors::exchange(&error))?,
        Grant::DeviceCode => {
            let asked = DeviceRequest {
                device_endpoint: found.needed(
                    found.endpoints.device_authorization.as_ref(),
                    "device authorization",
                )?,
                token_endpoint: token_endpoint.clone(),
                scopes: scopes(&request, &found),
                params: request.authorization_params.clone(),
            };
            let waiting = device_start(&client, &asked, &credentials)
                .await
                .map_err(|error| errors::device(&error))?;
            started(Started {
                json: json!({
                    "user_code": waiting.user_code,
                    "verification_uri": waiting.verification_uri,
                    "verification_uri_complete": waiting.verification_uri_complete,
                    "expires_in": waiting.expires_in.as_secs(),
                }),
                text: format!(
                    "Open {} and enter {}",
                    waiting.verification_uri, waiting.user_code
                ),
            });
            let waited = device_tokens(&client, &token_endpoint, &credentials, &waiting);
            tokio::time::timeout(request.patience, waited)
                .await
                .map_err(|_| gave_up(request.patience))?
                .map_err(|error| errors::device(&error))?
        }
        Grant::AuthorizationCode(redirect) => {
            let grant =
                code_grant(&request, &found, redirect, token_endpoint, started, cancel).await?;
            exchange(&client, grant, &credentials)
                .await
                .map_err(|error| errors::exchange(&error))?
        }
    };
    let claims = checked_id_token(around, &client, &found, &request, &tokens).await?;
    Ok(answer(&tokens, claims))
}

fn scopes(request: &Fetch, found: &Found) -> Vec<String> {
    if request.scopes.is_empty() {
        found.provider.default_scopes()
    } else {
        request.scopes.clone()
    }
}

async fn code_grant(
    request: &Fetch,
    found: &Found,
    redirect: &Redirect,
    token_endpoint: url::Url,
    started: impl FnOnce(Started) + Send,
    cancel: CancellationToken,
) -> Result<gatewright_oauth::CodeGrant, WireError> {
    let usual = found.provider.redirect_parts();
    let host = match redirect.host.as_deref().unwrap_or(usual.host) {
        "127.0.0.1" => RedirectHost::Ip127,
        "localhost" => RedirectHost::Localhost,
        other => {
            return Err(invalid(
                "redirect-host",
                format!("The browser cannot come back to {other}."),
                "Use 127.0.0.1 or localhost.",
            ));
        }
    };
    let choice = RedirectChoice {
        host,
        port: redirect.port,
        path: redirect
            .path
            .clone()
            .unwrap_or_else(|| usual.path.to_owned()),
    };
    let listener = Listener::bind(choice).await.map_err(|error| bind(&error))?;
    let pkce = match found.provider.pkce {
        PkceMode::Unsupported => Pkce::Off,
        PkceMode::Optional | PkceMode::OptIn | PkceMode::Ignored | PkceMode::Unknown => {
            found.provider.pkce()
        }
    };
    let mut params: Vec<(String, String)> = found
        .provider
        .quirks
        .authorization_params
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    params.extend(request.authorization_params.iter().cloned());
    let authorization = Authorization::new(AuthorizationRequest {
        authorization_endpoint: found
            .needed(found.endpoints.authorization.as_ref(), "authorization")?,
        token_endpoint,
        client_id: request.client.id.clone(),
        redirect_uri: listener.redirect_uri().to_owned(),
        scopes: scopes(request, found),
        scope_separator: found.provider.scope_separator,
        issuer: found
            .provider
            .issuer_check(&found.endpoints, found.announces_issuer()),
        pkce,
        authorization_params: params,
        token_params: request.token_params.clone(),
    })
    .map_err(|error| errors::authorization(&error))?;
    let address = authorization.url;
    let mut text = format!("Sign in here:\n  {address}");
    if redirect.open_browser
        && let Err(error) = open_browser(&address).await
    {
        text = format!("No browser opened ({error}). Open this page yourself:\n  {address}");
    }
    started(Started {
        json: json!({
            "authorization_url": address,
            "redirect_uri": listener.redirect_uri(),
        }),
        text,
    });
    let attempt = Attempt::new(authorization.pending);
    listener
        .wait_for(&attempt, cancel, request.patience)
        .await
        .map_err(|error| wait(&error))
}

fn bind(error: &BindError) -> WireError {
    let code = match error {
        BindError::PortTaken { .. } => ErrorCode::PortTaken,
        BindError::NotAllowed { .. } | BindError::Path { .. } => ErrorCode::InvalidInput,
        BindError::NoLoopback { .. } => ErrorCode::Internal,
    };
    failure(code, error.to_string(), error.hint())
}

fn wait(error: &WaitError) -> WireError {
    let code = match error {
        WaitError::Cancelled => ErrorCode::Cancelled,
        WaitError::TimedOut { .. } => ErrorCode::TimedOut,
        WaitError::Refused(_) => ErrorCode::ProviderRefused,
        WaitError::NotBelieved(_) => ErrorCode::ForeignCallback,
    };
    failure(code, error.to_string(), error.hint())
}

fn cancelled() -> WireError {
    failure(ErrorCode::Cancelled, "Cancelled.", "")
}

fn gave_up(after: Duration) -> WireError {
    failure(
        ErrorCode::TimedOut,
        format!("Nobody signed in within {} seconds.", after.as_secs()),
        "Start again, or give more time with --timeout.",
    )
}

/// The ID token's claims, where there is one and the provider publishes its keys.
async fn checked_id_token(
    around: &Surroundings,
    client: &Client,
    found: &Found,
    request: &Fetch,
    tokens: &Tokens,
) -> Result<Option<Map<String, Value>>, WireError> {
    let (Some(id_token), Some(jwks), Some(issuer)) = (
        &tokens.id_token,
        &found.endpoints.jwks,
        &found.endpoints.issuer,
    ) else {
        return Ok(None);
    };
    let keys = fetch_keys(client, jwks)
        .await
        .map_err(|error| failure(ErrorCode::UnexpectedAnswer, error.to_string(), error.hint()))?;
    let expected = IdTokenExpectations {
        issuer: issuer.clone(),
        client_id: request.client.id.clone(),
        nonce: tokens.expected_nonce.clone(),
        access_token: Some(tokens.access_token.clone()),
        algorithms: Vec::new(),
        now: around.now(),
    };
    verify_id_token(id_token, &keys, &expected)
        .map(Some)
        .map_err(|error| {
            failure(
                ErrorCode::UnexpectedAnswer,
                format!("The ID token cannot be believed: {error}."),
                error.hint(),
            )
        })
}

/// What the provider sent, and nothing that it did not.
fn answer(tokens: &Tokens, claims: Option<Map<String, Value>>) -> Answer {
    let mut json = Map::new();
    let mut put = |name: &str, value: Value| json.insert(name.to_owned(), value);
    put("access_token", tokens.access_token.expose().as_str().into());
    put("token_type", tokens.token_type.as_str().into());
    if let Some(seconds) = tokens.expires_in {
        put("expires_in", seconds.into());
    }
    if let Some(token) = &tokens.refresh_token {
        put("refresh_token", token.expose().as_str().into());
    }
    if let Some(token) = &tokens.id_token {
        put("id_token", token.expose().as_str().into());
    }
    if let Some(scope) = &tokens.scope {
        put("scope", scope.join(" ").into());
    }
    if let Some(claims) = claims {
        put("id_token_claims", claims.into());
    }
    Answer::good(json.into(), tokens.access_token.expose().clone())
}
