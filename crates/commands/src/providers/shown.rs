//! Entries of the catalogue and settings as the window shows them.

use gatewright_catalogue::{self as catalogue, Endpoints, Kind, LoopbackRule, Support};
use gatewright_wire as wire;
use gatewright_wire::{CatalogueEntry, ProviderInput};
use gatewright_workspace as kept;
use url::Url;

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
    let mut client_auth = vec![flow::client_auth(provider.default_client_auth)];
    for auth in provider.client_auth {
        let auth = flow::client_auth(*auth);
        if !client_auth.contains(&auth) {
            client_auth.push(auth);
        }
    }
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
        register: provider.registration_steps(provider.redirect),
        unconfirmed: provider
            .unverified
            .iter()
            .map(|fact| (*fact).to_owned())
            .collect(),
    }
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
