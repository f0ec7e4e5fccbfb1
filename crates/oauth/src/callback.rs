//! The way back: what the browser brings.

use std::fmt;

use gatewright_limits::size::CALLBACK;
use gatewright_secret::SecretString;
use thiserror::Error;
use url::{Url, form_urlencoded};

use crate::provider_error::ProviderError;

/// Why an address is not one that a provider sends back to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CallbackParseError {
    /// It is no address.
    #[error("this is not a complete address")]
    NotAnAddress,
    /// It brings neither a code nor an error.
    #[error("the address brings neither a code nor an error")]
    NothingInIt,
    /// A parameter stands in it twice (RFC 6749 §3.1).
    #[error("the address brings {name} twice")]
    Duplicate {
        /// Which parameter.
        name: &'static str,
    },
    /// It says both yes and no.
    #[error("the address brings both a code and an error")]
    Contradictory,
    /// It is the answer of another flow, in which tokens travel in the address.
    #[error("the address brings its answer behind a #, which is how the implicit flow answers")]
    Fragment,
    /// It is too long.
    #[error("the address is too long")]
    TooLong,
}

impl CallbackParseError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotAnAddress | Self::NothingInIt => {
                "Copy the whole address from the browser's address bar, at the page where the sign-in ended."
            }
            Self::Duplicate { .. } | Self::Contradictory | Self::TooLong => {
                "Sign in again; if it stays so, somebody in between changes the address."
            }
            Self::Fragment => {
                "This program uses the authorization code flow. Switch the implicit flow off in the client's registration, and take response_mode=fragment away."
            }
        }
    }
}

/// Why a way back does not lead to a token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CallbackError {
    /// It belongs to another sign-in, or somebody made it up. The sign-in may go on waiting.
    #[error("the answer belongs to another sign-in: its state is not ours")]
    WrongState,
    /// It came to another address than the one that was given.
    #[error("the answer came to another address than the one that was registered: {found}")]
    WrongAddress {
        /// Where it came to, without its query.
        found: String,
    },
    /// Another provider answered than the one that was asked (RFC 9207).
    #[error("the answer came from another provider: {found}, not {expected}")]
    WrongIssuer {
        /// Who was asked.
        expected: String,
        /// Who answered.
        found: String,
    },
    /// The provider announces that it names itself, and this answer does not.
    #[error(
        "the answer does not say that it comes from {expected}, as the provider announces it does"
    )]
    MissingIssuer {
        /// Who was asked.
        expected: String,
    },
    /// The answer names an issuer, and none is configured to compare it with.
    #[error("the answer names an issuer, and none is configured to compare it with: {found}")]
    UnexpectedIssuer {
        /// Who answered.
        found: String,
    },
    /// The provider refused.
    #[error("the provider refused: {0}")]
    Refused(ProviderError),
}

impl CallbackError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::WrongState => "Use the browser tab that this sign-in opened, or start again.".to_owned(),
            Self::WrongAddress { .. } => {
                "Copy the address of the page where this sign-in ended.".to_owned()
            }
            Self::WrongIssuer { .. } => {
                "Stop here if you did not expect this: another server may be trying to pass off its answer. If the provider has a new issuer, correct it in the settings.".to_owned()
            }
            Self::MissingIssuer { .. } => {
                "Sign in again; if it stays so, somebody in between changes the answer.".to_owned()
            }
            Self::UnexpectedIssuer { found } => {
                format!("If {found} is this provider, save it as the expected issuer and sign in again.")
            }
            Self::Refused(error) => error.hint(),
        }
    }
}

/// What the browser brought back, read but not yet believed.
#[derive(Clone)]
pub struct Callback {
    pub(crate) state: Option<SecretString>,
    pub(crate) issuer: Option<String>,
    pub(crate) answer: Result<SecretString, ProviderError>,
    /// Where it came to, if that is known.
    pub(crate) address: Option<Url>,
}

impl Callback {
    /// Reads a pasted address.
    pub fn from_url(address: &str) -> Result<Self, CallbackParseError> {
        let address = address.trim();
        if address.len() > CALLBACK {
            return Err(CallbackParseError::TooLong);
        }
        let mut url = Url::parse(address).map_err(|_| CallbackParseError::NotAnAddress)?;
        if let Some(fragment) = url.fragment() {
            let speaks = ["access_token=", "id_token=", "code=", "error="];
            if speaks.iter().any(|name| fragment.contains(name)) {
                return Err(CallbackParseError::Fragment);
            }
        }
        let mut callback = Self::from_query(url.query().unwrap_or_default())?;
        url.set_query(None);
        url.set_fragment(None);
        callback.address = Some(url);
        Ok(callback)
    }

    /// Reads the query of a request to the redirect URI.
    pub fn from_query(query: &str) -> Result<Self, CallbackParseError> {
        if query.len() > CALLBACK {
            return Err(CallbackParseError::TooLong);
        }
        let mut found: [(&'static str, Option<String>); 7] = [
            ("code", None),
            ("state", None),
            ("iss", None),
            ("error", None),
            ("error_description", None),
            ("error_uri", None),
            ("access_token", None),
        ];
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let Some((name, slot)) = found.iter_mut().find(|(known, _)| *known == name) else {
                continue;
            };
            if slot.is_some() {
                return Err(CallbackParseError::Duplicate { name });
            }
            *slot = Some(value.into_owned());
        }
        let [code, state, issuer, error, description, uri, implicit] =
            found.map(|(_, value)| value.filter(|value| !value.is_empty()));
        if implicit.is_some() {
            return Err(CallbackParseError::Fragment);
        }
        let answer = match (code, error) {
            (Some(_), Some(_)) => return Err(CallbackParseError::Contradictory),
            (None, None) => return Err(CallbackParseError::NothingInIt),
            (Some(code), None) => Ok(SecretString::new(code)),
            (None, Some(error)) => Err(ProviderError::new(
                &error,
                description.as_deref(),
                uri.as_deref(),
                None,
            )),
        };
        Ok(Self {
            state: state.map(SecretString::new),
            issuer,
            answer,
            address: None,
        })
    }

    /// Whether it brings a state at all.
    pub fn has_state(&self) -> bool {
        self.state.is_some()
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Callback")
            .field("issuer", &self.issuer)
            .field("refused", &self.answer.as_ref().err())
            .finish_non_exhaustive()
    }
}
