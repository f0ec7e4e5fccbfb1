//! The provider `atlassian`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, IssuerRule, Kind, Link, LoopbackRule, PkceMode,
    Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "atlassian",
    name: "Atlassian Cloud (OAuth 2.0 3LO)",
    kind: Kind::OAuth2,
    group: "Public service",
    inputs: &[],
    issuer: None,
    issuer_rule: IssuerRule::None,
    issuer_note: None,
    discovery: None,
    endpoints: EndpointTemplates {
        authorization: Some("https://auth.atlassian.com/authorize"),
        token: Some("https://auth.atlassian.com/oauth/token"),
        userinfo: Some("https://api.atlassian.com/me"),
        introspection: None,
        revocation: None,
        device_authorization: None,
        jwks: None,
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[Link {
        name: "accessible_resources",
        how: "https://api.atlassian.com/oauth/token/accessible-resources",
    }],
    scopes: &["read:me"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Ignored,
    pkce_note: Some(
        "It is sent; that it is checked is not documented. The client secret is needed in any case.",
    ),
    client_auth: &[ClientAuthentication::Body],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some(
        "The documentation sends JSON. That a form is accepted too is not confirmed.",
    ),
    client_credentials: Support::No,
    client_credentials_note: Some("There is none for these applications."),
    loopback: LoopbackRule::Exact,
    loopback_note: Some(
        "An application has one callback URL, which is compared as a whole, port included. That http on localhost is accepted is not confirmed by its documentation.",
    ),
    redirect: "http://localhost:{port}/callback",
    username: Username {
        pointer: "/email",
        source: Source::Userinfo,
        candidates: &[
            Attribute::userinfo("/email"),
            Attribute::userinfo("/nickname"),
            Attribute::userinfo("/account_id"),
            Attribute::userinfo("/name"),
        ],
        stable: Some("/account_id"),
        warn: None,
        for_gateway: None,
        further: None,
    },
    register: &[
        "developer.atlassian.com > profile > Developer console > Create > OAuth 2.0 integration.",
        "Permissions > User identity API > Add, configure read:me; Authorization > OAuth 2.0 (3LO) > Configure: Callback URL.",
        "Settings: copy Client ID and Secret; Distribution > Sharing if others must log in.",
        "Enter {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://developer.atlassian.com/console/myapps/"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[("audience", "api.atlassian.com"), ("prompt", "consent")],
        input_params: &[],
        optional_params: &[],
        token_answer: &["Ask for offline_access to get a refresh token; each is good once."],
        userinfo: &[
            "Add the User Identity API under Permissions; without it userinfo answers 403.",
            "It has account_id, account_type, email, name, nickname and picture.",
        ],
    },
    access_token: "JWT, to be treated as opaque",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Userinfo,
        alternatives: &[],
        note: "Userinfo proves that a token is good, not for whom it was made: tokens of other clients of this provider are accepted too.",
    },
    unverified: &[
        "Whether tokens can be revoked.",
        "What it does with a proof key.",
        "Client credentials for service accounts.",
    ],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Partly),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Sourced),
        ("access_token", Confidence::Unconfirmed),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Partly),
        ("register", Confidence::Sourced),
    ],
    variants: &[],
    check: None,
    keywords: &["jira cloud", "confluence cloud", "3lo"],
};
