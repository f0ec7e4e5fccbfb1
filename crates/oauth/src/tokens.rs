//! Getting tokens: by code, as the client itself, and anew.

use std::fmt;

use gatewright_http::{Client, Fault, SendError};
use gatewright_secret::SecretString;
use serde_json::{Map, Value};
use thiserror::Error;
use url::Url;

use crate::answer::{self, AnswerError};
use crate::authorization::CodeGrant;
use crate::client::ClientCredentials;
use crate::endpoint::{InsecureEndpoint, check_endpoint};
use crate::provider_error::{ProviderError, harmless, titled};

/// The longest life of a token that is believed: a hundred years in seconds.
const LONGEST_LIFE: u64 = 3_155_760_000;

/// Why no token came.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExchangeError {
    /// The token endpoint is not https.
    #[error(transparent)]
    Insecure(#[from] InsecureEndpoint),
    /// The token endpoint was not reached.
    #[error("the token endpoint was not reached: {0}")]
    NotReached(#[from] SendError),
    /// The provider refused.
    #[error("the provider refused: {0}")]
    Refused(ProviderError),
    /// A web page came in place of a token.
    #[error("the token endpoint answered with a web page{}", titled(.title.as_deref()))]
    WebPage {
        /// The status.
        status: u16,
        /// The title of the page.
        title: Option<String>,
    },
    /// The endpoint points elsewhere; secrets are never sent on.
    #[error("the token endpoint points elsewhere, and secrets are not sent on: {to}")]
    Redirected {
        /// The status.
        status: u16,
        /// Where to, without its query.
        to: String,
    },
    /// The answer is empty.
    #[error("the token endpoint answered with nothing (status {status})")]
    Empty {
        /// The status.
        status: u16,
    },
    /// The answer is neither JSON nor a form.
    #[error("the token endpoint answered with neither JSON nor a form (status {status})")]
    Unreadable {
        /// The status.
        status: u16,
    },
    /// The answer has no access token.
    #[error("the answer of the token endpoint has no access token")]
    NoAccessToken,
    /// The code was asked for by another client than the one that redeems it.
    #[error("the sign-in was started for another client: {client_id}")]
    OtherClient {
        /// For which client.
        client_id: String,
    },
}

impl ExchangeError {
    /// What to try, in a sentence or two.
    pub fn hint(&self) -> String {
        match self {
            Self::Insecure(insecure) => insecure.hint().to_owned(),
            Self::NotReached(error) => error.hint(),
            Self::Refused(error) => error.hint(),
            Self::WebPage { .. } | Self::Empty { .. } | Self::Unreadable { .. } => {
                "Check the address of the token endpoint; a proxy or a sign-in page may also stand in front of it.".to_owned()
            }
            Self::Redirected { to, .. } => {
                format!("If {to} is the right place, enter it as the token endpoint.")
            }
            Self::NoAccessToken => {
                "Check that the address is the token endpoint and not another one of the provider.".to_owned()
            }
            Self::OtherClient { .. } => "Sign in again.".to_owned(),
        }
    }

    /// On whose side the cause lies.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Insecure(_) | Self::Redirected { .. } => Fault::Settings,
            Self::NotReached(error) => error.fault(),
            Self::Refused(error) => error.fault(),
            Self::WebPage { .. }
            | Self::Empty { .. }
            | Self::Unreadable { .. }
            | Self::NoAccessToken => Fault::Server,
            Self::OtherClient { .. } => Fault::Program,
        }
    }

    /// Whether a new attempt with the same settings may help. The same code is never sent twice.
    pub fn retry(&self) -> bool {
        match self {
            Self::NotReached(error) => error.retry(),
            Self::Refused(error) => error.retry(),
            Self::Insecure(_)
            | Self::WebPage { .. }
            | Self::Redirected { .. }
            | Self::Empty { .. }
            | Self::Unreadable { .. }
            | Self::NoAccessToken
            | Self::OtherClient { .. } => false,
        }
    }
}

impl From<AnswerError> for ExchangeError {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Refused(error) => Self::Refused(error),
            AnswerError::WebPage { status, title } => Self::WebPage { status, title },
            AnswerError::Redirected { status, to } => Self::Redirected { status, to },
            AnswerError::Empty { status } => Self::Empty { status },
            AnswerError::Unreadable { status } => Self::Unreadable { status },
        }
    }
}

/// What the token endpoint gave.
#[derive(Clone)]
pub struct Tokens {
    /// The access token.
    pub access_token: SecretString,
    /// Its type as the server writes it; `bearer` in some spelling, nearly always.
    pub token_type: String,
    /// How long it is good, in seconds from the answer.
    pub expires_in: Option<u64>,
    /// What gets a new one.
    pub refresh_token: Option<SecretString>,
    /// Who signed in, for this client to read.
    pub id_token: Option<SecretString>,
    /// What was granted, if the server says so; absent means what was asked for.
    pub scope: Option<Vec<String>>,
    /// The nonce that the ID token must bear.
    pub expected_nonce: Option<SecretString>,
}

impl Tokens {
    /// Whether the token is used as a bearer token.
    pub fn is_bearer(&self) -> bool {
        self.token_type.eq_ignore_ascii_case("bearer")
    }

    /// Reads the members of an answer: numbers may be text, scopes a list, spaced or with commas.
    pub(crate) fn read(members: &Map<String, Value>) -> Result<Self, ExchangeError> {
        let text = |name: &str| {
            members
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        let secret = |name: &str| text(name).map(SecretString::new);
        Ok(Self {
            access_token: secret("access_token").ok_or(ExchangeError::NoAccessToken)?,
            token_type: harmless(text("token_type").unwrap_or("bearer")),
            expires_in: members.get("expires_in").and_then(seconds),
            refresh_token: secret("refresh_token"),
            id_token: secret("id_token"),
            scope: members.get("scope").and_then(scopes),
            expected_nonce: None,
        })
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tokens")
            .field("token_type", &self.token_type)
            .field("expires_in", &self.expires_in)
            .field("refresh_token", &self.refresh_token.is_some())
            .field("id_token", &self.id_token.is_some())
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// A number of seconds however it is written. Negative is over already; nonsense is not said.
pub(crate) fn seconds(value: &Value) -> Option<u64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let whole = if let Ok(whole) = text.parse::<u64>() {
        whole
    } else {
        let number = text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())?;
        // Rounded down by writing it without its fraction; the largest are cut below anyway.
        format!("{:.0}", number.floor().clamp(0.0, 1e12))
            .parse()
            .ok()?
    };
    Some(whole.min(LONGEST_LIFE))
}

/// Scopes however they are written.
fn scopes(value: &Value) -> Option<Vec<String>> {
    let split = |text: &str| -> Vec<String> {
        text.split(|character: char| character == ',' || character.is_whitespace())
            .filter(|scope| !scope.is_empty())
            .map(harmless)
            .collect()
    };
    match value {
        Value::String(text) => Some(split(text)),
        Value::Array(list) => Some(
            list.iter()
                .filter_map(Value::as_str)
                .flat_map(split)
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

/// Redeems a code (RFC 6749 §4.1.3), once and without a second try: a failed attempt may have used
/// it up. No scope is sent, which strict servers refuse here.
pub async fn exchange(
    client: &Client,
    grant: CodeGrant,
    credentials: &ClientCredentials,
) -> Result<Tokens, ExchangeError> {
    if grant.client_id != credentials.client_id {
        return Err(ExchangeError::OtherClient {
            client_id: grant.client_id,
        });
    }
    let mut fields = vec![
        ("grant_type".to_owned(), "authorization_code".to_owned()),
        ("code".to_owned(), grant.code.expose().clone()),
        ("redirect_uri".to_owned(), grant.redirect_uri),
    ];
    if let Some(verifier) = &grant.verifier {
        fields.push(("code_verifier".to_owned(), verifier.expose().clone()));
    }
    fields.extend(grant.token_params);
    let mut tokens = request(client, grant.token_endpoint, credentials, fields).await?;
    tokens.expected_nonce = grant.nonce;
    Ok(tokens)
}

/// Gets a token for the client itself (RFC 6749 §4.4): there is no user behind it.
pub async fn client_credentials(
    client: &Client,
    token_endpoint: &Url,
    credentials: &ClientCredentials,
    scopes: &[String],
    params: &[(String, String)],
) -> Result<Tokens, ExchangeError> {
    let mut fields = vec![("grant_type".to_owned(), "client_credentials".to_owned())];
    if !scopes.is_empty() {
        fields.push(("scope".to_owned(), scopes.join(" ")));
    }
    fields.extend_from_slice(params);
    request(client, token_endpoint.clone(), credentials, fields).await
}

/// Gets a new token (RFC 6749 §6). A server that gives no new refresh token means the old one to be
/// kept, so the answer always has one.
pub async fn refresh(
    client: &Client,
    token_endpoint: &Url,
    credentials: &ClientCredentials,
    refresh_token: &SecretString,
    scopes: &[String],
    params: &[(String, String)],
) -> Result<Tokens, ExchangeError> {
    let mut fields = vec![
        ("grant_type".to_owned(), "refresh_token".to_owned()),
        ("refresh_token".to_owned(), refresh_token.expose().clone()),
    ];
    if !scopes.is_empty() {
        fields.push(("scope".to_owned(), scopes.join(" ")));
    }
    fields.extend_from_slice(params);
    let mut tokens = request(client, token_endpoint.clone(), credentials, fields).await?;
    tokens
        .refresh_token
        .get_or_insert_with(|| refresh_token.clone());
    Ok(tokens)
}

pub(crate) async fn request(
    client: &Client,
    token_endpoint: Url,
    credentials: &ClientCredentials,
    fields: Vec<(String, String)>,
) -> Result<Tokens, ExchangeError> {
    check_endpoint("token", &token_endpoint)?;
    let answer = client
        .send(credentials.post(token_endpoint, fields).named("token"))
        .await?;
    Tokens::read(&answer::read(&answer)?)
}
