//! The provider `cognito`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "cognito",
    name: "AWS Cognito user pool",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[
        Input {
            key: "region",
            label: "AWS region",
            example: "eu-west-2",
            required: true,
            default: None,
            hint: None,
            kind: InputKind::Text,
        },
        Input {
            key: "user_pool_id",
            label: "User pool ID",
            example: "eu-west-2_mQWqhJueg",
            required: true,
            default: None,
            hint: None,
            kind: InputKind::Text,
        },
        Input {
            key: "domain_host",
            label: "User pool domain host",
            example: "contoso.auth.eu-west-2.amazoncognito.com",
            required: true,
            default: None,
            hint: Some(
                "prefix domain or custom domain; must be configured, or there are no OAuth endpoints",
            ),
            kind: InputKind::Host,
        },
    ],
    issuer: Some("https://cognito-idp.{region}.amazonaws.com/{user_pool_id}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some("Issuer host and OAuth endpoint host differ by design."),
    discovery: Some(
        "https://cognito-idp.{region}.amazonaws.com/{user_pool_id}/.well-known/openid-configuration",
    ),
    endpoints: EndpointTemplates {
        authorization: Some("https://{domain_host}/oauth2/authorize"),
        token: Some("https://{domain_host}/oauth2/token"),
        userinfo: Some("https://{domain_host}/oauth2/userInfo"),
        introspection: None,
        revocation: Some("https://{domain_host}/oauth2/revoke"),
        device_authorization: None,
        jwks: Some(
            "https://cognito-idp.{region}.amazonaws.com/{user_pool_id}/.well-known/jwks.json",
        ),
        end_session: Some("https://{domain_host}/logout"),
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[],
    scopes: &["openid", "email", "profile"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: None,
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some(
        "a client with a secret must authenticate; docs describe Basic, discovery lists both",
    ),
    client_credentials: Support::Yes,
    client_credentials_note: Some(
        "app client with a secret, custom scopes of a resource server only (no openid)",
    ),
    loopback: LoopbackRule::LocalhostExact,
    loopback_note: Some(
        "Docs: HTTPS required except http://localhost; exact match against the list. 127.0.0.1 over http is not in the exception.",
    ),
    redirect: "http://localhost:{port}/callback",
    username: Username {
        pointer: "/username",
        source: Source::Userinfo,
        candidates: &[
            Attribute {
                pointer: "/username",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/cognito:username",
                source: Source::IdToken,
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
        "Cognito > User pools > your pool > App clients > Create app client (Traditional web / SPA / mobile / M2M)",
        "Login pages > Edit: Allowed callback URLs, OAuth grant types (Authorization code), OpenID Connect scopes",
        "Branding > Domain: note the domain; App client: copy Client ID and Client secret",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://console.aws.amazon.com/cognito"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &[
            "token errors are JSON {\"error\":\"invalid_grant\"} often without error_description",
        ],
        userinfo: &[
            "path is camel case: /oauth2/userInfo",
            "email_verified / phone_number_verified can be the STRING \"true\"",
            "userinfo key is username; the ID token key is cognito:username (contains a colon)",
            "scope must be encoded with %20, not + (better-auth works around it)",
            "revoke takes refresh tokens only",
        ],
    },
    access_token: "JWT (no aud claim; client_id claim instead)",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Jwt,
        alternatives: &[Verification::Userinfo],
        note: "Its access tokens are JWTs: verify them by signature with an audience of your own, where the provider lets one be configured.",
    },
    unverified: &[
        "console screen names (they changed in 2024/25)",
        "client_credentials scope rule",
    ],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Partly),
        ("token_response", Confidence::Unconfirmed),
        ("access_token", Confidence::Partly),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Partly),
    ],
    keywords: &["amazon", "aws"],
};
