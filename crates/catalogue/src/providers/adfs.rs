//! The provider `adfs`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "adfs",
    name: "AD FS (2016 or later)",
    kind: Kind::Oidc,
    group: "Microsoft",
    inputs: &[
        Input {
            key: "host",
            label: "Federation service host",
            example: "adfs.contoso.com",
            required: true,
            default: None,
            hint: None,
            kind: InputKind::Host,
        },
        Input {
            key: "resource",
            label: "Web API / relying party identifier (optional)",
            example: "https://webapi.contoso.com/",
            required: false,
            default: None,
            hint: None,
            kind: InputKind::Text,
        },
    ],
    issuer: Some("https://{host}/adfs"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some(
        "Access tokens carry another issuer (http://{host}/adfs/services/trust): compare iss only on ID tokens.",
    ),
    discovery: Some("https://{host}/adfs/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("https://{host}/adfs/oauth2/authorize"),
        token: Some("https://{host}/adfs/oauth2/token"),
        userinfo: Some("https://{host}/adfs/userinfo"),
        introspection: None,
        revocation: None,
        device_authorization: Some("https://{host}/adfs/oauth2/devicecode"),
        jwks: Some("https://{host}/adfs/discovery/keys"),
        end_session: Some("https://{host}/adfs/oauth2/logout"),
        par: None,
    },
    unconfirmed_endpoints: &["userinfo", "end_session"],
    further_endpoints: &[],
    scopes: &["openid"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some("AD FS 2019+, or 2016 with updates"),
    client_auth: &[
        ClientAuthentication::Body,
        ClientAuthentication::Basic,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some(
        "Docs show post with a URL-encoded secret; basic not shown in the doc read",
    ),
    client_credentials: Support::Yes,
    client_credentials_note: Some("post with client_secret or client_assertion; scope optional"),
    loopback: LoopbackRule::Exact,
    loopback_note: Some("Docs: redirect_uri must exactly match one configured for the client."),
    redirect: "http://localhost:{port}/callback",
    username: Username {
        pointer: "/upn",
        source: Source::IdToken,
        candidates: &[
            Attribute {
                pointer: "/upn",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/unique_name",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/email",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/winaccountname",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/sub",
                source: Source::IdToken,
            },
        ],
        stable: Some("/sub"),
        warn: None,
    },
    register: &[
        "AD FS Management > Application Groups > Add Application Group > Native application (public) or Server application (confidential)",
        "Enter the Redirect URI, copy the Client Identifier; for Server application: Configure Application Credentials > Generate a shared secret",
        "Application permissions: tick openid, profile, email, allatclaims; Web API > Issuance Transform Rules: send UPN and E-mail as claims",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: None,
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &[
            "refresh_token_expires_in in the answer",
            "without resource= the token is for urn:microsoft:userinfo",
        ],
        userinfo: &[
            "AD FS userinfo returns little more than sub: take the username from ID token claims and add issuance transform rules for email/upn",
            "Extra authorize parameter resource={resource} (or scope '{resource}/openid')",
            "some lists write the paths with a trailing slash (/adfs/oauth2/token/): use what discovery says",
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
        "issuer",
        "discovery",
        "endpoints.userinfo",
        "client_secret_basic",
        "endpoints.end_session",
        "register wording of permission names",
    ],
    confidence: &[
        ("endpoints", Confidence::Partly),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Partly),
        ("client_credentials", Confidence::Sourced),
        ("token_response", Confidence::Sourced),
        ("access_token", Confidence::Unconfirmed),
        ("userinfo", Confidence::Unconfirmed),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Partly),
    ],
    keywords: &["active directory federation services", "windows server"],
};
