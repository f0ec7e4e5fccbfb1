//! The provider `google`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "google",
    name: "Google",
    kind: Kind::Oidc,
    group: "Public service",
    inputs: &[Input {
        key: "hosted_domain",
        label: "Limit to a Workspace domain (hd)",
        example: "contoso.com",
        required: false,
        default: None,
        hint: Some("hd in the request is only a hint: check the hd claim"),
        kind: InputKind::Text,
    }],
    issuer: Some("https://accounts.google.com"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some("Legacy ID tokens may carry iss 'accounts.google.com' without scheme."),
    discovery: Some("https://accounts.google.com/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("https://accounts.google.com/o/oauth2/v2/auth"),
        token: Some("https://oauth2.googleapis.com/token"),
        userinfo: Some("https://openidconnect.googleapis.com/v1/userinfo"),
        introspection: None,
        revocation: Some("https://oauth2.googleapis.com/revoke"),
        device_authorization: Some("https://oauth2.googleapis.com/device/code"),
        jwks: Some("https://www.googleapis.com/oauth2/v3/certs"),
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: None,
    client_auth: &[ClientAuthentication::Body, ClientAuthentication::Basic],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some(
        "Desktop clients also get a client_secret and the token request needs it; Google says it is not confidential",
    ),
    client_credentials: Support::No,
    client_credentials_note: Some("no; service accounts use the JWT bearer grant"),
    loopback: LoopbackRule::AnyPortIp,
    loopback_note: Some(
        "Desktop app client type: loopback redirect with any port, nothing to register. Web application client type: exact match, http only for localhost.",
    ),
    redirect: "http://127.0.0.1:{port}",
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
        warn: Some("check email_verified; for Workspace check hd"),
    },
    register: &[
        "Google Cloud console > Google Auth Platform (APIs & Services) > Branding / Audience: configure the consent screen",
        "Clients (Credentials) > Create client > OAuth client ID > Desktop app (or Web application + Authorized redirect URIs)",
        "Copy Client ID and Client secret; Data access: scopes openid, email, profile; Audience: add test users or publish",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://console.cloud.google.com/auth/clients"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[(
            "access_type",
            "offline (only when a refresh token is wanted, with prompt=consent)",
        )],
        token_answer: &[
            "refresh_token only on first consent with access_type=offline",
            "error bodies: token endpoint RFC style; API errors are {error:{code,message,status}}",
            "discovery reference lists authorization_response_iss_parameter_supported (RFC 9207)",
        ],
        userinfo: &["no username claim at all: email is the usual choice"],
    },
    access_token: "opaque",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Userinfo,
        alternatives: &[],
        note: "Userinfo proves that a token is good, not for whom it was made: tokens of other clients of this provider are accepted too.",
    },
    unverified: &[
        "whether the Desktop secret can be left out",
        "[::1] support",
    ],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Partly),
        ("client_credentials", Confidence::Sourced),
        ("token_response", Confidence::Partly),
        ("access_token", Confidence::Unconfirmed),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Sourced),
    ],
    keywords: &["workspace", "gsuite"],
};
