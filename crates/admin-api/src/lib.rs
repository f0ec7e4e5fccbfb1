#![doc = include_str!("../README.md")]

mod client;
mod config;
mod credential;
mod error;
mod inspect;
mod pairing;
mod people;
mod problem;
mod secret_text;

pub use client::Client;
pub use config::{
    DocumentProblem, ExpectationResult, Notation, Published, PublishedDocument, Validation,
    VersionDocument, VersionInfo, VersionList,
};
pub use credential::{Credential, CredentialFileError};
pub use error::CallError;
pub use inspect::{
    AuditEntry, AuditPage, AuditQuery, Counts, Explain, Explanation, ExplanationPhase, Mode,
    ProductStatus, Status,
};
pub use pairing::{Fingerprint, PairingCode, PairingCodeError};
pub use people::{
    AdminInfo, AdminList, CreateAdmin, CreatedAdmin, Pair, Paired, PutSecret, Role, SecretInfo,
    SecretList,
};
pub use problem::{Problem, ProblemCode};

/// Where the API is, below the address of the admin listener.
pub const BASE_PATH: &str = "/api/v1";

/// The media type of TOML documents.
pub const TOML: &str = "application/toml";

/// The media type of problem documents (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";
