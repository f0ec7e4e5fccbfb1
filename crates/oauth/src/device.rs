//! Signing in on another device (RFC 8628).

use std::time::Duration;

use gatewright_http::{Client, SendError};
use gatewright_limits::time::DEVICE_PAUSE;
use gatewright_secret::SecretString;
use serde_json::Value;
use thiserror::Error;
use tokio::time::Instant;
use url::Url;

use crate::answer::AnswerError;
use crate::client::ClientCredentials;
use crate::endpoint::{InsecureEndpoint, check_endpoint};
use crate::parameters;
use crate::provider_error::{ProviderError, harmless};
use crate::tokens::{ExchangeError, Tokens, request, seconds};

/// How long a code is good if the server does not say.
const USUAL_LIFE: Duration = Duration::from_mins(15);
/// What `slow_down` adds to the interval.
const SLOWER: Duration = Duration::from_secs(5);

/// What is asked for.
#[derive(Clone, Debug)]
pub struct DeviceRequest {
    /// The device authorization endpoint.
    pub device_endpoint: Url,
    /// Where the token is asked for.
    pub token_endpoint: Url,
    /// The scopes.
    pub scopes: Vec<String>,
    /// Further parameters.
    pub params: Vec<(String, String)>,
}

/// What the person at the other device needs.
#[derive(Clone, Debug)]
pub struct DeviceAuthorization {
    /// What identifies this sign-in to the server.
    pub device_code: SecretString,
    /// What the person types.
    pub user_code: String,
    /// Where the person types it.
    pub verification_uri: Url,
    /// The same with the code in it.
    pub verification_uri_complete: Option<Url>,
    /// How long there is.
    pub expires_in: Duration,
    /// How long to wait between two questions.
    pub interval: Duration,
}

/// What one question brought.
#[derive(Debug)]
pub enum DevicePoll {
    /// Nobody has said yes or no.
    Pending,
    /// The same, and the server wants to be asked less often.
    SlowDown,
    /// Yes.
    Done(Tokens),
}

impl DevicePoll {
    /// How long to wait before the next question.
    pub fn next_interval(&self, interval: Duration) -> Duration {
        match self {
            Self::Pending | Self::Done(_) => interval,
            Self::SlowDown => (interval + SLOWER).min(DEVICE_PAUSE),
        }
    }
}

/// Why the other device brings no token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DeviceError {
    /// The device authorization endpoint is not https.
    #[error(transparent)]
    Insecure(#[from] InsecureEndpoint),
    /// It was not reached.
    #[error("the device endpoint was not reached: {0}")]
    NotReached(#[from] SendError),
    /// The person said no.
    #[error("the sign-in was refused on the other device")]
    Denied,
    /// Nobody said anything in time.
    #[error("the code was not entered in time")]
    Expired,
    /// The answer lacks what the person needs.
    #[error("the answer of the device endpoint lacks {name}")]
    Missing {
        /// What it lacks.
        name: &'static str,
    },
    /// The provider refused, or what came is no answer.
    #[error(transparent)]
    Failed(ExchangeError),
}

impl DeviceError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Insecure(insecure) => insecure.hint().to_owned(),
            Self::NotReached(error) => error.hint(),
            Self::Denied => "Start again, and allow it on the other device.".to_owned(),
            Self::Expired => "Start again to get a new code.".to_owned(),
            Self::Missing { .. } => {
                "Check the address of the device authorization endpoint.".to_owned()
            }
            Self::Failed(error) => error.hint(),
        }
    }
}

/// Starts a sign-in on another device.
pub async fn device_start(
    client: &Client,
    what: &DeviceRequest,
    credentials: &ClientCredentials,
) -> Result<DeviceAuthorization, DeviceError> {
    check_endpoint("device authorization", &what.device_endpoint)?;
    check_endpoint("token", &what.token_endpoint)?;
    let mut fields = Vec::new();
    if !what.scopes.is_empty() {
        fields.push(("scope".to_owned(), what.scopes.join(" ")));
    }
    parameters::of_token(&what.params).map_err(|reserved| DeviceError::Failed(reserved.into()))?;
    fields.extend_from_slice(&what.params);
    // The endpoint wants the client id even from a client that authenticates by header.
    if credentials.authentication == crate::client::ClientAuthentication::Basic {
        fields.push(("client_id".to_owned(), credentials.client_id.clone()));
    }
    let answer = credentials
        .ask(client, "device", what.device_endpoint.clone(), fields)
        .await?;
    let members = answer
        .read()
        .map_err(|error: AnswerError| DeviceError::Failed(error.into()))?;
    let text = |name: &'static str| {
        members
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let web = |text: &str| {
        Url::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "https" | "http"))
    };
    let missing = |name| DeviceError::Missing { name };
    let duration = |name: &str| members.get(name).and_then(seconds).map(Duration::from_secs);
    Ok(DeviceAuthorization {
        device_code: text("device_code").ok_or(missing("device_code"))?.into(),
        user_code: harmless(text("user_code").ok_or(missing("user_code"))?),
        verification_uri: text("verification_uri")
            .or_else(|| text("verification_url"))
            .and_then(web)
            .ok_or(missing("verification_uri"))?,
        verification_uri_complete: text("verification_uri_complete").and_then(web),
        expires_in: duration("expires_in").unwrap_or(USUAL_LIFE),
        interval: duration("interval")
            .unwrap_or(SLOWER)
            .clamp(Duration::from_secs(1), DEVICE_PAUSE),
    })
}

/// Asks once.
pub async fn device_poll(
    client: &Client,
    token_endpoint: &Url,
    credentials: &ClientCredentials,
    device_code: &SecretString,
) -> Result<DevicePoll, DeviceError> {
    let fields = vec![
        (
            "grant_type".to_owned(),
            "urn:ietf:params:oauth:grant-type:device_code".to_owned(),
        ),
        ("device_code".to_owned(), device_code.expose().clone()),
    ];
    let code = |error: &ProviderError| error.code.clone();
    match request(client, token_endpoint.clone(), credentials, fields).await {
        Ok(tokens) => Ok(DevicePoll::Done(tokens)),
        Err(ExchangeError::Refused(error)) => match code(&error).as_str() {
            "authorization_pending" => Ok(DevicePoll::Pending),
            "slow_down" => Ok(DevicePoll::SlowDown),
            "access_denied" => Err(DeviceError::Denied),
            "expired_token" => Err(DeviceError::Expired),
            _ => Err(DeviceError::Failed(ExchangeError::Refused(error))),
        },
        // A lost connection is no answer; the next question may be answered (RFC 8628 §3.5).
        Err(ExchangeError::NotReached(error)) if error.retry() => Ok(DevicePoll::SlowDown),
        Err(error) => Err(DeviceError::Failed(error)),
    }
}

/// Asks until there is an answer or the code has expired. Dropping the future stops it.
pub async fn device_tokens(
    client: &Client,
    token_endpoint: &Url,
    credentials: &ClientCredentials,
    authorization: &DeviceAuthorization,
) -> Result<Tokens, DeviceError> {
    let end = Instant::now() + authorization.expires_in;
    let mut interval = authorization.interval;
    loop {
        let next = Instant::now() + interval;
        if next >= end {
            tokio::time::sleep_until(end).await;
            return Err(DeviceError::Expired);
        }
        tokio::time::sleep_until(next).await;
        let polled = device_poll(
            client,
            token_endpoint,
            credentials,
            &authorization.device_code,
        )
        .await?;
        interval = polled.next_interval(interval);
        if let DevicePoll::Done(tokens) = polled {
            return Ok(tokens);
        }
    }
}
