//! The provider `dex`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "dex",
    name: "Dex",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[Input {
        key: "issuer_url",
        label: "Issuer URL",
        example: "https://dex.example.com/dex",
        required: true,
        default: None,
        hint: None,
        kind: InputKind::Issuer,
    }],
    issuer: Some("{issuer_url}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: None,
    discovery: Some("{issuer_url}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("{issuer_url}/auth"),
        token: Some("{issuer_url}/token"),
        userinfo: Some("{issuer_url}/userinfo"),
        introspection: Some("{issuer_url}/token/introspect"),
        revocation: None,
        device_authorization: Some("{issuer_url}/device/code"),
        jwks: Some("{issuer_url}/keys"),
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some("server option can require it"),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: None,
    client_credentials: Support::Yes,
    client_credentials_note: Some("in the 2026 source (newer than most installed releases)"),
    loopback: LoopbackRule::AnyPortBoth,
    loopback_note: Some(
        "Source: a public client with NO redirectURIs may use http on localhost or any loopback IP with any port and path. As soon as redirectURIs are listed, or the client has a secret: exact match.",
    ),
    redirect: "http://127.0.0.1:{port}/callback",
    username: Username {
        pointer: "/preferred_username",
        source: Source::Userinfo,
        candidates: &[
            Attribute {
                pointer: "/preferred_username",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/email",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/name",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/sub",
                source: Source::Userinfo,
            },
        ],
        stable: Some("/sub"),
        warn: None,
    },
    register: &[
        "config.yaml > staticClients: id, name, secret (or public: true)",
        "redirectURIs: list, or leave empty for a public desktop client",
        "restart dex (or use the gRPC API)",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: None,
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &["standard JSON; no revocation endpoint"],
        userinfo: &[
            "userinfo simply echoes the JWT claims",
            "sub is base64 of connector and user id",
            "preferred_username depends on the upstream connector",
        ],
    },
    access_token: "JWT (same claims as the ID token)",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Jwt,
        alternatives: &[Verification::Introspection, Verification::Userinfo],
        note: "Its access tokens are JWTs: verify them by signature with an audience of your own, where the provider lets one be configured.",
    },
    unverified: &["release in which client_credentials appeared"],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Sourced),
        ("token_response", Confidence::Sourced),
        ("access_token", Confidence::Sourced),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Sourced),
    ],
    keywords: &[],
};
