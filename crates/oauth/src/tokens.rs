//! Getting tokens: by code, and as the client itself.

use std::fmt;

use gatewright_http::{Client, Fault, Response, SendError};
use gatewright_limits::time::TOKEN_LIFE;
use gatewright_secret::SecretString;
use serde_json::{Map, Value};
use thiserror::Error;
use url::Url;

use crate::answer::{self, AnswerError};
use crate::authorization::CodeGrant;
use crate::client::ClientCredentials;
use crate::endpoint::{InsecureEndpoint, check_endpoint};
use crate::parameters::{self, ReservedParameter};
use crate::provider_error::{ProviderError, harmless, titled};

/// Where else a token may stand, for servers that put a user's token beside a program's own: the
/// first place that has one counts.
const NESTED: &[&str] = &["/authed_user", "/data"];

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
    /// A further parameter is one that is made here.
    #[error(transparent)]
    ReservedParameter(#[from] ReservedParameter),
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
            Self::ReservedParameter(reserved) => reserved.hint().to_owned(),
        }
    }

    /// On whose side the cause lies.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Insecure(_) | Self::Redirected { .. } | Self::ReservedParameter(_) => {
                Fault::Settings
            }
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
            | Self::OtherClient { .. }
            | Self::ReservedParameter(_) => false,
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

    /// Reads an answer of a token endpoint, form or JSON, whatever it is called.
    pub fn from_response(response: &Response) -> Result<Self, ExchangeError> {
        Self::read(&answer::read(response)?)
    }

    /// Reads the members of an answer: numbers may be text, scopes a list, spaced or with commas.
    pub(crate) fn read(members: &Map<String, Value>) -> Result<Self, ExchangeError> {
        let whole = Value::Object(members.clone());
        let has_token = |members: &&Map<String, Value>| {
            members
                .get("access_token")
                .and_then(Value::as_str)
                .is_some_and(|token| !token.is_empty())
        };
        let members = std::iter::once(members)
            .chain(
                NESTED
                    .iter()
                    .filter_map(|place| whole.pointer(place)?.as_object()),
            )
            .find(has_token)
            .ok_or(ExchangeError::NoAccessToken)?;
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
    Some(whole.min(TOKEN_LIFE.as_secs()))
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
    parameters::of_token(params)?;
    fields.extend_from_slice(params);
    request(client, token_endpoint.clone(), credentials, fields).await
}

pub(crate) async fn request(
    client: &Client,
    token_endpoint: Url,
    credentials: &ClientCredentials,
    fields: Vec<(String, String)>,
) -> Result<Tokens, ExchangeError> {
    check_endpoint("token", &token_endpoint)?;
    let answer = credentials
        .ask(client, "token", token_endpoint, fields)
        .await?;
    Tokens::read(&answer.read()?)
}
