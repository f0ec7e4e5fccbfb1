//! The document as it is written: plain values, nothing resolved.
//!
//! Every field has a public name that is also its key in the document. A key that is not here is
//! an error. What these values mean together is checked when they become a [`crate::Config`].

use std::collections::BTreeMap;

use gatewright_policy::ProductKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::serialise::{is_default, is_false};

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
    /// Path patterns in which `%2F` is data inside one segment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_encoded_slash: Vec<String>,
    /// Rules of this product; the rules for all products must permit as well.
    #[serde(default, skip_serializing_if = "is_default")]
    pub access: ProductAccess,
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

/// Rules of one product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProductAccess {
    /// Only members of these groups may call; empty: everybody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups_allowed: Vec<String>,
    /// Members of these groups may read and not write.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups_read_only: Vec<String>,
    /// Only these addresses may call; empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses_allowed: Vec<String>,
}

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

/// Rules for all products.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Access {
    /// Only members of these groups may call; empty: everybody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups_allowed: Vec<String>,
    /// Members of these groups may read and not write.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups_read_only: Vec<String>,
    /// Only members of these groups may make keys; empty: everybody who may call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups_may_create_keys: Vec<String>,
    /// Only these addresses may call; empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses_allowed: Vec<String>,
    /// Proxies whose `Forwarded` and `X-Forwarded-For` are believed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trusted_proxies: Vec<String>,
    /// How many requests are taken.
    #[serde(skip_serializing_if = "is_default")]
    pub rate: Rate,
    /// Rules that are only reported and not enforced, each until its end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub report_only: Vec<ReportOnly>,
    /// Paths that need a valid credential although anonymous requests pass.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub public: Vec<PathRule>,
    /// Paths on which the gateway's authentication is skipped.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bypass: Vec<PathRule>,
}

/// How many requests are taken, as `600/m`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rate {
    /// From one caller, over all of the caller's credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_caller: Option<String>,
    /// From one address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_address: Option<String>,
}

/// A rule that is only reported until a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportOnly {
    /// Which rule.
    pub rule: ReportOnlyRule,
    /// Until when, RFC 3339 in UTC.
    pub until: String,
}

/// The rules that may be only reported; verification and identity never are.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReportOnlyRule {
    /// `groups_allowed`
    Groups,
    /// `groups_read_only` and `read_only`
    ReadOnly,
    /// `addresses_allowed`
    Addresses,
    /// `rate`
    Rate,
    /// `public`
    Public,
}

/// A path of one product; methods may lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PathRule {
    /// The product.
    pub product: String,
    /// The path pattern, as `GET,POST /rest/api/2/issue/**`.
    pub path: String,
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
}

impl Default for Audit {
    fn default() -> Self {
        Self {
            keep: "30d".to_owned(),
        }
    }
}
