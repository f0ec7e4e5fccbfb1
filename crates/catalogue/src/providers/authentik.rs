//! The provider `authentik`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "authentik",
    name: "authentik",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[
        Input {
            key: "base_url",
            label: "Server URL",
            example: "https://auth.example.com",
            required: true,
            default: None,
            hint: None,
            kind: InputKind::BaseUrl,
        },
        Input {
            key: "app_slug",
            label: "Application slug",
            example: "my-app",
            required: true,
            default: None,
            hint: None,
            kind: InputKind::Text,
        },
    ],
    issuer: Some("{base_url}/application/o/{app_slug}/"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some("per-provider issuer ends with '/'; a global issuer mode exists"),
    discovery: Some("{base_url}/application/o/{app_slug}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("{base_url}/application/o/authorize/"),
        token: Some("{base_url}/application/o/token/"),
        userinfo: Some("{base_url}/application/o/userinfo/"),
        introspection: Some("{base_url}/application/o/introspect/"),
        revocation: Some("{base_url}/application/o/revoke/"),
        device_authorization: Some("{base_url}/application/o/device/"),
        jwks: Some("{base_url}/application/o/{app_slug}/jwks/"),
        end_session: Some("{base_url}/application/o/{app_slug}/end-session/"),
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some(
        "verified only when a challenge was sent; cannot be enforced (issue #25520, Aug 2026)",
    ),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: None,
    client_credentials: Support::Yes,
    client_credentials_note: Some("uses a service account / app password or the client secret"),
    loopback: LoopbackRule::ExactOrRegex,
    loopback_note: Some(
        "Redirect URIs are strict or regular expressions; with a regex http://127\\.0\\.0\\.1:\\d+/callback any port works. If left empty, the first redirect seen is saved.",
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
                pointer: "/nickname",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/email",
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
        "Admin interface > Applications > Applications > Create with provider > OAuth2/OpenID Provider",
        "Client type Confidential or Public, Redirect URIs/Origins (Strict or Regex), Signing Key",
        "Provider page: copy Client ID, Client Secret, OpenID Configuration URL",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("{base_url}/if/admin/"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &["refresh token only with offline_access (since 2024.2)"],
        userinfo: &[
            "endpoint paths end with '/': dropping it costs a redirect that loses the POST body",
            "email_verified defaults to false since 2025.10",
        ],
    },
    access_token: "JWT (HS256 with the client secret when no signing key is chosen: then JWKS is empty)",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Jwt,
        alternatives: &[Verification::Introspection, Verification::Userinfo],
        note: "Its access tokens are JWTs: verify them by signature with an audience of your own, where the provider lets one be configured.",
    },
    unverified: &["token_auth list", "regex example"],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Unconfirmed),
        ("client_credentials", Confidence::Sourced),
        ("token_response", Confidence::Sourced),
        ("access_token", Confidence::Sourced),
        ("userinfo", Confidence::Partly),
        ("username", Confidence::Partly),
        ("loopback", Confidence::Partly),
        ("register", Confidence::Unconfirmed),
    ],
    keywords: &[],
};
