//! `gatewright token fetch`.

use std::fmt::Write as _;
use std::time::Duration;

use gatewright_catalogue::Support;
use gatewright_loopback::{RedirectChoice, open_browser};
use gatewright_oauth::{DeviceAuthorization, Pkce};
use gatewright_secret::SecretString;
use gatewright_wire::{ErrorCode, WireError};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use super::{Answer, ClientOptions, Known, Surroundings};
use crate::errors::{failure, invalid};
use crate::flow::{self, Begun, Fetched, Resolved, SignInSettings};

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
    /// Sends no proof key, for servers that refuse parameters they do not know.
    pub without_pkce: bool,
    /// Pushes the request even where the provider does not demand it.
    pub push: bool,
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
        answer = Box::pin(fetch_whole(around, request, started, cancel)) => answer,
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
    let credentials = request.client.credentials(around, &found)?;
    let fetched = match &request.grant {
        Grant::ClientCredentials => {
            if found.provider.client_credentials == Support::No {
                return Err(invalid(
                    "grant",
                    format!("{} gives no tokens to a client alone.", found.provider.name),
                    "Choose another grant.",
                ));
            }
            flow::for_client(
                &client,
                found,
                &credentials,
                &request.scopes,
                &request.token_params,
            )
            .await?
        }
        Grant::RefreshToken(token) => {
            flow::refreshed(
                &client,
                found,
                &credentials,
                token,
                &request.scopes,
                &request.token_params,
                around.now(),
            )
            .await?
        }
        Grant::DeviceCode => {
            let scopes = scopes(&request, &found);
            let params: Vec<_> = request
                .authorization_params
                .iter()
                .chain(&request.token_params)
                .cloned()
                .collect();
            let begun =
                flow::begin_on_another_device(&client, found, credentials, scopes, params).await?;
            started(another_device(&begun.waiting));
            begun.wait(&client, || around.now()).await?
        }
        Grant::AuthorizationCode(redirect) => {
            let must_be_registered =
                redirect.port.is_none() && found.provider.redirect_parts().port_is_registered;
            let (_, inputs) = request.known.canonical()?;
            let settings = SignInSettings {
                client: credentials,
                scopes: scopes(&request, &found),
                redirect: way_back(&found, redirect)?,
                authorization_params: flow::authorization_params(
                    found.provider,
                    &inputs,
                    &request.authorization_params,
                ),
                token_params: request.token_params.clone(),
                pkce: if request.without_pkce {
                    Pkce::Off
                } else {
                    found.provider.pkce()
                },
                push: request.push,
            };
            let begun = flow::begin(&client, found, settings).await?;
            started(in_browser(&begun, redirect, must_be_registered).await);
            begun
                .wait(cancel, request.patience)
                .await?
                .redeem(&client, around.now())
                .await?
        }
    };
    Ok(answer(&fetched))
}

fn scopes(request: &Fetch, found: &Resolved) -> Vec<String> {
    if request.scopes.is_empty() {
        found.provider.default_scopes()
    } else {
        request.scopes.clone()
    }
}

fn way_back(found: &Resolved, redirect: &Redirect) -> Result<RedirectChoice, WireError> {
    let usual = found.provider.redirect_parts();
    let host = redirect.host.as_deref().unwrap_or(usual.host);
    let path = redirect.path.as_deref().unwrap_or(usual.path);
    flow::redirect_choice(host, redirect.port, path).map_err(|error| WireError {
        field: Some("redirect-host".to_owned()),
        ..error
    })
}

async fn in_browser(begun: &Begun, redirect: &Redirect, must_be_registered: bool) -> Started {
    let address = &begun.authorization_url;
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
            begun.redirect_uri
        );
    }
    Started {
        json: json!({
            "authorization_url": address,
            "redirect_uri": begun.redirect_uri,
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

/// What the provider sent, and nothing that it did not.
fn answer(fetched: &Fetched) -> Answer {
    let tokens = &fetched.tokens;
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
    // Only what was verified is shown as if it were true.
    if let (Some(claims), Some(_)) = (&fetched.id_token_claims, &fetched.id_token_check) {
        put("id_token_claims", claims.clone().into());
    }
    Answer::good(json.into(), tokens.access_token.expose().clone())
}
