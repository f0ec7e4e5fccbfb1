//! The provider `gitea`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, Link,
    LoopbackRule, PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "gitea",
    name: "Gitea / Forgejo (Codeberg)",
    kind: Kind::Oidc,
    group: "Self-hosted service",
    inputs: &[Input {
        key: "base_url",
        label: "Server URL",
        example: "https://gitea.com",
        required: true,
        default: None,
        hint: None,
        kind: InputKind::BaseUrl,
    }],
    issuer: Some("{base_url}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some(
        "issuer may end with '/' depending on ROOT_URL and version (unverified): compare with the document",
    ),
    discovery: Some("{base_url}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("{base_url}/login/oauth/authorize"),
        token: Some("{base_url}/login/oauth/access_token"),
        userinfo: Some("{base_url}/login/oauth/userinfo"),
        introspection: Some("{base_url}/login/oauth/introspect"),
        revocation: None,
        device_authorization: None,
        jwks: Some("{base_url}/login/oauth/keys"),
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[Link {
        name: "rest_user",
        how: "{base_url}/api/v1/user (login, id, email; needs read:user on newer versions)",
    }],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some("needed for public clients"),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some("form or JSON body accepted"),
    client_credentials: Support::No,
    client_credentials_note: Some("grant_types_supported: authorization_code, refresh_token"),
    loopback: LoopbackRule::AnyPortIp,
    loopback_note: Some(
        "Docs: for PUBLIC clients a loopback IP redirect allows any port; avoid localhost. Confidential clients: exact.",
    ),
    redirect: "http://127.0.0.1/",
    username: Username {
        pointer: "/preferred_username",
        source: Source::Userinfo,
        candidates: &[
            Attribute {
                pointer: "/preferred_username",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/login",
                source: Source::Get,
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
        "User Settings > Applications > Manage OAuth2 Applications (or Site Administration > Integrations > Applications)",
        "Application name, Redirect URIs (one per line), untick Confidential Client for a desktop app > Create Application",
        "Copy Client ID and Client Secret (shown once)",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("{base_url}/user/settings/applications"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &["JSON"],
        userinfo: &["Authorization: token or Bearer both accepted by the REST API"],
    },
    access_token: "JWT",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Jwt,
        alternatives: &[Verification::Introspection, Verification::Userinfo],
        note: "Its access tokens are JWTs: verify them by signature with an audience of your own, where the provider lets one be configured.",
    },
    unverified: &["client_secret_basic", "Forgejo differences", "device flow"],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Partly),
        ("client_credentials", Confidence::Sourced),
        ("token_response", Confidence::Sourced),
        ("access_token", Confidence::Sourced),
        ("userinfo", Confidence::Partly),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Sourced),
    ],
    keywords: &["forgejo", "codeberg"],
};
