//! The provider `slack`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, Link,
    LoopbackRule, PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "slack",
    name: "Slack (Sign in with Slack)",
    kind: Kind::Oidc,
    group: "Public service",
    inputs: &[Input {
        key: "team",
        label: "Workspace ID to pin (optional)",
        example: "T1234567890",
        required: false,
        default: None,
        hint: None,
        kind: InputKind::Text,
    }],
    issuer: Some("https://slack.com"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: None,
    discovery: Some("https://slack.com/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("https://slack.com/openid/connect/authorize"),
        token: Some("https://slack.com/api/openid.connect.token"),
        userinfo: Some("https://slack.com/api/openid.connect.userInfo"),
        introspection: None,
        revocation: None,
        device_authorization: None,
        jwks: Some("https://slack.com/openid/connect/keys"),
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[
        Link {
            name: "revocation",
            how: "https://slack.com/api/auth.revoke",
        },
        Link {
            name: "classic_authorize",
            how: "https://slack.com/oauth/v2/authorize (scope and user_scope, COMMA separated)",
        },
        Link {
            name: "classic_token",
            how: "https://slack.com/api/oauth.v2.access (user token nested at authed_user.access_token)",
        },
    ],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::OptIn,
    pkce_note: Some(
        "general availability 30 March 2026. Must be enabled in app settings and turns the app into a public client for ever (one way). Then optional for https redirects, required for custom schemes; refresh tokens expire in 30 days. Not announced in discovery.",
    ),
    client_auth: &[ClientAuthentication::Body, ClientAuthentication::Basic],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: None,
    client_credentials: Support::No,
    client_credentials_note: None,
    loopback: LoopbackRule::Conditional,
    loopback_note: Some(
        "https is required, except that PKCE-enabled apps may use localhost redirects (user scopes only, no bot scopes). Without PKCE: no loopback; use an https relay or manual code entry.",
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
                pointer: "/https:~1~1slack.com~1user_id",
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
        stable: Some("/https:~1~1slack.com~1user_id"),
        warn: None,
    },
    register: &[
        "api.slack.com/apps > Create New App > From scratch",
        "OAuth & Permissions: Redirect URLs; User Token Scopes openid, profile, email; (PKCE opt-in in the same settings)",
        "Basic Information > App Credentials: Client ID, Client Secret",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://api.slack.com/apps"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: true,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &[
            "every Web API answer is HTTP 200 with {ok:true|false,error:'...'}: ok:false is the error, there is no error_description",
            "classic oauth.v2.access nests the user token in authed_user and the bot token at top level",
        ],
        userinfo: &[
            "answers ok:false with HTTP 200 on failure",
            "keys are URLs: https://slack.com/user_id, https://slack.com/team_id: the attribute picker must address keys with dots, colons and slashes",
            "no login name: there is no username claim",
        ],
    },
    access_token: "opaque (xoxp-...)",
    token_prefixes: &["xoxp-"],
    verify: Verify {
        recommended: Verification::Userinfo,
        alternatives: &[],
        note: "Userinfo proves that a token is good, not for whom it was made: tokens of other clients of this provider are accepted too.",
    },
    unverified: &[
        "exact loopback forms accepted and port rule",
        "where the PKCE switch sits",
    ],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Partly),
        ("token_response", Confidence::Sourced),
        ("access_token", Confidence::Unconfirmed),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Partly),
        ("register", Confidence::Sourced),
    ],
    keywords: &[],
};
