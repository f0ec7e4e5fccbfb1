//! From what is kept and what the libraries say to what the window shows, and back.

use std::time::Duration;

use gatewright_http as http;
use gatewright_wire as wire;
use gatewright_workspace as kept;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A time as the window gets it.
pub(crate) fn rfc3339(at: OffsetDateTime) -> String {
    // Only years beyond 9999 cannot be written.
    at.to_offset(time::UtcOffset::UTC)
        .replace_nanosecond(0)
        .unwrap_or(at)
        .format(&Rfc3339)
        .unwrap_or_default()
}

/// A duration in whole milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

/// The legs of a record as the window shows them.
pub(crate) fn legs(recorder: &http::Recorder) -> Vec<wire::Leg> {
    recorder.legs().into_iter().map(leg).collect()
}

fn leg(leg: http::Leg) -> wire::Leg {
    let form: Vec<String> = leg
        .request_form
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    wire::Leg {
        name: leg.name,
        method: leg.method,
        url: leg.url,
        request_headers: headers(leg.request_headers),
        request_body: leg.request_body.unwrap_or_else(|| form.join("\n")),
        status: leg.status,
        response_headers: headers(leg.response_headers),
        response_body: leg.response_body_masked.unwrap_or_default(),
        error: leg.error,
        timing: timing(leg.timing),
    }
}

/// Header lines.
pub(crate) fn headers(headers: Vec<(String, String)>) -> Vec<wire::Header> {
    headers
        .into_iter()
        .map(|(name, value)| wire::Header { name, value })
        .collect()
}

/// Where the time went.
pub(crate) fn timing(timing: http::Timing) -> wire::Timing {
    let in_milliseconds = |duration: Duration| duration.as_secs_f64() * 1000.0;
    wire::Timing {
        dns: timing.dns.map(in_milliseconds),
        connect: timing.connect.map(in_milliseconds),
        first_byte: in_milliseconds(timing.first_byte),
        body: in_milliseconds(timing.body),
        total: in_milliseconds(timing.total),
    }
}

/// Two enums with the same variants.
macro_rules! twins {
    ($($to_wire:ident, $to_kept:ident: $name:ident { $($variant:ident),* };)*) => {
        $(
            pub(crate) fn $to_wire(value: kept::$name) -> wire::$name {
                match value { $(kept::$name::$variant => wire::$name::$variant),* }
            }

            pub(crate) fn $to_kept(value: wire::$name) -> kept::$name {
                match value { $(wire::$name::$variant => kept::$name::$variant),* }
            }
        )*
    };
}

twins! {
    product_kind, kept_product_kind: ProductKind { Jira, Confluence, Bitbucket };
    client_auth, kept_client_auth: ClientAuth { Basic, Body, None, PrivateKeyJwt };
    verification, kept_verification: Verification { Userinfo, GithubTokenCheck, Introspection, Jwt };
    transform, kept_transform: Transform { Lowercase, Uppercase, Trim, BeforeAt };
    match_by, kept_match_by: MatchBy { Username, Email };
    environment_kind, kept_kind: EnvironmentKind { Sandbox, Staging, Production };
}

/// How the gateway acts as a user.
pub(crate) fn act_as(value: kept::ActAs) -> wire::ActAs {
    match value {
        kept::ActAs::Oauth1 { consumer_key } => wire::ActAs::Oauth1 { consumer_key },
        kept::ActAs::AccessTokens => wire::ActAs::AccessTokens,
        kept::ActAs::Header { name } => wire::ActAs::Header { name },
        kept::ActAs::Service => wire::ActAs::Service,
    }
}

/// How the gateway acts as a user, as it is kept.
pub(crate) fn kept_act_as(value: wire::ActAs) -> kept::ActAs {
    match value {
        wire::ActAs::Oauth1 { consumer_key } => kept::ActAs::Oauth1 { consumer_key },
        wire::ActAs::AccessTokens => kept::ActAs::AccessTokens,
        wire::ActAs::Header { name } => kept::ActAs::Header { name },
        wire::ActAs::Service => kept::ActAs::Service,
    }
}

/// How a token came here.
pub(crate) fn token_origin(origin: kept::TokenOrigin) -> wire::TokenOrigin {
    match origin {
        kept::TokenOrigin::AuthorizationCode => wire::TokenOrigin::AuthorizationCode,
        kept::TokenOrigin::ClientCredentials => wire::TokenOrigin::ClientCredentials,
        kept::TokenOrigin::DeviceCode => wire::TokenOrigin::DeviceCode,
        kept::TokenOrigin::Pasted => wire::TokenOrigin::Pasted,
    }
}

/// What is being worked on.
pub(crate) fn environment(id: &str, environment: kept::Environment) -> wire::Environment {
    wire::Environment {
        id: id.to_owned(),
        name: environment.name,
        kind: environment_kind(environment.kind),
    }
}

/// The username rule.
pub(crate) fn username_rule(rule: kept::UsernameRule) -> wire::UsernameRule {
    wire::UsernameRule {
        from: match rule.from {
            kept::UsernameSource::Userinfo => wire::UsernameSource::Userinfo,
            kept::UsernameSource::Token => wire::UsernameSource::Token,
        },
        pointer: rule.pointer,
        transform: rule.transform.into_iter().map(transform).collect(),
        match_by: match_by(rule.match_by),
    }
}

/// Where the vault stands.
pub(crate) fn vault(state: kept::VaultState) -> wire::VaultState {
    match state {
        kept::VaultState::Keychain => wire::VaultState::Keychain,
        kept::VaultState::Passphrase => wire::VaultState::Passphrase,
        kept::VaultState::NoKeychain { detail } => wire::VaultState::NoKeychain { detail },
        kept::VaultState::Locked => wire::VaultState::Locked,
    }
}

/// A product's kind as the products' library has it.
pub(crate) fn product(kind: kept::ProductKind) -> gatewright_atlassian::ProductKind {
    match kind {
        kept::ProductKind::Jira => gatewright_atlassian::ProductKind::Jira,
        kept::ProductKind::Confluence => gatewright_atlassian::ProductKind::Confluence,
        kept::ProductKind::Bitbucket => gatewright_atlassian::ProductKind::Bitbucket,
    }
}

/// A product's kind as the window has it.
pub(crate) fn detected(kind: gatewright_atlassian::ProductKind) -> wire::ProductKind {
    match kind {
        gatewright_atlassian::ProductKind::Jira => wire::ProductKind::Jira,
        gatewright_atlassian::ProductKind::Confluence => wire::ProductKind::Confluence,
        gatewright_atlassian::ProductKind::Bitbucket => wire::ProductKind::Bitbucket,
    }
}
