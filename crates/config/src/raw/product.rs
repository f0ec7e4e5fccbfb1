//! The products.

use gatewright_policy::ProductKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ProductAccess, SecretRef};
use crate::serialise::is_default;

/// One product behind the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// The name by which rules and keys mean it.
    pub id: String,
    /// What it is.
    #[schemars(with = "String", extend("enum" = ["jira", "confluence", "bitbucket"]))]
    pub kind: ProductKind,
    /// Where the gateway reaches it.
    pub base_url: String,
    /// What clients call; a path alone means: on any host.
    pub public_url: String,
    /// How the gateway acts as a user towards it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act_as: Option<ActAs>,
    /// With which account users and groups are looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<Directory>,
    /// Whom the gateway trusts at the product, and how it proves itself there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<ProductTls>,
    /// Path patterns in which `%2F` is data inside one segment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_encoded_slash: Vec<String>,
    /// Rules of this product; the rules for all products must permit as well.
    #[serde(default, skip_serializing_if = "is_default")]
    pub access: ProductAccess,
}

/// TLS towards one product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProductTls {
    /// Certificates of authorities, PEM, that are trusted beside those of the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
    /// The certificate chain, PEM, by which the gateway proves itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<String>,
    /// The private key of that certificate, PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_key: Option<SecretRef>,
}

/// How the gateway acts as a user towards one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActAs {
    /// An application link: two-legged OAuth 1.0a with impersonation.
    Oauth1(Oauth1),
    /// A vault of the users' own product tokens.
    AccessTokens(AccessTokens),
    /// A header that the product's authenticator believes.
    Header(HeaderName),
    /// One account for everybody: the product sees one user only.
    Service(ServiceAccount),
}

/// The application link of `act_as.oauth1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Oauth1 {
    /// The consumer key that the application link knows.
    pub consumer_key: String,
    /// The RSA private key, PEM.
    pub private_key: SecretRef,
}

/// The vault of `act_as.access_tokens`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessTokens {}

/// The header of `act_as.header`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderName {
    /// The header's name.
    pub name: String,
}

/// The account of `act_as.service`: a token, or a name with a password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceAccount {
    /// An access token of the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<SecretRef>,
    /// A name and a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basic: Option<BasicAccount>,
}

/// The account with which users and groups are looked up: exactly one of the three.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// A name and a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basic: Option<BasicAccount>,
    /// An access token of the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<SecretRef>,
    /// The user as whom the application link of `act_as.oauth1` asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth1_as: Option<String>,
    /// How long an answer is believed, as a duration; 5 minutes if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<String>,
}

/// A name and the name of its password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BasicAccount {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: SecretRef,
}
