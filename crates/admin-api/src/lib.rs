#![doc = include_str!("../README.md")]

mod client;
mod config;
mod credential;
mod error;
mod inspect;
mod keys;
mod pairing;
mod people;
mod problem;
mod secret_text;
mod simulation;
mod vault;

pub use client::Client;
pub use config::{
    DocumentProblem, ExpectationResult, Notation, Published, PublishedDocument, Validation,
    VersionDocument, VersionInfo, VersionList,
};
pub use credential::{Credential, CredentialFileError};
pub use error::CallError;
pub use inspect::{
    AuditBucket, AuditEntry, AuditPage, AuditQuery, AuditSummary, Counted, Counts, Explain,
    Explanation, ExplanationPhase, Latency, Mode, ProductStatus, Status,
};
pub use keys::{
    CreateKey, CreatedKey, KeyInfo, KeyKind, KeyList, KeyQuery, KeySort, KeyState, LeakedKeys,
    LeakedText, RevokeKeys, RevokedKeys, RotateKey,
};
pub use pairing::{Fingerprint, PairingCode, PairingCodeError};
pub use people::{
    AdminInfo, AdminList, ChangeAdmin, CreateAdmin, CreatedAdmin, Pair, Paired, PutSecret, Role,
    SecretInfo, SecretList,
};
pub use problem::{Problem, ProblemCode};

/// Where the API is, below the address of the admin listener.
pub const BASE_PATH: &str = "/api/v1";

/// The media type of TOML documents.
pub const TOML: &str = "application/toml";

/// The media type of problem documents (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";
pub use gatewright_simulate::{
    Difference, EffectExample, EffectOfChange, Example, MeasuredEffect, Report, Unjudged, WhyNot,
};
pub use simulation::{DocumentDiff, SimulationReport};
pub use vault::{VaultEntry, VaultPage};
