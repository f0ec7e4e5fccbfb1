//! The provider `custom-oauth2`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "custom-oauth2",
    name: "Custom OAuth 2.0",
    kind: Kind::OAuth2,
    group: "Custom",
    inputs: &[
        Input {
            key: "authorization_url",
            label: "Authorization endpoint",
            example: "https://id.example.com/oauth/authorize",
            required: true,
            default: None,
            hint: None,
            kind: InputKind::Url,
        },
        Input {
            key: "token_url",
            label: "Token endpoint",
            example: "https://id.example.com/oauth/token",
            required: true,
            default: None,
            hint: None,
            kind: InputKind::Url,
        },
        Input {
            key: "userinfo_url",
            label: "Userinfo endpoint",
            example: "https://id.example.com/api/me",
            required: false,
            default: None,
            hint: None,
            kind: InputKind::Url,
        },
        Input {
            key: "expected_iss",
            label: "Issuer expected in iss (RFC 9207), if the server sends one",
            example: "https://id.example.com",
            required: false,
            default: None,
            hint: None,
            kind: InputKind::Issuer,
        },
    ],
    issuer: Some("{expected_iss}"),
    issuer_rule: IssuerRule::InAnswersOnly,
    issuer_note: Some(
        "If an answer names an issuer and none is expected, the sign-in stops and shows it.",
    ),
    discovery: None,
    endpoints: EndpointTemplates {
        authorization: Some("{authorization_url}"),
        token: Some("{token_url}"),
        userinfo: Some("{userinfo_url}"),
        introspection: None,
        revocation: None,
        device_authorization: None,
        jwks: None,
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[],
    scopes: &[],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Unknown,
    pkce_note: Some(
        "It is sent with S256; it can be switched off for servers that refuse parameters they do not know.",
    ),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some(
        "If the server answers invalid_client, switch to the other way and sign in anew: a code is good once.",
    ),
    client_credentials: Support::Yes,
    client_credentials_note: Some("Offered; the server answers."),
    loopback: LoopbackRule::Ask,
    loopback_note: Some("Host, port and path are yours to choose, as the provider accepts them."),
    redirect: "http://127.0.0.1:{port}/callback",
    username: Username {
        pointer: "",
        source: Source::Userinfo,
        candidates: &[
            Attribute {
                pointer: "/login",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/username",
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
                pointer: "/user/name",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/id",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/sub",
                source: Source::Userinfo,
            },
        ],
        stable: Some("/id"),
        warn: None,
    },
    register: &[
        "Create an OAuth client in the provider's console, with the authorization code flow.",
        "Enter {redirect_uri} as redirect URI, character by character.",
        "Copy the endpoints, client id, client secret and scopes from there.",
    ],
    console: None,
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &["JSON and forms are read, and errors inside a success."],
        userinfo: &[],
    },
    access_token: "unknown, treated as opaque",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Introspection,
        alternatives: &[Verification::Userinfo, Verification::Jwt],
        note: "Introspection proves that a token is good and for whom it was made. Userinfo proves only that it is good, and accepts tokens of other clients of the same provider.",
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
    keywords: &["oauth", "generic", "other"],
};
