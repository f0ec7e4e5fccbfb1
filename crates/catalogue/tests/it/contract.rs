//! Ids, input keys and what is known of each provider: a contract that configurations rely on.

use std::collections::{BTreeMap, BTreeSet};

use gatewright_catalogue::{Confidence, IssuerRule, Kind, LoopbackRule, providers};
use gatewright_oauth::ScopeSeparator;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fact {
    id: String,
    kind: String,
    inputs: Vec<InputFact>,
    issuer: Option<String>,
    discovery: Option<String>,
    issuer_match: String,
    endpoints: BTreeMap<String, Option<String>>,
    unconfirmed_endpoints: BTreeSet<String>,
    scopes: Vec<String>,
    scope_separator: String,
    client_authentication: String,
    client_authentications: BTreeSet<String>,
    loopback: String,
    redirect: String,
    username: String,
    username_source: String,
    stable: Option<String>,
    confidence: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InputFact {
    key: String,
    required: bool,
    default: Option<String>,
}

fn facts() -> Vec<Fact> {
    serde_json::from_str(include_str!("../fixtures/contract.json")).unwrap()
}

#[test]
fn ids_and_input_keys_are_those_that_configurations_name() {
    let ours: BTreeSet<&str> = providers().iter().map(|provider| provider.id).collect();
    let facts = facts();
    let theirs: BTreeSet<&str> = facts.iter().map(|fact| fact.id.as_str()).collect();
    assert_eq!(ours, theirs);
    for provider in providers() {
        let id = provider.id;
        let fact = facts.iter().find(|fact| fact.id == id).unwrap();
        let ours: Vec<_> = provider
            .inputs
            .iter()
            .map(|input| (input.key, input.required, input.default))
            .collect();
        let theirs: Vec<_> = fact
            .inputs
            .iter()
            .map(|input| (input.key.as_str(), input.required, input.default.as_deref()))
            .collect();
        assert_eq!(ours, theirs, "{id}");
    }
}

#[test]
fn endpoints_and_rules_are_those_that_were_found_out() {
    let facts = facts();
    for provider in providers() {
        let id = provider.id;
        let fact = facts.iter().find(|fact| fact.id == id).unwrap();
        let kind = match provider.kind {
            Kind::Oidc => "oidc",
            Kind::OAuth2 => "oauth2",
        };
        assert_eq!(kind, fact.kind, "{id}");
        assert_eq!(provider.issuer, fact.issuer.as_deref(), "{id}");
        assert_eq!(provider.discovery, fact.discovery.as_deref(), "{id}");
        let rule = match provider.issuer_rule {
            IssuerRule::Exact => "exact",
            IssuerRule::Templated => "templated",
            IssuerRule::FromDocument => "from-document",
            IssuerRule::InAnswersOnly => "rfc9207-only",
            IssuerRule::None => "none",
        };
        assert_eq!(rule, fact.issuer_match, "{id}");
        let endpoints = &provider.endpoints;
        for (name, ours) in [
            ("authorization", endpoints.authorization),
            ("token", endpoints.token),
            ("userinfo", endpoints.userinfo),
            ("introspection", endpoints.introspection),
            ("revocation", endpoints.revocation),
            ("device_authorization", endpoints.device_authorization),
            ("jwks", endpoints.jwks),
            ("end_session", endpoints.end_session),
            ("par", endpoints.par),
        ] {
            assert_eq!(ours, fact.endpoints[name].as_deref(), "{id} {name}");
        }
        let unconfirmed: BTreeSet<String> = provider
            .unconfirmed_endpoints
            .iter()
            .map(|name| (*name).to_owned())
            .collect();
        assert_eq!(unconfirmed, fact.unconfirmed_endpoints, "{id}");
        assert_eq!(provider.scopes, fact.scopes, "{id}");
        let separator = match provider.scope_separator {
            ScopeSeparator::Space => " ",
            ScopeSeparator::Comma => ",",
        };
        assert_eq!(separator, fact.scope_separator, "{id}");
        let default = provider.default_client_auth.to_string();
        let expected = match fact.client_authentication.as_str() {
            "client_secret_post" => "body",
            _ => "basic",
        };
        assert_eq!(default, expected, "{id}");
        let ways: BTreeSet<String> = provider
            .client_auth
            .iter()
            .map(|way| way.name().to_owned())
            .collect();
        assert_eq!(ways, fact.client_authentications, "{id}");
        let loopback = match provider.loopback {
            LoopbackRule::AnyPortIp => "any-port-ip",
            LoopbackRule::AnyPortLocalhost => "any-port-localhost",
            LoopbackRule::AnyPortBoth => "any-port-both",
            LoopbackRule::LocalhostExact => "localhost-exact",
            LoopbackRule::Exact => "exact",
            LoopbackRule::ExactOrRegex => "exact-or-regex",
            LoopbackRule::Prefix => "prefix",
            LoopbackRule::Conditional => "conditional",
            LoopbackRule::Ask => "ask",
        };
        assert_eq!(loopback, fact.loopback, "{id}");
        assert_eq!(provider.redirect, fact.redirect, "{id}");
    }
}

#[test]
fn user_names_and_how_well_things_are_founded_are_as_found_out() {
    let facts = facts();
    for provider in providers() {
        let id = provider.id;
        let fact = facts.iter().find(|fact| fact.id == id).unwrap();
        let plain = |pointer: &str| {
            pointer
                .trim_start_matches('/')
                .replace("~1", "/")
                .replace("~0", "~")
        };
        let written = |name: &str| name.replace("[0]", "/0").replace("ask", "");
        assert_eq!(
            plain(provider.username.pointer),
            written(&fact.username),
            "{id}"
        );
        let source = format!("{:?}", provider.username.source).to_lowercase();
        assert_eq!(source, fact.username_source.replace('_', ""), "{id}");
        assert_eq!(
            provider.username.stable.map(plain),
            fact.stable.as_deref().map(written),
            "{id}"
        );
        for (part, confidence) in provider.confidence {
            let letter = match confidence {
                Confidence::Sourced => "S",
                Confidence::Partly => "P",
                Confidence::Unconfirmed => "K",
                Confidence::NotApplicable => "N",
            };
            assert_eq!(letter, fact.confidence[*part], "{id} {part}");
        }
        let doubtful = !provider.unconfirmed_endpoints.is_empty()
            || provider
                .confidence
                .iter()
                .any(|(_, confidence)| *confidence == Confidence::Unconfirmed);
        if doubtful {
            assert!(!provider.unverified.is_empty(), "{id}");
        }
    }
}
