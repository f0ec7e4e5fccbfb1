//! The provider `atlassian`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, IssuerRule, Kind, Link, LoopbackRule, PkceMode,
    Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "atlassian",
    name: "Atlassian Cloud (OAuth 2.0 3LO)",
    kind: Kind::OAuth2,
    group: "Public service",
    inputs: &[],
    issuer: None,
    issuer_rule: IssuerRule::None,
    issuer_note: None,
    discovery: None,
    endpoints: EndpointTemplates {
        authorization: Some("https://auth.atlassian.com/authorize"),
        token: Some("https://auth.atlassian.com/oauth/token"),
        userinfo: Some("https://api.atlassian.com/me"),
        introspection: None,
        revocation: None,
        device_authorization: None,
        jwks: None,
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[Link {
        name: "accessible_resources",
        how: "https://api.atlassian.com/oauth/token/accessible-resources",
    }],
    scopes: &["read:me"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Ignored,
    pkce_note: Some(
        "not documented for 3LO; better-auth sends it without harm; the client secret is required anyway",
    ),
    client_auth: &[ClientAuthentication::Body],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some("docs use a JSON body; form encoding works too (mcp-atlassian, arctic)"),
    client_credentials: Support::No,
    client_credentials_note: Some(
        "not for 3LO apps (service-account credentials are a separate product, unverified)",
    ),
    loopback: LoopbackRule::Exact,
    loopback_note: Some(
        "ONE callback URL per app, redirect_uri must match it. http://localhost:<fixed port>/callback is used in practice (jira.js, mcp-atlassian). An older guide said http was refused.",
    ),
    redirect: "http://localhost:{port}/callback",
    username: Username {
        pointer: "/email",
        source: Source::Userinfo,
        candidates: &[
            Attribute {
                pointer: "/email",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/nickname",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/account_id",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/name",
                source: Source::Userinfo,
            },
        ],
        stable: Some("/account_id"),
        warn: None,
    },
    register: &[
        "developer.atlassian.com > profile > Developer console > Create > OAuth 2.0 integration",
        "Permissions > User identity API > Add, configure read:me; Authorization > OAuth 2.0 (3LO) > Configure: Callback URL",
        "Settings: copy Client ID and Secret; Distribution > Sharing if others must log in",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://developer.atlassian.com/console/myapps/"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[("audience", "api.atlassian.com"), ("prompt", "consent")],
        optional_params: &[],
        token_answer: &["refresh tokens rotate and need offline_access", "JSON"],
        userinfo: &[
            "read:me belongs to 'User Identity API', which must be added under Permissions, else 403",
            "fields: account_id, account_type, email, name, nickname, picture",
        ],
    },
    access_token: "JWT, treat as opaque",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Userinfo,
        alternatives: &[],
        note: "Userinfo proves that a token is good, not for whom it was made: tokens of other clients of this provider are accepted too.",
    },
    unverified: &[
        "revocation endpoint (none found)",
        "PKCE behaviour",
        "client_credentials for service accounts",
    ],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Partly),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Sourced),
        ("access_token", Confidence::Unconfirmed),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Partly),
        ("register", Confidence::Sourced),
    ],
    keywords: &["jira cloud", "confluence cloud", "3lo"],
};
