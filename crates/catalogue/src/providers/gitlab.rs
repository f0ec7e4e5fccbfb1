//! The provider `gitlab`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, Link,
    LoopbackRule, PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "gitlab",
    name: "GitLab (SaaS and self-managed)",
    kind: Kind::Oidc,
    group: "Self-hosted service",
    inputs: &[Input {
        key: "base_url",
        label: "GitLab URL (relative roots allowed)",
        example: "https://gitlab.com",
        required: true,
        default: Some("https://gitlab.com"),
        hint: None,
        kind: InputKind::BaseUrl,
    }],
    issuer: Some("{base_url}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: None,
    discovery: Some("{base_url}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("{base_url}/oauth/authorize"),
        token: Some("{base_url}/oauth/token"),
        userinfo: Some("{base_url}/oauth/userinfo"),
        introspection: Some("{base_url}/oauth/introspect"),
        revocation: Some("{base_url}/oauth/revoke"),
        device_authorization: Some("{base_url}/oauth/authorize_device"),
        jwks: Some("{base_url}/oauth/discovery/keys"),
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[Link {
        name: "rest_user",
        how: "{base_url}/api/v4/user (scope read_user: username, id, email)",
    }],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some("needed in practice for non-confidential applications"),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some("non-confidential application: no secret"),
    client_credentials: Support::Yes,
    client_credentials_note: Some(
        "listed in grant_types_supported (2026 document); the token has no user, so most API calls fail",
    ),
    loopback: LoopbackRule::AnyPortIp,
    loopback_note: Some(
        "doorkeeper source: port ignored only when both URIs are loopback IP literals; http://localhost is compared exactly (fixed port). http redirect URIs are allowed (force_ssl_in_redirect_uri false). Older doorkeeper versions only do exact matching.",
    ),
    redirect: "http://127.0.0.1/callback",
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
                pointer: "/username",
                source: Source::Get,
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
        "User settings > Applications (or group / Admin area > Applications) > Add new application",
        "Name, Redirect URI, Confidential on/off, scopes openid profile email (read_user) > Save application",
        "Copy Application ID and Secret (shown once)",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("{base_url}/-/user_settings/applications"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &[
            "created_at extra; refresh rotates and kills the old pair; expires_in 7200",
        ],
        userinfo: &[
            "/oauth/userinfo needs openid; /api/v4/user needs read_user. Pick by the scopes granted.",
            "device grant is listed as 'device_code' in grant_types_supported, but the request uses the RFC 8628 URN",
        ],
    },
    access_token: "opaque",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Introspection,
        alternatives: &[Verification::Jwt, Verification::Userinfo],
        note: "Introspection proves that a token is good and for whom it was made.",
    },
    unverified: &["doorkeeper version bundled in each GitLab release"],
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
        ("register", Confidence::Partly),
    ],
    keywords: &[],
};
