//! Why there are no attributes.

use gatewright_http::SendError;
use thiserror::Error;

use super::SubjectMismatch;
use crate::endpoint::InsecureEndpoint;
use crate::keys::KeyedError;
use crate::provider_error::{ProviderError, titled};

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
    /// The answer is signed (`application/jwt`), and there is nothing to verify it with.
    #[error(
        "the userinfo endpoint answers with a signed token, and the provider's keys are unknown"
    )]
    Signed,
    /// The answer is signed, and not to be believed.
    #[error("the signed answer of the userinfo endpoint is not to be believed: {0}")]
    NotBelieved(KeyedError),
    /// A signed answer was demanded, and this one is not.
    #[error("the userinfo endpoint answered without a signature, which this connection demands")]
    NotSigned,
    /// It speaks of another user than the ID token.
    #[error(transparent)]
    AnotherUser(#[from] SubjectMismatch),
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
                "Enter the address of the provider's keys (jwks_uri), or let the provider answer this client with plain JSON.".to_owned()
            }
            Self::NotBelieved(error) => error.hint(),
            Self::NotSigned => {
                "Let the provider sign userinfo for this client (userinfo_signed_response_alg).".to_owned()
            }
            Self::AnotherUser(_) => {
                "The answer is not used. Sign in again; if it stays so, ask the provider's admin.".to_owned()
            }
        }
    }
}
