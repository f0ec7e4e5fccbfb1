//! The format `gatewright-connection/1`: a connection in a file, without any secret.

use crate::LARGEST;
use gatewright_limits::{count, size};
use std::collections::BTreeMap;

use gatewright_catalogue::provider;
use gatewright_oauth::{ClientAuthentication, GrantType, check_endpoint};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Url;

use crate::imported::{Connection, Imported, is_secret};
use crate::note::shown;

/// What the member `format` says.
pub const FORMAT: &str = "gatewright-connection/1";

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FormatError {
    /// It is larger than 5 MB.
    #[error("the file is larger than 5 MB")]
    TooLarge,
    /// It is not JSON, or has members that are not known, twice, or of another type.
    #[error("the file cannot be read: line {line}, column {column}")]
    Unreadable {
        /// In which line.
        line: usize,
        /// In which column.
        column: usize,
    },
    /// It has another format, or another version of it.
    #[error("the file has another format: {format}")]
    OtherFormat {
        /// What it names.
        format: String,
    },
    /// A member has a value that it cannot have.
    #[error("a value cannot be used: {member}")]
    Value {
        /// Which member.
        member: &'static str,
    },
    /// A parameter looks like a secret, which has no place in such a file.
    #[error("the file holds a secret: {name}")]
    Secret {
        /// The name of the parameter.
        name: String,
    },
}

impl FormatError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::TooLarge | Self::Unreadable { .. } => {
                "Choose a file that this application exported."
            }
            Self::OtherFormat { .. } => "Export it again with a version of the same age.",
            Self::Value { .. } => "Correct the value, or export the connection again.",
            Self::Secret { .. } => {
                "Take the secret out of the file and enter it in the application."
            }
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    preset: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    inputs: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grant: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    authorization_endpoint: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token_endpoint: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    userinfo_endpoint: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_authentication: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    scopes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    authorization_params: Vec<Parameter>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    token_params: Vec<Parameter>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    refresh_params: Vec<Parameter>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameter {
    name: String,
    value: String,
}

/// Writes a connection as a file. There is no place for a secret in it, and parameters that look
/// like one are left out.
pub fn export(connection: &Connection) -> String {
    let text = |url: &Option<Url>| url.as_ref().map(ToString::to_string);
    let params = |params: &[(String, String)]| {
        params
            .iter()
            .filter(|(name, _)| !is_secret(name))
            .map(|(name, value)| Parameter {
                name: name.clone(),
                value: value.clone(),
            })
            .collect()
    };
    let document = Document {
        format: FORMAT.to_owned(),
        name: connection.name.clone(),
        preset: connection.preset.clone(),
        inputs: connection.inputs.clone(),
        grant: connection.grant.map(|grant| grant.name().to_owned()),
        authorization_endpoint: text(&connection.authorization),
        token_endpoint: text(&connection.token),
        userinfo_endpoint: text(&connection.userinfo),
        client_id: connection.client_id.clone(),
        client_authentication: connection.client_auth.map(|way| way.name().to_owned()),
        scopes: connection.scopes.clone(),
        redirect_uri: connection.redirect_uri.clone(),
        authorization_params: params(&connection.authorization_params),
        token_params: params(&connection.token_params),
        refresh_params: params(&connection.refresh_params),
    };
    // Texts alone, which can always be written.
    let mut written = serde_json::to_string_pretty(&document).unwrap_or_default();
    written.push('\n');
    written
}

/// Reads such a file. All members but `format` may be absent; others are refused.
///
/// | member | what it holds |
/// | --- | --- |
/// | `format` | `gatewright-connection/1` |
/// | `name` | what the connection is called |
/// | `preset`, `inputs` | a provider of the catalogue and its inputs by key |
/// | `grant` | `authorization_code`, `client_credentials`, `refresh_token`, or the name of the device grant |
/// | `authorization_endpoint`, `token_endpoint`, `userinfo_endpoint` | addresses: https, or http on this machine |
/// | `client_id`, `client_authentication` | the client, and `basic`, `body`, `none` or `private_key_jwt` |
/// | `scopes` | a list |
/// | `redirect_uri` | the one that is registered |
/// | `authorization_params`, `token_params`, `refresh_params` | lists of `name` and `value` |
///
/// ```
/// let file = r#"{
///   "format": "gatewright-connection/1",
///   "preset": "keycloak",
///   "inputs": { "base_url": "https://sso.example.com", "realm": "acme" },
///   "grant": "authorization_code",
///   "client_id": "jira",
///   "client_authentication": "basic",
///   "scopes": ["openid", "profile"],
///   "token_params": [{ "name": "audience", "value": "jira" }]
/// }"#;
/// let imported = gatewright_imports::connection(file.as_bytes())?;
/// assert!(imported.secrets.is_empty());
/// # Ok::<(), gatewright_imports::FormatError>(())
/// ```
pub fn connection(bytes: &[u8]) -> Result<Imported, FormatError> {
    if bytes.len() > LARGEST {
        return Err(FormatError::TooLarge);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // Another version may have other members: what it is is asked first.
    let unreadable = |error: &serde_json::Error| FormatError::Unreadable {
        line: error.line(),
        column: error.column(),
    };
    let value: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|error| unreadable(&error))?;
    let format = value.get("format").and_then(serde_json::Value::as_str);
    if format != Some(FORMAT) {
        return Err(FormatError::OtherFormat {
            format: shown(format.unwrap_or("none")),
        });
    }
    let document: Document = serde_json::from_slice(bytes).map_err(|error| unreadable(&error))?;
    Ok(Imported {
        connection: Some(document.connection()?),
        ..Imported::default()
    })
}

impl Document {
    fn connection(self) -> Result<Connection, FormatError> {
        let wrong = |member| FormatError::Value { member };
        let texts = [
            Some(&self.name),
            self.client_id.as_ref(),
            self.redirect_uri.as_ref(),
        ];
        if texts.into_iter().flatten().any(|text| unsound(text)) {
            return Err(wrong("name, client_id or redirect_uri"));
        }
        if let Some(preset) = &self.preset {
            let known = provider(preset).ok_or_else(|| wrong("preset"))?;
            let is_input = |key: &String| known.inputs.iter().any(|input| input.key == key);
            if !self.inputs.keys().all(is_input) {
                return Err(wrong("inputs"));
            }
        } else if !self.inputs.is_empty() {
            return Err(wrong("inputs"));
        }
        if self.inputs.values().any(|value| unsound(value)) {
            return Err(wrong("inputs"));
        }
        let blank = |scope: &String| scope.is_empty() || scope.contains(char::is_whitespace);
        if self.scopes.len() > count::PARAMETERS
            || self
                .scopes
                .iter()
                .any(|scope| blank(scope) || unsound(scope))
        {
            return Err(wrong("scopes"));
        }
        Ok(Connection {
            name: self.name,
            preset: self.preset,
            inputs: self.inputs,
            grant: self
                .grant
                .map(|name| name.parse::<GrantType>())
                .transpose()
                .map_err(|_| wrong("grant"))?,
            authorization: endpoint(self.authorization_endpoint, "authorization_endpoint")?,
            token: endpoint(self.token_endpoint, "token_endpoint")?,
            userinfo: endpoint(self.userinfo_endpoint, "userinfo_endpoint")?,
            client_id: self.client_id,
            client_auth: self
                .client_authentication
                .map(|name| name.parse::<ClientAuthentication>())
                .transpose()
                .map_err(|_| wrong("client_authentication"))?,
            scopes: self.scopes,
            redirect_uri: self.redirect_uri,
            authorization_params: params(self.authorization_params, "authorization_params")?,
            token_params: params(self.token_params, "token_params")?,
            refresh_params: params(self.refresh_params, "refresh_params")?,
        })
    }
}

fn endpoint(text: Option<String>, member: &'static str) -> Result<Option<Url>, FormatError> {
    text.map(|text| {
        Url::parse(&text)
            .ok()
            .filter(|url| check_endpoint(member, url).is_ok())
            .ok_or(FormatError::Value { member })
    })
    .transpose()
}

fn params(
    params: Vec<Parameter>,
    member: &'static str,
) -> Result<Vec<(String, String)>, FormatError> {
    if params.len() > count::PARAMETERS {
        return Err(FormatError::Value { member });
    }
    params
        .into_iter()
        .map(|Parameter { name, value }| {
            if is_secret(&name) {
                return Err(FormatError::Secret { name: shown(&name) });
            }
            if name.is_empty() || unsound(&name) || unsound(&value) {
                return Err(FormatError::Value { member });
            }
            Ok((name, value))
        })
        .collect()
}

fn unsound(text: &str) -> bool {
    text.len() > size::SETTING || text.chars().any(char::is_control)
}
