//! Problem documents (RFC 9457): how the API says no.

use serde::{Deserialize, Serialize};

use crate::config::{DocumentProblem, ExpectationResult};

/// Why the API said no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Always `about:blank`: `code` tells the kind.
    #[serde(rename = "type", default = "blank")]
    pub kind: String,
    /// The kind, for people.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// The kind, for programs.
    pub code: ProblemCode,
    /// This occurrence, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// With `invalid_document`: what is wrong with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<DocumentProblem>,
    /// With `failed_expectations`: those that failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expectations: Vec<ExpectationResult>,
    /// With `unknown_secrets`: their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// With `stale` and `precondition_required`: the newest version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_version: Option<u64>,
}

fn blank() -> String {
    "about:blank".to_owned()
}

impl Problem {
    /// A problem with nothing but what its code says.
    pub fn new(code: ProblemCode) -> Self {
        Self {
            kind: blank(),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            detail: String::new(),
            hint: String::new(),
            problems: Vec::new(),
            expectations: Vec::new(),
            secrets: Vec::new(),
            current_version: None,
        }
    }

    /// The same with a sentence about this occurrence.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// The kinds of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// The request cannot be read.
    MalformedRequest,
    /// No credential, or one that is not known here.
    InvalidCredentials,
    /// The credential's role is too small.
    Forbidden,
    /// The pairing code is unknown, used or too old.
    PairingRefused,
    /// No such thing.
    NotFound,
    /// Not this method here.
    MethodNotAllowed,
    /// The document comes from a file.
    ConfigFromFile,
    /// The secrets come from a directory.
    SecretsFromDirectory,
    /// Another version was published meanwhile.
    Stale,
    /// Nobody would be left who may admit admins.
    LastOwner,
    /// The request must say on which version it builds.
    PreconditionRequired,
    /// More than is taken.
    TooLarge,
    /// A media type that is not understood.
    UnsupportedMediaType,
    /// The document is not valid.
    InvalidDocument,
    /// The document names secrets that nobody has set.
    UnknownSecrets,
    /// The document's own expectations are not met.
    FailedExpectations,
    /// The rules do not permit this key, or not any more.
    KeyRefused,
    /// Too many wrong tries.
    TooManyTries,
    /// The store does not answer.
    StoreUnavailable,
    /// A fault of the gateway.
    Internal,
    /// A code that this program does not know.
    #[serde(other)]
    Unknown,
}

impl ProblemCode {
    /// The status that goes with it.
    pub fn status(self) -> u16 {
        match self {
            Self::MalformedRequest => 400,
            Self::InvalidCredentials => 401,
            Self::Forbidden | Self::PairingRefused => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::ConfigFromFile | Self::SecretsFromDirectory | Self::LastOwner => 409,
            Self::Stale => 412,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::InvalidDocument
            | Self::UnknownSecrets
            | Self::FailedExpectations
            | Self::KeyRefused => 422,
            Self::PreconditionRequired => 428,
            Self::TooManyTries => 429,
            Self::StoreUnavailable => 503,
            Self::Internal | Self::Unknown => 500,
        }
    }

    /// The kind, for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::MalformedRequest => "The request cannot be read",
            Self::InvalidCredentials => "The credential is missing or not known here",
            Self::Forbidden => "The role of this credential does not permit it",
            Self::PairingRefused => "The pairing code is unknown, used or too old",
            Self::NotFound => "There is no such thing",
            Self::MethodNotAllowed => "This method is not possible here",
            Self::ConfigFromFile => "The configuration comes from a file",
            Self::SecretsFromDirectory => "The secrets come from a directory",
            Self::LastOwner => "The last owner stays",
            Self::Stale => "Another version was published meanwhile",
            Self::PreconditionRequired => "If-Match must name the version that is replaced",
            Self::TooLarge => "The request is too large",
            Self::UnsupportedMediaType => "The media type is not understood",
            Self::InvalidDocument => "The document is not valid",
            Self::UnknownSecrets => "The document names secrets that are not set",
            Self::FailedExpectations => "The document does not meet its own expectations",
            Self::KeyRefused => "The rules do not permit this key",
            Self::TooManyTries => "Too many tries",
            Self::StoreUnavailable => "The gateway's database does not answer",
            Self::Internal | Self::Unknown => "The gateway failed",
        }
    }
}
