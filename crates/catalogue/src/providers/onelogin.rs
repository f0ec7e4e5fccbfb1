//! The provider `onelogin`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "onelogin",
    name: "OneLogin",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[Input {
        key: "subdomain",
        label: "OneLogin subdomain",
        example: "contoso",
        required: true,
        default: None,
        hint: None,
        kind: InputKind::Text,
    }],
    issuer: Some("https://{subdomain}.onelogin.com/oidc/2"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: None,
    discovery: Some("https://{subdomain}.onelogin.com/oidc/2/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("https://{subdomain}.onelogin.com/oidc/2/auth"),
        token: Some("https://{subdomain}.onelogin.com/oidc/2/token"),
        userinfo: Some("https://{subdomain}.onelogin.com/oidc/2/me"),
        introspection: Some("https://{subdomain}.onelogin.com/oidc/2/token/introspection"),
        revocation: Some("https://{subdomain}.onelogin.com/oidc/2/token/revocation"),
        device_authorization: None,
        jwks: Some("https://{subdomain}.onelogin.com/oidc/2/certs"),
        end_session: Some("https://{subdomain}.onelogin.com/oidc/2/logout"),
        par: None,
    },
    unconfirmed_endpoints: &["revocation", "jwks"],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some("'None (PKCE)' is one of the token endpoint methods"),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some(
        "Docs: sending credentials in BOTH the header and the body is an error. The method is set on the app's SSO tab (Basic / POST / None (PKCE)).",
    ),
    client_credentials: Support::Unknown,
    client_credentials_note: Some("for OIDC apps with an API Authorization server; not confirmed"),
    loopback: LoopbackRule::Exact,
    loopback_note: Some("Not found in docs: assume exact match."),
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
                pointer: "/name",
                source: Source::Userinfo,
            },
        ],
        stable: Some("/sub"),
        warn: None,
    },
    register: &[
        "Administration > Applications > Applications > Add App > search 'OpenId Connect (OIDC)'",
        "Configuration tab > Login Url and Redirect URI's > Save",
        "SSO tab: Client ID, Show client secret, Issuer URL; Application Type Native, Token Endpoint Authentication Method",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://{subdomain}.onelogin.com/admin"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &[
            "introspection answers 200 even for a dead token: look at active",
            "offline_access is not supported on v2 (pomerium source)",
        ],
        userinfo: &[
            "groups and params scopes add claims; groups can be one string with separators",
        ],
    },
    access_token: "opaque by default; JWT with an API Authorization server",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Introspection,
        alternatives: &[Verification::Jwt, Verification::Userinfo],
        note: "Introspection proves that a token is good and for whom it was made.",
    },
    unverified: &[
        "endpoints.revocation",
        "endpoints.jwks",
        "client_credentials",
        "loopback rule",
        "access_token format",
    ],
    confidence: &[
        ("endpoints", Confidence::Partly),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Sourced),
        ("access_token", Confidence::Unconfirmed),
        ("userinfo", Confidence::Unconfirmed),
        ("username", Confidence::Unconfirmed),
        ("loopback", Confidence::Unconfirmed),
        ("register", Confidence::Partly),
    ],
    keywords: &[],
};
