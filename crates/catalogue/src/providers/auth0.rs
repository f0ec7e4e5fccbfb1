//! The provider `auth0`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "auth0",
    name: "Auth0",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[
        Input {
            key: "domain",
            label: "Tenant domain or custom domain",
            example: "contoso.eu.auth0.com",
            required: true,
            default: None,
            hint: None,
            kind: InputKind::Host,
        },
        Input {
            key: "audience",
            label: "API identifier (audience)",
            example: "https://api.contoso.com",
            required: false,
            default: None,
            hint: Some("needed for client credentials and for a JWT access token"),
            kind: InputKind::Text,
        },
    ],
    issuer: Some("https://{domain}/"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some("The issuer ends with a slash. Compare as is, do not trim."),
    discovery: Some("https://{domain}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("https://{domain}/authorize"),
        token: Some("https://{domain}/oauth/token"),
        userinfo: Some("https://{domain}/userinfo"),
        introspection: None,
        revocation: Some("https://{domain}/oauth/revoke"),
        device_authorization: Some("https://{domain}/oauth/device/code"),
        jwks: Some("https://{domain}/.well-known/jwks.json"),
        end_session: Some("https://{domain}/oidc/logout"),
        par: Some("https://{domain}/oauth/par"),
    },
    unconfirmed_endpoints: &["device_authorization", "jwks", "end_session", "par"],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: None,
    client_auth: &[
        ClientAuthentication::Body,
        ClientAuthentication::Basic,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some("fixed per application (Credentials tab)"),
    client_credentials: Support::Yes,
    client_credentials_note: Some(
        "audience parameter required; Machine to Machine application authorised for that API",
    ),
    loopback: LoopbackRule::Exact,
    loopback_note: Some(
        "Auth0 support: exact string match, ports included. No loopback port exception: register the fixed port(s). Auth0 may show an extra consent step for non-verifiable (loopback) callbacks.",
    ),
    redirect: "http://127.0.0.1:{port}/callback",
    username: Username {
        pointer: "/nickname",
        source: Source::Userinfo,
        candidates: &[
            Attribute {
                pointer: "/nickname",
                source: Source::Userinfo,
            },
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
        warn: Some("sub looks like auth0|65... or google-oauth2|..."),
    },
    register: &[
        "Auth0 Dashboard > Applications > Applications > Create Application > Native (or Regular Web / Machine to Machine)",
        "Settings tab > Application URIs > Allowed Callback URLs; Advanced Settings > Grant Types (Authorization Code, Client Credentials, Device Code)",
        "Copy Domain, Client ID, Client Secret from Settings",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://manage.auth0.com"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &["standard JSON; 403 with error=access_denied for unauthorised M2M"],
        userinfo: &[
            "namespaced custom claims are URLs used as keys (https://contoso.com/roles): never split claim names on '.' or '/'",
            "rate limited per user: cache",
        ],
    },
    access_token: "opaque (or JWE) without audience; JWT when audience names a registered API",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Userinfo,
        alternatives: &[],
        note: "Userinfo proves that a token is good, not for whom it was made: tokens of other clients of this provider are accepted too.",
    },
    unverified: &[
        "endpoints.end_session",
        "endpoints.par",
        "endpoints.device_authorization",
        "endpoints.jwks",
        "plain PKCE",
    ],
    confidence: &[
        ("endpoints", Confidence::Partly),
        ("pkce", Confidence::Partly),
        ("token_auth", Confidence::Unconfirmed),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Unconfirmed),
        ("access_token", Confidence::Unconfirmed),
        ("userinfo", Confidence::Unconfirmed),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Sourced),
    ],
    keywords: &[],
};
