//! What the sandbox says about itself when it starts: one JSON document that tests and people rely on.

use std::collections::BTreeMap;

use gatewright_secret::SecretString;
use serde::{Serialize, Serializer};

/// A secret that is meant to be read: serialising it writes it out.
#[derive(Clone, Debug)]
pub struct Plain(SecretString);

impl Plain {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(SecretString::new(text))
    }

    /// The value.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

/// Everything that one needs to use a sandbox.
#[derive(Clone, Debug, Serialize)]
pub struct Description {
    /// The two faces of the identity provider.
    pub providers: Providers,
    /// The base URLs of the three products.
    pub products: Products,
    /// Who can sign in; the first may do everything.
    pub users: Vec<User>,
    /// A configuration document for a gateway in front of the three products, in TOML.
    pub gateway_config: String,
    /// What the document calls by name.
    pub secrets: BTreeMap<String, Plain>,
}

/// The two faces of the identity provider.
#[derive(Clone, Debug, Serialize)]
pub struct Providers {
    /// GitHub Enterprise Server.
    pub ghes: GithubEnterprise,
    /// `OpenID` Connect.
    pub oidc: OpenIdConnect,
}

/// The client that is registered at the GitHub face.
#[derive(Clone, Debug, Serialize)]
pub struct GithubEnterprise {
    /// The server URL.
    pub base_url: String,
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: Plain,
}

/// The client that is registered at the `OpenID` Connect face.
#[derive(Clone, Debug, Serialize)]
pub struct OpenIdConnect {
    /// The issuer, exactly.
    pub issuer: String,
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: Plain,
}

/// The base URLs of the three products.
#[derive(Clone, Debug, Serialize)]
pub struct Products {
    /// Jira's base URL.
    pub jira: String,
    /// Confluence's base URL.
    pub confluence: String,
    /// Bitbucket's base URL.
    pub bitbucket: String,
}

/// Somebody who can sign in at the provider.
#[derive(Clone, Debug, Serialize)]
pub struct User {
    /// The name at the provider, in its spelling there.
    pub username: String,
    /// The password at the provider and in the products.
    pub password: Plain,
    /// The address at the provider.
    pub email: String,
    /// The groups, at the provider and in the products' directories.
    pub groups: Vec<String>,
    /// The name in the products' directories; null for somebody who never was there.
    pub directory_name: Option<String>,
    /// What is special about this person.
    pub note: String,
}
