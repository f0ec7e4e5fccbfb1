//! Why a provider's description cannot be had or believed.

use gatewright_http::SendError;
use thiserror::Error;

use crate::endpoint::InsecureEndpoint;
use crate::provider_error::titled;

/// Why a provider's description cannot be had or believed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DiscoveryError {
    /// The issuer is no address.
    #[error("the issuer is not an address: {issuer}")]
    NotAnAddress {
        /// What was entered.
        issuer: String,
    },
    /// The issuer, or an endpoint in the document, is not https.
    #[error(transparent)]
    Insecure(#[from] InsecureEndpoint),
    /// It was not reached.
    #[error("the provider was not reached: {0}")]
    NotReached(#[from] SendError),
    /// There is no document.
    #[error("the provider does not describe itself at {tried}")]
    NotThere {
        /// Where it was looked for last.
        tried: String,
    },
    /// The answer is a failure.
    #[error("the provider answered with status {status} at {tried}")]
    Status {
        /// The status.
        status: u16,
        /// Where.
        tried: String,
    },
    /// A web page came.
    #[error("a web page came in place of the provider's description{}", titled(.title.as_deref()))]
    WebPage {
        /// The title of the page.
        title: Option<String>,
        /// Where.
        tried: String,
    },
    /// It points elsewhere, and is not followed.
    #[error("the provider's description points elsewhere: {to}")]
    Redirected {
        /// Where to, without its query.
        to: String,
    },
    /// What came is no JSON object.
    #[error("the provider's description is not JSON, at {tried}")]
    NotJson {
        /// Where.
        tried: String,
    },
    /// It describes another issuer.
    #[error("the description is of another issuer: {found}, not {expected}")]
    OtherIssuer {
        /// Who was asked for.
        expected: String,
        /// Who it describes.
        found: String,
    },
    /// It lacks what it must have, or has it in a wrong form.
    #[error("the provider's description lacks a usable {name}")]
    Lacks {
        /// What it lacks.
        name: &'static str,
    },
}

impl DiscoveryError {
    /// Whether there is just no description to be had. If not, there is one, and it is not to be
    /// believed: nothing may be taken in its place.
    pub fn is_out_of_reach(&self) -> bool {
        match self {
            Self::NotReached(_)
            | Self::NotThere { .. }
            | Self::Status { .. }
            | Self::WebPage { .. }
            | Self::Redirected { .. }
            | Self::NotJson { .. } => true,
            Self::NotAnAddress { .. }
            | Self::Insecure(_)
            | Self::OtherIssuer { .. }
            | Self::Lacks { .. } => false,
        }
    }

    /// What to try, in a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::NotAnAddress { .. } => {
                "Enter the issuer as the provider's documentation gives it, beginning with https://.".to_owned()
            }
            Self::Insecure(insecure) => insecure.hint().to_owned(),
            Self::NotReached(error) => error.hint(),
            Self::NotThere { .. } | Self::Status { .. } | Self::WebPage { .. } | Self::NotJson { .. } => {
                "Check the issuer, path and realm or tenant included; if the provider has no discovery, choose Custom OAuth 2.0 and enter its endpoints.".to_owned()
            }
            Self::Redirected { to } => format!("If {to} belongs to the provider, enter the issuer as it is there."),
            Self::OtherIssuer { found, .. } => {
                format!("If {found} is who you mean, enter it exactly so, with or without the slash at its end.")
            }
            Self::Lacks { .. } => {
                "Choose Custom OAuth 2.0 and enter the endpoints by hand.".to_owned()
            }
        }
    }
}
