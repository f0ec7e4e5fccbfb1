//! The provider `keycloak`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "keycloak",
    name: "Keycloak / Red Hat build of Keycloak",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[
        Input {
            key: "base_url",
            label: "Server base URL (add /auth for version 16 and older)",
            example: "https://sso.example.com",
            required: true,
            default: None,
            hint: None,
            kind: InputKind::BaseUrl,
        },
        Input {
            key: "realm",
            label: "Realm",
            example: "master",
            required: true,
            default: None,
            hint: None,
            kind: InputKind::Text,
        },
    ],
    issuer: Some("{base_url}/realms/{realm}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: None,
    discovery: Some("{base_url}/realms/{realm}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("{base_url}/realms/{realm}/protocol/openid-connect/auth"),
        token: Some("{base_url}/realms/{realm}/protocol/openid-connect/token"),
        userinfo: Some("{base_url}/realms/{realm}/protocol/openid-connect/userinfo"),
        introspection: Some("{base_url}/realms/{realm}/protocol/openid-connect/token/introspect"),
        revocation: Some("{base_url}/realms/{realm}/protocol/openid-connect/revoke"),
        device_authorization: Some("{base_url}/realms/{realm}/protocol/openid-connect/auth/device"),
        jwks: Some("{base_url}/realms/{realm}/protocol/openid-connect/certs"),
        end_session: Some("{base_url}/realms/{realm}/protocol/openid-connect/logout"),
        par: Some("{base_url}/realms/{realm}/protocol/openid-connect/ext/par/request"),
    },
    unconfirmed_endpoints: &["device_authorization", "par"],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some(
        "can be made mandatory per client (Advanced > Proof Key for Code Exchange Code Challenge Method)",
    ),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: None,
    client_credentials: Support::Yes,
    client_credentials_note: Some("turn on Service accounts roles on a confidential client"),
    loopback: LoopbackRule::AnyPortBoth,
    loopback_note: Some(
        "Source: when the request starts with http://localhost or http://127.0.0.1 the port is stripped and the rest compared with the registered URIs. Register it WITHOUT a port (http://127.0.0.1/callback or http://127.0.0.1/*). [::1] has no such rule. Keycloak versions before about 12 did this for http://localhost only.",
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
                pointer: "/name",
                source: Source::Userinfo,
            },
        ],
        stable: Some("/sub"),
        warn: None,
    },
    register: &[
        "Admin console > realm > Clients > Create client (OpenID Connect, Client ID)",
        "Capability config: Client authentication On (confidential) or Off (public), Standard flow on; Access settings > Valid redirect URIs",
        "Credentials tab: copy Client Secret; Advanced tab: PKCE method S256",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("{base_url}/admin"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &[
            "refresh_expires_in, session_state, not-before-policy (hyphenated key) extras",
        ],
        userinfo: &[
            "openid must be in the token's scope, else 403 insufficient_scope (Keycloak 19+)",
            "may answer a signed JWT (application/jwt) when so configured on the client",
        ],
    },
    access_token: "JWT",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Jwt,
        alternatives: &[Verification::Introspection, Verification::Userinfo],
        note: "Its access tokens are JWTs: verify them by signature with an audience of your own, where the provider lets one be configured.",
    },
    unverified: &[
        "endpoints.device_authorization",
        "endpoints.par",
        "userinfo 403 since version 19",
        "version in which 127.0.0.1 was added",
    ],
    confidence: &[
        ("endpoints", Confidence::Partly),
        ("pkce", Confidence::Partly),
        ("token_auth", Confidence::Unconfirmed),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Unconfirmed),
        ("access_token", Confidence::Sourced),
        ("userinfo", Confidence::Unconfirmed),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Sourced),
    ],
    keywords: &["red hat sso", "rhbk"],
};
