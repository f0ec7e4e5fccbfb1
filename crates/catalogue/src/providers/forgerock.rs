//! The provider `forgerock`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "forgerock",
    name: "ForgeRock AM / PingAM / PingOne Advanced Identity Cloud",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[
        Input {
            key: "base_url",
            label: "AM base URL (with context)",
            example: "https://openam.example.com/am",
            required: true,
            default: None,
            hint: None,
            kind: InputKind::BaseUrl,
        },
        Input {
            key: "realm_path",
            label: "Realm path",
            example: "realms/root/realms/alpha",
            required: true,
            default: Some("realms/root"),
            hint: None,
            kind: InputKind::Text,
        },
    ],
    issuer: Some("{base_url}/oauth2/{realm_path}"),
    issuer_rule: IssuerRule::FromDocument,
    issuer_note: Some(
        "Stored document of one tenant uses the short form https://host:443/am/oauth2/alpha (with :443) as issuer: take it from the document, compare literally.",
    ),
    discovery: Some("{base_url}/oauth2/{realm_path}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("{base_url}/oauth2/{realm_path}/authorize"),
        token: Some("{base_url}/oauth2/{realm_path}/access_token"),
        userinfo: Some("{base_url}/oauth2/{realm_path}/userinfo"),
        introspection: Some("{base_url}/oauth2/{realm_path}/introspect"),
        revocation: Some("{base_url}/oauth2/{realm_path}/token/revoke"),
        device_authorization: Some("{base_url}/oauth2/{realm_path}/device/code"),
        jwks: Some("{base_url}/oauth2/{realm_path}/connect/jwk_uri"),
        end_session: Some("{base_url}/oauth2/{realm_path}/connect/endSession"),
        par: Some("{base_url}/oauth2/{realm_path}/par"),
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some("'Code Verifier Parameter Required' can force it"),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some("fixed per client"),
    client_credentials: Support::Yes,
    client_credentials_note: None,
    loopback: LoopbackRule::Exact,
    loopback_note: Some(
        "Wildcard port option for localhost exists in AM client profiles (unverified).",
    ),
    redirect: "http://127.0.0.1:{port}/callback",
    username: Username {
        pointer: "/subname",
        source: Source::Userinfo,
        candidates: &[
            Attribute {
                pointer: "/subname",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/preferred_username",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/sub",
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
        ],
        stable: Some("/sub"),
        warn: None,
    },
    register: &[
        "AM console > realm > Applications > OAuth 2.0 > Clients > Add Client (Client ID, secret, Redirection URIs, scopes)",
        "Advanced tab: Grant Types, Token Endpoint Authentication Method, Client Type",
        "Realm > Services > OAuth2 Provider must exist",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("{base_url}/console"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &["standard JSON"],
        userinfo: &[
            "sub may look like (usr!demo); subname holds the plain name",
            "claims depend on the OIDC Claims script",
        ],
    },
    access_token: "opaque (CTS based) by default, JWT when client-based tokens are on",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Introspection,
        alternatives: &[Verification::Jwt, Verification::Userinfo],
        note: "Introspection proves that a token is good and for whom it was made.",
    },
    unverified: &["loopback wildcard port", "subname", "default token format"],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Partly),
        ("token_response", Confidence::Unconfirmed),
        ("access_token", Confidence::Unconfirmed),
        ("userinfo", Confidence::Unconfirmed),
        ("username", Confidence::Unconfirmed),
        ("loopback", Confidence::Unconfirmed),
        ("register", Confidence::Unconfirmed),
    ],
    keywords: &["openam", "ping am", "access management"],
};
