//! The provider `facebook`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, Link,
    LoopbackRule, PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "facebook",
    name: "Facebook (Meta)",
    kind: Kind::OAuth2,
    group: "Public service",
    inputs: &[Input {
        key: "graph_version",
        label: "Graph API version",
        example: "v24.0",
        required: true,
        default: Some("v24.0"),
        hint: Some("versions expire about two years after release: keep it editable"),
        kind: InputKind::Text,
    }],
    issuer: None,
    issuer_rule: IssuerRule::None,
    issuer_note: Some(
        "https://www.facebook.com/.well-known/openid-configuration exists but lacks token and userinfo endpoints (sst source), so it is unusable for this flow.",
    ),
    discovery: None,
    endpoints: EndpointTemplates {
        authorization: Some("https://www.facebook.com/{graph_version}/dialog/oauth"),
        token: Some("https://graph.facebook.com/{graph_version}/oauth/access_token"),
        userinfo: Some("https://graph.facebook.com/{graph_version}/me?fields=id,name,email"),
        introspection: None,
        revocation: None,
        device_authorization: None,
        jwks: Some("https://www.facebook.com/.well-known/oauth/openid/jwks/"),
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[
        Link {
            name: "introspection",
            how: "https://graph.facebook.com/debug_token?input_token=&access_token={app_id}|{app_secret}",
        },
        Link {
            name: "revocation",
            how: "DELETE https://graph.facebook.com/{graph_version}/{user-id}/permissions",
        },
    ],
    scopes: &["email", "public_profile"],
    scope_separator: ScopeSeparator::Comma,
    pkce: PkceMode::Unknown,
    pkce_note: Some(
        "Send S256; whether the plain OAuth flow honours or ignores it was not confirmed. Meta documents an OIDC code flow with PKCE (openid scope) 'still in testing' (2023); the plain OAuth flow does not need it",
    ),
    client_auth: &[ClientAuthentication::Body],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some(
        "GET with query parameters also works and is used by older libraries: never do that, the secret lands in logs",
    ),
    client_credentials: Support::Yes,
    client_credentials_note: Some(
        "GET/POST oauth/access_token?grant_type=client_credentials gives an app access token",
    ),
    loopback: LoopbackRule::Conditional,
    loopback_note: Some(
        "Live apps cannot use localhost; only a development-mode app can (Auth.js docs). Strict exact match otherwise. Official desktop route is an embedded webview with https://www.facebook.com/connect/login_success.html, which RFC 8252 forbids: use an https relay or manual code entry.",
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
                pointer: "/id",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/name",
                source: Source::Userinfo,
            },
        ],
        stable: Some("/id"),
        warn: None,
    },
    register: &[
        "developers.facebook.com > My Apps > Create app > use case 'Authenticate and request data from users with Facebook Login'",
        "Use cases > Facebook Login > Settings: Valid OAuth Redirect URIs; Customize: add email",
        "App settings > Basic: App ID, App secret",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://developers.facebook.com/apps"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &[
            "errors are not RFC 6749: {error:{message,type,code,error_subcode,fbtrace_id}} with HTTP 400: error is an OBJECT",
            "user cancel: error=access_denied&error_reason=user_denied&error_description=...; old style error_code / error_message parameters also occur",
        ],
        userinfo: &[
            "fields= is required, the default answer is only id and name",
            "scope separator: libraries split between comma (social-core, allauth, logto) and space (arctic, better-auth); both work in practice",
            "email is absent when refused, unverified or phone-only",
            "no username field (removed in Graph v2.0)",
            "'Require App Secret' setting needs appsecret_proof=HMAC-SHA256(token, secret)",
        ],
    },
    access_token: "opaque",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Userinfo,
        alternatives: &[],
        note: "Userinfo proves that a token is good, not for whom it was made: tokens of other clients of this provider are accepted too.",
    },
    unverified: &[
        "client_credentials",
        "debug_token",
        "behaviour when PKCE parameters are sent",
        "localhost in development mode from Meta's own text",
    ],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Partly),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Partly),
        ("access_token", Confidence::Unconfirmed),
        ("userinfo", Confidence::Partly),
        ("username", Confidence::Partly),
        ("loopback", Confidence::Partly),
        ("register", Confidence::Sourced),
    ],
    keywords: &["meta"],
};
