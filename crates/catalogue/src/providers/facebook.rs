//! The provider `facebook`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::endpoints::{InputError, Inputs};
use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, Link,
    LoopbackRule, PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "facebook",
    name: "Facebook (Meta)",
    kind: Kind::OAuth2,
    group: "Public service",
    inputs: &[Input {
        key: "graph_version",
        label: "Graph API version",
        example: "v24.0",
        required: true,
        default: Some("v24.0"),
        hint: Some("Versions end about two years after they came out."),
        kind: InputKind::Text,
    }],
    issuer: None,
    issuer_rule: IssuerRule::None,
    issuer_note: Some(
        "There is a discovery document without token and userinfo endpoints, so it is not used.",
    ),
    discovery: None,
    endpoints: EndpointTemplates {
        authorization: Some("https://www.facebook.com/{graph_version}/dialog/oauth"),
        token: Some("https://graph.facebook.com/{graph_version}/oauth/access_token"),
        userinfo: Some("https://graph.facebook.com/{graph_version}/me?fields=id,name,email"),
        introspection: None,
        revocation: None,
        device_authorization: None,
        jwks: Some("https://www.facebook.com/.well-known/oauth/openid/jwks/"),
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[
        Link {
            name: "introspection",
            how: "https://graph.facebook.com/debug_token, with the app's own token",
        },
        Link {
            name: "revocation",
            how: "DELETE https://graph.facebook.com/{graph_version}/{user-id}/permissions",
        },
    ],
    scopes: &["email", "public_profile"],
    scope_separator: ScopeSeparator::Comma,
    pkce: PkceMode::Unknown,
    pkce_note: Some("It is sent with S256; whether it is checked is not confirmed."),
    client_auth: &[ClientAuthentication::Body],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some("In the form. In the query it would end up in logs."),
    client_credentials: Support::Yes,
    client_credentials_note: Some("Not confirmed: it gives a token of the app, without a user."),
    loopback: LoopbackRule::Conditional,
    loopback_note: Some(
        "Only apps in development mode may come back to localhost. For a live app register an https address, which is compared as a whole, and paste the address that the browser ended up at.",
    ),
    redirect: "http://localhost:{port}/callback",
    username: Username {
        pointer: "/email",
        source: Source::Userinfo,
        candidates: &[
            Attribute::userinfo("/email"),
            Attribute::userinfo("/id"),
            Attribute::userinfo("/name"),
        ],
        stable: Some("/id"),
        warn: Some(
            "there is no user name; email may be absent, and compare it as an e-mail address",
        ),
        for_gateway: None,
        further: None,
    },
    register: &[
        "Open developers.facebook.com > My Apps > Create app, with the use case Authenticate and request data from users with Facebook Login.",
        "Under Use cases > Facebook Login > Settings enter {redirect_uri} as Valid OAuth Redirect URI; under Customize add email.",
        "Copy App ID and App secret from App settings > Basic.",
    ],
    console: Some("https://developers.facebook.com/apps"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        input_params: &[],
        optional_params: &[],
        token_answer: &[
            "An error is an object with message, type and code; fbtrace_id is what their support asks for.",
            "Who cancels comes back with access_denied; older parameters, error_code and error_message, occur too.",
        ],
        userinfo: &[
            "Attributes have to be named in fields; without it there are only id and name.",
            "email is absent if the user refused it, did not confirm it or has none.",
            "Leave Require App Secret off in the app's advanced settings: the proof that it demands is not sent.",
        ],
    },
    access_token: "opaque",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Userinfo,
        alternatives: &[],
        note: "Userinfo proves that a token is good, not for whom it was made: tokens that any other app got of Facebook are accepted too. Let the rule of the user name match company addresses only.",
    },
    unverified: &[
        "Client credentials, and the check of a token.",
        "What it does with a proof key.",
        "That apps in development mode may come back to localhost, by its own documentation.",
        "That access tokens cannot be read.",
    ],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Partly),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Partly),
        ("access_token", Confidence::Unconfirmed),
        ("userinfo", Confidence::Partly),
        ("username", Confidence::Partly),
        ("loopback", Confidence::Partly),
        ("register", Confidence::Sourced),
    ],
    variants: &[],
    check: Some(check),
    keywords: &["meta"],
};

/// A version is a v and a number.
fn check(inputs: &Inputs) -> Result<(), InputError> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let sound = inputs
        .get("graph_version")
        .and_then(|version| version.strip_prefix('v'))
        .and_then(|number| number.split_once('.'))
        .is_some_and(|(major, minor)| digits(major) && digits(minor));
    if sound {
        return Ok(());
    }
    Err(InputError {
        key: "graph_version",
        message: "a version such as v24.0",
    })
}
