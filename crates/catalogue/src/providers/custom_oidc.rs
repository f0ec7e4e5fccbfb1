//! The provider `custom-oidc`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "custom-oidc",
    name: "Custom OpenID Connect",
    kind: Kind::Oidc,
    group: "Custom",
    inputs: &[Input {
        key: "issuer_url",
        label: "Issuer URL (or full discovery URL)",
        example: "https://id.example.com",
        required: true,
        default: None,
        hint: None,
        kind: InputKind::Issuer,
    }],
    issuer: Some("{issuer_url}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some(
        "The full address of the discovery document may be given too. The issuer in the document must be the same, character by character.",
    ),
    discovery: Some("{issuer_url}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: None,
        token: None,
        userinfo: None,
        introspection: None,
        revocation: None,
        device_authorization: None,
        jwks: None,
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some(
        "It is sent with S256 in any case; that the server does not announce it proves nothing.",
    ),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some("What discovery announces; Basic where it announces nothing."),
    client_credentials: Support::Yes,
    client_credentials_note: Some("Offered; the server answers."),
    loopback: LoopbackRule::Ask,
    loopback_note: Some("Host, port and path are yours to choose, as the provider accepts them."),
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
                pointer: "/upn",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/email",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/nickname",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/username",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/login",
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
        "Create an OAuth or OpenID Connect client in the provider's console, of the kind web or confidential, with the authorization code flow.",
        "Enter {redirect_uri} as redirect URI, character by character.",
        "Copy issuer, client id and client secret from there.",
    ],
    console: None,
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &[],
        userinfo: &[
            "Without a userinfo endpoint only the ID token has attributes, which the gateway never sees.",
            "sub must be the same in userinfo and in the ID token.",
        ],
    },
    access_token: "unknown, treated as opaque",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Jwt,
        alternatives: &[Verification::Introspection, Verification::Userinfo],
        note: "If the access tokens are JWTs, verify them by signature with an audience of your own. If not, ask introspection; userinfo is the last resort, for it cannot tell for whom a token was made.",
    },
    unverified: &[],
    confidence: &[
        ("endpoints", Confidence::NotApplicable),
        ("pkce", Confidence::NotApplicable),
        ("token_auth", Confidence::NotApplicable),
        ("client_credentials", Confidence::NotApplicable),
        ("token_response", Confidence::NotApplicable),
        ("access_token", Confidence::NotApplicable),
        ("userinfo", Confidence::NotApplicable),
        ("username", Confidence::NotApplicable),
        ("loopback", Confidence::NotApplicable),
        ("register", Confidence::NotApplicable),
    ],
    keywords: &["openid connect", "oidc", "generic", "other"],
};
