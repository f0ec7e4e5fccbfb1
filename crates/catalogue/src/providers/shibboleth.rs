//! The provider `shibboleth`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "shibboleth",
    name: "Shibboleth IdP (OIDC OP plugin)",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[Input {
        key: "host",
        label: "IdP host",
        example: "idp.example.edu",
        required: true,
        default: None,
        hint: None,
        kind: InputKind::Host,
    }],
    issuer: Some("https://{host}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some("idp.oidc.issuer is a free setting: take it from the document"),
    discovery: Some("https://{host}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("https://{host}/idp/profile/oidc/authorize"),
        token: Some("https://{host}/idp/profile/oidc/token"),
        userinfo: Some("https://{host}/idp/profile/oidc/userinfo"),
        introspection: Some("https://{host}/idp/profile/oauth2/introspection"),
        revocation: Some("https://{host}/idp/profile/oauth2/revocation"),
        device_authorization: None,
        jwks: Some("https://{host}/idp/profile/oidc/keyset"),
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &["introspection", "revocation"],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some("defaults: forcePKCE false, allowPKCEPlain false"),
    client_auth: &[ClientAuthentication::Basic, ClientAuthentication::Body],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: None,
    client_credentials: Support::Unknown,
    client_credentials_note: Some("newer plugin versions (OAUTH2.Token profile)"),
    loopback: LoopbackRule::Exact,
    loopback_note: Some("metadata redirect_uris are compared exactly (assumed)"),
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
                pointer: "/eduperson_principal_name",
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
        ],
        stable: Some("/sub"),
        warn: None,
    },
    register: &[
        "Install the OIDC OP plugin, set idp.oidc.issuer in conf/oidc.properties",
        "Add the client to the OIDC metadata JSON (client_id, client_secret, redirect_uris, scope) or use dynamic registration",
        "attribute-resolver / attribute-filter: release preferred_username, email; reload services",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: None,
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &["access token 10 min, code 5 min by default"],
        userinfo: &[
            "claims only if released by the attribute filter; sub is often pairwise",
            "userinfo may be a signed JWT",
        ],
    },
    access_token: "opaque (encrypted) by default",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Introspection,
        alternatives: &[Verification::Jwt, Verification::Userinfo],
        note: "Introspection proves that a token is good and for whom it was made.",
    },
    unverified: &[
        "endpoints.introspection",
        "endpoints.revocation",
        "loopback rule",
        "client_credentials",
        "userinfo format",
    ],
    confidence: &[
        ("endpoints", Confidence::Partly),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Sourced),
        ("access_token", Confidence::Partly),
        ("userinfo", Confidence::Partly),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Unconfirmed),
        ("register", Confidence::Partly),
    ],
    keywords: &["saml", "university"],
};
