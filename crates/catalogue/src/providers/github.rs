//! The provider `github`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, FurtherGet, IssuerRule, Kind, Link, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "github",
    name: "GitHub.com",
    kind: Kind::OAuth2,
    group: "Public service",
    inputs: &[],
    issuer: Some("https://github.com/login/oauth"),
    issuer_rule: IssuerRule::InAnswersOnly,
    issuer_note: Some(
        "Answers may name the issuer https://github.com/login/oauth. That value or none is accepted, any other is refused.",
    ),
    discovery: None,
    endpoints: EndpointTemplates {
        authorization: Some("https://github.com/login/oauth/authorize"),
        token: Some("https://github.com/login/oauth/access_token"),
        userinfo: Some("https://api.github.com/user"),
        introspection: None,
        revocation: None,
        device_authorization: Some("https://github.com/login/device/code"),
        jwks: None,
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[
        Link {
            name: "introspection",
            how: "POST https://api.github.com/applications/{client_id}/token (Basic client_id:secret, JSON body)",
        },
        Link {
            name: "revocation",
            how: "DELETE https://api.github.com/applications/{client_id}/token (Basic, JSON body)",
        },
        Link {
            name: "emails",
            how: "https://api.github.com/user/emails",
        },
    ],
    scopes: &["read:user", "user:email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some("S256 only, not required."),
    client_auth: &[ClientAuthentication::Body, ClientAuthentication::Basic],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some("A secret is always needed, but for the device flow."),
    client_credentials: Support::No,
    client_credentials_note: Some(
        "There is none; installations of a GitHub App use a token of their own kind.",
    ),
    loopback: LoopbackRule::AnyPortBoth,
    loopback_note: Some(
        "The port of a redirect URI on loopback is not compared; the path must be the registered one or below it. An OAuth App has one callback URL.",
    ),
    redirect: "http://127.0.0.1/callback",
    username: Username {
        pointer: "/login",
        source: Source::Userinfo,
        candidates: &[
            Attribute::userinfo("/login"),
            Attribute::userinfo("/email"),
            Attribute::userinfo("/id"),
            Attribute::userinfo("/name"),
        ],
        stable: Some("/id"),
        warn: Some("login can be renamed and re-used by someone else: bind on id"),
        for_gateway: None,
        further: Some(FurtherGet {
            url: "https://api.github.com/user/emails",
            scope: "user:email",
            note: "A list of the user's addresses, for those who keep theirs private; the one that is primary and verified counts.",
        }),
    },
    register: &[
        "Open Settings > Developer settings > OAuth Apps > New OAuth App, for an organisation under its own settings.",
        "Enter a name and a homepage, and {redirect_uri} as Authorization callback URL. Tick Enable Device Flow if it is wanted. Register the application.",
        "Copy the Client ID, then Generate a new client secret and copy it at once: it is shown only then.",
    ],
    console: Some("https://github.com/settings/developers"),
    quirks: Quirks {
        form_encoded_answers: true,
        errors_in_success: true,
        userinfo_headers: &[("accept", "application/vnd.github+json")],
        authorization_params: &[],
        input_params: &[],
        optional_params: &[],
        token_answer: &[
            "The answer is form-encoded unless JSON is asked for.",
            "Errors come in the body: bad_verification_code, incorrect_client_credentials, redirect_uri_mismatch, unverified_user_email.",
            "Granted scopes are separated by commas. There is no expiry and no refresh token for OAuth Apps.",
        ],
        userinfo: &[
            "A User-Agent header is needed, and Accept: application/vnd.github+json is asked for.",
            "email is empty when the user keeps it private: the list at user/emails has it with the scope user:email; take the one that is primary and verified.",
            "id is a number that never changes.",
        ],
    },
    access_token: "opaque, gho_…",
    token_prefixes: &["gho_", "ghu_"],
    verify: Verify {
        recommended: Verification::GithubTokenCheck,
        alternatives: &[Verification::Userinfo],
        note: "GitHub's check of a token proves that it was made for this client; it needs the client's id and secret at the gateway. Userinfo proves only that the token is good: a token that another application got is accepted too.",
    },
    unverified: &[
        "That errors come with status 200; the body is what counts.",
        "The paths of the check of a token.",
    ],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Partly),
        ("token_response", Confidence::Partly),
        ("access_token", Confidence::Sourced),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Sourced),
    ],
    variants: &[],
    check: None,
    keywords: &["github cloud"],
};
