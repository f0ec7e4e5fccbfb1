//! The provider `okta`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::endpoints::{InputError, Inputs};
use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Variant, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "okta",
    name: "Okta",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[
        Input {
            key: "domain",
            label: "Okta domain",
            example: "dev-123456.okta.com",
            required: true,
            default: None,
            hint: Some("As in your address bar when you are signed in, without -admin."),
            kind: InputKind::Host,
        },
        Input {
            key: "auth_server",
            label: "Authorization server",
            example: "default",
            required: false,
            default: Some("default"),
            hint: Some(
                "default, the ID of another custom one, or org for the organisation's own. Custom ones need API Access Management.",
            ),
            kind: InputKind::Text,
        },
    ],
    issuer: Some("https://{domain}/oauth2/{auth_server}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some("The issuer of the organisation's own server is the domain alone."),
    discovery: Some("https://{domain}/oauth2/{auth_server}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("https://{domain}/oauth2/{auth_server}/v1/authorize"),
        token: Some("https://{domain}/oauth2/{auth_server}/v1/token"),
        userinfo: Some("https://{domain}/oauth2/{auth_server}/v1/userinfo"),
        introspection: Some("https://{domain}/oauth2/{auth_server}/v1/introspect"),
        revocation: Some("https://{domain}/oauth2/{auth_server}/v1/revoke"),
        device_authorization: Some("https://{domain}/oauth2/{auth_server}/v1/device/authorize"),
        jwks: Some("https://{domain}/oauth2/{auth_server}/v1/keys"),
        end_session: Some("https://{domain}/oauth2/{auth_server}/v1/logout"),
        par: Some("https://{domain}/oauth2/{auth_server}/v1/par"),
    },
    unconfirmed_endpoints: &[
        "introspection",
        "device_authorization",
        "end_session",
        "par",
    ],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some(
        "Demanded for native apps, and where Require PKCE as additional verification is on.",
    ),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::PrivateKeyJwt,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some(
        "Each app has one way, set under Client Credentials; another one may be answered with invalid_client.",
    ),
    client_credentials: Support::Yes,
    client_credentials_note: Some(
        "Not confirmed: a custom authorization server, and a custom scope among those asked for.",
    ),
    loopback: LoopbackRule::Exact,
    loopback_note: Some(
        "Register the exact address with its port: no rule for other ports is known.",
    ),
    redirect: "http://localhost:{port}/callback",
    username: Username {
        pointer: "/preferred_username",
        source: Source::Userinfo,
        candidates: &[
            Attribute::userinfo("/preferred_username"),
            Attribute::userinfo("/email"),
            Attribute::userinfo("/sub"),
            Attribute::userinfo("/nickname"),
            Attribute::userinfo("/name"),
        ],
        stable: Some("/sub"),
        warn: Some(
            "it is the Okta login, usually an e-mail address; compare it as one, or map another attribute",
        ),
        for_gateway: Some(
            "Use a custom authorization server: its access tokens can be verified, with its own audience. Add a claim with the user name to its access tokens under Security > API > Authorization Servers > Claims. Tokens of the organisation's own server are for Okta alone.",
        ),
        further: None,
    },
    register: &[
        "In the Admin Console open Applications > Applications > Create App Integration > OIDC - OpenID Connect, and choose Web Application for a client with a secret or Native Application for one without.",
        "Tick Authorization Code, enter {redirect_uri} under Sign-in redirect URIs, port included, and assign the people who may sign in.",
        "Copy Client ID and secret from the tab General.",
        "Under Security > API > Authorization Servers see the ID of the server and its audience.",
    ],
    console: Some("https://{domain}/admin"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        input_params: &[],
        optional_params: &[],
        token_answer: &[
            "Failures that are not about OAuth may have errorCode and errorSummary in place of error and error_description.",
        ],
        userinfo: &["The ID token of a sign-in is short: the profile stands in userinfo."],
    },
    access_token: "JWT of a custom authorization server; of the organisation's own server it is opaque",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Introspection,
        alternatives: &[Verification::Jwt, Verification::Userinfo],
        note: "Tokens of a custom authorization server are verified by signature with its audience. Introspection proves that a token is good and for whom it was made, for both kinds of server; it needs the client's secret at the gateway.",
    },
    unverified: &[
        "Whether any port of a loopback address is accepted.",
        "The addresses of introspection, of the device flow, of signing out and of pushed requests; discovery tells them.",
        "That each app takes one way of authenticating only.",
        "What client credentials need.",
    ],
    confidence: &[
        ("endpoints", Confidence::Partly),
        ("pkce", Confidence::Partly),
        ("token_auth", Confidence::Unconfirmed),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Unconfirmed),
        ("access_token", Confidence::Partly),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Unconfirmed),
        ("register", Confidence::Sourced),
    ],
    variants: &[Variant {
        input: "auth_server",
        value: "org",
        issuer: Some("https://{domain}"),
        discovery: Some("https://{domain}/.well-known/openid-configuration"),
        endpoints: EndpointTemplates {
            authorization: Some("https://{domain}/oauth2/v1/authorize"),
            token: Some("https://{domain}/oauth2/v1/token"),
            userinfo: Some("https://{domain}/oauth2/v1/userinfo"),
            introspection: Some("https://{domain}/oauth2/v1/introspect"),
            revocation: Some("https://{domain}/oauth2/v1/revoke"),
            device_authorization: Some("https://{domain}/oauth2/v1/device/authorize"),
            jwks: Some("https://{domain}/oauth2/v1/keys"),
            end_session: Some("https://{domain}/oauth2/v1/logout"),
            par: Some("https://{domain}/oauth2/v1/par"),
        },
    }],
    check: Some(check),
    keywords: &[],
};

/// The console has another host, on which nobody signs in.
fn check(inputs: &Inputs) -> Result<(), InputError> {
    let domain = inputs.get("domain").map_or("", String::as_str);
    let first = domain.split('.').next().unwrap_or_default();
    if first.ends_with("-admin") {
        return Err(InputError {
            key: "domain",
            message: "the domain without -admin, which is the console's",
        });
    }
    Ok(())
}
