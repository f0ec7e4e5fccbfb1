//! What is kept, as it stands in the file: no secret is part of any of these.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// One environment: products, providers, tokens and a gateway that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// What the admin calls it.
    pub name: String,
    /// Which kind it is.
    pub kind: EnvironmentKind,
}

/// The kinds of environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentKind {
    /// Everything runs on this computer.
    Sandbox,
    /// For trying.
    Staging,
    /// Where people work.
    Production,
}

/// Which product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductKind {
    /// Jira Data Center.
    Jira,
    /// Confluence Data Center.
    Confluence,
    /// Bitbucket Data Center.
    Bitbucket,
}

/// A product; its secrets are sealed under names made of its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Its name in rules and keys.
    pub id: String,
    /// Which product it is.
    pub kind: ProductKind,
    /// Its version when it was last looked at.
    pub version: String,
    /// What it calls itself.
    pub title: String,
    /// Where the gateway reaches it.
    pub base_url: String,
    /// Where clients call it; a path alone means any host.
    pub public_url: String,
    /// The account that looks up users.
    pub directory_user: Option<String>,
    /// How the gateway acts as a user there.
    pub act_as: ActAs,
    /// The public half of the key pair, when one was made.
    #[serde(default)]
    pub key_pair: Option<KeyPair>,
    /// What the last check of the directory account found.
    #[serde(default)]
    pub directory_check: Option<Outcome>,
    /// What the last try to act as a user found.
    #[serde(default)]
    pub act_as_check: Option<Outcome>,
}

/// How the gateway acts as a user at a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "strategy", rename_all = "snake_case")]
pub enum ActAs {
    /// OAuth 1.0a application link with impersonation.
    Oauth1 {
        /// The consumer key of the link.
        consumer_key: String,
    },
    /// A per-user access token.
    AccessTokens,
    /// A header that an authenticator in the product believes.
    Header {
        /// Its name.
        name: String,
    },
    /// One account for all.
    Service,
}

/// The public half of a key pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPair {
    /// The public key, PEM.
    pub public_pem: String,
    /// SHA-256 of the public key, as it is shown.
    pub fingerprint: String,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub made_at: OffsetDateTime,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Whether it was good.
    pub good: bool,
    /// What was found, in a sentence.
    pub message: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A provider; its client secret is sealed under a name made of its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Its name in documents.
    pub id: String,
    /// Which entry of the catalogue it is.
    pub preset: String,
    /// What the admin calls it.
    pub name: String,
    /// What was typed, by input key.
    pub inputs: BTreeMap<String, String>,
    /// The client's id.
    pub client_id: String,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// How the client authenticates.
    pub client_auth: ClientAuth,
    /// Where the browser comes back to.
    pub redirect: Redirect,
    /// The username rule, once chosen.
    #[serde(default)]
    pub username: Option<UsernameRule>,
    /// For whom its access tokens were seen to be made, where the rule reads them.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// What most connections leave as it is.
    #[serde(default)]
    pub settings: ConnectionSettings,
    /// The public half of the client's key, a JSON Web Key, when one was made or given.
    #[serde(default)]
    pub client_key: Option<String>,
}

/// What most connections leave as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConnectionSettings {
    /// Sends no proof key, for servers that refuse parameters they do not know.
    pub without_pkce: bool,
    /// Pushes the request before the browser opens even where that is not demanded.
    pub push: bool,
    /// Further parameters of the authorization request.
    pub authorization_params: Vec<(String, String)>,
    /// Further parameters of the token request.
    pub token_params: Vec<(String, String)>,
    /// Further parameters when a token is refreshed.
    pub refresh_params: Vec<(String, String)>,
    /// Whom the client's assertions are for, where the usual choice does not do.
    pub assertion_audience: Option<String>,
    /// Through which proxy its calls go.
    pub proxy: ProxyChoice,
    /// Certificates (PEM) that are trusted besides the system's.
    pub ca_pem: Option<String>,
    /// How the gateway verifies its tokens; none follows from the username rule.
    pub verification: Option<Verification>,
    /// For whom tokens must be made, where the verification asks for it.
    pub verification_audience: Vec<String>,
}

/// Through which proxy the calls of a connection go; a password is sealed under a name of its id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProxyChoice {
    /// What the operating system says.
    #[default]
    System,
    /// None.
    None,
    /// This one.
    Set {
        /// Where it is.
        url: String,
        /// The user name that it asks for.
        user: Option<String>,
        /// Hosts that are reached directly.
        bypass: Vec<String>,
    },
}

/// How the gateway verifies a provider's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// By asking userinfo.
    Userinfo,
    /// By GitHub's check of a token.
    GithubTokenCheck,
    /// By introspection.
    Introspection,
    /// By its signature.
    Jwt,
}

/// How a client proves who it is at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuth {
    /// In the Authorization header.
    Basic,
    /// In the body.
    Body,
    /// Not at all.
    None,
    /// By an assertion that it signs.
    PrivateKeyJwt,
}

/// Which port of this computer the browser comes back to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redirect {
    /// `127.0.0.1` or `localhost`.
    pub host: String,
    /// A fixed port; none takes a free one each time.
    pub port: Option<u16>,
    /// The path.
    pub path: String,
}

/// Which attribute holds the username.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsernameRule {
    /// Where it is read from.
    pub from: UsernameSource,
    /// The attribute, a JSON Pointer.
    pub pointer: String,
    /// Steps in order.
    pub transform: Vec<Transform>,
    /// How the products are asked.
    pub match_by: MatchBy,
}

/// Where the username is read from; what the gateway cannot see is not among these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsernameSource {
    /// The userinfo answer.
    Userinfo,
    /// The access token's own claims.
    Token,
}

/// A step between the attribute and the username.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// In lower case.
    Lowercase,
    /// In upper case.
    Uppercase,
    /// Without white space around.
    Trim,
    /// What stands before the first `@`.
    BeforeAt,
}

/// How the products are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchBy {
    /// By user name.
    Username,
    /// By e-mail.
    Email,
}

/// Everything about a token but the token itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// Its id.
    pub id: String,
    /// What the admin calls it.
    pub name: String,
    /// Whose it is.
    pub provider_id: Option<String>,
    /// The user name for Basic.
    pub user: Option<String>,
    /// How it came here.
    pub origin: TokenOrigin,
    /// Its ends, with dots between.
    pub masked: String,
    /// How many characters it has.
    pub characters: u32,
    /// What it is, in words.
    pub kind: String,
    /// When it was kept.
    #[serde(with = "time::serde::rfc3339")]
    pub kept_at: OffsetDateTime,
    /// When it ends, where that is known.
    #[serde(with = "time::serde::rfc3339::option", default)]
    pub ends_at: Option<OffsetDateTime>,
    /// What was asked for.
    pub scopes_asked: Vec<String>,
    /// What was granted, where the provider said.
    pub scopes_granted: Option<Vec<String>>,
    /// Whether the ID token was verified, and against which key.
    pub id_token_check: Option<String>,
    /// Whether an ID token is sealed beside it.
    #[serde(default)]
    pub id_token_kept: bool,
    /// Whether a refresh token is sealed beside it.
    #[serde(default)]
    pub refresh_token_kept: bool,
    /// Whether it is a password and not a token: wrong ones lock accounts.
    #[serde(default)]
    pub password: bool,
    /// The requests that brought it, as they are shown, with secrets masked.
    #[serde(default)]
    pub legs: serde_json::Value,
    /// Whether it is refreshed by itself before it ends.
    #[serde(default)]
    pub refresh_by_itself: bool,
    /// Why it was not refreshed by itself, when that failed last.
    #[serde(default)]
    pub refresh_problem: Option<String>,
    /// When it was last sent to its provider from here.
    #[serde(with = "time::serde::rfc3339::option", default)]
    pub last_used: Option<OffsetDateTime>,
}

/// How a token came here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenOrigin {
    /// Signed in through the browser.
    AuthorizationCode,
    /// Fetched without a person.
    ClientCredentials,
    /// Signed in on another device.
    DeviceCode,
    /// Pasted.
    Pasted,
}

/// The paired gateway; its credential is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayPairing {
    /// The address of the admin API.
    pub url: String,
    /// Where clients call it.
    pub data_url: String,
    /// The role of the credential.
    pub role: String,
    /// The pinned certificate's SHA-256 in hexadecimal; none without TLS.
    pub fingerprint: Option<String>,
}

/// What came of the last test of one token at one product, one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestOutcome {
    /// Which token.
    pub token_id: String,
    /// Which product.
    pub product_id: String,
    /// `direct` or `gateway`.
    pub way: String,
    /// The verdict's code.
    pub verdict: String,
    /// Whether it is as it should be.
    pub good: bool,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}
