//! The provider `zitadel`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "zitadel",
    name: "ZITADEL",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[Input {
        key: "base_url",
        label: "Instance domain",
        example: "https://contoso-abc123.zitadel.cloud",
        required: true,
        default: None,
        hint: None,
        kind: InputKind::BaseUrl,
    }],
    issuer: Some("{base_url}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: None,
    discovery: Some("{base_url}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("{base_url}/oauth/v2/authorize"),
        token: Some("{base_url}/oauth/v2/token"),
        userinfo: Some("{base_url}/oidc/v1/userinfo"),
        introspection: Some("{base_url}/oauth/v2/introspect"),
        revocation: Some("{base_url}/oauth/v2/revoke"),
        device_authorization: Some("{base_url}/oauth/v2/device_authorization"),
        jwks: Some("{base_url}/oauth/v2/keys"),
        end_session: Some("{base_url}/oidc/v1/end_session"),
        par: None,
    },
    unconfirmed_endpoints: &["token", "device_authorization"],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some("required for method 'none'"),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some(
        "fixed per application; introspection takes basic or private_key_jwt only",
    ),
    client_credentials: Support::Yes,
    client_credentials_note: Some("service users with a client secret"),
    loopback: LoopbackRule::AnyPortBoth,
    loopback_note: Some(
        "Library source, Native application type: any loopback host and port, only path and query are compared. Web type: exact, and plain http needs Development Mode or a confidential code client.",
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
        ],
        stable: Some("/sub"),
        warn: None,
    },
    register: &[
        "Console > Projects > your project > Applications > New > Native (PKCE) or Web",
        "Redirect URIs, Authentication Method; Development Mode for http on Web",
        "Copy Client ID (and secret); URLs tab shows the endpoints",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("{base_url}/ui/console"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &["standard JSON"],
        userinfo: &[
            "profile claims are not in the ID token when an access token is issued, unless 'User Info inside ID Token' is on",
            "claims named urn:zitadel:iam:... contain colons",
        ],
    },
    access_token: "opaque by default, JWT per application setting",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Introspection,
        alternatives: &[Verification::Jwt, Verification::Userinfo],
        note: "Introspection proves that a token is good and for whom it was made.",
    },
    unverified: &[
        "endpoints.device_authorization",
        "endpoints.token",
        "client_credentials",
    ],
    confidence: &[
        ("endpoints", Confidence::Partly),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Partly),
        ("token_response", Confidence::Sourced),
        ("access_token", Confidence::Partly),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Partly),
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Unconfirmed),
    ],
    keywords: &[],
};
