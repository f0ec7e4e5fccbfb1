//! Messages about pairing, admins and secrets.

use std::fmt;
use std::str::FromStr;

use gatewright_secret::SecretString;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What an admin may do; each role includes the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Publishes.
    Editor,
    /// Sets secrets and admits admins.
    Owner,
}

impl Role {
    /// Its word.
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
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "viewer" => Ok(Self::Viewer),
            "editor" => Ok(Self::Editor),
            "owner" => Ok(Self::Owner),
            _ => Err("a role is owner, editor or viewer".to_owned()),
        }
    }
}

/// `POST pair`: a code becomes a credential.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The code.
    #[serde(with = "crate::secret_text")]
    pub code: SecretString,
    /// What people call the admin who pairs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The credential, shown this once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Paired {
    /// The admin's id.
    pub id: String,
    /// The bearer token for every other call.
    #[serde(with = "crate::secret_text")]
    pub credential: SecretString,
    /// What it may do.
    pub role: Role,
    /// What people call the admin.
    pub name: String,
}

/// `PUT secrets/{name}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutSecret {
    /// The secret.
    #[serde(with = "crate::secret_text")]
    pub value: SecretString,
}

/// A secret's name and dates; values never come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretInfo {
    /// Its name.
    pub name: String,
    /// When it was first set.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it was last set.
    #[serde(with = "time::serde::rfc3339")]
    pub updated_at: OffsetDateTime,
}

/// The secrets, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretList {
    /// The secrets.
    pub secrets: Vec<SecretInfo>,
}

/// An admin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminInfo {
    /// The admin's id.
    pub id: String,
    /// What people call the admin.
    pub name: String,
    /// What the admin may do.
    pub role: Role,
    /// When the credential was made.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it was last used, to the minute.
    #[serde(with = "time::serde::rfc3339::option", default)]
    pub last_used_at: Option<OffsetDateTime>,
}

/// The admins, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminList {
    /// The admins.
    pub admins: Vec<AdminInfo>,
}

/// `POST admins`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateAdmin {
    /// What people call the admin.
    pub name: String,
    /// What the admin may do.
    pub role: Role,
}

/// `PATCH admins/{id}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeAdmin {
    /// What the admin may do from now on.
    pub role: Role,
}

/// A new admin, with the credential, shown this once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreatedAdmin {
    /// The admin.
    #[serde(flatten)]
    pub admin: AdminInfo,
    /// The bearer token for every call.
    #[serde(with = "crate::secret_text")]
    pub credential: SecretString,
}
