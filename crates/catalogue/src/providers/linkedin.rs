//! The provider `linkedin`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, IssuerRule, Kind, LoopbackRule, PkceMode, Provider,
    Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "linkedin",
    name: "LinkedIn",
    kind: Kind::Oidc,
    group: "Public service",
    inputs: &[],
    issuer: Some("https://www.linkedin.com/oauth"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: None,
    discovery: Some("https://www.linkedin.com/oauth/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("https://www.linkedin.com/oauth/v2/authorization"),
        token: Some("https://www.linkedin.com/oauth/v2/accessToken"),
        userinfo: Some("https://api.linkedin.com/v2/userinfo"),
        introspection: Some("https://www.linkedin.com/oauth/v2/introspectToken"),
        revocation: Some("https://www.linkedin.com/oauth/v2/revoke"),
        device_authorization: None,
        jwks: Some("https://www.linkedin.com/oauth/openid/jwks"),
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &["introspection", "revocation"],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Unsupported,
    pkce_note: Some(
        "standard flow: not supported. A separate native PKCE flow exists (other authorize path, unverified: /oauth/native-pkce/authorization) and LinkedIn must enable it per app.",
    ),
    client_auth: &[ClientAuthentication::Body],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some("Basic does not work (arctic, Auth.js and social-core all force post)"),
    client_credentials: Support::Unknown,
    client_credentials_note: Some("2-legged flow only for partner products"),
    loopback: LoopbackRule::Exact,
    loopback_note: Some(
        "Standard flow: exact match, http://localhost accepted in practice. Native flow: only loopback IPs http://127.0.0.1:{port} or http://[::1]:{port}, random port.",
    ),
    redirect: "http://localhost:{port}/callback",
    username: Username {
        pointer: "/email",
        source: Source::Userinfo,
        candidates: &[
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
        warn: Some("email is optional"),
    },
    register: &[
        "linkedin.com/developers > Create app (needs a LinkedIn Page)",
        "Products > Sign In with LinkedIn using OpenID Connect > Request access",
        "Auth tab: Authorized redirect URLs; copy Client ID and Primary Client Secret",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://www.linkedin.com/developers/apps"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &[
            "no token_type in some answers (unverified); tokens live 60 days; refresh tokens only for partners",
            "API errors: {status, serviceErrorCode, code, message}",
        ],
        userinfo: &[
            "claims: sub, name, given_name, family_name, picture, email, email_verified, locale (an OBJECT {country,language} in better-auth and lucia types, a string in Auth.js types: accept both)",
            "no username claim; r_liteprofile and /v2/me are retired for new apps",
        ],
    },
    access_token: "opaque, can be longer than 500 characters",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Introspection,
        alternatives: &[Verification::Jwt, Verification::Userinfo],
        note: "Introspection proves that a token is good and for whom it was made.",
    },
    unverified: &[
        "endpoints.introspection",
        "endpoints.revocation",
        "native-pkce path",
        "client_credentials",
        "token_type",
    ],
    confidence: &[
        ("endpoints", Confidence::Partly),
        ("pkce", Confidence::Partly),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Partly),
        ("access_token", Confidence::Unconfirmed),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Partly),
        ("register", Confidence::Sourced),
    ],
    keywords: &[],
};
