//! The provider `entra-b2c`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "entra-b2c",
    name: "Azure AD B2C",
    kind: Kind::Oidc,
    group: "Microsoft",
    inputs: &[
        Input {
            key: "tenant",
            label: "B2C tenant name (without .onmicrosoft.com)",
            example: "contoso",
            required: true,
            default: None,
            hint: None,
            kind: InputKind::Text,
        },
        Input {
            key: "policy",
            label: "User flow or custom policy",
            example: "B2C_1_signupsignin",
            required: true,
            default: None,
            hint: None,
            kind: InputKind::Text,
        },
        Input {
            key: "tenant_id",
            label: "Tenant GUID (used only to predict the issuer)",
            example: "11111111-1111-1111-1111-111111111111",
            required: false,
            default: None,
            hint: None,
            kind: InputKind::Text,
        },
        Input {
            key: "host",
            label: "Login host (custom domain if any)",
            example: "contoso.b2clogin.com",
            required: false,
            default: Some("{tenant}.b2clogin.com"),
            hint: None,
            kind: InputKind::Host,
        },
    ],
    issuer: Some("https://{host}/{tenant_id}/v2.0/"),
    issuer_rule: IssuerRule::FromDocument,
    issuer_note: Some(
        "Issuer is https://{tenant}.b2clogin.com/{tenant_id}/v2.0/ (or the /tfp/ form, set per policy) and never a prefix of the discovery URL. Pin the issuer read from the document on first setup.",
    ),
    discovery: Some(
        "https://{host}/{tenant}.onmicrosoft.com/{policy}/v2.0/.well-known/openid-configuration",
    ),
    endpoints: EndpointTemplates {
        authorization: Some(
            "https://{host}/{tenant}.onmicrosoft.com/{policy}/oauth2/v2.0/authorize",
        ),
        token: Some("https://{host}/{tenant}.onmicrosoft.com/{policy}/oauth2/v2.0/token"),
        userinfo: Some("https://{host}/{tenant}.onmicrosoft.com/{policy}/openid/v2.0/userinfo"),
        introspection: None,
        revocation: None,
        device_authorization: None,
        jwks: Some("https://{host}/{tenant}.onmicrosoft.com/{policy}/discovery/v2.0/keys"),
        end_session: Some("https://{host}/{tenant}.onmicrosoft.com/{policy}/oauth2/v2.0/logout"),
        par: None,
    },
    unconfirmed_endpoints: &["end_session"],
    further_endpoints: &[],
    scopes: &["openid", "offline_access", "{client_id}"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: None,
    client_auth: &[ClientAuthentication::Body, ClientAuthentication::None],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: None,
    client_credentials: Support::Yes,
    client_credentials_note: Some("scope https://{tenant}.onmicrosoft.com/{app-id-uri}/.default"),
    loopback: LoopbackRule::Exact,
    loopback_note: Some(
        "Docs: must exactly match a registered redirect URI. http://localhost is allowed; whether the port is ignored as in Entra ID is unverified, so register a fixed port.",
    ),
    redirect: "http://localhost:{port}/callback",
    username: Username {
        pointer: "/emails/0",
        source: Source::IdToken,
        candidates: &[
            Attribute {
                pointer: "/emails/0",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/email",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/preferred_username",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/name",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/oid",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/sub",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/signInNames.emailAddress",
                source: Source::IdToken,
            },
        ],
        stable: Some("/sub"),
        warn: None,
    },
    register: &[
        "Azure portal > Azure AD B2C > App registrations > New registration (redirect URI type Public client/native or Web)",
        "User flows (or Identity Experience Framework) > note the policy name, add email to Application claims",
        "Certificates & secrets > New client secret (web only); API permissions > grant admin consent for openid, offline_access",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://portal.azure.com"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &[
            "Documented sample carries expires_in and not_before as JSON STRINGS: parse both number and numeric string",
            "No access_token at all unless an API scope or the client id itself is requested as a scope (only id_token comes back)",
        ],
        userinfo: &[
            "There is NO userinfo endpoint for user flows; only custom policies can add one. userinfo_endpoint may be absent from discovery -> fall back to ID token claims.",
            "Claim names can contain a dot literally: signInNames.emailAddress, and emails is an array",
        ],
    },
    access_token: "JWT",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Jwt,
        alternatives: &[Verification::Userinfo],
        note: "Its access tokens are JWTs: verify them by signature with an audience of your own, where the provider lets one be configured.",
    },
    unverified: &[
        "loopback port rule",
        "client_credentials",
        "endpoints.end_session",
        "service status for new customers (closed to new tenants since May 2025)",
    ],
    confidence: &[
        ("endpoints", Confidence::Partly),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Sourced),
        ("access_token", Confidence::Sourced),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Partly),
        ("register", Confidence::Partly),
    ],
    keywords: &["azure ad b2c"],
};
