//! Pushed authorization requests (RFC 9126): the request goes to the provider first, and the browser
//! carries a reference to it only.

use std::fmt;
use std::time::Duration;

use gatewright_http::{Client, SendError};
use serde_json::Value;
use thiserror::Error;
use url::{Url, form_urlencoded};

use crate::answer::AnswerError;
use crate::authorization::Authorization;
use crate::client::ClientCredentials;
use crate::endpoint::{InsecureEndpoint, check_endpoint};
use crate::tokens::{ExchangeError, seconds};

/// How long a reference is good if the server does not say.
const USUAL_LIFE: Duration = Duration::from_mins(1);

/// A request that is pushed before the browser opens.
pub struct PushRequest {
    endpoint: Url,
    authorization_endpoint: Url,
    fields: Vec<(String, String)>,
}

/// A request that was pushed.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// Where to send the browser: nothing but the client and the reference is in it.
    pub url: Url,
    /// How long the reference is good; after that the same request is pushed again.
    pub expires_in: Duration,
}

/// Why a request was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PushError {
    /// The endpoint is not https.
    #[error(transparent)]
    Insecure(#[from] InsecureEndpoint),
    /// It was not reached.
    #[error("the endpoint for pushed requests was not reached: {0}")]
    NotReached(#[from] SendError),
    /// It refused, or what came is no answer.
    #[error("the request could not be pushed: {0}")]
    Failed(ExchangeError),
    /// The answer has no reference.
    #[error("the answer of the endpoint for pushed requests lacks request_uri")]
    NoReference,
    /// The request was started for another client.
    #[error("the sign-in was started for another client than the one that pushes it")]
    OtherClient,
}

impl PushError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Insecure(insecure) => insecure.hint().to_owned(),
            Self::NotReached(error) => error.hint(),
            Self::Failed(error) => error.hint(),
            Self::NoReference => {
                "Check the address of the endpoint (pushed_authorization_request_endpoint)."
                    .to_owned()
            }
            Self::OtherClient => "Sign in again.".to_owned(),
        }
    }
}

impl Authorization {
    /// The same sign-in as a request to be pushed; what waits for the answer stays as it is.
    pub fn to_push(&self, endpoint: Url) -> PushRequest {
        let kept = self.endpoint.query().map_or(0, str::len);
        let added = self
            .url
            .query()
            .unwrap_or_default()
            .get(kept..)
            .unwrap_or_default();
        PushRequest {
            endpoint,
            authorization_endpoint: self.endpoint.clone(),
            fields: form_urlencoded::parse(added.trim_start_matches('&').as_bytes())
                .into_owned()
                .collect(),
        }
    }
}

impl PushRequest {
    /// Pushes the request. It may be done again with the same request when the reference has
    /// expired before the browser came.
    pub async fn push(
        &self,
        client: &Client,
        credentials: &ClientCredentials,
    ) -> Result<Pushed, PushError> {
        check_endpoint("pushed authorization request", &self.endpoint)?;
        let of = |wanted: &str| {
            let mut found = self.fields.iter().filter(|(name, _)| name == wanted);
            found.next().map(|(_, value)| value.as_str())
        };
        if of("client_id") != Some(&credentials.client_id) {
            return Err(PushError::OtherClient);
        }
        // The way of authenticating adds the client id where it belongs into the form.
        let mut fields = self.fields.clone();
        fields.retain(|(name, _)| name != "client_id");
        if credentials.authentication == crate::client::ClientAuthentication::Basic {
            fields.push(("client_id".to_owned(), credentials.client_id.clone()));
        }
        let answer = credentials
            .ask(client, "pushed request", self.endpoint.clone(), fields)
            .await?;
        let members = answer
            .read()
            .map_err(|error: AnswerError| PushError::Failed(error.into()))?;
        let reference = members
            .get("request_uri")
            .and_then(Value::as_str)
            .filter(|reference| !reference.is_empty())
            .ok_or(PushError::NoReference)?;
        let mut url = self.authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("client_id", &credentials.client_id)
            .append_pair("request_uri", reference);
        Ok(Pushed {
            url,
            expires_in: members
                .get("expires_in")
                .and_then(seconds)
                .map_or(USUAL_LIFE, Duration::from_secs),
        })
    }
}

impl fmt::Debug for PushRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PushRequest")
            .field("endpoint", &self.endpoint.as_str())
            .finish_non_exhaustive()
    }
}
