//! The provider `slack`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::endpoints::{InputError, Inputs};
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
        label: "Workspace ID",
        example: "T1234567890",
        required: false,
        default: None,
        hint: Some("Leave it empty to let the user choose. It begins with T."),
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
            how: "https://slack.com/oauth/v2/authorize, for apps that do more than sign in; scopes with commas",
        },
        Link {
            name: "classic_token",
            how: "https://slack.com/api/oauth.v2.access; the user's token stands in authed_user",
        },
    ],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::OptIn,
    pkce_note: Some(
        "Only for apps that have it turned on, which cannot be undone and makes the app a public client. Its refresh tokens end after 30 days.",
    ),
    client_auth: &[ClientAuthentication::Body, ClientAuthentication::Basic],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some("An app with PKCE turned on is a public client."),
    client_credentials: Support::No,
    client_credentials_note: Some("There is none."),
    loopback: LoopbackRule::Conditional,
    loopback_note: Some(
        "Plain http on localhost is accepted only for apps with PKCE turned on and user scopes alone. Otherwise register an https address and paste the address that the browser ended up at.",
    ),
    redirect: "http://localhost:{port}/callback",
    username: Username {
        pointer: "/email",
        source: Source::Userinfo,
        candidates: &[
            Attribute::userinfo("/email"),
            Attribute::userinfo("/https:~1~1slack.com~1user_id"),
            Attribute::userinfo("/sub"),
            Attribute::userinfo("/name"),
        ],
        stable: Some("/https:~1~1slack.com~1user_id"),
        warn: Some(
            "there is no user name; compare email as an e-mail address, which members may be able to change",
        ),
        for_gateway: None,
        further: None,
    },
    register: &[
        "Open api.slack.com/apps > Create New App > From scratch.",
        "Under OAuth & Permissions enter {redirect_uri} as Redirect URL, and add openid, profile and email to the User Token Scopes. For a redirect to localhost turn PKCE on, which cannot be undone.",
        "Copy Client ID and Client Secret from Basic Information > App Credentials.",
    ],
    console: Some("https://api.slack.com/apps"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: true,
        userinfo_headers: &[],
        authorization_params: &[],
        input_params: &[("team", "team")],
        optional_params: &[],
        token_answer: &[
            "Every answer has the status 200; ok: false is a refusal, and error names it without a description.",
            "Only the older sign-in for apps puts the user's token into authed_user.",
        ],
        userinfo: &[
            "A refusal has the status 200 and ok: false.",
            "Some attributes have an address as name, https://slack.com/user_id for example.",
            "There is no user name.",
        ],
    },
    access_token: "opaque, xoxp-…",
    token_prefixes: &["xoxp-"],
    verify: Verify {
        recommended: Verification::Userinfo,
        alternatives: &[],
        note: "Userinfo proves that a token is good, not for whom it was made: tokens that other apps got of Slack are accepted too, of other workspaces as well. Let the rule of the user name match company addresses only.",
    },
    unverified: &[
        "Which addresses on loopback are accepted, and whether the port counts.",
        "Where PKCE is turned on.",
        "That its access tokens begin with xoxp-.",
        "That members can change their e-mail address.",
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
    variants: &[],
    check: Some(check),
    keywords: &[],
};

/// A workspace's ID, if anything.
fn check(inputs: &Inputs) -> Result<(), InputError> {
    let sound = |team: &String| {
        team.starts_with('T') && team.chars().all(|one| one.is_ascii_alphanumeric())
    };
    if inputs.get("team").is_none_or(sound) {
        return Ok(());
    }
    Err(InputError {
        key: "team",
        message: "an ID that begins with T, not the workspace's name",
    })
}
