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
        "Not supported in the usual sign-in. There is another one for native applications, which LinkedIn has to turn on.",
    ),
    client_auth: &[ClientAuthentication::Body],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some("In the form; that Basic is refused is not confirmed."),
    client_credentials: Support::Unknown,
    client_credentials_note: Some("For partner products only."),
    loopback: LoopbackRule::Exact,
    loopback_note: Some(
        "Standard flow: exact match, http://localhost accepted in practice. Native flow: only loopback IPs http://127.0.0.1:{port} or http://[::1]:{port}, random port.",
    ),
    redirect: "http://localhost:{port}/callback",
    username: Username {
        pointer: "/email",
        source: Source::Userinfo,
        candidates: &[
            Attribute::userinfo("/email"),
            Attribute::userinfo("/sub"),
            Attribute::userinfo("/name"),
        ],
        stable: Some("/sub"),
        warn: Some("there is no user name, and email may be absent"),
        for_gateway: None,
        further: None,
    },
    register: &[
        "linkedin.com/developers > Create app (needs a LinkedIn Page).",
        "Products > Sign In with LinkedIn using OpenID Connect > Request access.",
        "Auth tab: Authorized redirect URLs; copy Client ID and Primary Client Secret.",
        "Enter {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://www.linkedin.com/developers/apps"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        input_params: &[],
        optional_params: &[],
        token_answer: &[
            "Access tokens are good for 60 days; refresh tokens are for partners only.",
            "Errors of other addresses have message, code and serviceErrorCode.",
        ],
        userinfo: &[
            "It has sub, name, given_name, family_name, picture, email, email_verified and locale, which may be text or an object.",
            "There is no user name.",
        ],
    },
    access_token: "opaque, may be longer than 500 characters",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Introspection,
        alternatives: &[Verification::Jwt, Verification::Userinfo],
        note: "Introspection proves that a token is good and for whom it was made.",
    },
    unverified: &[
        "The addresses of introspection and revocation.",
        "The address of the sign-in for native applications.",
        "Whether a client can get a token for itself.",
        "Whether every answer says what kind of token it has.",
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
    variants: &[],
    check: None,
    keywords: &[],
};
