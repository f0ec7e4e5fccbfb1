//! The provider `pingfederate`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "pingfederate",
    name: "PingFederate",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[Input {
        key: "base_url",
        label: "Runtime base URL",
        example: "https://sso.example.com:9031",
        required: true,
        default: None,
        hint: None,
        kind: InputKind::BaseUrl,
    }],
    issuer: Some("{base_url}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some(
        "Virtual issuers with a path: OIDC metadata is {issuer}/.well-known/openid-configuration, OAuth metadata is {host}/.well-known/oauth-authorization-server/{path}.",
    ),
    discovery: Some("{base_url}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("{base_url}/as/authorization.oauth2"),
        token: Some("{base_url}/as/token.oauth2"),
        userinfo: Some("{base_url}/idp/userinfo.openid"),
        introspection: Some("{base_url}/as/introspect.oauth2"),
        revocation: Some("{base_url}/as/revoke_token.oauth2"),
        device_authorization: Some("{base_url}/as/device_authz.oauth2"),
        jwks: Some("{base_url}/pf/JWKS"),
        end_session: Some("{base_url}/idp/startSLO.ping"),
        par: Some("{base_url}/as/par.oauth2"),
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
    pkce_note: Some("can be required per client"),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: None,
    client_credentials: Support::Yes,
    client_credentials_note: Some("enable the grant on the client"),
    loopback: LoopbackRule::Exact,
    loopback_note: Some("Unverified for PingFederate: use a fixed port, wildcards are possible."),
    redirect: "http://127.0.0.1:{port}/callback",
    username: Username {
        pointer: "/sub",
        source: Source::Userinfo,
        candidates: &[
            Attribute {
                pointer: "/sub",
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
                pointer: "/username",
                source: Source::Userinfo,
            },
        ],
        stable: Some("/sub"),
        warn: None,
    },
    register: &[
        "Administrative console > Applications > OAuth > Clients > Add Client (Client ID, Client Secret)",
        "Redirect URIs; Allowed Grant Types: Authorization Code, Client Credentials; Require Proof Key for Code Exchange",
        "OpenID Connect: ID token policy; System > Server > Protocol Settings for the base URL",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: None,
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &["standard JSON"],
        userinfo: &[
            "miniOrange's catalogue lists /as/userinfo.openid; Ping's own page says /idp/userinfo.openid",
        ],
    },
    access_token: "reference (opaque) or JWT, per Access Token Manager",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Introspection,
        alternatives: &[Verification::Jwt, Verification::Userinfo],
        note: "Introspection proves that a token is good and for whom it was made.",
    },
    unverified: &[
        "endpoints.introspection",
        "endpoints.device_authorization",
        "endpoints.par",
        "endpoints.end_session",
        "loopback rule",
        "token_auth list",
    ],
    confidence: &[
        ("endpoints", Confidence::Partly),
        ("pkce", Confidence::Unconfirmed),
        ("token_auth", Confidence::Unconfirmed),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Unconfirmed),
        ("access_token", Confidence::Unconfirmed),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Unconfirmed),
        ("loopback", Confidence::Unconfirmed),
        ("register", Confidence::Unconfirmed),
    ],
    keywords: &["ping identity"],
};
