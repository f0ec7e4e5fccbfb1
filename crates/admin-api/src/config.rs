//! Messages about the configuration document.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notation {
    /// TOML.
    Toml,
    /// JSON.
    Json,
}

impl Notation {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Toml => crate::TOML,
            Self::Json => "application/json",
        }
    }
}

/// The document that is in force, with its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedDocument {
    /// Its version; 0 if nothing was published, and then the text is an empty document.
    pub version: u64,
    /// The document.
    pub text: String,
    /// How the text is written.
    pub notation: Notation,
}

/// A version was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Its number.
    pub version: u64,
}

/// Something that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentProblem {
    /// Where: `products[0].act_as`.
    pub path: String,
    /// In which line, from 1, where that is known.
    #[serde(default)]
    pub line: Option<u32>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    #[serde(default)]
    pub hint: String,
}

impl fmt::Display for DocumentProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(formatter, "line {line}: ")?;
        }
        write!(formatter, "{}: {}", self.path, self.message)
    }
}

/// What became of one `[[expect]]` of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectationResult {
    /// Its name.
    pub name: String,
    /// What the document says.
    pub expected: String,
    /// What its rules say.
    pub actual: String,
    /// Whether both are the same.
    pub met: bool,
}

/// What a publish of a document would say, without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validation {
    /// Whether it could be published.
    pub valid: bool,
    /// What is wrong with it.
    pub problems: Vec<DocumentProblem>,
    /// Secrets that it names and that are not set.
    pub unknown_secrets: Vec<String>,
    /// What became of its expectations; empty while there are problems.
    pub expectations: Vec<ExpectationResult>,
}

/// One published version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionInfo {
    /// Its number.
    pub version: u64,
    /// When it was published.
    #[serde(with = "time::serde::rfc3339")]
    pub published_at: OffsetDateTime,
    /// The admin who published it.
    pub by: String,
    /// Why, in the admin's words.
    pub comment: String,
}

/// Published versions, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionList {
    /// The versions.
    pub versions: Vec<VersionInfo>,
    /// Ask for those before this one next; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// One published version with its document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionDocument {
    /// Number, author, time.
    #[serde(flatten)]
    pub info: VersionInfo,
    /// The document as it was published.
    pub text: String,
    /// How `text` is written.
    pub notation: Notation,
    /// The same as a JSON value.
    pub document: serde_json::Value,
}
