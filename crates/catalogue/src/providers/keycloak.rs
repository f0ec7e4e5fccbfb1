//! The provider `keycloak`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::endpoints::{InputError, Inputs};
use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "keycloak",
    name: "Keycloak / Red Hat build of Keycloak",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[
        Input {
            key: "base_url",
            label: "Server URL",
            example: "https://sso.example.com",
            required: true,
            default: None,
            hint: Some("Version 16 and older need /auth at the end."),
            kind: InputKind::BaseUrl,
        },
        Input {
            key: "realm",
            label: "Realm",
            example: "master",
            required: true,
            default: None,
            hint: Some("Its name as it stands in addresses, upper and lower case as there."),
            kind: InputKind::Text,
        },
    ],
    issuer: Some("{base_url}/realms/{realm}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: None,
    discovery: Some("{base_url}/realms/{realm}/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("{base_url}/realms/{realm}/protocol/openid-connect/auth"),
        token: Some("{base_url}/realms/{realm}/protocol/openid-connect/token"),
        userinfo: Some("{base_url}/realms/{realm}/protocol/openid-connect/userinfo"),
        introspection: Some("{base_url}/realms/{realm}/protocol/openid-connect/token/introspect"),
        revocation: Some("{base_url}/realms/{realm}/protocol/openid-connect/revoke"),
        device_authorization: Some("{base_url}/realms/{realm}/protocol/openid-connect/auth/device"),
        jwks: Some("{base_url}/realms/{realm}/protocol/openid-connect/certs"),
        end_session: Some("{base_url}/realms/{realm}/protocol/openid-connect/logout"),
        par: Some("{base_url}/realms/{realm}/protocol/openid-connect/ext/par/request"),
    },
    unconfirmed_endpoints: &["device_authorization", "par"],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some(
        "It can be demanded for a client under Advanced > Proof Key for Code Exchange Code Challenge Method.",
    ),
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::PrivateKeyJwt,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some(
        "With Client authentication off choose none; with it on, Basic or the form are taken.",
    ),
    client_credentials: Support::Yes,
    client_credentials_note: Some(
        "Turn on Service accounts roles for a client with Client authentication on.",
    ),
    loopback: LoopbackRule::AnyPortBoth,
    loopback_note: Some(
        "Register it without a port: the port of 127.0.0.1 and localhost is not compared. Very old versions did so for localhost only.",
    ),
    redirect: "http://127.0.0.1/callback",
    username: Username {
        pointer: "/preferred_username",
        source: Source::Userinfo,
        candidates: &[
            Attribute::userinfo("/preferred_username"),
            Attribute::token("/preferred_username"),
            Attribute::userinfo("/email"),
            Attribute::userinfo("/sub"),
            Attribute::userinfo("/name"),
        ],
        stable: Some("/sub"),
        warn: Some("it can be changed where the realm lets users edit their user name"),
        for_gateway: Some(
            "So that the gateway can tell for whom a token was made, give the client a mapper of the type Audience, under Client scopes > its dedicated scope > Add mapper, with the audience that the gateway expects.",
        ),
        further: None,
    },
    register: &[
        "In the admin console choose the realm, then Clients > Create client, with the type OpenID Connect and a Client ID.",
        "Turn Client authentication on for a client with a secret, and leave Standard flow on.",
        "Enter {redirect_uri} under Valid redirect URIs.",
        "Copy the Client secret from the tab Credentials. Under Advanced you may demand S256 as code challenge method.",
    ],
    console: Some("{base_url}/admin"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        input_params: &[],
        optional_params: &[],
        token_answer: &[
            "It has refresh_expires_in, session_state and not-before-policy besides the standard members.",
        ],
        userinfo: &[
            "The token needs the scope openid; without it newer versions answer 403 with insufficient_scope.",
            "A client can be set up to get a signed answer (application/jwt) in place of JSON.",
        ],
    },
    access_token: "JWT",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Jwt,
        alternatives: &[Verification::Introspection, Verification::Userinfo],
        note: "Its access tokens are JWTs: verify them by signature with an audience of your own, added by an Audience mapper. Introspection proves the same with a call, and sees at once when a session ended; it needs the client's secret at the gateway.",
    },
    unverified: &[
        "The addresses of the device flow and of pushed requests; discovery tells them.",
        "From which version on userinfo refuses a token without openid.",
        "From which version on the port of 127.0.0.1 is not compared.",
    ],
    confidence: &[
        ("endpoints", Confidence::Partly),
        ("pkce", Confidence::Partly),
        ("token_auth", Confidence::Unconfirmed),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Unconfirmed),
        ("access_token", Confidence::Sourced),
        ("userinfo", Confidence::Unconfirmed),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Sourced),
    ],
    variants: &[],
    check: Some(check),
    keywords: &["red hat sso", "rhbk"],
};

/// The realm is asked for by itself.
fn check(inputs: &Inputs) -> Result<(), InputError> {
    let base_url = inputs.get("base_url").map_or("", String::as_str);
    if base_url.contains("/realms/") || base_url.ends_with("/admin") {
        return Err(InputError {
            key: "base_url",
            message: "only the server's address, without the realm or the console",
        });
    }
    Ok(())
}
