//! The consistent configuration: everything fits together.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use gatewright_policy::{AddressSet, Exemptions, ProductId, ProductKind, Rules};
use time::OffsetDateTime;
use url::Url;

use crate::raw::{self, ClientAuth, Document, Match, Transform, UsernameSource};
use crate::{Format, Problem};

/// A configuration whose parts fit together.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) document: Document,
    /// What the policy decides by.
    pub rules: Rules,
    /// The products, in the document's order.
    pub products: Vec<Product>,
    /// The identity providers, in the document's order.
    pub providers: Vec<Provider>,
    /// Proxies whose word on the client's address is believed.
    pub trusted_proxies: AddressSet,
    /// How many requests are taken.
    pub rates: Rates,
    /// How many wrong credentials are looked at.
    pub failures: FailureLimits,
    /// How the identity providers are reached.
    pub network: Network,
    /// Rules that are only reported, each until its end.
    pub report_only: Vec<(raw::ReportOnlyRule, OffsetDateTime)>,
    /// Limits of API keys.
    pub keys: KeyLimits,
    /// How long the audit is kept.
    pub audit_keep: Duration,
    /// How long kinds of requests are kept, counted, so that other rules can be tried on them.
    pub facts_keep: Duration,
    /// The tests of the rules.
    pub expectations: Vec<Expectation>,
}

impl Config {
    /// Reads a document and makes it consistent.
    pub fn parse(text: &str, format: Format) -> Result<Self, Vec<Problem>> {
        crate::parse::config(text, format)
    }

    /// Makes a document consistent; problems have no lines.
    pub fn new(document: Document) -> Result<Self, Vec<Problem>> {
        crate::compile::compile(document)
    }

    /// The document from which it was made.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The names of all secrets that it needs, sorted.
    pub fn secret_names(&self) -> Vec<String> {
        secret_names(&self.document)
    }

    /// The product of this id.
    pub fn product(&self, id: &ProductId) -> Option<&Product> {
        self.products.iter().find(|product| product.id == *id)
    }

    /// What is only reported at this time.
    pub fn exemptions(&self, now: OffsetDateTime) -> Exemptions {
        let mut exemptions = Exemptions::default();
        for (rule, until) in &self.report_only {
            if now < *until {
                match rule {
                    raw::ReportOnlyRule::Groups => exemptions.groups = true,
                    raw::ReportOnlyRule::ReadOnly => exemptions.read_only = true,
                    raw::ReportOnlyRule::Addresses => exemptions.addresses = true,
                    raw::ReportOnlyRule::Rate => exemptions.rate = true,
                    raw::ReportOnlyRule::Public => exemptions.public = true,
                }
            }
        }
        exemptions
    }
}

/// The names of all secrets that a document mentions, sorted.
pub fn secret_names(document: &Document) -> Vec<String> {
    let mut names = BTreeSet::new();
    let mut note = |secret: Option<&raw::SecretRef>| {
        names.extend(secret.map(|secret| secret.secret.clone()));
    };
    for product in &document.products {
        match &product.act_as {
            Some(raw::ActAs::Oauth1(link)) => note(Some(&link.private_key)),
            Some(raw::ActAs::Service(account)) => {
                note(account.token.as_ref());
                note(account.basic.as_ref().map(|basic| &basic.password));
            }
            Some(raw::ActAs::AccessTokens(_) | raw::ActAs::Header(_)) | None => {}
        }
        if let Some(tls) = &product.tls {
            note(tls.client_key.as_ref());
        }
        if let Some(directory) = &product.directory {
            note(directory.token.as_ref());
            note(directory.basic.as_ref().map(|basic| &basic.password));
        }
    }
    for provider in &document.providers {
        note(provider.client_secret.as_ref());
    }
    let proxy = document.network.proxy_account.as_ref();
    note(proxy.map(|account| &account.password));
    names.into_iter().collect()
}

/// One product behind the gateway.
#[derive(Clone, Debug)]
pub struct Product {
    /// The name by which rules and keys mean it.
    pub id: ProductId,
    /// What it is.
    pub kind: ProductKind,
    /// Where the gateway reaches it; without a slash at its end unless it is the whole path.
    pub base_url: Url,
    /// What clients call.
    pub public_url: PublicUrl,
    /// How the gateway acts as a user towards it.
    pub act_as: Option<ActAs>,
    /// Where users and groups are looked up.
    pub directory: Option<Directory>,
    /// Whom the gateway trusts there beside the machine's authorities, and how it proves itself.
    pub tls: ProductTls,
}

/// TLS towards one product; nothing is set for a product that the machine's authorities vouch for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductTls {
    /// Certificates of further authorities, PEM.
    pub ca: Option<String>,
    /// The certificate by which the gateway proves itself.
    pub client: Option<ClientCertificate>,
}

/// A certificate by which the gateway proves itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The chain, PEM.
    pub chain: String,
    /// The name of the private key.
    pub key: String,
}

impl Product {
    /// The path of the base URL without a slash at its end: empty or `/jira`.
    pub fn base_path(&self) -> &str {
        self.base_url.path().trim_end_matches('/')
    }
}

/// What clients call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// Scheme, host and port; absent: any host.
    pub origin: Option<Url>,
    /// The decoded segments of the path.
    pub path: Vec<String>,
    /// The path as written, without a slash at its end.
    pub path_text: String,
}

impl PublicUrl {
    /// Whether a request to this host, in small letters and without port, may be meant.
    pub fn has_host(&self, host: &str) -> bool {
        self.origin
            .as_ref()
            .is_none_or(|origin| origin.host_str() == Some(host))
    }
}

/// How the gateway acts as a user; secrets by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActAs {
    /// Two-legged OAuth 1.0a with impersonation.
    Oauth1 {
        /// The consumer key.
        consumer_key: String,
        /// The name of the private key.
        private_key: String,
    },
    /// The vault of the users' own tokens.
    AccessTokens,
    /// A header that the product believes.
    Header {
        /// Its name.
        name: String,
    },
    /// One account for everybody, by token.
    ServiceToken {
        /// The name of the token.
        token: String,
    },
    /// One account for everybody, by password.
    ServiceBasic {
        /// The user.
        user: String,
        /// The name of the password.
        password: String,
    },
}

/// Where users and groups are looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// With which account.
    pub account: DirectoryAccount,
    /// How long an answer is believed.
    pub cache: Duration,
}

/// The account with which users and groups are looked up; secrets by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectoryAccount {
    /// A name and a password.
    Basic {
        /// The user.
        user: String,
        /// The name of the password.
        password: String,
    },
    /// An access token of the product.
    Token {
        /// The name of the token.
        token: String,
    },
    /// The application link, as this user.
    Oauth1As {
        /// The user.
        user: String,
        /// The consumer key of the link.
        consumer_key: String,
        /// The name of the link's private key.
        private_key: String,
    },
}

/// One identity provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The name by which it is meant.
    pub id: String,
    /// Its name in the catalogue.
    pub preset: String,
    /// Where it is asked.
    pub endpoints: ProviderEndpoints,
    /// The client's id.
    pub client_id: String,
    /// The name of the client's secret.
    pub client_secret: Option<String>,
    /// How the client proves itself.
    pub client_auth: ClientAuth,
    /// How its tokens are verified.
    pub verification: Verification,
    /// Which attribute holds the username.
    pub username: Username,
    /// Beginnings of opaque tokens that are its own.
    pub prefixes: Vec<String>,
    /// Whether opaque tokens that no prefix names are its own.
    pub opaque: bool,
    /// The users as whom its robots act, by client id.
    pub service_accounts: BTreeMap<String, String>,
    /// What answers about its tokens depend on, as text: caches key by it, so that a change of
    /// the provider is a change of the key.
    pub generation: String,
}

/// Where a provider is asked; what is absent may be in its discovery document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderEndpoints {
    /// The issuer, exactly as its tokens write it.
    pub issuer: Option<String>,
    /// Whether discovery must name exactly this issuer.
    pub issuer_is_exact: bool,
    /// The discovery document.
    pub discovery: Option<Url>,
    /// The userinfo endpoint.
    pub userinfo: Option<Url>,
    /// The introspection endpoint.
    pub introspection: Option<Url>,
    /// The provider's public keys.
    pub jwks: Option<Url>,
    /// GitHub's check-a-token endpoint.
    pub token_check: Option<Url>,
}

/// How a provider's tokens are verified, and how long that is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verification {
    /// By userinfo; tokens of any client of the provider are accepted.
    Userinfo {
        /// How long an answer is believed.
        cache: Duration,
    },
    /// By GitHub's check-a-token endpoint.
    GithubTokenCheck {
        /// How long an answer is believed.
        cache: Duration,
    },
    /// By introspection.
    Introspection {
        /// For whom the token must have been issued.
        issued_for: IssuedFor,
        /// How long an answer is believed.
        cache: Duration,
    },
    /// By the JWT's signature.
    Jwt(JwtRules),
}

impl Verification {
    /// How long an answer is believed.
    pub fn cache(&self) -> Duration {
        match self {
            Self::Userinfo { cache }
            | Self::GithubTokenCheck { cache }
            | Self::Introspection { cache, .. } => *cache,
            Self::Jwt(rules) => rules.cache,
        }
    }
}

/// For whom an introspected token must have been issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedFor {
    /// The audience or client.
    pub audience: String,
}

/// What is asked of a JWT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JwtRules {
    /// The exact issuer.
    pub issuer: String,
    /// Audiences of which it must name one.
    pub audiences: Vec<String>,
    /// Names of the algorithms that may have been used.
    pub algorithms: Vec<String>,
    /// Pasted public keys, PEM; if there are any, nobody is asked for keys.
    pub public_keys: Vec<String>,
    /// How long it is not verified again.
    pub cache: Duration,
}

/// Which attribute holds the username.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username {
    /// Where it is.
    pub from: UsernameSource,
    /// Which address is asked when `from` is `get`.
    pub url: Option<Url>,
    /// Which attribute, as a JSON Pointer.
    pub pointer: String,
    /// What is done with it.
    pub transform: Vec<Transform>,
    /// What it is in the directory.
    pub matches: Match,
    /// Whether an e-mail address counts as verified although the provider does not say so.
    pub email_trusted: bool,
}

/// How many requests are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// From one caller.
    pub per_caller: Option<Quota>,
    /// From one address.
    pub per_address: Option<Quota>,
}

/// How many wrong credentials are looked at; absent: all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureLimits {
    /// From one address.
    pub per_address: Option<Quota>,
    /// With one user name.
    pub per_user: Option<Quota>,
}

/// How the identity providers are reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Certificates of further authorities, PEM.
    pub ca: Option<String>,
    /// Through which proxy.
    pub proxy: Proxy,
}

/// Which proxy calls to the identity providers go through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proxy {
    /// What the machine says.
    #[default]
    System,
    /// None.
    None,
    /// This one.
    Set {
        /// Where it is.
        url: Url,
        /// The user that it asks for, and the name of the password.
        account: Option<(String, String)>,
        /// Hosts that are reached without it.
        bypass: Vec<String>,
    },
}

/// So many requests in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many.
    pub requests: u32,
    /// In how much time.
    pub per: Duration,
}

/// Limits of API keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyLimits {
    /// The longest life; absent: a key need not end.
    pub max_lifetime: Option<Duration>,
    /// How many living keys one person may have.
    pub max_per_user: u32,
}

/// One test of the rules.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// What is expected, in words.
    pub name: String,
    pub(crate) user: Option<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) address: std::net::IpAddr,
    pub(crate) product: ProductId,
    pub(crate) method: gatewright_policy::Method,
    pub(crate) path: gatewright_policy::Path,
    pub(crate) query: Option<String>,
    pub(crate) outcome: Option<gatewright_policy::ReasonCode>,
}

impl Expectation {
    /// What is expected: `permit` or a reason code.
    pub fn outcome(&self) -> &'static str {
        self.outcome
            .map_or("permit", gatewright_policy::ReasonCode::as_str)
    }
}
