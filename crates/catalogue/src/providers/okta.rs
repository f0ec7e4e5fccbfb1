//! The provider `okta`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "okta",
    name: "Okta",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[
        Input {
            key: "domain",
            label: "Okta domain",
            example: "dev-123456.okta.com",
            required: true,
            default: None,
            hint: None,
            kind: InputKind::Host,
        },
        Input {
            key: "auth_server",
            label: "Authorization server id; 'default', a custom id, or empty for the org server",
            example: "default",
            required: false,
            default: Some("default"),
            hint: Some(
                "The 'default' custom server needs API Access Management; without it use the org server",
            ),
            kind: InputKind::Text,
        },
    ],
    issuer: Some("https://{domain}/oauth2/{auth_server}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some(
        "Org server (auth_server empty): issuer https://{domain}, discovery https://{domain}/.well-known/openid-configuration, endpoints https://{domain}/oauth2/v1/*.",
    ),
    discovery: Some("https://{domain}/oauth2/{auth_server}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("https://{domain}/oauth2/{auth_server}/v1/authorize"),
        token: Some("https://{domain}/oauth2/{auth_server}/v1/token"),
        userinfo: Some("https://{domain}/oauth2/{auth_server}/v1/userinfo"),
        introspection: Some("https://{domain}/oauth2/{auth_server}/v1/introspect"),
        revocation: Some("https://{domain}/oauth2/{auth_server}/v1/revoke"),
        device_authorization: Some("https://{domain}/oauth2/{auth_server}/v1/device/authorize"),
        jwks: Some("https://{domain}/oauth2/{auth_server}/v1/keys"),
        end_session: Some("https://{domain}/oauth2/{auth_server}/v1/logout"),
        par: Some("https://{domain}/oauth2/{auth_server}/v1/par"),
    },
    unconfirmed_endpoints: &[
        "introspection",
        "device_authorization",
        "end_session",
        "par",
    ],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some(
        "required when 'Require PKCE as additional verification' is on and for native/SPA apps",
    ),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some("the method is fixed per app; another method gets invalid_client"),
    client_credentials: Support::Yes,
    client_credentials_note: Some(
        "custom auth server with at least one custom scope in the request; on the org server only private_key_jwt and okta.* scopes",
    ),
    loopback: LoopbackRule::Exact,
    loopback_note: Some(
        "No documented port exception was found: register the exact URI with a fixed port.",
    ),
    redirect: "http://localhost:{port}/callback",
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
                pointer: "/sub",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/nickname",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/name",
                source: Source::Userinfo,
            },
        ],
        stable: Some("/sub"),
        warn: None,
    },
    register: &[
        "Admin Console > Applications > Applications > Create App Integration > OIDC - OpenID Connect > Native Application or Web Application",
        "Grant type: Authorization Code (+ Client Credentials / Device Authorization); Sign-in redirect URIs; Controlled access (assignments)",
        "General tab > Client Credentials: copy Client ID and secret; Security > API > Authorization Servers: copy the Issuer URI",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://{domain}/admin"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &[
            "standard JSON; errors may come as Okta error objects {errorCode, errorSummary, errorId} on non-OAuth failures",
        ],
        userinfo: &["thin ID token in code flow: profile claims are only at userinfo"],
    },
    access_token: "custom server: JWT; org server: opaque to you (docs: only Okta may consume or validate it)",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Introspection,
        alternatives: &[Verification::Jwt, Verification::Userinfo],
        note: "Introspection proves that a token is good and for whom it was made.",
    },
    unverified: &[
        "loopback rule",
        "endpoints.introspection",
        "endpoints.device_authorization",
        "endpoints.end_session",
        "endpoints.par",
        "per-app method enforcement",
        "client_credentials details",
    ],
    confidence: &[
        ("endpoints", Confidence::Partly),
        ("pkce", Confidence::Partly),
        ("token_auth", Confidence::Unconfirmed),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Unconfirmed),
        ("access_token", Confidence::Partly),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Unconfirmed),
        ("register", Confidence::Sourced),
    ],
    keywords: &[],
};
