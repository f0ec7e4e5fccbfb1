//! Asking the provider about a token (RFC 7662).

use gatewright_http::{Client, SendError};
use gatewright_secret::SecretString;
use serde_json::{Map, Value};
use thiserror::Error;
use url::Url;

use crate::answer::AnswerError;
use crate::client::ClientCredentials;
use crate::endpoint::{InsecureEndpoint, check_endpoint};
use crate::provider_error::ProviderError;

/// What the provider says of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspection {
    /// Whether it is good now.
    pub active: bool,
    /// All else that the provider says.
    pub claims: Map<String, Value>,
}

/// Why the provider says nothing of a token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IntrospectionError {
    /// The endpoint is not https.
    #[error(transparent)]
    Insecure(#[from] InsecureEndpoint),
    /// It was not reached.
    #[error("the introspection endpoint was not reached: {0}")]
    NotReached(#[from] SendError),
    /// It refused the question, and not the token.
    #[error("the introspection endpoint refused the question: {0}")]
    Refused(ProviderError),
    /// What came does not say `active` as true or false.
    #[error("the introspection endpoint gave no usable answer (status {status})")]
    Unusable {
        /// The status.
        status: u16,
    },
}

impl IntrospectionError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Insecure(insecure) => insecure.hint().to_owned(),
            Self::NotReached(error) => error.hint(),
            Self::Refused(error) => error.hint(),
            Self::Unusable { .. } => {
                "Check the address of the introspection endpoint, and that this client may use it."
                    .to_owned()
            }
        }
    }
}

/// Asks whether a token is good. Only a boolean `true` is yes.
pub async fn introspect(
    client: &Client,
    endpoint: &Url,
    credentials: &ClientCredentials,
    token: &SecretString,
) -> Result<Introspection, IntrospectionError> {
    check_endpoint("introspection", endpoint)?;
    let fields = vec![
        ("token".to_owned(), token.expose().clone()),
        ("token_type_hint".to_owned(), "access_token".to_owned()),
    ];
    let answer = credentials
        .ask(client, "introspection", endpoint.clone(), fields)
        .await?;
    let status = answer.response.status.as_u16();
    let claims = answer.read().map_err(|error| match error {
        AnswerError::Refused(error) => IntrospectionError::Refused(error),
        AnswerError::WebPage { .. }
        | AnswerError::Redirected { .. }
        | AnswerError::Empty { .. }
        | AnswerError::Unreadable { .. } => IntrospectionError::Unusable { status },
    })?;
    match claims.get("active") {
        Some(Value::Bool(active)) => Ok(Introspection {
            active: *active,
            claims,
        }),
        Some(
            Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_),
        )
        | None => Err(IntrospectionError::Unusable { status }),
    }
}
