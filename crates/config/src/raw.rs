//! The document as it is written: plain values, nothing resolved.
//!
//! Every field has a public name that is also its key in the document. A key that is not here is
//! an error. What these values mean together is checked when they become a [`crate::Config`].

mod access;
mod network;
mod product;
mod provider;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::serialise::is_default;

pub use access::{Access, Failures, PathRule, ProductAccess, Rate, ReportOnly, ReportOnlyRule};
pub use network::Network;
pub use product::{
    AccessTokens, ActAs, BasicAccount, Directory, HeaderName, Oauth1, Product, ProductTls,
    ServiceAccount,
};
pub use provider::{
    ClientAuth, Endpoints, Match, Provider, Transform, Username, UsernameSource, Verify,
    VerifyGithubTokenCheck, VerifyIntrospection, VerifyJwt, VerifyUserinfo,
};

/// The only format that is understood.
pub const FORMAT: u32 = 1;

/// The whole configuration document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The format of the document; always 1.
    pub format: u32,
    /// What holds for the whole gateway.
    #[serde(default)]
    pub settings: Settings,
    /// The products behind the gateway.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Product>,
    /// The identity providers whose tokens are accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<Provider>,
    /// Who may call, from where, and what.
    #[serde(default, skip_serializing_if = "is_default")]
    pub access: Access,
    /// How the identity providers are reached.
    #[serde(default, skip_serializing_if = "is_default")]
    pub network: Network,
    /// Tests of the rules themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<Expect>,
    /// What is kept of past requests.
    #[serde(default, skip_serializing_if = "is_default")]
    pub audit: Audit,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            format: FORMAT,
            settings: Settings::default(),
            products: Vec::new(),
            providers: Vec::new(),
            access: Access::default(),
            network: Network::default(),
            expect: Vec::new(),
            audit: Audit::default(),
        }
    }
}

/// The name of a secret, never the secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretRef {
    /// The name under which the gateway keeps the secret.
    pub secret: String,
}

impl SecretRef {
    /// A reference to the secret of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            secret: name.into(),
        }
    }
}

/// Whether one way in is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// The way is open.
    Allow,
    /// The way is closed.
    Deny,
}

/// What becomes of a request without a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Anonymous {
    /// It is refused with 401.
    Deny,
    /// It passes as nobody and the product decides, unless `access.public` matches.
    Product,
}

/// What holds for the whole gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Whether credentials are checked at all; false lets everything pass with its own credential.
    pub authentication: bool,
    /// Whether nobody writes through the gateway.
    pub read_only: bool,
    /// What becomes of a request without a credential.
    pub anonymous: Anonymous,
    /// Whether API keys of this gateway are accepted.
    pub api_keys: Switch,
    /// Whether tokens of the identity providers are accepted.
    pub oauth: Switch,
    /// Whether user name and password are passed on.
    pub basic_auth: Switch,
    /// Users whose password is passed on although `basic_auth` denies it.
    pub basic_exceptions: Vec<String>,
    /// Whether the products' own access tokens are passed on.
    pub product_tokens: Switch,
    /// Whether people may make keys for themselves.
    pub users_may_create_keys: bool,
    /// Limits of API keys.
    pub keys: KeySettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            authentication: true,
            read_only: false,
            anonymous: Anonymous::Deny,
            api_keys: Switch::Allow,
            oauth: Switch::Allow,
            basic_auth: Switch::Allow,
            basic_exceptions: Vec::new(),
            product_tokens: Switch::Deny,
            users_may_create_keys: true,
            keys: KeySettings::default(),
        }
    }
}

/// Limits of API keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KeySettings {
    /// The longest life of a key, as a duration; `never` allows keys without an end.
    pub max_lifetime: String,
    /// How many living keys one person may have.
    pub max_per_user: u32,
}

impl Default for KeySettings {
    fn default() -> Self {
        Self {
            max_lifetime: "365d".to_owned(),
            max_per_user: 10,
        }
    }
}

/// One test of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// What is expected, in words.
    pub name: String,
    /// Who calls; absent: nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The caller's groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// From where; may be absent where no rule limits addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// To which product.
    pub product: String,
    /// Method and path.
    pub request: String,
    /// `permit` or a reason code.
    pub outcome: String,
}

/// What is kept of past requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Audit {
    /// How long, as a duration.
    pub keep: String,
    /// How long kinds of requests are kept, counted, so that other rules can be tried on them.
    pub facts: String,
}

impl Default for Audit {
    fn default() -> Self {
        Self {
            keep: "30d".to_owned(),
            facts: "30d".to_owned(),
        }
    }
}
