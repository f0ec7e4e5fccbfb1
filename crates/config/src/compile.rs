//! From a document to a configuration whose parts fit together.

mod access;
mod expectation;
mod network;
mod product;
mod provider;

use std::collections::BTreeMap;

use gatewright_policy::{AnonymousRule, GroupSet, ProductId, Rules, UserName, WaysIn};

use crate::config::{Config, KeyLimits};
use crate::duration::duration;
use crate::problem::{Problem, Problems};
use crate::raw::{Anonymous, Document, Settings, Switch};

const DURATION_HINT: &str = "Write a number and one of s, m, h, d, w, mo, y, as in 90s or 30d.";

pub(crate) fn compile(document: Document) -> Result<Config, Vec<Problem>> {
    let mut problems = Problems::default();
    let config = assemble(document, &mut problems);
    problems.into_result(Some(config))
}

fn assemble(document: Document, problems: &mut Problems) -> Config {
    unique_ids(&document, problems);
    let products = product::all(&document, problems);
    let providers = provider::all(&document, problems);
    let rules = rules(&document, problems);
    let trusted_proxies = access::addresses(
        "access.trusted_proxies",
        &document.access.trusted_proxies,
        problems,
    );
    let rates = access::rates(&document.access.rate, problems);
    let failures = access::failures(&document.access.failures, problems);
    let network = network::network(&document.network, problems);
    let report_only = access::report_only(&document.access.report_only, problems);
    let keys = keys(&document.settings, problems);
    let audit_keep = duration(&document.audit.keep).unwrap_or_else(|error| {
        problems.add("audit.keep", error.to_string(), DURATION_HINT);
        std::time::Duration::ZERO
    });
    let facts_keep = duration(&document.audit.facts).unwrap_or_else(|error| {
        problems.add("audit.facts", error.to_string(), DURATION_HINT);
        std::time::Duration::ZERO
    });
    let expectations = expectation::all(&document, &rules, problems);
    Config {
        document,
        rules,
        products,
        providers,
        trusted_proxies,
        rates,
        failures,
        network,
        report_only,
        keys,
        audit_keep,
        facts_keep,
        expectations,
    }
}

fn rules(document: &Document, problems: &mut Problems) -> Rules {
    let settings = &document.settings;
    let mut products = BTreeMap::new();
    for (index, product) in document.products.iter().enumerate() {
        let rules = product::rules(index, product, problems);
        products.insert(ProductId::new(&product.id), rules);
    }
    access::path_rules(&document.access, &mut products, problems);
    let open = |switch: Switch| switch == Switch::Allow;
    Rules {
        authentication: settings.authentication,
        read_only: settings.read_only,
        anonymous: match settings.anonymous {
            Anonymous::Deny => AnonymousRule::Deny,
            Anonymous::Product => AnonymousRule::Product,
        },
        ways: WaysIn {
            api_keys: open(settings.api_keys),
            oauth: open(settings.oauth),
            basic_auth: open(settings.basic_auth),
            basic_exceptions: settings
                .basic_exceptions
                .iter()
                .map(UserName::new)
                .collect(),
            product_tokens: open(settings.product_tokens),
        },
        access: access::global(document, problems),
        users_may_create_keys: settings.users_may_create_keys,
        groups_may_create_keys: GroupSet::new(access::groups(
            "access.groups_may_create_keys",
            &document.access.groups_may_create_keys,
            problems,
        )),
        products,
    }
}

fn keys(settings: &Settings, problems: &mut Problems) -> KeyLimits {
    let max_lifetime = if settings.keys.max_lifetime == "never" {
        None
    } else {
        match duration(&settings.keys.max_lifetime) {
            Ok(lifetime) => Some(lifetime),
            Err(error) => {
                let hint = format!("{DURATION_HINT} Or write \"never\".");
                problems.add("settings.keys.max_lifetime", error.to_string(), hint);
                None
            }
        }
    };
    KeyLimits {
        max_lifetime,
        max_per_user: settings.keys.max_per_user,
    }
}

fn unique_ids(document: &Document, problems: &mut Problems) {
    let products = document.products.iter().map(|product| product.id.as_str());
    let providers = document
        .providers
        .iter()
        .map(|provider| provider.id.as_str());
    for (list, ids) in [
        ("products", products.collect::<Vec<_>>()),
        ("providers", providers.collect()),
    ] {
        for (index, id) in ids.iter().enumerate() {
            let path = format!("{list}[{index}].id");
            let well_formed = (1..=64).contains(&id.len())
                && id.bytes().all(|byte| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte)
                });
            if !well_formed {
                problems.add(
                    path,
                    format!("not an id: {id}"),
                    "Use small letters, digits, hyphen, underscore and dot, 64 at most.",
                );
            } else if ids[..index].contains(id) {
                problems.add(
                    path,
                    format!("this id stands twice: {id}"),
                    "Give each one an id of its own.",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests;
