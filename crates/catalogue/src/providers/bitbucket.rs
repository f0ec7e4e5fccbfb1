//! The provider `bitbucket`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, IssuerRule, Kind, Link, LoopbackRule, PkceMode,
    Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "bitbucket",
    name: "Bitbucket Cloud",
    kind: Kind::OAuth2,
    group: "Public service",
    inputs: &[],
    issuer: None,
    issuer_rule: IssuerRule::None,
    issuer_note: None,
    discovery: None,
    endpoints: EndpointTemplates {
        authorization: Some("https://bitbucket.org/site/oauth2/authorize"),
        token: Some("https://bitbucket.org/site/oauth2/access_token"),
        userinfo: Some("https://api.bitbucket.org/2.0/user"),
        introspection: None,
        revocation: None,
        device_authorization: None,
        jwks: None,
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[Link {
        name: "emails",
        how: "https://api.bitbucket.org/2.0/user/emails (scope email)",
    }],
    scopes: &["account", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Unsupported,
    pkce_note: Some("not supported (BCLOUD-23469 open): parameters ignored"),
    client_auth: &[ClientAuthentication::Basic, ClientAuthentication::Body],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some("docs use Basic"),
    client_credentials: Support::Yes,
    client_credentials_note: Some(
        "docs: three RFC 6749 grants are supported (code, implicit, client credentials); acts as the consumer's owner",
    ),
    loopback: LoopbackRule::Prefix,
    loopback_note: Some(
        "Docs: a redirect_uri in the request must be the registered callback URL with something appended. Git Credential Manager uses the fixed http://localhost:34106/; git-credential-oauth sends http://127.0.0.1:<random>, which works as a string prefix of http://127.0.0.1. Fixed port is the safe choice.",
    ),
    redirect: "http://localhost:{port}/",
    username: Username {
        pointer: "/username",
        source: Source::Userinfo,
        candidates: &[
            Attribute {
                pointer: "/username",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/nickname",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/account_id",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/uuid",
                source: Source::Userinfo,
            },
            Attribute {
                pointer: "/display_name",
                source: Source::Userinfo,
            },
        ],
        stable: Some("/account_id"),
        warn: None,
    },
    register: &[
        "Workspace > Settings > Workspace settings > Apps and features > OAuth consumers > Add consumer",
        "Name, Callback URL, Permissions: Account Email + Read; tick 'This is a private consumer' for client credentials",
        "Open the consumer: copy Key and Secret",
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
            "the scope key is 'scopes' (plural), unlike the RFC",
            "refresh_token always given",
        ],
        userinfo: &[
            "no email in /2.0/user: second call",
            "ids in braces: uuid {…}",
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
        "'scopes' key",
        "client_secret_post",
        "random-port prefix behaviour",
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
        ("loopback", Confidence::Partly),
        ("register", Confidence::Sourced),
    ],
    keywords: &[],
};
