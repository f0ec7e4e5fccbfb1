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
            hint: Some(
                "Needed for client credentials and for an access token that the gateway can verify.",
            ),
            kind: InputKind::Text,
        },
    ],
    issuer: Some("https://{domain}/"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some("The issuer ends with a slash, which is part of it."),
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
        ClientAuthentication::PrivateKeyJwt,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some("Each application has one way, set under Credentials."),
    client_credentials: Support::Yes,
    client_credentials_note: Some(
        "The audience is needed, and the application must be authorised for that API.",
    ),
    loopback: LoopbackRule::Exact,
    loopback_note: Some(
        "The whole address is compared, port included. For loopback addresses people may be asked once more.",
    ),
    redirect: "http://127.0.0.1:{port}/callback",
    username: Username {
        pointer: "/nickname",
        source: Source::Userinfo,
        candidates: &[
            Attribute::userinfo("/nickname"),
            Attribute::userinfo("/preferred_username"),
            Attribute::userinfo("/email"),
            Attribute::userinfo("/name"),
            Attribute::userinfo("/sub"),
        ],
        stable: Some("/sub"),
        warn: Some("sub begins with the kind of account, auth0| for example"),
        for_gateway: None,
        further: None,
    },
    register: &[
        "Auth0 Dashboard > Applications > Applications > Create Application > Native (or Regular Web / Machine to Machine).",
        "Settings tab > Application URIs > Allowed Callback URLs; Advanced Settings > Grant Types (Authorization Code, Client Credentials, Device Code).",
        "Copy Domain, Client ID, Client Secret from Settings.",
        "Enter {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://manage.auth0.com"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        input_params: &[],
        optional_params: &[],
        token_answer: &[
            "A client that is not authorised for the API is answered with 403 and access_denied.",
        ],
        userinfo: &[
            "Attributes of one's own have an address as name, https://contoso.com/roles for example.",
            "It may be asked only so often for each user.",
        ],
    },
    access_token: "opaque without an audience, JWT with one",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Userinfo,
        alternatives: &[],
        note: "Userinfo proves that a token is good, not for whom it was made: tokens of other clients of this provider are accepted too.",
    },
    unverified: &[
        "The addresses of signing out, pushed requests, the device flow and the public keys.",
        "Whether proof keys in plain text are accepted.",
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
    variants: &[],
    check: None,
    keywords: &[],
};
