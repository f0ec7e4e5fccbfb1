//! What the provider says of the user behind a token.

use std::time::Duration;

use gatewright_http::{Client, Limits, Request, SendError};
use gatewright_secret::SecretString;
use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Map, Value};
use thiserror::Error;
use url::Url;

use crate::endpoint::{InsecureEndpoint, check_endpoint};
use crate::json::read_json;
use crate::provider_error::{ProviderError, harmless, titled};

/// The answer of the userinfo endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Userinfo {
    /// The status.
    pub status: u16,
    /// The attributes.
    pub json: Value,
    /// How long it took.
    pub elapsed: Duration,
}

/// Why there are no attributes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UserinfoError {
    /// The endpoint is not https.
    #[error(transparent)]
    Insecure(#[from] InsecureEndpoint),
    /// It was not reached.
    #[error("the userinfo endpoint was not reached: {0}")]
    NotReached(#[from] SendError),
    /// It does not accept the token (401).
    #[error("the userinfo endpoint does not accept the token: {0}")]
    TokenRefused(ProviderError),
    /// It accepts the token and refuses all the same (any other failure, or an error in a success).
    #[error("the userinfo endpoint refused: {0}")]
    Refused(ProviderError),
    /// There is nothing at this address.
    #[error("there is no userinfo endpoint at this address (status {status})")]
    NotThere {
        /// The status.
        status: u16,
    },
    /// A web page came.
    #[error("the userinfo endpoint answered with a web page{}", titled(.title.as_deref()))]
    WebPage {
        /// The status.
        status: u16,
        /// The title of the page.
        title: Option<String>,
    },
    /// The endpoint points elsewhere; a token is never sent on.
    #[error("the userinfo endpoint points elsewhere, and the token is not sent on: {to}")]
    Redirected {
        /// Where to, without its query.
        to: String,
    },
    /// It answered, and said nothing.
    #[error("the userinfo endpoint answered with nothing")]
    Empty,
    /// The answer is signed (`application/jwt`), which is not read yet.
    #[error("the userinfo endpoint answers with a signed token")]
    Signed,
    /// The answer is no JSON object.
    #[error(
        "the userinfo endpoint answered with something that is not a JSON object (status {status})"
    )]
    NotJson {
        /// The status.
        status: u16,
    },
}

impl UserinfoError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Insecure(insecure) => insecure.hint().to_owned(),
            Self::NotReached(error) => error.hint(),
            Self::TokenRefused(_) => {
                "The token has expired, was revoked, or is not for this API. Sign in again; a token got as the client itself has no user at all.".to_owned()
            }
            Self::Refused(error) => error.hint(),
            Self::NotThere { .. } | Self::WebPage { .. } | Self::NotJson { .. } => {
                "Check the address of the userinfo endpoint.".to_owned()
            }
            Self::Redirected { to } => {
                format!("If {to} is the right place, enter it as the userinfo endpoint.")
            }
            Self::Empty => {
                "Ask for the scopes that bring attributes, profile and email for example, and sign in again.".to_owned()
            }
            Self::Signed => {
                "Let the provider answer this client with plain JSON.".to_owned()
            }
        }
    }
}

/// Asks who is behind a token. `headers` are what the provider demands besides.
pub async fn userinfo(
    client: &Client,
    url: &Url,
    token: &SecretString,
    headers: &HeaderMap,
) -> Result<Userinfo, UserinfoError> {
    check_endpoint("userinfo", url)?;
    let mut request = Request::get(url.clone())
        .header(header::ACCEPT, HeaderValue::from_static("application/json"))
        .named("userinfo")
        .within(Limits::SMALL);
    for (name, value) in headers {
        request.headers.insert(name, value.clone());
    }
    let answer = client.send(request.bearer(token)).await?;
    let status = answer.status.as_u16();
    if answer.status.is_redirection() {
        let to = answer.location().unwrap_or("nowhere");
        return Err(UserinfoError::Redirected {
            to: harmless(to.split('?').next().unwrap_or_default()),
        });
    }
    let members = read_json(&answer.body);
    let refusal = members
        .as_ref()
        .and_then(Value::as_object)
        .and_then(|members| ProviderError::in_answer(members, status));
    if status == 401 {
        let challenged = answer.header(WWW_AUTHENTICATE.as_str()).and_then(challenge);
        let message = message(members.as_ref());
        return Err(UserinfoError::TokenRefused(
            challenged.or(refusal).unwrap_or_else(|| {
                ProviderError::new("invalid_token", message.as_deref(), None, Some(401))
            }),
        ));
    }
    if let Some(refusal) = refusal {
        return Err(UserinfoError::Refused(refusal));
    }
    if answer.is_web_page() {
        return Err(UserinfoError::WebPage {
            status,
            title: answer.page_title(),
        });
    }
    if matches!(status, 404 | 405 | 410) {
        return Err(UserinfoError::NotThere { status });
    }
    if !answer.status.is_success() {
        let challenged = answer.header(WWW_AUTHENTICATE.as_str()).and_then(challenge);
        let message = message(members.as_ref());
        return Err(UserinfoError::Refused(challenged.unwrap_or_else(|| {
            ProviderError::new(
                &format!("HTTP {status}"),
                message.as_deref(),
                None,
                Some(status),
            )
        })));
    }
    if answer.body.iter().all(u8::is_ascii_whitespace) {
        return Err(UserinfoError::Empty);
    }
    if answer.media_type().as_deref() == Some("application/jwt") {
        return Err(UserinfoError::Signed);
    }
    match members {
        Some(Value::Object(members)) if members.is_empty() => Err(UserinfoError::Empty),
        Some(json @ Value::Object(_)) => Ok(Userinfo {
            status,
            json,
            elapsed: answer.timing.total,
        }),
        Some(
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_),
        )
        | None => Err(UserinfoError::NotJson { status }),
    }
}

/// What a body without an `error` says of its failure.
fn message(members: Option<&Value>) -> Option<String> {
    let members = members?;
    ["message", "error_description", "detail", "title"]
        .iter()
        .find_map(|name| members.get(name).and_then(Value::as_str))
        .map(str::to_owned)
}

/// The error in a `WWW-Authenticate` header (RFC 6750 §3).
fn challenge(header: &str) -> Option<ProviderError> {
    let part = |name: &str| {
        let start = header.find(&format!("{name}=\""))? + name.len() + 2;
        let end = header[start..].find('"')? + start;
        Some(&header[start..end])
    };
    part("error").map(|code| {
        ProviderError::new(
            code,
            part("error_description"),
            part("error_uri"),
            Some(401),
        )
    })
}

/// Userinfo speaks of somebody else than the ID token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("userinfo speaks of another user than the ID token")]
pub struct SubjectMismatch;

/// Holds userinfo against the ID token (OIDC Core §5.3.2): both must name the same `sub`,
/// or userinfo must not be used.
pub fn check_subject(
    id_token_claims: &Map<String, Value>,
    userinfo: &Value,
) -> Result<(), SubjectMismatch> {
    match (id_token_claims.get("sub"), userinfo.get("sub")) {
        (Some(Value::String(ours)), Some(Value::String(theirs))) if ours == theirs => Ok(()),
        _ => Err(SubjectMismatch),
    }
}
