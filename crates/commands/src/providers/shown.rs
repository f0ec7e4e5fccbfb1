//! Entries of the catalogue and settings as the window shows them.

use gatewright_catalogue::{self as catalogue, Endpoints, Kind, LoopbackRule, Support};
use gatewright_oauth::{ClientAuthentication, GrantRefused};
use gatewright_wire as wire;
use gatewright_wire::{CatalogueEntry, Parameter, ProviderInput, RedirectRule, RefusedGrant};
use gatewright_workspace as kept;
use url::Url;

use crate::errors::sentence;
use crate::flow;

/// The catalogue as the window and the command line show it.
pub(super) fn entries() -> Vec<CatalogueEntry> {
    catalogue::providers()
        .iter()
        .map(|provider| entry(provider))
        .collect()
}

/// One entry of the catalogue.
fn entry(provider: &catalogue::Provider) -> CatalogueEntry {
    let mut client_auth = Vec::new();
    for auth in std::iter::once(&provider.default_client_auth).chain(provider.client_auth) {
        let auth = flow::client_auth(*auth);
        if !client_auth.contains(&auth) {
            client_auth.push(auth);
        }
    }
    // Nobody knows what a custom one takes.
    let key = flow::client_auth(ClientAuthentication::PrivateKeyJwt);
    if provider.group == "Custom" && !client_auth.contains(&key) {
        client_auth.push(key);
    }
    let note = |note: Option<&str>| note.map(sentence).unwrap_or_default();
    let redirect = provider.redirect_parts();
    let protocol = match provider.kind {
        Kind::Oidc => "OpenID Connect",
        Kind::OAuth2 => "OAuth 2.0",
    };
    CatalogueEntry {
        id: provider.id.to_owned(),
        name: provider.name.to_owned(),
        initials: initials(provider.id, provider.name),
        group: provider.group.to_owned(),
        summary: format!(
            "{protocol}. Access token: {}.",
            provider.access_token.trim_end_matches('.')
        ),
        inputs: provider
            .inputs
            .iter()
            .map(|input| ProviderInput {
                key: input.key.to_owned(),
                label: input.label.to_owned(),
                example: input.example.to_owned(),
                required: input.required,
                hint: input.hint.unwrap_or_default().to_owned(),
            })
            .collect(),
        scopes: provider.default_scopes(),
        client_auth,
        client_credentials: match provider.client_credentials {
            Support::Yes | Support::Unknown => true,
            Support::No => false,
        },
        // The window puts the redirect URI in, as it is chosen.
        register: provider
            .register
            .iter()
            .map(|step| (*step).to_owned())
            .collect(),
        unconfirmed: provider
            .unverified
            .iter()
            .map(|fact| (*fact).to_owned())
            .collect(),
        keywords: provider
            .keywords
            .iter()
            .map(|word| (*word).to_owned())
            .collect(),
        device_code: provider.endpoints.device_authorization.is_some()
            || provider.discovery.is_some(),
        redirect: RedirectRule {
            host: redirect.host.to_owned(),
            path: redirect.path.to_owned(),
            port_is_registered: provider.loopback.port_is_registered(),
            proposed_port: match provider.loopback {
                // Whoever enters the server knows what it accepts.
                LoopbackRule::Ask => None,
                LoopbackRule::AnyPortIp
                | LoopbackRule::AnyPortLocalhost
                | LoopbackRule::AnyPortBoth
                | LoopbackRule::LocalhostExact
                | LoopbackRule::Exact
                | LoopbackRule::ExactOrRegex
                | LoopbackRule::Prefix
                | LoopbackRule::Conditional => redirect.proposed_port,
            },
        },
        loopback_note: note(provider.loopback_note),
        pkce_note: note(provider.pkce_note),
        client_auth_note: note(provider.client_auth_note),
        warn: note(provider.username.warn),
        for_gateway: note(provider.username.for_gateway),
        further: provider
            .username
            .further
            .as_ref()
            .map(|further| sentence(further.note))
            .unwrap_or_default(),
        optional_params: provider
            .quirks
            .optional_params
            .iter()
            .map(|(name, what)| Parameter {
                name: (*name).to_owned(),
                value: (*what).to_owned(),
            })
            .collect(),
        verifications: std::iter::once(&provider.verify.recommended)
            .chain(provider.verify.alternatives)
            .map(|way| verification(*way))
            .collect(),
        verification_note: sentence(provider.verify.note),
    }
}

fn verification(way: catalogue::Verification) -> wire::Verification {
    match way {
        catalogue::Verification::Userinfo => wire::Verification::Userinfo,
        catalogue::Verification::GithubTokenCheck => wire::Verification::GithubTokenCheck,
        catalogue::Verification::Introspection => wire::Verification::Introspection,
        catalogue::Verification::Jwt => wire::Verification::Jwt,
    }
}

/// Ways of getting a token that people look for and that are not offered.
pub(super) fn refused() -> Vec<RefusedGrant> {
    [
        ("Implicit", GrantRefused::Implicit),
        ("Password", GrantRefused::Password),
    ]
    .into_iter()
    .map(|(name, refused)| RefusedGrant {
        name: name.to_owned(),
        reason: sentence(&refused.to_string()),
        hint: refused.hint().to_owned(),
    })
    .collect()
}

fn initials(id: &str, name: &str) -> String {
    let own = match id {
        "keycloak" => Some("KC"),
        "github" => Some("GH"),
        "gitlab" => Some("GL"),
        "entra" => Some("EN"),
        "cognito" => Some("AC"),
        "adfs" => Some("AD"),
        "custom-oidc" => Some("OI"),
        "custom-oauth2" => Some("O2"),
        _ => None,
    };
    own.map_or_else(
        || {
            let mut words = name
                .split(|c: char| !c.is_alphanumeric())
                .filter(|w| !w.is_empty());
            let first = words.next().unwrap_or_default();
            let second = words.next().and_then(|word| word.chars().next());
            first
                .chars()
                .take(if second.is_some() { 1 } else { 2 })
                .chain(second)
                .collect::<String>()
        },
        str::to_owned,
    )
    .to_uppercase()
}

/// Endpoints as the window shows them.
pub(super) fn shown_endpoints(endpoints: &Endpoints) -> wire::Endpoints {
    let text = |url: &Option<Url>| url.as_ref().map(ToString::to_string);
    wire::Endpoints {
        issuer: endpoints.issuer.clone(),
        authorization: text(&endpoints.authorization),
        token: text(&endpoints.token),
        userinfo: text(&endpoints.userinfo),
        jwks: text(&endpoints.jwks),
        introspection: text(&endpoints.introspection),
        revocation: text(&endpoints.revocation),
        device_authorization: text(&endpoints.device_authorization),
        par: text(&endpoints.par),
    }
}

pub(super) fn redirect_note(provider: &catalogue::Provider, redirect: &kept::Redirect) -> String {
    let name = provider.name;
    match provider.loopback {
        LoopbackRule::AnyPortIp | LoopbackRule::AnyPortLocalhost | LoopbackRule::AnyPortBoth => {
            format!(
                "Register it exactly like this, without a port. {name} accepts any port of {} when somebody signs in.",
                redirect.host
            )
        }
        LoopbackRule::LocalhostExact
        | LoopbackRule::Exact
        | LoopbackRule::ExactOrRegex
        | LoopbackRule::Prefix
        | LoopbackRule::Conditional
        | LoopbackRule::Ask => match redirect.port {
            Some(port) => {
                format!(
                    "Register it exactly like this. {name} compares the port, so {port} has to be free when somebody signs in."
                )
            }
            None => {
                format!(
                    "Without a port it works only where {name} accepts any port. Choose a fixed port if the sign-in is refused."
                )
            }
        },
    }
}

/// Scopes without blanks and repetitions.
pub(super) fn scopes(scopes: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for scope in scopes.iter().flat_map(|scope| scope.split_whitespace()) {
        if !kept.iter().any(|known| known == scope) {
            kept.push(scope.to_owned());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_of_the_catalogue_has_two_initials_and_a_way_to_authenticate() {
        for entry in entries() {
            assert_eq!(entry.initials.chars().count(), 2, "{}", entry.id);
            assert!(!entry.client_auth.is_empty(), "{}", entry.id);
        }
    }

    #[test]
    fn scopes_are_split_and_kept_once() {
        let typed = vec![
            "openid profile".to_owned(),
            " openid ".to_owned(),
            String::new(),
        ];
        assert_eq!(scopes(&typed), ["openid", "profile"]);
    }
}
