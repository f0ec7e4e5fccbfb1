//! The provider `authelia`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "authelia",
    name: "Authelia",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[Input {
        key: "base_url",
        label: "Authelia URL",
        example: "https://auth.example.com",
        required: true,
        default: None,
        hint: None,
        kind: InputKind::BaseUrl,
    }],
    issuer: Some("{base_url}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: None,
    discovery: Some("{base_url}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("{base_url}/api/oidc/authorization"),
        token: Some("{base_url}/api/oidc/token"),
        userinfo: Some("{base_url}/api/oidc/userinfo"),
        introspection: Some("{base_url}/api/oidc/introspection"),
        revocation: Some("{base_url}/api/oidc/revocation"),
        device_authorization: Some("{base_url}/api/oidc/device-authorization"),
        jwks: Some("{base_url}/jwks.json"),
        end_session: None,
        par: Some("{base_url}/api/oidc/pushed-authorization-request"),
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some("enforce_pkce / require_pkce can make it mandatory; plain needs to be allowed"),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some("fixed per client; default client_secret_basic, public clients none"),
    client_credentials: Support::Yes,
    client_credentials_note: Some("openid/offline_access not allowed when it is the only grant"),
    loopback: LoopbackRule::Exact,
    loopback_note: Some(
        "Docs: must be listed, case sensitive, http or https. The fosite ancestor ignores the port for loopback IP literals; not confirmed for Authelia.",
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
        "configuration.yml > identity_providers.oidc.clients: client_id, client_name, redirect_uris, scopes",
        "authelia crypto hash generate pbkdf2 for client_secret (or public: true), require_pkce: true, pkce_challenge_method: S256",
        "restart Authelia",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: None,
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &["RFC 9207 iss is returned by recent versions (unverified)"],
        userinfo: &[
            "profile and email claims are at userinfo, not in the ID token, by default",
            "may be a signed JWT",
        ],
    },
    access_token: "opaque by default; JWT (RFC 9068) when access_token_signed_response_alg is set",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Introspection,
        alternatives: &[Verification::Jwt, Verification::Userinfo],
        note: "Introspection proves that a token is good and for whom it was made.",
    },
    unverified: &["loopback port rule", "iss"],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Sourced),
        ("token_response", Confidence::Partly),
        ("access_token", Confidence::Sourced),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Partly),
        ("register", Confidence::Partly),
    ],
    keywords: &[],
};
