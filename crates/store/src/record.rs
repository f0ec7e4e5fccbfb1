//! What is kept, as values.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

/// The notation in which a document was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentFormat {
    /// TOML, comments and order as the author wrote them.
    Toml,
    /// JSON.
    Json,
}

impl DocumentFormat {
    /// The word under which it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Toml => "toml",
            Self::Json => "json",
        }
    }
}

impl FromStr for DocumentFormat {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "toml" => Ok(Self::Toml),
            "json" => Ok(Self::Json),
            _ => Err(UnknownWord(word.to_owned())),
        }
    }
}

/// A word in the database that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("unknown word: {0}")]
pub struct UnknownWord(String);

/// A document on its way into the store.
#[derive(Clone, Debug)]
pub struct NewConfig {
    /// The text as it was published; secrets are never in it, only their names.
    pub text: String,
    /// How the text is written.
    pub format: DocumentFormat,
    /// The name of the admin who publishes it.
    pub by: String,
    /// Why, in the admin's words; may be empty.
    pub comment: String,
    /// When.
    pub at: OffsetDateTime,
}

/// One published version without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigInfo {
    /// Counts from 1 without gaps; 0 stands for "nothing published yet".
    pub version: u64,
    /// The name of the admin who published it.
    pub by: String,
    /// Why, in the admin's words; may be empty.
    pub comment: String,
    /// When.
    pub at: OffsetDateTime,
}

/// One published version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigVersion {
    /// Number, author, time.
    pub info: ConfigInfo,
    /// The text as it was published.
    pub text: String,
    /// How the text is written.
    pub format: DocumentFormat,
}

/// A secret's name and dates; its value is never listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretInfo {
    /// The name by which the document speaks of it.
    pub name: String,
    /// When it was first set.
    pub created_at: OffsetDateTime,
    /// When it was last set.
    pub updated_at: OffsetDateTime,
}

/// What an admin may do; each role includes the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Publishes.
    Editor,
    /// Sets secrets and admits admins.
    Owner,
}

impl Role {
    /// The word under which it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "viewer" => Ok(Self::Viewer),
            "editor" => Ok(Self::Editor),
            "owner" => Ok(Self::Owner),
            _ => Err(UnknownWord(word.to_owned())),
        }
    }
}

/// The SHA-256 of a credential or a pairing code: all that is kept of either.
///
/// Both are random with at least 100 bits, so a fast hash is enough, and a look-up by digest
/// compares nothing that an attacker can choose byte by byte.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of a credential or code as it is shown.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// The digest's bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[digest]")
    }
}

/// The public name of an admin's record: random, not secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminId(String);

impl AdminId {
    /// A new one, random.
    pub fn random() -> Self {
        Self(format!("adm_{:016x}", rand::random::<u64>()))
    }

    /// One that was read from a request or the database.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AdminId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// An admin on the way into the store.
#[derive(Clone, Debug)]
pub struct NewAdmin {
    /// Random.
    pub id: AdminId,
    /// What people call this admin; shown with each version and change.
    pub name: String,
    /// The digest of the credential, which itself is shown once and never kept.
    pub credential: Digest,
    /// When.
    pub at: OffsetDateTime,
}

/// An admin or a program that may use the admin API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admin {
    /// The record's name.
    pub id: AdminId,
    /// What people call this admin.
    pub name: String,
    /// What this admin may do.
    pub role: Role,
    /// When the credential was made.
    pub created_at: OffsetDateTime,
    /// When it was last used, to the minute.
    pub last_used_at: Option<OffsetDateTime>,
}

/// A pairing code on the way into the store.
#[derive(Clone, Debug)]
pub struct PairCode {
    /// The digest of the code.
    pub digest: Digest,
    /// The role of the admin who will use it.
    pub role: Role,
    /// From this moment on it is void.
    pub expires_at: OffsetDateTime,
}

/// What an audit line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditKind {
    /// One decision about one request.
    Request,
    /// One change that an admin made.
    Change,
}

impl AuditKind {
    /// The word under which it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Change => "change",
        }
    }
}

impl FromStr for AuditKind {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "request" => Ok(Self::Request),
            "change" => Ok(Self::Change),
            _ => Err(UnknownWord(word.to_owned())),
        }
    }
}

/// One audit line: a JSON object without secrets and bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// When it happened.
    pub at: OffsetDateTime,
    /// What it is about.
    pub kind: AuditKind,
    /// The id of the request that caused it.
    pub request_id: String,
    /// The line itself.
    pub json: serde_json::Value,
}

/// An audit line with its place in the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Grows with every line.
    pub sequence: u64,
    /// The line.
    pub line: AuditLine,
}

/// What counts of a request when many are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditFigure {
    /// When.
    pub at: OffsetDateTime,
    /// `permit` or the reason code.
    pub outcome: String,
    /// The user.
    pub user: Option<String>,
    /// How long it took.
    pub milliseconds: Option<u64>,
}

/// Which audit lines are asked for; newest first.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Only lines before this place.
    pub before: Option<u64>,
    /// Only lines of this kind.
    pub kind: Option<AuditKind>,
    /// Only lines of this request.
    pub request_id: Option<String>,
    /// Only lines about this user.
    pub user: Option<String>,
    /// Only lines with this outcome: `permit` or a reason code.
    pub outcome: Option<String>,
    /// Only lines about this product.
    pub product: Option<String>,
    /// Only lines from this moment on.
    pub since: Option<OffsetDateTime>,
    /// Only lines before this moment.
    pub until: Option<OffsetDateTime>,
    /// Only refused requests.
    pub refused: bool,
    /// Only lines behind this place.
    pub after: Option<u64>,
    /// At most so many.
    pub limit: usize,
}
