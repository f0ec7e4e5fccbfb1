//! What an import gives.

use std::collections::BTreeMap;

use gatewright_oauth::{ClientAuthentication, GrantType};
use gatewright_secret::SecretString;
use serde::Serialize;
use url::Url;

use crate::note::Note;

/// What was read from a file or a command.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// Where it stood: the folders and the request of a collection, or nothing.
    pub place: String,
    /// How to get tokens, if that was said.
    pub connection: Option<Connection>,
    /// The secrets that stood with it.
    pub secrets: Secrets,
    /// A call of an API, if that was said.
    pub request: Option<Request>,
    /// What the admin should know.
    pub notes: Vec<Note>,
}

/// How tokens are got, without any secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// What it is called, possibly nothing.
    pub name: String,
    /// The preset of the catalogue.
    pub preset: Option<String>,
    /// The inputs of the preset.
    pub inputs: BTreeMap<String, String>,
    /// How tokens are got.
    pub grant: Option<GrantType>,
    /// Where the browser goes.
    pub authorization: Option<Url>,
    /// Where tokens are got.
    pub token: Option<Url>,
    /// Where attributes are got.
    pub userinfo: Option<Url>,
    /// The client id.
    pub client_id: Option<String>,
    /// How the client authenticates.
    pub client_auth: Option<ClientAuthentication>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// The redirect URI that was registered there.
    pub redirect_uri: Option<String>,
    /// Further parameters of the authorization request.
    pub authorization_params: Vec<(String, String)>,
    /// Further parameters of the token request.
    pub token_params: Vec<(String, String)>,
    /// Further parameters when a token is refreshed.
    pub refresh_params: Vec<(String, String)>,
}

/// A call of an API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The address, without credentials in it.
    pub url: Url,
    /// How it authenticates; the secret stands among the secrets.
    pub credential: Credential,
    /// Harmless headers.
    pub headers: Vec<(String, String)>,
}

/// How a call authenticates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// Not at all.
    None,
    /// By a bearer token: [`SecretName::AccessToken`].
    Bearer,
    /// By a name and a password: [`SecretName::Password`].
    Basic {
        /// The name.
        username: String,
    },
}

/// What a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretName {
    /// The client secret.
    ClientSecret,
    /// An access token.
    AccessToken,
    /// A refresh token.
    RefreshToken,
    /// A password of a Basic credential.
    Password,
}

/// A secret with its name.
#[derive(Clone, Debug)]
pub struct NamedSecret {
    /// What it is.
    pub name: SecretName,
    /// The secret itself.
    pub value: SecretString,
}

/// The secrets of an import, each name once.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Vec<NamedSecret>);

impl Secrets {
    /// The secret of this name.
    pub fn named(&self, name: SecretName) -> Option<&SecretString> {
        self.0
            .iter()
            .find(|secret| secret.name == name)
            .map(|secret| &secret.value)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &NamedSecret> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a secret into custody; an empty one is none, and a later one takes the earlier's place.
    pub(crate) fn put(&mut self, name: SecretName, value: String) {
        if value.is_empty() {
            return;
        }
        self.0.retain(|secret| secret.name != name);
        self.0.push(NamedSecret {
            name,
            value: SecretString::new(value),
        });
    }
}

/// Whether a parameter of this name holds a secret, or something that is good once.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts = [
        "secret",
        "password",
        "passwd",
        "assertion",
        "token",
        "verifier",
        "credential",
        "api_key",
        "apikey",
        "private",
        "signature",
        "session",
        "cookie",
    ];
    let harmless = matches!(
        name.as_str(),
        "token_type"
            | "token_format"
            | "requested_token_type"
            | "subject_token_type"
            | "client_assertion_type"
            | "token_content_type"
    );
    !harmless && (name == "code" || name == "auth" || parts.iter().any(|part| name.contains(part)))
}

/// Words between white space or commas, each once.
pub(crate) fn scopes(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for scope in text.split(|one: char| one.is_whitespace() || one == ',') {
        if !scope.is_empty() && !found.iter().any(|known| known == scope) {
            found.push(scope.to_owned());
        }
    }
    found
}
