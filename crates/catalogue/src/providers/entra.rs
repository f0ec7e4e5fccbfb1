//! The provider `entra`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
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
            label: "Directory (tenant) ID, tenant domain, or common / organizations / consumers",
            example: "contoso.onmicrosoft.com",
            required: true,
            default: None,
            hint: Some(
                "client credentials needs a real tenant, not common/organizations/consumers",
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
                "US Gov: login.microsoftonline.us; China: login.partner.microsoftonline.cn (unverified)",
            ),
            kind: InputKind::Host,
        },
    ],
    issuer: Some("https://{cloud_host}/{tenant}/v2.0"),
    issuer_rule: IssuerRule::Templated,
    issuer_note: Some(
        "For common/organizations the document's issuer is the literal 'https://login.microsoftonline.com/{tenantid}/v2.0': a strict OIDC Discovery 4.3 check fails. Replace {tenantid} with the ID token's tid and check the tid against an allow-list. Always use the tenant GUID form when comparing iss (the domain form resolves to a GUID issuer).",
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
    pkce_note: Some("recommended for all app types; required for spa redirect type"),
    client_auth: &[
        ClientAuthentication::Body,
        ClientAuthentication::Basic,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Body,
    client_auth_note: Some(
        "Platform type decides: a 'Mobile and desktop' redirect URI is a public client and must NOT send client_secret (AADSTS700025); a 'Web' one must (AADSTS7000218) [error codes unverified].",
    ),
    client_credentials: Support::Yes,
    client_credentials_note: Some(
        "scope must be exactly one '{resource}/.default', e.g. https://graph.microsoft.com/.default; tenant-specific endpoint",
    ),
    loopback: LoopbackRule::AnyPortLocalhost,
    loopback_note: Some(
        "Port is ignored for localhost; path must match. http://127.0.0.1 works too but can only be added in the manifest editor (replyUrlsWithType). [::1] is not supported. http is refused for any other host.",
    ),
    redirect: "http://localhost",
    username: Username {
        pointer: "/preferred_username",
        source: Source::IdToken,
        candidates: &[
            Attribute {
                pointer: "/preferred_username",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/upn",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/email",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/oid",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/sub",
                source: Source::IdToken,
            },
            Attribute {
                pointer: "/userPrincipalName",
                source: Source::Get,
            },
        ],
        stable: Some("/oid"),
        warn: Some(
            "email and preferred_username are mutable and not proof of ownership across tenants",
        ),
    },
    register: &[
        "Microsoft Entra admin center > Identity > Applications > App registrations > New registration (name, supported account types)",
        "Authentication > Add a platform > Mobile and desktop applications (http://localhost, public client + PKCE) or Web (with secret)",
        "Certificates & secrets > New client secret (copy the Value, not the Secret ID); copy Application (client) ID and Directory (tenant) ID from Overview",
        "Register {redirect_uri} as redirect URI, character by character.",
    ],
    console: Some("https://entra.microsoft.com"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        optional_params: &[],
        token_answer: &[
            "JSON; error body is JSON with error, error_description (starts with AADSTSnnnnn), error_codes, trace_id, correlation_id",
            "expires_in is a number on v2.0 (a string on the v1 endpoint - unverified)",
            "no refresh_token unless offline_access was asked",
        ],
        userinfo: &[
            "Hosted by Graph; needs a Graph-audience token with openid. With a custom API scope the token has another audience and /oidc/userinfo answers 401.",
            "Returns only sub, name, family_name, given_name, picture, email. NO preferred_username, upn or oid. Offer the ID token claims or Graph GET https://graph.microsoft.com/v1.0/me (User.Read: userPrincipalName, mail, id, displayName) as the attribute source.",
            "sub is pairwise per application; oid (+tid) is the stable id across apps",
            "Do not use the older https://login.windows.net/common/openid/userinfo (AD Graph era) that some presets still carry",
        ],
    },
    access_token: "JWT, but a token for Microsoft Graph (the default when only OIDC scopes are asked) must be treated as opaque; for Microsoft accounts it is encrypted",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Jwt,
        alternatives: &[Verification::Userinfo],
        note: "Its access tokens are JWTs: verify them by signature with an audience of your own, where the provider lets one be configured.",
    },
    unverified: &[
        "cloud_host alternatives",
        "endpoints.end_session",
        "AADSTS codes",
        "client_credentials.note",
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
    keywords: &["azure ad", "aad", "office 365", "microsoft 365"],
};
