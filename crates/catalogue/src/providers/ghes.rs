//! The provider `ghes`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, Link,
    LoopbackRule, PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "ghes",
    name: "GitHub Enterprise Server",
    kind: Kind::OAuth2,
    group: "Self-hosted service",
    inputs: &[Input {
        key: "base_url",
        label: "Server URL",
        example: "https://github.example.com",
        required: true,
        default: None,
        hint: None,
        kind: InputKind::BaseUrl,
    }],
    issuer: Some("{base_url}/login/oauth"),
    issuer_rule: IssuerRule::InAnswersOnly,
    issuer_note: Some(
        "Answers of newer versions may name the issuer BASE/login/oauth. That value or none is accepted, any other is refused.",
    ),
    discovery: None,
    endpoints: EndpointTemplates {
        authorization: Some("{base_url}/login/oauth/authorize"),
        token: Some("{base_url}/login/oauth/access_token"),
        userinfo: Some("{base_url}/api/v3/user"),
        introspection: None,
        revocation: None,
        device_authorization: Some("{base_url}/login/device/code"),
        jwks: None,
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[Link {
        name: "emails",
        how: "{base_url}/api/v3/user/emails",
    }],
    scopes: &["read:user", "user:email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Ignored,
    pkce_note: Some("It is sent with S256 in any case; versions that do not know it ignore it."),
    client_auth: &[ClientAuthentication::Body, ClientAuthentication::Basic],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: None,
    client_credentials: Support::No,
    client_credentials_note: Some("There is none."),
    loopback: LoopbackRule::AnyPortBoth,
    loopback_note: Some(
        "The port of a redirect URI on loopback is not compared; the path must be the registered one or below it. An OAuth App has one callback URL.",
    ),
    redirect: "http://127.0.0.1/callback",
    username: Username {
        pointer: "/login",
        source: Source::Userinfo,
        candidates: &[
            Attribute {
                pointer: "/login",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/email",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/id",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/name",
                source: Source::Userinfo,
            },
        ],
        stable: Some("/id"),
        warn: Some("login can be renamed and re-used by someone else"),
    },
    register: &[
        "On the server open your picture > Settings > Developer settings > OAuth Apps > New OAuth App, for an organisation under its own settings.",
        "Enter a name and a homepage, and {redirect_uri} as Authorization callback URL. Register the application.",
        "Copy the Client ID, then Generate a new client secret and copy it at once: it is shown only then.",
    ],
    console: Some("{base_url}/settings/developers"),
    quirks: Quirks {
        form_encoded_answers: true,
        errors_in_success: true,
        userinfo_headers: &[("accept", "application/vnd.github+json")],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &[
            "The answer is form-encoded unless JSON is asked for.",
            "Errors come in the body: bad_verification_code, incorrect_client_credentials, redirect_uri_mismatch, unverified_user_email.",
            "Granted scopes are separated by commas. There is no expiry and no refresh token for OAuth Apps.",
        ],
        userinfo: &[
            "A User-Agent header is needed, and Accept: application/vnd.github+json is asked for.",
            "email is empty when the user keeps it private: the list at user/emails has it with the scope user:email; take the one that is primary and verified.",
            "id is a number that never changes.",
            "Certificates of a company's own authority are common: add it in the network settings.",
        ],
    },
    access_token: "opaque, gho_…",
    token_prefixes: &["gho_", "ghu_"],
    verify: Verify {
        recommended: Verification::Userinfo,
        alternatives: &[Verification::GithubTokenCheck],
        note: "Userinfo proves that the token is good, not for which application it was made: a token that another application of this server got is accepted too. The check of a token proves both where the server has it; it needs the client's id and secret at the gateway.",
    },
    unverified: &[
        "From which version on PKCE is checked.",
        "Whether and from which version on answers name the issuer.",
    ],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Partly),
        ("token_auth", Confidence::Partly),
        ("client_credentials", Confidence::Partly),
        ("token_response", Confidence::Partly),
        ("access_token", Confidence::Partly),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Partly),
    ],
    keywords: &["github enterprise"],
};
