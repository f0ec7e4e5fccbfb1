//! Why a call to the admin API did not do what it should.

use gatewright_http::{ClientError, SendError};

use crate::config::{DocumentProblem, ExpectationResult};
use crate::pairing::PairingCodeError;
use crate::problem::{Problem, ProblemCode};

/// Why a call did not do what it should, by what the caller can do about it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CallError {
    /// The gateway was not reached, or broke off.
    #[error("the gateway was not reached: {0}")]
    Unreachable(SendError),
    /// The network settings cannot be used.
    #[error("the network settings cannot be used: {detail}")]
    Network {
        /// Why.
        detail: String,
        /// What to do.
        hint: String,
    },
    /// The credential would travel in clear to another computer.
    #[error("without TLS only a gateway on this computer is spoken to: {url}")]
    PlainHttp {
        /// The address.
        url: String,
    },
    /// The address cannot be that of a gateway.
    #[error("this address cannot be used: {url}")]
    Address {
        /// The address.
        url: String,
    },
    /// What was typed is no pairing code.
    #[error(transparent)]
    PairingCode(#[from] PairingCodeError),
    /// The pairing code is for a gateway with TLS, and the address is without, or the reverse.
    #[error("the pairing code does not fit the address: {detail}")]
    PairingAddress {
        /// In which way.
        detail: &'static str,
    },
    /// The gateway does not know the code.
    #[error("the gateway did not take the pairing code: it is wrong, used or too old")]
    PairingRefused,
    /// Too many tries.
    #[error("too many tries; the gateway asks to wait")]
    TooManyTries,
    /// The credential is not known there (any more).
    #[error("the gateway does not know this credential")]
    Unauthorised,
    /// The role is too small.
    #[error("the role of this credential does not permit it")]
    Forbidden,
    /// No such thing there.
    #[error("the gateway has no such thing: {what}")]
    NotFound {
        /// What was asked for.
        what: String,
    },
    /// Another version was published meanwhile.
    #[error("the gateway runs version {current} meanwhile")]
    Stale {
        /// The newest version.
        current: u64,
    },
    /// The document is not valid.
    #[error("the gateway refused the document: {}", first(problems))]
    Invalid {
        /// What is wrong with it.
        problems: Vec<DocumentProblem>,
    },
    /// The document names secrets that the gateway does not have.
    #[error("the gateway lacks secrets that the document names: {}", names.join(", "))]
    UnknownSecrets {
        /// Their names.
        names: Vec<String>,
    },
    /// The document does not meet its own expectations.
    #[error(
        "the document does not meet its own expectations: {}",
        failed(expectations)
    )]
    FailedExpectations {
        /// Those that failed.
        expectations: Vec<ExpectationResult>,
    },
    /// The gateway reads its document from a file.
    #[error("the gateway reads its document from a file")]
    FromFile,
    /// The gateway reads its secrets from a directory.
    #[error("the gateway reads its secrets from a directory")]
    SecretsFromDirectory,
    /// The gateway said no for another reason.
    #[error("the gateway refused: {}", said(.0))]
    Refused(Box<Problem>),
    /// Something else answers there.
    #[error("what answers there is not the gateway's admin API: {detail}")]
    NotAGateway {
        /// What came.
        detail: String,
    },
}

fn first(problems: &[DocumentProblem]) -> String {
    problems
        .first()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn said(problem: &Problem) -> String {
    if problem.detail.is_empty() {
        problem.title.clone()
    } else {
        format!("{}: {}", problem.title, problem.detail)
    }
}

fn failed(expectations: &[ExpectationResult]) -> String {
    let names: Vec<&str> = expectations.iter().map(|one| one.name.as_str()).collect();
    names.join(", ")
}

impl CallError {
    /// What to try, in a sentence; empty where there is nothing to be done.
    pub fn hint(&self) -> String {
        match self {
            Self::Unreachable(error) => error.hint(),
            Self::Network { hint, .. } => hint.clone(),
            Self::PlainHttp { .. } => {
                "Start the gateway with --admin-tls-cert and --admin-tls-key, or use a tunnel to its computer.".to_owned()
            }
            Self::Address { .. } => {
                "Enter the address that `gatewright-gateway serve` printed as admin, with http:// or https://.".to_owned()
            }
            Self::PairingCode(_) => "Copy the whole line that `gatewright-gateway pair-code` printed.".to_owned(),
            Self::PairingAddress { .. } => {
                "A code with #sha256 goes with an https address, one without goes with http on this computer.".to_owned()
            }
            Self::PairingRefused => {
                "Make a new code with `gatewright-gateway pair-code`; it is good once, for ten minutes.".to_owned()
            }
            Self::TooManyTries => "Wait a minute and try again.".to_owned(),
            Self::Unauthorised => "Pair with the gateway again.".to_owned(),
            Self::Forbidden => "Ask an owner of the gateway for a credential with a larger role.".to_owned(),
            Self::NotFound { .. } => "Look at the list of what is there.".to_owned(),
            Self::Stale { .. } => {
                "Look at what was published meanwhile, then publish again.".to_owned()
            }
            Self::Invalid { problems } => {
                problems.first().map(|problem| problem.hint.clone()).unwrap_or_default()
            }
            Self::UnknownSecrets { .. } => "Set them first, then publish again.".to_owned(),
            Self::FailedExpectations { .. } => {
                "Change the rules, or the [[expect]] entries that no longer say what is wanted.".to_owned()
            }
            Self::FromFile => "Change that file; the gateway reads it again by itself.".to_owned(),
            Self::SecretsFromDirectory => "Put the secret into that directory as a file of its name.".to_owned(),
            Self::Refused(problem) => problem.hint.clone(),
            Self::NotAGateway { .. } => {
                "Check that the address is that of the admin listener and not of the gateway's products.".to_owned()
            }
        }
    }

    pub(crate) fn from_problem(problem: Problem, what: &str) -> Self {
        match problem.code {
            ProblemCode::InvalidCredentials => Self::Unauthorised,
            ProblemCode::Forbidden => Self::Forbidden,
            ProblemCode::PairingRefused => Self::PairingRefused,
            ProblemCode::NotFound => Self::NotFound {
                what: what.to_owned(),
            },
            ProblemCode::ConfigFromFile => Self::FromFile,
            ProblemCode::SecretsFromDirectory => Self::SecretsFromDirectory,
            ProblemCode::Stale => match problem.current_version {
                Some(current) => Self::Stale { current },
                None => Self::Refused(Box::new(problem)),
            },
            ProblemCode::InvalidDocument => Self::Invalid {
                problems: problem.problems,
            },
            ProblemCode::UnknownSecrets => Self::UnknownSecrets {
                names: problem.secrets,
            },
            ProblemCode::FailedExpectations => Self::FailedExpectations {
                expectations: problem.expectations,
            },
            ProblemCode::TooManyTries => Self::TooManyTries,
            ProblemCode::MalformedRequest
            | ProblemCode::MethodNotAllowed
            | ProblemCode::PreconditionRequired
            | ProblemCode::KeyRefused
            | ProblemCode::LastOwner
            | ProblemCode::TooLarge
            | ProblemCode::UnsupportedMediaType
            | ProblemCode::StoreUnavailable
            | ProblemCode::Internal
            | ProblemCode::Unknown => Self::Refused(Box::new(problem)),
        }
    }
}

impl From<ClientError> for CallError {
    fn from(error: ClientError) -> Self {
        Self::Network {
            detail: error.to_string(),
            hint: error.hint(),
        }
    }
}
