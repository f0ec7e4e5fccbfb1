//! The provider `google`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::endpoints::{InputError, Inputs, is_domain};
use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "google",
    name: "Google",
    kind: Kind::Oidc,
    group: "Public service",
    inputs: &[Input {
        key: "hosted_domain",
        label: "Google Workspace domain",
        example: "contoso.com",
        required: false,
        default: None,
        hint: Some(
            "Leave it empty for any account. It only narrows what Google offers: the claim hd of the answer is what counts.",
        ),
        kind: InputKind::Text,
    }],
    issuer: Some("https://accounts.google.com"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some("Old ID tokens may name accounts.google.com without https."),
    discovery: Some("https://accounts.google.com/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("https://accounts.google.com/o/oauth2/v2/auth"),
        token: Some("https://oauth2.googleapis.com/token"),
        userinfo: Some("https://openidconnect.googleapis.com/v1/userinfo"),
        introspection: None,
        revocation: Some("https://oauth2.googleapis.com/revoke"),
        device_authorization: Some("https://oauth2.googleapis.com/device/code"),
        jwks: Some("https://www.googleapis.com/oauth2/v3/certs"),
        end_session: None,
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some("S256, not required."),
    client_auth: &[ClientAuthentication::Body, ClientAuthentication::Basic],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some(
        "Clients of the type Desktop app have a secret too, and it is needed; Google does not regard it as confidential.",
    ),
    client_credentials: Support::No,
    client_credentials_note: Some("There is none; service accounts use another grant."),
    loopback: LoopbackRule::AnyPortIp,
    loopback_note: Some(
        "For the type Desktop app nothing is registered, and any port of 127.0.0.1 is accepted. For Web application the whole address is compared, and plain http is for localhost only.",
    ),
    redirect: "http://127.0.0.1:{port}",
    username: Username {
        pointer: "/email",
        source: Source::Userinfo,
        candidates: &[
            Attribute::userinfo("/email"),
            Attribute::userinfo("/sub"),
            Attribute::userinfo("/name"),
        ],
        stable: Some("/sub"),
        warn: Some(
            "there is no user name; compare email as an e-mail address, and only where email_verified is true",
        ),
        for_gateway: None,
        further: None,
    },
    register: &[
        "In the Google Cloud console open Google Auth Platform and fill in Branding and Audience; Internal limits it to your Workspace.",
        "Open Clients > Create client and choose Desktop app, for which nothing else is entered; or choose Web application and enter {redirect_uri} with a fixed port as authorized redirect URI.",
        "Copy Client ID and Client secret. Under Data access add openid, email and profile.",
    ],
    console: Some("https://console.cloud.google.com/auth/clients"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        input_params: &[("hd", "hosted_domain")],
        optional_params: &[(
            "access_type",
            "offline, together with prompt=consent, if a refresh token is wanted",
        )],
        token_answer: &[
            "A refresh token comes only with access_type=offline, and only when the user consents: add prompt=consent.",
            "The token endpoint answers errors as text; the other APIs answer with an object that has code, message and status.",
        ],
        userinfo: &["There is no user name. hd is there for accounts of a Workspace domain only."],
    },
    access_token: "opaque",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Userinfo,
        alternatives: &[],
        note: "Its access tokens are opaque and there is no standard introspection. Userinfo proves that a token is good, not for whom it was made: tokens that any other application got of Google are accepted too. Let the rule of the user name match company addresses only.",
    },
    unverified: &[
        "Whether the secret of a Desktop app can be left out.",
        "Whether [::1] is accepted.",
        "That access tokens cannot be read.",
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
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Sourced),
    ],
    variants: &[],
    check: Some(check),
    keywords: &["workspace", "gsuite"],
};

/// A domain, if anything.
fn check(inputs: &Inputs) -> Result<(), InputError> {
    match inputs.get("hosted_domain") {
        Some(domain) if !is_domain(domain) => Err(InputError {
            key: "hosted_domain",
            message: "a domain such as contoso.com",
        }),
        Some(_) | None => Ok(()),
    }
}
