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
    pkce_note: Some("Not supported; it is sent and ignored."),
    client_auth: &[ClientAuthentication::Basic, ClientAuthentication::Body],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some("Basic is documented."),
    client_credentials: Support::Yes,
    client_credentials_note: Some(
        "The token acts as the owner of the consumer, which has to be private.",
    ),
    loopback: LoopbackRule::Prefix,
    loopback_note: Some(
        "The redirect URI must begin with the registered callback URL. A fixed port is the safe choice.",
    ),
    redirect: "http://localhost:{port}/",
    username: Username {
        pointer: "/username",
        source: Source::Userinfo,
        candidates: &[
            Attribute::userinfo("/username"),
            Attribute::userinfo("/nickname"),
            Attribute::userinfo("/account_id"),
            Attribute::userinfo("/uuid"),
            Attribute::userinfo("/display_name"),
        ],
        stable: Some("/account_id"),
        warn: None,
        for_gateway: None,
        further: None,
    },
    register: &[
        "Workspace > Settings > Workspace settings > Apps and features > OAuth consumers > Add consumer.",
        "Name, Callback URL, Permissions: Account Email + Read; tick 'This is a private consumer' for client credentials.",
        "Open the consumer: copy Key and Secret.",
        "Enter {redirect_uri} as redirect URI, character by character.",
    ],
    console: None,
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        input_params: &[],
        optional_params: &[],
        token_answer: &[
            "What was granted stands in scopes in place of scope.",
            "A refresh token always comes.",
        ],
        userinfo: &[
            "The e-mail address needs a further call.",
            "uuid stands in braces.",
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
        "That the answer has scopes in place of scope.",
        "Whether a secret in the form is accepted.",
        "That any port is accepted if the registered address has none.",
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
    variants: &[],
    check: None,
    keywords: &[],
};
