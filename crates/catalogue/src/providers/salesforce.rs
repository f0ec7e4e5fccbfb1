//! The provider `salesforce`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "salesforce",
    name: "Salesforce",
    kind: Kind::Oidc,
    group: "Public service",
    inputs: &[Input {
        key: "login_host",
        label: "Login host",
        example: "login.salesforce.com",
        required: true,
        default: Some("login.salesforce.com"),
        hint: Some(
            "test.salesforce.com for sandboxes, or the My Domain host (needed for client credentials)",
        ),
        kind: InputKind::Host,
    }],
    issuer: Some("https://{login_host}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: None,
    discovery: Some("https://{login_host}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("https://{login_host}/services/oauth2/authorize"),
        token: Some("https://{login_host}/services/oauth2/token"),
        userinfo: Some("https://{login_host}/services/oauth2/userinfo"),
        introspection: Some("https://{login_host}/services/oauth2/introspect"),
        revocation: Some("https://{login_host}/services/oauth2/revoke"),
        device_authorization: None,
        jwks: Some("https://{login_host}/id/keys"),
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some(
        "'Require PKCE' is on by default for new External Client Apps; third-party reports say it can no longer be turned off",
    ),
    client_auth: &[
        ClientAuthentication::Body,
        ClientAuthentication::Basic,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: None,
    client_credentials: Support::Yes,
    client_credentials_note: Some(
        "only on the My Domain host; a Run-As user must be set in the app's policies",
    ),
    loopback: LoopbackRule::Exact,
    loopback_note: Some(
        "Salesforce CLI registers http://localhost:1717/OauthRedirect: exact, fixed port. Older docs demand https for everything else.",
    ),
    redirect: "http://localhost:{port}/OauthRedirect",
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
                pointer: "/nickname",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/user_id",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/sub",
                source: Source::Userinfo,
            },
        ],
        stable: Some("/user_id"),
        warn: Some("sub is a URL https://.../id/<org>/<user>"),
    },
    register: &[
        "Setup > Quick Find: External Client App Manager > New External Client App (Connected Apps can no longer be created in new orgs, third-party report)",
        "API (Enable OAuth Settings): Callback URL, scopes openid/profile/email/refresh_token; Flow enablement; Security: PKCE",
        "Settings tab > OAuth Settings > Consumer Key and Secret (identity check); Policies: permitted users",
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
            "answer has instance_url, id (identity URL), issued_at in MILLISECONDS as a string, signature, and NO expires_in",
            "metadata for api.salesforce.com shows an authorization endpoint that already has a query string (?prompt=select_account): append with &, not ?",
        ],
        userinfo: &[
            "user_id, organization_id, preferred_username, nickname; photos and urls are objects",
        ],
    },
    access_token: "opaque (JWT can be enabled)",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Introspection,
        alternatives: &[Verification::Jwt, Verification::Userinfo],
        note: "Introspection proves that a token is good and for whom it was made.",
    },
    unverified: &[
        "end of Connected Apps and mandatory PKCE (one third-party page)",
        "client_credentials My Domain rule",
        "device flow",
    ],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Partly),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Partly),
        ("token_response", Confidence::Partly),
        ("access_token", Confidence::Unconfirmed),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Sourced),
    ],
    keywords: &["crm"],
};
