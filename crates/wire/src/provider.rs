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
}

/// Asks a provider what it offers.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CheckProvider {
    /// Which entry of the catalogue.
    pub preset: String,
    /// What was typed, by input key.
    pub inputs: BTreeMap<String, String>,
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
