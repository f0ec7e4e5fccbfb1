//! `gatewright token fetch`.

use std::fmt::Write as _;
use std::time::Duration;

use gatewright_catalogue::Support;
use gatewright_http::Client;
use gatewright_loopback::{Listener, RedirectChoice, RedirectHost, open_browser};
use gatewright_oauth::{
    Authorization, AuthorizationRequest, DeviceAuthorization, DeviceRequest, IdTokenExpectations,
    Tokens, client_credentials, device_start, device_tokens, exchange, fetch_keys, refresh,
    verify_id_token,
};
use gatewright_secret::SecretString;
use gatewright_wire::{ErrorCode, WireError};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;
use url::Url;

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
    let patience = request.patience;
    let stop = cancel.clone();
    tokio::select! {
        () = stop.cancelled() => Err(failure(ErrorCode::Cancelled, "Cancelled.", "")),
        () = tokio::time::sleep(patience) => Err(failure(
            ErrorCode::TimedOut,
            format!("No token came within {} seconds.", patience.as_secs()),
            "Start again, or give more time with --timeout.",
        )),
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
    let credentials = found.credentials(&request.client);
    let needed = |endpoint: &Option<Url>, what| {
        found.needed(
            endpoint.as_ref(),
            what,
            "Choose another grant, or a custom provider with that endpoint given.",
        )
    };
    let token_endpoint = needed(&found.endpoints.token, "token")?;
    let tokens = match &request.grant {
        Grant::ClientCredentials => {
            if found.provider.client_credentials == Support::No {
                return Err(invalid(
                    "grant",
                    format!("{} gives no tokens to a client alone.", found.provider.name),
                    "Choose another grant.",
                ));
            }
            client_credentials(
                &client,
                &token_endpoint,
                &credentials,
                &request.scopes,
                &request.token_params,
            )
            .await
            .map_err(|error| errors::exchange(&error))?
        }
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
                device_endpoint: needed(
                    &found.endpoints.device_authorization,
                    "device authorization",
                )?,
                token_endpoint: token_endpoint.clone(),
                scopes: scopes(&request, &found),
                params: request.authorization_params.clone(),
            };
            let waiting = device_start(&client, &asked, &credentials)
                .await
                .map_err(|error| errors::device(&error))?;
            started(another_device(&waiting));
            device_tokens(&client, &token_endpoint, &credentials, &waiting)
                .await
                .map_err(|error| errors::device(&error))?
        }
        Grant::AuthorizationCode(redirect) => {
            let authorization = needed(&found.endpoints.authorization, "authorization")?;
            let listener = listen(&found, redirect).await?;
            let asked = AuthorizationRequest {
                authorization_endpoint: authorization,
                token_endpoint,
                client_id: request.client.id().to_owned(),
                redirect_uri: listener.redirect_uri().to_owned(),
                scopes: scopes(&request, &found),
                scope_separator: found.provider.scope_separator,
                issuer: found
                    .provider
                    .issuer_check(&found.endpoints, found.announces_issuer()),
                pkce: found.provider.pkce(),
                authorization_params: authorization_params(&request, &found),
                token_params: request.token_params.clone(),
            };
            let authorization =
                Authorization::new(asked).map_err(|error| errors::authorization(&error))?;
            let must_be_registered =
                redirect.port.is_none() && found.provider.redirect_parts().port_is_registered;
            started(in_browser(&authorization.url, &listener, redirect, must_be_registered).await);
            let grant = listener
                .wait(authorization.pending, cancel, request.patience)
                .await
                .map_err(|error| errors::wait(&error))?;
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

fn authorization_params(request: &Fetch, found: &Found) -> Vec<(String, String)> {
    let usual = found.provider.quirks.authorization_params.iter();
    usual
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .chain(request.authorization_params.iter().cloned())
        .collect()
}

async fn listen(found: &Found, redirect: &Redirect) -> Result<Listener, WireError> {
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
    let path = redirect.path.as_deref().unwrap_or(usual.path).to_owned();
    let choice = RedirectChoice {
        host,
        port: redirect.port,
        path,
    };
    Listener::bind(choice)
        .await
        .map_err(|error| errors::bind(&error))
}

async fn in_browser(
    address: &Url,
    listener: &Listener,
    redirect: &Redirect,
    must_be_registered: bool,
) -> Started {
    let mut text = format!("Sign in here:\n  {address}");
    if redirect.open_browser
        && let Err(error) = open_browser(address).await
    {
        text = format!("No browser opened ({error}). Open this page yourself:\n  {address}");
    }
    if must_be_registered {
        let _ = write!(
            text,
            "\nThe provider must know the redirect URI {}. Its port is another one each time; --redirect-port keeps it.",
            listener.redirect_uri()
        );
    }
    Started {
        json: json!({
            "authorization_url": address,
            "redirect_uri": listener.redirect_uri(),
        }),
        text,
    }
}

fn another_device(waiting: &DeviceAuthorization) -> Started {
    let mut json = json!({
        "user_code": waiting.user_code,
        "verification_uri": waiting.verification_uri,
        "expires_in": waiting.expires_in.as_secs(),
    });
    let mut text = format!(
        "Open this page and enter {}:\n  {}",
        waiting.user_code, waiting.verification_uri
    );
    if let Some(complete) = &waiting.verification_uri_complete {
        json["verification_uri_complete"] = complete.as_str().into();
        let _ = write!(text, "\nThe same with the code in it:\n  {complete}");
    }
    Started { json, text }
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
        .map_err(|error| errors::keys(&error))?;
    let expected = IdTokenExpectations {
        issuer: issuer.clone(),
        client_id: request.client.id().to_owned(),
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
