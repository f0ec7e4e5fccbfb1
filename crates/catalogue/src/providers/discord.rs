//! The provider `discord`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, IssuerRule, Kind, Link, LoopbackRule, PkceMode,
    Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "discord",
    name: "Discord",
    kind: Kind::OAuth2,
    group: "Public service",
    inputs: &[],
    issuer: Some("https://discord.com"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some(
        "/.well-known/oauth-authorization-server also exists and announces authorization_response_iss_parameter_supported: true, so require iss=https://discord.com once confirmed live.",
    ),
    discovery: Some("https://discord.com/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("https://discord.com/oauth2/authorize"),
        token: Some("https://discord.com/api/oauth2/token"),
        userinfo: Some("https://discord.com/api/users/@me"),
        introspection: None,
        revocation: Some("https://discord.com/api/oauth2/token/revoke"),
        device_authorization: Some("https://discord.com/api/oauth2/device/authorize"),
        jwks: Some("https://discord.com/api/oauth2/keys"),
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[
        Link {
            name: "oidc_userinfo",
            how: "https://discord.com/api/oauth2/userinfo (scope openid)",
        },
        Link {
            name: "token_info",
            how: "https://discord.com/api/oauth2/@me",
        },
    ],
    scopes: &["identify", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some(
        "S256 is announced; whether it is checked for clients with a secret is not confirmed.",
    ),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some("Without a secret only if Public Client is turned on."),
    client_credentials: Support::Yes,
    client_credentials_note: Some("The token acts as the owner of the application."),
    loopback: LoopbackRule::Exact,
    loopback_note: Some(
        "Register under OAuth2 > Redirects. The Social SDK registers http://127.0.0.1/callback for desktop, which hints at a port exception, but that is not documented: use a fixed port.",
    ),
    redirect: "http://127.0.0.1:{port}/callback",
    username: Username {
        pointer: "/username",
        source: Source::Userinfo,
        candidates: &[
            Attribute::userinfo("/username"),
            Attribute::userinfo("/email"),
            Attribute::userinfo("/id"),
            Attribute::userinfo("/global_name"),
        ],
        stable: Some("/id"),
        warn: None,
        for_gateway: None,
        further: None,
    },
    register: &[
        "Discord Developer Portal > Applications > New Application.",
        "OAuth2 > Redirects: add the callback URL; Public Client switch for secretless apps.",
        "OAuth2 > Client information: Client ID, Reset Secret.",
        "Enter {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://discord.com/developers/applications"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        input_params: &[],
        optional_params: &[],
        token_answer: &["Access tokens are good for a week."],
        userinfo: &[
            "email needs the scope email; verified tells whether it counts.",
            "Two addresses for the sign-in work; the documented one is used.",
            "global_name is the name that is shown.",
            "id is a long number as text.",
        ],
    },
    access_token: "opaque",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Userinfo,
        alternatives: &[],
        note: "Userinfo proves that a token is good, not for whom it was made: tokens of other clients of this provider are accepted too.",
    },
    unverified: &[
        "Whether any port of a loopback address is accepted.",
        "What the OpenID Connect userinfo has.",
    ],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Sourced),
        ("token_response", Confidence::Sourced),
        ("access_token", Confidence::Sourced),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Partly),
        ("register", Confidence::Sourced),
    ],
    variants: &[],
    check: None,
    keywords: &[],
};
