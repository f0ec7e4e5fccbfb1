//! The provider `cognito`.

use gatewright_oauth::{ClientAuthentication, ScopeSeparator};

use crate::endpoints::{InputError, Inputs};
use crate::provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, LoopbackRule,
    PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};

/// What is known of it.
pub(super) static PROVIDER: Provider = Provider {
    id: "cognito",
    name: "AWS Cognito user pool",
    kind: Kind::Oidc,
    group: "Identity server",
    inputs: &[
        Input {
            key: "region",
            label: "AWS region",
            example: "eu-west-2",
            required: true,
            default: None,
            hint: Some("The user pool ID begins with it."),
            kind: InputKind::Text,
        },
        Input {
            key: "user_pool_id",
            label: "User pool ID",
            example: "eu-west-2_mQWqhJueg",
            required: true,
            default: None,
            hint: Some("In the overview of the user pool; upper and lower case count."),
            kind: InputKind::Text,
        },
        Input {
            key: "domain_host",
            label: "User pool domain host",
            example: "contoso.auth.eu-west-2.amazoncognito.com",
            required: true,
            default: None,
            hint: Some(
                "Under Branding > Domain: the Cognito domain or your own. Without one there is no sign-in.",
            ),
            kind: InputKind::Host,
        },
    ],
    issuer: Some("https://cognito-idp.{region}.amazonaws.com/{user_pool_id}"),
    issuer_rule: IssuerRule::Exact,
    issuer_note: Some("The issuer has another host than the endpoints; that is as it should be."),
    discovery: Some(
        "https://cognito-idp.{region}.amazonaws.com/{user_pool_id}/.well-known/openid-configuration",
    ),
    endpoints: EndpointTemplates {
        authorization: Some("https://{domain_host}/oauth2/authorize"),
        token: Some("https://{domain_host}/oauth2/token"),
        userinfo: Some("https://{domain_host}/oauth2/userInfo"),
        introspection: None,
        revocation: Some("https://{domain_host}/oauth2/revoke"),
        device_authorization: None,
        jwks: Some(
            "https://cognito-idp.{region}.amazonaws.com/{user_pool_id}/.well-known/jwks.json",
        ),
        end_session: Some("https://{domain_host}/logout"),
        par: None,
    },
    unconfirmed_endpoints: &[],
    further_endpoints: &[],
    scopes: &["openid", "email", "profile"],
    scope_separator: ScopeSeparator::Space,
    pkce: PkceMode::Optional,
    pkce_note: None,
    client_auth: &[
        ClientAuthentication::Basic,
        ClientAuthentication::Body,
        ClientAuthentication::None,
    ],
    default_client_auth: ClientAuthentication::Basic,
    client_auth_note: Some("A client with a secret has to use it; for one without choose none."),
    client_credentials: Support::Yes,
    client_credentials_note: Some(
        "A client with a secret and custom scopes of a resource server, not openid. That only these are taken is not confirmed.",
    ),
    loopback: LoopbackRule::LocalhostExact,
    loopback_note: Some(
        "Plain http is accepted for localhost only, not for 127.0.0.1, and the whole address is compared, port included.",
    ),
    redirect: "http://localhost:{port}/callback",
    username: Username {
        pointer: "/username",
        source: Source::Userinfo,
        candidates: &[
            Attribute::userinfo("/username"),
            Attribute::token("/username"),
            Attribute::id_token("/cognito:username"),
            Attribute::userinfo("/email"),
            Attribute::userinfo("/sub"),
        ],
        stable: Some("/sub"),
        warn: Some(
            "for people who come through another provider it is that provider's name followed by an id",
        ),
        for_gateway: Some(
            "The access token has username and sub, not the e-mail address; userinfo has them all. The attribute cognito:username stands only in the ID token and is the same as username.",
        ),
        further: None,
    },
    register: &[
        "In the Amazon Cognito console open User pools > your pool > App clients > Create app client; Traditional web application has a secret.",
        "Under Login pages > Edit enter {redirect_uri} as an allowed callback URL, port included, and choose Authorization code grant with the scopes openid, email and profile.",
        "Under Branding > Domain see the domain; create one if there is none.",
        "Copy Client ID and Client secret from the app client, and the user pool ID from the overview.",
    ],
    console: Some("https://console.aws.amazon.com/cognito"),
    quirks: Quirks {
        form_encoded_answers: false,
        errors_in_success: false,
        userinfo_headers: &[],
        authorization_params: &[],
        input_params: &[],
        optional_params: &[],
        token_answer: &["Errors often have no description."],
        userinfo: &[
            "The address ends in userInfo with a capital I.",
            "email_verified and phone_number_verified may be text in place of true and false.",
            "What userinfo calls username is cognito:username in the ID token.",
            "Only refresh tokens can be revoked.",
        ],
    },
    access_token: "JWT without an audience: client_id says for whom it was made",
    token_prefixes: &[],
    verify: Verify {
        recommended: Verification::Userinfo,
        alternatives: &[Verification::Jwt],
        note: "Its access tokens have client_id in place of an audience. Userinfo proves that a token is good, not for whom it was made: tokens of other clients of the same user pool are accepted too. Verification by signature needs an audience in the token, which a resource server or a trigger of yours has to put there.",
    },
    unverified: &[
        "The names in the console, which have changed.",
        "That client credentials take custom scopes only.",
        "That username for people of another provider is that provider's name and an id.",
    ],
    confidence: &[
        ("endpoints", Confidence::Sourced),
        ("pkce", Confidence::Sourced),
        ("token_auth", Confidence::Sourced),
        ("client_credentials", Confidence::Partly),
        ("token_response", Confidence::Unconfirmed),
        ("access_token", Confidence::Partly),
        ("userinfo", Confidence::Sourced),
        ("username", Confidence::Sourced),
        ("loopback", Confidence::Sourced),
        ("register", Confidence::Partly),
    ],
    variants: &[],
    check: Some(check),
    keywords: &["amazon", "aws"],
};

/// The user pool's ID begins with its region.
fn check(inputs: &Inputs) -> Result<(), InputError> {
    let text = |key: &str| inputs.get(key).map_or("", String::as_str);
    let (region, pool) = (text("region"), text("user_pool_id"));
    let parts: Vec<&str> = region.split('-').collect();
    let sound = parts.len() >= 3
        && parts.iter().all(|part| !part.is_empty())
        && region.chars().all(|character| {
            character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
        });
    if !sound {
        return Err(InputError {
            key: "region",
            message: "a region such as eu-west-2",
        });
    }
    let id = pool
        .strip_prefix(region)
        .and_then(|rest| rest.strip_prefix('_'));
    if !id.is_some_and(|id| !id.is_empty() && id.chars().all(|one| one.is_ascii_alphanumeric())) {
        return Err(InputError {
            key: "user_pool_id",
            message: "it begins with the region and an underscore",
        });
    }
    Ok(())
}
