//! What is known of a provider.

use gatewright_oauth::{ClientAuthentication, IssuerCheck, IssuerMatch, Pkce, ScopeSeparator};
use serde::Serialize;

use crate::endpoints::{Endpoints, InputError, Inputs};

/// A provider as data. Texts are for people; nothing is decided by reading them.
#[derive(Debug, Serialize)]
pub struct Provider {
    /// What it is called in the configuration.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Which protocol it speaks.
    pub kind: Kind,
    /// Under which heading it stands.
    pub group: &'static str,
    /// What the admin enters.
    pub inputs: &'static [Input],
    /// Its issuer, as a template of the inputs.
    pub issuer: Option<&'static str>,
    /// How the issuer is judged.
    pub issuer_rule: IssuerRule,
    /// What is special about it.
    pub issuer_note: Option<&'static str>,
    /// Where it describes itself, as a template.
    pub discovery: Option<&'static str>,
    /// Its endpoints, as templates: a fallback where there is discovery.
    pub endpoints: EndpointTemplates,
    /// Endpoints that nobody has confirmed.
    pub unconfirmed_endpoints: &'static [&'static str],
    /// Endpoints that follow no standard, in words.
    pub further_endpoints: &'static [Link],
    /// What is asked for.
    pub scopes: &'static [&'static str],
    /// What stands between scopes in the request.
    pub scope_separator: ScopeSeparator,
    /// What it does with a proof key.
    pub pkce: PkceMode,
    /// What is special about that.
    pub pkce_note: Option<&'static str>,
    /// How its clients may authenticate.
    pub client_auth: &'static [ClientAuthentication],
    /// How they should; none where discovery tells.
    pub default_client_auth: ClientAuthentication,
    /// What is special about that.
    pub client_auth_note: Option<&'static str>,
    /// Whether a client can get a token for itself.
    pub client_credentials: Support,
    /// What is special about that.
    pub client_credentials_note: Option<&'static str>,
    /// Which redirect URIs it accepts.
    pub loopback: LoopbackRule,
    /// What is special about that.
    pub loopback_note: Option<&'static str>,
    /// The redirect URI to register, as a template of `{port}`.
    pub redirect: &'static str,
    /// Where the user name is.
    pub username: Username,
    /// How to register a client, step by step; `{redirect_uri}` stands for the redirect URI.
    pub register: &'static [&'static str],
    /// Where clients are registered, as a template.
    pub console: Option<&'static str>,
    /// What is unlike the standard.
    pub quirks: Quirks,
    /// What its access tokens are.
    pub access_token: &'static str,
    /// How its opaque tokens begin, where that tells them from others'.
    pub token_prefixes: &'static [&'static str],
    /// How the gateway should verify its tokens.
    pub verify: Verify,
    /// What nobody has confirmed: hints, never assertions.
    pub unverified: &'static [&'static str],
    /// How well each part is founded.
    pub confidence: &'static [(&'static str, Confidence)],
    /// Other endpoints that a certain input leads to.
    pub variants: &'static [Variant],
    /// What is wrong with the inputs beyond their form, if anything.
    #[serde(skip)]
    pub check: Option<Check>,
    /// Other words under which it is looked for.
    pub keywords: &'static [&'static str],
}

/// Looks at all inputs of a provider in their clean form.
pub type Check = fn(&Inputs) -> Result<(), InputError>;

/// Endpoints that take the place of the usual ones when an input has a certain value.
#[derive(Debug, Serialize)]
pub struct Variant {
    /// Which input.
    pub input: &'static str,
    /// Its value.
    pub value: &'static str,
    /// The issuer, as a template.
    pub issuer: Option<&'static str>,
    /// Where it describes itself, as a template.
    pub discovery: Option<&'static str>,
    /// The endpoints, as templates.
    pub endpoints: EndpointTemplates,
}

/// Which protocol a provider speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// OIDC: there is an ID token.
    Oidc,
    /// OAuth 2.0 alone.
    OAuth2,
}

/// One thing that the admin enters.
#[derive(Debug, Serialize)]
pub struct Input {
    /// What it is called in the configuration.
    pub key: &'static str,
    /// Its label.
    pub label: &'static str,
    /// An example.
    pub example: &'static str,
    /// Whether it must be entered.
    pub required: bool,
    /// What it is if it is not entered; may name other inputs.
    pub default: Option<&'static str>,
    /// An explanation.
    pub hint: Option<&'static str>,
    /// What form it has.
    pub kind: InputKind,
}

/// What form an input has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// The address of a server, to which paths are appended.
    BaseUrl,
    /// The address of an endpoint, taken as it is.
    Url,
    /// An issuer: an address whose every character counts.
    Issuer,
    /// A host name.
    Host,
    /// A word in an address.
    Text,
}

/// Endpoints as templates of the inputs.
#[derive(Debug, Serialize)]
pub struct EndpointTemplates {
    /// Where the browser goes.
    pub authorization: Option<&'static str>,
    /// Where tokens are got.
    pub token: Option<&'static str>,
    /// Where attributes are got.
    pub userinfo: Option<&'static str>,
    /// Where tokens are asked about.
    pub introspection: Option<&'static str>,
    /// Where tokens are taken back.
    pub revocation: Option<&'static str>,
    /// Where a sign-in on another device starts.
    pub device_authorization: Option<&'static str>,
    /// Where the public keys are.
    pub jwks: Option<&'static str>,
    /// Where the browser signs out.
    pub end_session: Option<&'static str>,
    /// Where requests are pushed to first.
    pub par: Option<&'static str>,
}

/// How the issuer is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuerRule {
    /// Character by character.
    Exact,
    /// Discovery has `{tenantid}` in place of the tenant.
    Templated,
    /// What discovery says is pinned.
    FromDocument,
    /// There is no discovery; answers may name it.
    InAnswersOnly,
    /// There is none.
    None,
}

/// What a provider does with a proof key. It is sent in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PkceMode {
    /// It checks it.
    Optional,
    /// It checks it once the client is set up for it.
    OptIn,
    /// It ignores it.
    Ignored,
    /// It does not know it.
    Unsupported,
    /// Nobody knows.
    Unknown,
}

/// Whether a provider can do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    /// It can.
    Yes,
    /// It cannot.
    No,
    /// Nobody knows: offered, and the server answers.
    Unknown,
}

/// Which redirect URIs on loopback a provider accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LoopbackRule {
    /// `127.0.0.1` with any port.
    AnyPortIp,
    /// `localhost` with any port.
    AnyPortLocalhost,
    /// Both with any port.
    AnyPortBoth,
    /// `localhost` only, and the exact port.
    LocalhostExact,
    /// The exact text, port included.
    Exact,
    /// The exact text, or a pattern at the server.
    ExactOrRegex,
    /// What begins with the registered one.
    Prefix,
    /// Only under a setting; the note says which.
    Conditional,
    /// The admin decides.
    Ask,
}

impl LoopbackRule {
    /// Whether the port is part of what is registered, so that it must be a fixed one.
    pub fn port_is_registered(self) -> bool {
        match self {
            Self::AnyPortIp | Self::AnyPortLocalhost | Self::AnyPortBoth => false,
            Self::LocalhostExact
            | Self::Exact
            | Self::ExactOrRegex
            | Self::Prefix
            | Self::Conditional
            | Self::Ask => true,
        }
    }
}

/// Where an attribute is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// In the userinfo answer: the gateway can see it.
    Userinfo,
    /// In the ID token: the gateway never sees that.
    IdToken,
    /// In the access token, where that is a JWT for an API of one's own: the gateway can see it.
    Token,
    /// In the answer of a further call.
    Get,
}

/// An attribute that may be the user name.
#[derive(Debug, Serialize)]
pub struct Attribute {
    /// Where it stands: a JSON Pointer.
    pub pointer: &'static str,
    /// Where it is read.
    pub source: Source,
}

impl Attribute {
    /// An attribute of the userinfo answer.
    pub const fn userinfo(pointer: &'static str) -> Self {
        let source = Source::Userinfo;
        Self { pointer, source }
    }

    /// An attribute that only the ID token has.
    pub const fn id_token(pointer: &'static str) -> Self {
        let source = Source::IdToken;
        Self { pointer, source }
    }

    /// An attribute of the access token.
    pub const fn token(pointer: &'static str) -> Self {
        let source = Source::Token;
        Self { pointer, source }
    }

    /// An attribute of the answer to a further call.
    pub const fn further_get(pointer: &'static str) -> Self {
        let source = Source::Get;
        Self { pointer, source }
    }
}

/// A further call that tells attributes which userinfo lacks.
#[derive(Debug, Serialize)]
pub struct FurtherGet {
    /// Where it goes, as a template of the inputs.
    pub url: &'static str,
    /// The scope that it needs.
    pub scope: &'static str,
    /// What it has, and what to know about it.
    pub note: &'static str,
}

/// Where the user name is.
#[derive(Debug, Serialize)]
pub struct Username {
    /// The recommended attribute: a JSON Pointer, or empty where only the admin can know.
    pub pointer: &'static str,
    /// Where it is read.
    pub source: Source,
    /// Attributes that may be it, the likeliest first.
    pub candidates: &'static [Attribute],
    /// The attribute that never changes.
    pub stable: Option<&'static str>,
    /// What to beware of.
    pub warn: Option<&'static str>,
    /// What to register so that the gateway sees it, where the usual token does not tell.
    pub for_gateway: Option<&'static str>,
    /// A further call that has more.
    pub further: Option<FurtherGet>,
}

/// Something in words with its name.
#[derive(Debug, Serialize)]
pub struct Link {
    /// What it is for.
    pub name: &'static str,
    /// Where it is and how it is used.
    pub how: &'static str,
}

/// What is unlike the standard.
#[derive(Debug, Serialize)]
pub struct Quirks {
    /// The token answer comes form-encoded unless JSON is asked for.
    pub form_encoded_answers: bool,
    /// Errors come inside a success.
    pub errors_in_success: bool,
    /// Headers that the userinfo endpoint demands.
    pub userinfo_headers: &'static [(&'static str, &'static str)],
    /// Parameters that the authorization endpoint demands.
    pub authorization_params: &'static [(&'static str, &'static str)],
    /// Parameters of the authorization endpoint that take an input's value if there is one: the
    /// parameter, then the key of the input.
    pub input_params: &'static [(&'static str, &'static str)],
    /// Parameters that it may be given, in words.
    pub optional_params: &'static [(&'static str, &'static str)],
    /// What is special about the token answer.
    pub token_answer: &'static [&'static str],
    /// What is special about the userinfo answer.
    pub userinfo: &'static [&'static str],
}

/// A way in which the gateway can verify a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// By asking userinfo: proves that the token is good, not for whom it was made.
    Userinfo,
    /// By GitHub's check of a token: proves both.
    GithubTokenCheck,
    /// By introspection: proves both.
    Introspection,
    /// By its signature: proves both without a call.
    Jwt,
}

/// How the gateway should verify a provider's tokens.
#[derive(Debug, Serialize)]
pub struct Verify {
    /// The recommended way.
    pub recommended: Verification,
    /// The other ways that may do.
    pub alternatives: &'static [Verification],
    /// What to know about it.
    pub note: &'static str,
}

/// How well a part is founded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Read in a source.
    Sourced,
    /// Partly.
    Partly,
    /// General knowledge: to be treated as not confirmed.
    Unconfirmed,
    /// The admin decides.
    NotApplicable,
}

impl Provider {
    /// The rule for discovery.
    pub fn issuer_match(&self) -> IssuerMatch {
        match self.issuer_rule {
            IssuerRule::Exact | IssuerRule::InAnswersOnly | IssuerRule::None => IssuerMatch::Exact,
            IssuerRule::Templated => IssuerMatch::Templated,
            IssuerRule::FromDocument => IssuerMatch::FromDocument,
        }
    }

    /// The rule for the issuer in answers; `announced` is what discovery says.
    pub fn issuer_check(&self, endpoints: &Endpoints, announced: bool) -> IssuerCheck {
        match &endpoints.issuer {
            Some(issuer) if announced => IssuerCheck::required(issuer),
            Some(issuer) => IssuerCheck::optional(issuer),
            None => IssuerCheck::default(),
        }
    }

    /// The proof key is always sent: a server that does not know it ignores it.
    pub fn pkce(&self) -> Pkce {
        Pkce::S256
    }

    /// The scopes as they stand in the form.
    pub fn default_scopes(&self) -> Vec<String> {
        self.scopes
            .iter()
            .map(|scope| (*scope).to_owned())
            .collect()
    }

    /// Whether it signs in with OIDC.
    pub fn is_oidc(&self) -> bool {
        self.kind == Kind::Oidc
    }
}
