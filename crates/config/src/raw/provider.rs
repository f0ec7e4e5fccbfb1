//! The identity providers.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SecretRef;
use crate::serialise::{is_default, is_false};

/// One identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// The name by which it is meant.
    pub id: String,
    /// The entry of the catalogue.
    pub preset: String,
    /// What the catalogue's entry asks for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<String, String>,
    /// Endpoints that differ from those of the catalogue and of discovery.
    #[serde(default, skip_serializing_if = "is_default")]
    pub endpoints: Endpoints,
    /// The client's id at the provider.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub client_id: String,
    /// The client's secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<SecretRef>,
    /// How the client proves itself; the catalogue's default if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_auth: Option<ClientAuth>,
    /// The scopes that are asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// How the gateway verifies a token of this provider.
    pub verify: Verify,
    /// Which attribute holds the username.
    pub username: Username,
    /// Beginnings of opaque tokens that are this provider's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefixes: Vec<String>,
    /// Whether opaque tokens that no prefix names are this provider's; one provider at most.
    #[serde(default, skip_serializing_if = "is_false")]
    pub opaque: bool,
    /// The users as whom the provider's robots act, by client id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub service_accounts: BTreeMap<String, String>,
}

/// Endpoints of a provider that the admin set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Endpoints {
    /// The authorization endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<String>,
    /// The token endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The userinfo endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo: Option<String>,
    /// The introspection endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection: Option<String>,
    /// Where the provider's public keys are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<String>,
}

/// How the client proves itself to the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuth {
    /// Id and secret in a Basic header.
    Basic,
    /// Id and secret in the form body.
    Body,
    /// The id alone.
    None,
    /// A signed assertion.
    PrivateKeyJwt,
}

/// How the gateway verifies a provider's token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verify {
    /// The token is good if the userinfo endpoint accepts it.
    Userinfo(VerifyUserinfo),
    /// GitHub's check-a-token endpoint, asked with the client's credentials.
    GithubTokenCheck(VerifyGithubTokenCheck),
    /// Token introspection, RFC 7662.
    Introspection(VerifyIntrospection),
    /// The token is a JWT that is verified here.
    Jwt(VerifyJwt),
}

/// Verification by userinfo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyUserinfo {
    /// Must be true: userinfo cannot tell for which client a token was issued.
    #[serde(default)]
    pub accept_any_client: bool,
    /// How long an answer is believed, as a duration; 60 seconds if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<String>,
}

/// Verification by GitHub's check-a-token endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyGithubTokenCheck {
    /// How long an answer is believed, as a duration; 60 seconds if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<String>,
}

/// Verification by introspection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyIntrospection {
    /// The audience or client for which the token must have been issued.
    #[serde(default)]
    pub audience: String,
    /// How long an answer is believed, as a duration; 60 seconds if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<String>,
}

/// Verification of a JWT by the provider's keys or by pasted ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyJwt {
    /// The audiences of which the token must name one.
    #[serde(default)]
    pub audience: Vec<String>,
    /// The exact issuer; the catalogue's if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The signature algorithms that are accepted; RS256 and ES256 if absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub algorithms: Vec<String>,
    /// Public keys, PEM; if there are any, the provider is not asked for its keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub public_keys: Vec<String>,
    /// How long a verified token is not verified again, as a duration; 60 seconds if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<String>,
}

/// Which attribute holds the username, and what is done with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Username {
    /// Where the attribute is.
    #[serde(default)]
    pub from: UsernameSource,
    /// The address that is asked when `from` is `get`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Which attribute, as a JSON Pointer.
    pub pointer: String,
    /// What is done with the value, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transform: Vec<Transform>,
    /// What the value is in the product's directory.
    #[serde(default, rename = "match")]
    pub matches: Match,
    /// Whether an e-mail address counts as verified although the provider does not say so.
    #[serde(default, skip_serializing_if = "is_false")]
    pub email_trusted: bool,
}

/// Where the attribute that holds the username is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UsernameSource {
    /// In the verified token, or in what introspection said of it.
    Token,
    /// In the userinfo answer.
    #[default]
    Userinfo,
    /// In the answer of another address of the provider.
    Get,
}

/// One step from the attribute's value to the username.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// All letters small.
    Lowercase,
    /// All letters capital.
    Uppercase,
    /// No white space at either end.
    Trim,
    /// What stands before the only `@`.
    BeforeAt,
    /// What stands behind the last backslash, as in `DOMAIN\fred`.
    AfterBackslash,
    /// Without this beginning, if it is there.
    StripPrefix(String),
    /// Without this end, if it is there.
    StripSuffix(String),
}

/// What the value is in the product's directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// The user's name.
    #[default]
    Username,
    /// The user's e-mail address, which the provider must have verified.
    Email,
}
