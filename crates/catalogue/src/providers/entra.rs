//! The provider `entra`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::endpoints::{InputError, Inputs, is_domain};
use crate::provider::{
    Attribute, Confidence, EndpointTemplates, FurtherGet, Input, InputKind, IssuerRule, Kind,
    LoopbackRule, PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "entra",
    name: "Microsoft Entra ID (Azure AD)",
    kind: Kind::Oidc,
    group: "Microsoft",
    inputs: &[
        Input {
            key: "tenant",
            label: "Directory (tenant) ID",
            example: "contoso.onmicrosoft.com",
            required: true,
            default: None,
            hint: Some(
                "The ID stands in the overview of the registration. A domain of the tenant, common, organizations or consumers are understood too; client credentials need one tenant.",
            ),
            kind: InputKind::Text,
        },
        Input {
            key: "cloud_host",
            label: "Cloud sign-in host",
            example: "login.microsoftonline.com",
            required: false,
            default: Some("login.microsoftonline.com"),
            hint: Some(
                "Leave it empty for the worldwide cloud. Not confirmed: login.microsoftonline.us for US Government, login.partner.microsoftonline.cn for China.",
            ),
            kind: InputKind::Host,
        },
    ],
    issuer: Some("https://{cloud_host}/{tenant}/v2.0"),
    issuer_rule: IssuerRule::Templated,
    issuer_note: Some(
        "With common, organizations or consumers the issuer has {tenantid} in place of the tenant; tokens have their own tenant there. With a domain the issuer has the tenant's ID in its place.",
    ),
    discovery: Some("https://{cloud_host}/{tenant}/v2.0/.well-known/openid-configuration"),
    endpoints: EndpointTemplates {
        authorization: Some("https://{cloud_host}/{tenant}/oauth2/v2.0/authorize"),
        token: Some("https://{cloud_host}/{tenant}/oauth2/v2.0/token"),
        userinfo: Some("https://graph.microsoft.com/oidc/userinfo"),
        introspection: None,
        revocation: None,
        device_authorization: Some("https://{cloud_host}/{tenant}/oauth2/v2.0/devicecode"),
        jwks: Some("https://{cloud_host}/{tenant}/discovery/v2.0/keys"),
        end_session: Some("https://{cloud_host}/{tenant}/oauth2/v2.0/logout"),
        par: None,
    },
    unconfirmed_endpoints: &["end_session"],
    further_endpoints: &[],
    scopes: &["openid", "profile", "email"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: Some("Recommended for every platform."),
    client_auth: &[
        ClientAuthentication::Body,
        ClientAuthentication::Basic,
        ClientAuthentication::PrivateKeyJwt,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some(
        "The platform of the redirect URI decides: for Mobile and desktop applications choose none, for a secret is refused there; for Web a secret is needed.",
    ),
    client_credentials: Support::Yes,
    client_credentials_note: Some(
        "Exactly one scope that ends in /.default, such as api://APPLICATION-ID/.default, and one tenant.",
    ),
    loopback: LoopbackRule::AnyPortLocalhost,
    loopback_note: Some(
        "The port of http://localhost is not compared; the path is. http://127.0.0.1 can only be added in the manifest of the registration.",
    ),
    redirect: "http://localhost",
    username: Username {
        pointer: "/preferred_username",
        source: Source::IdToken,
        candidates: &[
            Attribute::id_token("/preferred_username"),
            Attribute::token("/preferred_username"),
            Attribute::id_token("/upn"),
            Attribute::id_token("/email"),
            Attribute::id_token("/oid"),
            Attribute::token("/oid"),
            Attribute::id_token("/sub"),
            Attribute::further_get("/userPrincipalName"),
        ],
        stable: Some("/oid"),
        warn: Some(
            "preferred_username and email can be changed, and prove nothing about other tenants",
        ),
        for_gateway: Some(
            "Without a scope of your own the access token is for Microsoft Graph, and nobody else may read it. Open Expose an API in the registration, set the application ID URI, add a scope such as api://APPLICATION-ID/access and ask for it here; set requestedAccessTokenVersion to 2 in the manifest. Then the gateway verifies the access token and reads preferred_username or oid from it; userinfo does not take such a token.",
        ),
        further: Some(FurtherGet {
            url: "https://graph.microsoft.com/v1.0/me",
            scope: "User.Read",
            note: "Microsoft Graph tells userPrincipalName, mail, id and displayName. It takes a token for Graph only.",
        }),
    },
    register: &[
        "In the Microsoft Entra admin center open Identity > Applications > App registrations > New registration. Enter a name and choose whose accounts may sign in.",
        "Under Authentication > Add a platform choose Mobile and desktop applications for a client without a secret, or Web for one with a secret, and enter {redirect_uri} as redirect URI.",
        "For Web open Certificates & secrets > New client secret and copy its Value, which is shown only then; not the Secret ID.",
        "So that the gateway can read the tokens, open Expose an API and add a scope of your own, then ask for it here.",
        "From the Overview copy Application (client) ID and Directory (tenant) ID.",
    ],
    console: Some("https://entra.microsoft.com"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        input_params: &[],
        optional_params: &[],
        token_answer: &[
            "The description of an error begins with an AADSTS code, which names the cause.",
            "Ask for offline_access to get a refresh token.",
        ],
        userinfo: &[
            "Userinfo is Microsoft Graph's and takes only a token for Graph got with openid. A token for an API of your own is answered with 401.",
            "It has sub, name, family_name, given_name, picture and email: no preferred_username, no upn, no oid.",
            "sub is another one for each application; oid with tid is the same everywhere.",
        ],
    },
    access_token: "JWT for an API of one's own; a token for Microsoft Graph, the usual one, is opaque",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Jwt,
        alternatives: &[Verification::Userinfo],
        note: "Verify by signature tokens that were got for a scope of your own (Expose an API); their audience is the application ID. Tokens for Microsoft Graph cannot be verified by anybody else: for them userinfo is asked, which has no preferred_username and cannot tell for which application a token was made.",
    },
    unverified: &[
        "The sign-in hosts of the national clouds.",
        "The address where the browser signs out.",
        "Which AADSTS code each mistake is answered with.",
        "That client credentials take exactly one scope ending in /.default.",
        "That access tokens of version 2 for an API of one's own have preferred_username when profile was asked for.",
    ],
    confidence: &[
        ("endpoints", Confidence::Partly),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Partly),
        ("client_credentials", Confidence::Unconfirmed),
        ("token_response", Confidence::Partly),
        ("access_token", Confidence::Sourced),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Partly),
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Partly),
    ],
    variants: &[],
    check: Some(check),
    keywords: &["azure ad", "aad", "office 365", "microsoft 365"],
};

/// A tenant is an ID, a domain, or one of three words.
fn check(inputs: &Inputs) -> Result<(), InputError> {
    let tenant = inputs.get("tenant").map_or("", String::as_str);
    let word = matches!(tenant, "common" | "organizations" | "consumers");
    let parts: Vec<&str> = tenant.split('-').collect();
    let id = parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts
            .concat()
            .chars()
            .all(|character| character.is_ascii_hexdigit());
    if word || id || is_domain(tenant) {
        return Ok(());
    }
    Err(InputError {
        key: "tenant",
        message: "a directory (tenant) ID, a domain, or common, organizations or consumers",
    })
}
