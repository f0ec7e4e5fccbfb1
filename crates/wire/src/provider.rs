//! Providers: where people sign in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Leg, TypedSecret};

/// The catalogue of known providers.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Catalogue {
    /// Custom ones at the end.
    pub providers: Vec<CatalogueEntry>,
    /// Ways of getting a token that are not offered, for those who look for them.
    pub refused: Vec<RefusedGrant>,
}

/// A way of getting a token that is not offered.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RefusedGrant {
    /// What it is called.
    pub name: String,
    /// Why, in a sentence.
    pub reason: String,
    /// What to do instead.
    pub hint: String,
}

/// What the form needs to know of one provider.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CatalogueEntry {
    /// Its id in documents and on the command line.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Two letters that stand for it.
    pub initials: String,
    /// "Cloud identity", "Self-hosted service", "Custom" …
    pub group: String,
    /// One sentence: protocol and what its tokens are.
    pub summary: String,
    /// What has to be typed.
    pub inputs: Vec<ProviderInput>,
    /// What is asked for by default.
    pub scopes: Vec<String>,
    /// How the client may authenticate, the default first.
    pub client_auth: Vec<ClientAuth>,
    /// Whether client credentials are a way to a token there.
    pub client_credentials: bool,
    /// What to do in the provider's console, step by step.
    pub register: Vec<String>,
    /// Facts that no source confirmed; shown as a hint, never asserted.
    pub unconfirmed: Vec<String>,
    /// Further words under which it is looked for.
    pub keywords: Vec<String>,
    /// Whether signing in on another device may work there.
    pub device_code: bool,
    /// The redirect URI that it likes.
    pub redirect: RedirectRule,
    /// What to know about the redirect URI; may be empty.
    pub loopback_note: String,
    /// What to know about the proof key; may be empty.
    pub pkce_note: String,
    /// What to know about the client's authentication; may be empty.
    pub client_auth_note: String,
    /// What to beware of with its user names; may be empty.
    pub warn: String,
    /// What to register so that the gateway sees the user name; may be empty.
    pub for_gateway: String,
    /// A further call that tells more of the user, in a sentence; may be empty.
    pub further: String,
    /// Parameters that it knows, with what they do.
    pub optional_params: Vec<Parameter>,
    /// How the gateway should verify its tokens, the recommended way first.
    pub verifications: Vec<Verification>,
    /// What to know about that.
    pub verification_note: String,
}

/// The redirect URI that a provider likes, taken apart.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RedirectRule {
    /// "127.0.0.1" or "localhost".
    pub host: String,
    /// The path, possibly empty.
    pub path: String,
    /// Whether the port is registered with it.
    pub port_is_registered: bool,
    /// The port to propose, where it has to be a fixed one.
    pub proposed_port: Option<u16>,
}

/// Something in a request: its name and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// How the gateway verifies a provider's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// By asking userinfo: proves that a token is good, not for whom it was made.
    Userinfo,
    /// By GitHub's check of a token.
    GithubTokenCheck,
    /// By introspection (RFC 7662).
    Introspection,
    /// By its signature.
    Jwt,
}

/// What most connections leave as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ConnectionSettings {
    /// Sends no proof key, for servers that refuse parameters they do not know.
    pub without_pkce: bool,
    /// Pushes the request before the browser opens even where that is not demanded.
    pub push: bool,
    /// Further parameters of the authorization request.
    pub authorization_params: Vec<Parameter>,
    /// Further parameters of the token request.
    pub token_params: Vec<Parameter>,
    /// Further parameters when a token is refreshed.
    pub refresh_params: Vec<Parameter>,
    /// Whom the client's assertions are for; empty takes the usual one.
    pub assertion_audience: String,
    /// Through which proxy its calls go.
    pub proxy: ProxyChoice,
    /// Certificates (PEM) that are trusted besides the system's; may be empty.
    pub ca_pem: String,
    /// How the gateway verifies its tokens; none follows from the username rule.
    pub verification: Option<Verification>,
    /// For whom tokens must be made, where the verification asks for it.
    pub verification_audience: Vec<String>,
}

/// Through which proxy the calls of a connection go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProxyChoice {
    /// What the operating system says.
    #[default]
    System,
    /// None.
    None,
    /// This one.
    Set {
        /// Where it is: `http://proxy.example.com:3128`.
        url: String,
        /// The user name that it asks for; may be empty.
        user: String,
        /// Hosts that are reached directly.
        bypass: Vec<String>,
    },
}

/// One field that this provider needs.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ProviderInput {
    /// Its key in documents and on the command line.
    pub key: String,
    /// Its label.
    pub label: String,
    /// An example.
    pub example: String,
    /// Whether it has to be filled in.
    pub required: bool,
    /// What to know about it; may be empty.
    pub hint: String,
}

/// How a client proves who it is at the token endpoint (RFC 6749 §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuth {
    /// In the Authorization header.
    Basic,
    /// In the body.
    Body,
    /// Not at all: a public client.
    None,
    /// By an assertion that it signs with its private key.
    PrivateKeyJwt,
}

/// Which port of this computer the browser comes back to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RedirectChoice {
    /// "127.0.0.1" or "localhost".
    pub host: String,
    /// A fixed port; none takes a free one each time.
    pub port: Option<u16>,
    /// The path, such as "/callback".
    pub path: String,
}

/// A provider as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
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
    /// Whether its secret is sealed here.
    pub client_secret_kept: bool,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// How the client authenticates.
    pub client_auth: ClientAuth,
    /// Where the browser comes back to.
    pub redirect: RedirectChoice,
    /// What has to be registered at the provider, exactly.
    pub redirect_to_register: String,
    /// Why exactly that, in a sentence.
    pub redirect_note: String,
    /// Endpoints as they are used.
    pub endpoints: Endpoints,
    /// What still has to be filled in; empty when it is complete.
    pub missing: Vec<String>,
    /// The username rule, once chosen.
    pub username: Option<crate::UsernameRule>,
    /// What most connections leave as it is.
    pub settings: ConnectionSettings,
    /// The public half of the client's key, a JSON Web Key to be registered; none without a key.
    pub client_key: Option<String>,
    /// Whether a password for the proxy is sealed here.
    pub proxy_password_kept: bool,
}

/// The endpoints of a provider; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Endpoints {
    /// The issuer.
    pub issuer: Option<String>,
    /// Where people sign in.
    pub authorization: Option<String>,
    /// Where codes become tokens.
    pub token: Option<String>,
    /// Where a token says whose it is.
    pub userinfo: Option<String>,
    /// Where the signing keys are.
    pub jwks: Option<String>,
    /// Where a token's state is asked for.
    pub introspection: Option<String>,
    /// Where a token is given back.
    pub revocation: Option<String>,
    /// Where a sign-in on another device begins.
    pub device_authorization: Option<String>,
    /// Where requests are pushed to first.
    pub par: Option<String>,
}

/// All providers.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Providers {
    /// In the order in which they were added.
    pub providers: Vec<Provider>,
}

/// Names a provider.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ProviderId {
    /// Its id.
    pub id: String,
}

/// Creates a provider or changes it.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveProvider {
    /// None makes a new one.
    pub id: Option<String>,
    /// Which entry of the catalogue.
    pub preset: String,
    /// What the admin calls it; empty takes the catalogue's name.
    pub name: String,
    /// What was typed, by input key.
    pub inputs: BTreeMap<String, String>,
    /// The client's id.
    pub client_id: String,
    /// Its secret; none leaves the sealed one alone.
    pub client_secret: Option<TypedSecret>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// How the client authenticates.
    pub client_auth: ClientAuth,
    /// Where the browser comes back to.
    pub redirect: RedirectChoice,
    /// What most connections leave as it is.
    #[serde(default)]
    pub settings: ConnectionSettings,
    /// A private key to sign with, PEM or JWK; none leaves the sealed one alone.
    #[serde(default)]
    pub client_key: Option<TypedSecret>,
    /// The proxy's password; none leaves the sealed one alone.
    #[serde(default)]
    pub proxy_password: Option<TypedSecret>,
}

/// Asks a provider what it offers.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct CheckProvider {
    /// Which entry of the catalogue.
    pub preset: String,
    /// What was typed, by input key.
    pub inputs: BTreeMap<String, String>,
    /// The connection, where it is kept already: its proxy's password may be sealed.
    #[serde(default)]
    pub id: Option<String>,
    /// How its calls leave this computer.
    #[serde(default)]
    pub settings: ConnectionSettings,
    /// The proxy's password, as it is typed.
    #[serde(default)]
    pub proxy_password: Option<TypedSecret>,
}

/// What an import is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImportFormat {
    /// A Postman collection, v2.1.
    Postman,
    /// A curl command.
    Curl,
    /// A connection that was exported from here.
    Connection,
}

/// Reads connections that were set up elsewhere; nothing is fetched.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ImportConnections {
    /// The file or the command; it may hold secrets.
    pub text: TypedSecret,
    /// What it is written in; none finds out.
    pub format: Option<ImportFormat>,
    /// Which one to keep, from 0; none only looks.
    pub take: Option<u32>,
}

/// What was read.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ImportedConnections {
    /// In the order in which they stand there.
    pub connections: Vec<ImportedConnection>,
    /// The one that was kept.
    pub taken: Option<Provider>,
}

/// A connection that was read, without its secrets.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ImportedConnection {
    /// Where it stood; may be empty.
    pub place: String,
    /// What it is called; may be empty.
    pub name: String,
    /// The catalogue's entry that it becomes.
    pub preset: String,
    /// That entry's name.
    pub preset_name: String,
    /// How tokens are got, where that was said.
    pub grant: Option<String>,
    /// What was read, by name.
    pub facts: Vec<Parameter>,
    /// Which secrets came with it, in words.
    pub secrets: Vec<String>,
    /// What was not taken over, and what else to know.
    pub notes: Vec<String>,
    /// Whether it can be kept.
    pub usable: bool,
}

/// A connection as a file, without secrets.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ExportedConnection {
    /// The text.
    pub text: String,
}

/// What a provider answered.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CheckedProvider {
    /// Whether it answered as that provider does.
    pub good: bool,
    /// What answered, in a sentence: "Answers in 84 ms, certificate trusted."
    pub message: String,
    /// What to do when it did not.
    pub hint: String,
    /// The endpoints, from discovery where there is one.
    pub endpoints: Endpoints,
    /// The preset that fits better, when one does (github.com typed as an Enterprise server).
    pub better_preset: Option<String>,
    /// How long it took.
    pub milliseconds: u32,
    /// What was asked, and what answered.
    pub legs: Vec<Leg>,
}
