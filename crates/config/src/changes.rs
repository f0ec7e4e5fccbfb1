//! What differs between two documents, in the words of an admin.

mod lists;
mod values;

use serde::{Deserialize, Serialize};

use crate::raw::{self, Anonymous, Document, Switch};
use lists::{Meaning, keyed, sets};
use values::Values;

/// What a change does to what may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeEffect {
    /// Less may pass than before.
    Narrower,
    /// More may pass than before, or it cannot be told.
    Wider,
    /// What may pass is the same.
    NoEffect,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Where, as `products.jira.base_url`.
    pub path: String,
    /// What it is about, in words.
    pub title: String,
    /// What stood there.
    pub before: Option<String>,
    /// What stands there now.
    pub after: Option<String>,
    /// What it does to what may pass.
    pub effect: ChangeEffect,
}

/// The differences between two documents, in the document's order. What cannot be told to be
/// narrower counts as wider.
pub fn diff(before: &Document, after: &Document) -> Vec<Change> {
    let mut changes = Vec::new();
    settings(&before.settings, &after.settings, &mut changes);
    products(before, after, &mut changes);
    providers(before, after, &mut changes);
    access(&before.access, &after.access, &mut changes);
    network(&before.network, &after.network, &mut changes);
    expectations(before, after, &mut changes);
    Values::new("audit", "Audit")
        .value(
            "keep",
            "how long it is kept",
            &before.audit.keep,
            &after.audit.keep,
            no_effect,
        )
        .value(
            "facts",
            "how long kinds of requests are kept",
            &before.audit.facts,
            &after.audit.facts,
            no_effect,
        )
        .into(&mut changes);
    changes
}

/// Whether going from one to the other opens or closes, where `open` is the wider of the two.
fn towards<T: PartialEq>(open: T) -> impl Fn(&T, &T) -> ChangeEffect {
    move |_, after| {
        if *after == open {
            ChangeEffect::Wider
        } else {
            ChangeEffect::Narrower
        }
    }
}

fn wider<T>(_: &T, _: &T) -> ChangeEffect {
    ChangeEffect::Wider
}

fn no_effect<T>(_: &T, _: &T) -> ChangeEffect {
    ChangeEffect::NoEffect
}

fn settings(before: &raw::Settings, after: &raw::Settings, changes: &mut Vec<Change>) {
    Values::new("settings", "Settings")
        .value(
            "authentication",
            "authentication",
            &before.authentication,
            &after.authentication,
            towards(false),
        )
        .value(
            "read_only",
            "read only",
            &before.read_only,
            &after.read_only,
            towards(false),
        )
        .value(
            "anonymous",
            "requests without a credential",
            &before.anonymous,
            &after.anonymous,
            towards(Anonymous::Product),
        )
        .value(
            "api_keys",
            "API keys",
            &before.api_keys,
            &after.api_keys,
            towards(Switch::Allow),
        )
        .value(
            "oauth",
            "tokens",
            &before.oauth,
            &after.oauth,
            towards(Switch::Allow),
        )
        .value(
            "basic_auth",
            "user name and password",
            &before.basic_auth,
            &after.basic_auth,
            towards(Switch::Allow),
        )
        .value(
            "product_tokens",
            "the products' own tokens",
            &before.product_tokens,
            &after.product_tokens,
            towards(Switch::Allow),
        )
        .value(
            "users_may_create_keys",
            "people may create keys",
            &before.users_may_create_keys,
            &after.users_may_create_keys,
            towards(true),
        )
        .value(
            "keys.max_lifetime",
            "longest life of a key",
            &before.keys.max_lifetime,
            &after.keys.max_lifetime,
            |before, after| longer(before, after),
        )
        .value(
            "keys.max_per_user",
            "keys a person",
            &before.keys.max_per_user,
            &after.keys.max_per_user,
            |before, after| {
                if after > before {
                    ChangeEffect::Wider
                } else {
                    ChangeEffect::Narrower
                }
            },
        )
        .into(changes);
    sets(
        "settings.basic_exceptions",
        "Password exceptions",
        (&before.basic_exceptions, &after.basic_exceptions),
        Meaning::EachWidens,
        changes,
    );
}

fn longer(before: &str, after: &str) -> ChangeEffect {
    let length = |text: &str| match text {
        "never" => Some(std::time::Duration::MAX),
        _ => crate::duration(text).ok(),
    };
    match (length(before), length(after)) {
        (Some(before), Some(after)) if after < before => ChangeEffect::Narrower,
        (Some(before), Some(after)) if after == before => ChangeEffect::NoEffect,
        _ => ChangeEffect::Wider,
    }
}

fn products(before: &Document, after: &Document, changes: &mut Vec<Change>) {
    keyed(
        ("products", "Product"),
        (&before.products, &after.products),
        |product| product.id.clone(),
        |product| format!("{} at {}", product.kind, product.public_url),
        changes,
        |id, before, after, changes| {
            let (path, title) = (format!("products.{id}"), format!("Product {id}"));
            Values::new(&path, &title)
                .value("kind", "kind", &before.kind, &after.kind, wider)
                .value(
                    "base_url",
                    "address",
                    &before.base_url,
                    &after.base_url,
                    wider,
                )
                .value(
                    "public_url",
                    "public URL",
                    &before.public_url,
                    &after.public_url,
                    wider,
                )
                .value(
                    "act_as",
                    "acting as a user",
                    &before.act_as,
                    &after.act_as,
                    wider,
                )
                .value(
                    "directory",
                    "directory",
                    &before.directory,
                    &after.directory,
                    wider,
                )
                .value("tls", "TLS", &before.tls, &after.tls, wider)
                .into(changes);
            sets(
                &format!("{path}.allow_encoded_slash"),
                &format!("{title}, encoded slash"),
                (&before.allow_encoded_slash, &after.allow_encoded_slash),
                Meaning::EachWidens,
                changes,
            );
            who_and_where(
                (&format!("{path}.access"), &format!("{title}, ")),
                (&before.access, &after.access),
                changes,
            );
        },
    );
}

fn who_and_where(
    (path, title): (&str, &str),
    (before, after): (&raw::ProductAccess, &raw::ProductAccess),
    changes: &mut Vec<Change>,
) {
    let lists = [
        (
            "groups_allowed",
            "groups allowed",
            (&before.groups_allowed, &after.groups_allowed),
            Meaning::EmptyIsAll,
        ),
        (
            "groups_read_only",
            "read-only groups",
            (&before.groups_read_only, &after.groups_read_only),
            Meaning::EachNarrows,
        ),
        (
            "addresses_allowed",
            "addresses allowed",
            (&before.addresses_allowed, &after.addresses_allowed),
            Meaning::EmptyIsAll,
        ),
    ];
    for (key, words, pair, meaning) in lists {
        sets(
            &format!("{path}.{key}"),
            &lists::sentence(title, words),
            (pair.0, pair.1),
            meaning,
            changes,
        );
    }
}

fn providers(before: &Document, after: &Document, changes: &mut Vec<Change>) {
    keyed(
        ("providers", "Provider"),
        (&before.providers, &after.providers),
        |provider| provider.id.clone(),
        |provider| provider.preset.clone(),
        changes,
        |id, before, after, changes| {
            let (path, title) = (format!("providers.{id}"), format!("Provider {id}"));
            Values::new(&path, &title)
                .value("preset", "preset", &before.preset, &after.preset, wider)
                .value("inputs", "addresses", &before.inputs, &after.inputs, wider)
                .value(
                    "endpoints",
                    "endpoints",
                    &before.endpoints,
                    &after.endpoints,
                    wider,
                )
                .value(
                    "client_id",
                    "client id",
                    &before.client_id,
                    &after.client_id,
                    wider,
                )
                .value(
                    "client_secret",
                    "client secret",
                    &before.client_secret,
                    &after.client_secret,
                    no_effect,
                )
                .value(
                    "client_auth",
                    "client authentication",
                    &before.client_auth,
                    &after.client_auth,
                    no_effect,
                )
                .value("scopes", "scopes", &before.scopes, &after.scopes, no_effect)
                .value(
                    "verify",
                    "verification",
                    &before.verify,
                    &after.verify,
                    wider,
                )
                .value(
                    "username",
                    "username",
                    &before.username,
                    &after.username,
                    wider,
                )
                .value(
                    "opaque",
                    "unknown tokens",
                    &before.opaque,
                    &after.opaque,
                    towards(true),
                )
                .value(
                    "service_accounts",
                    "robots",
                    &before.service_accounts,
                    &after.service_accounts,
                    wider,
                )
                .into(changes);
            sets(
                &format!("{path}.prefixes"),
                &format!("{title}, token prefixes"),
                (&before.prefixes, &after.prefixes),
                Meaning::EachWidens,
                changes,
            );
        },
    );
}

fn access(before: &raw::Access, after: &raw::Access, changes: &mut Vec<Change>) {
    let part = |access: &raw::Access| raw::ProductAccess {
        groups_allowed: access.groups_allowed.clone(),
        groups_read_only: access.groups_read_only.clone(),
        addresses_allowed: access.addresses_allowed.clone(),
    };
    who_and_where(("access", ""), (&part(before), &part(after)), changes);
    sets(
        "access.groups_may_create_keys",
        "Groups that may create keys",
        (
            &before.groups_may_create_keys,
            &after.groups_may_create_keys,
        ),
        Meaning::EmptyIsAll,
        changes,
    );
    sets(
        "access.trusted_proxies",
        "Trusted proxies",
        (&before.trusted_proxies, &after.trusted_proxies),
        Meaning::EachWidens,
        changes,
    );
    Values::new("access.rate", "Rate limits")
        .value(
            "per_caller",
            "a caller",
            &before.rate.per_caller,
            &after.rate.per_caller,
            |before, after| limited(before.as_deref(), after.as_deref()),
        )
        .value(
            "per_address",
            "an address",
            &before.rate.per_address,
            &after.rate.per_address,
            |before, after| limited(before.as_deref(), after.as_deref()),
        )
        .into(changes);
    Values::new("access.failures", "Wrong credentials")
        .value(
            "per_address",
            "from an address",
            &before.failures.per_address,
            &after.failures.per_address,
            |before, after| limited(before.as_deref(), after.as_deref()),
        )
        .value(
            "per_user",
            "with a user name",
            &before.failures.per_user,
            &after.failures.per_user,
            |before, after| limited(before.as_deref(), after.as_deref()),
        )
        .into(changes);
    let shown = |rules: &[raw::ReportOnly]| -> Vec<String> {
        let rules = rules.iter();
        rules
            .map(|one| format!("{} until {}", values::plain(&one.rule), one.until))
            .collect()
    };
    sets(
        "access.report_only",
        "Only reported",
        (&shown(&before.report_only), &shown(&after.report_only)),
        Meaning::EachWidens,
        changes,
    );
    let paths = |rules: &[raw::PathRule]| -> Vec<String> {
        rules
            .iter()
            .map(|rule| format!("{} {}", rule.product, rule.path))
            .collect()
    };
    sets(
        "access.public",
        "Public-API restriction",
        (&paths(&before.public), &paths(&after.public)),
        Meaning::EachNarrows,
        changes,
    );
    sets(
        "access.bypass",
        "Bypass",
        (&paths(&before.bypass), &paths(&after.bypass)),
        Meaning::EachWidens,
        changes,
    );
}

/// A limit where there was none, or a lower one in the same time, is narrower.
fn limited(before: Option<&str>, after: Option<&str>) -> ChangeEffect {
    let parts = |text: &str| {
        let (requests, per) = text.split_once('/')?;
        Some((requests.parse::<u64>().ok()?, per.to_owned()))
    };
    match (before.and_then(parts), after.and_then(parts)) {
        (None, Some(_)) => ChangeEffect::Narrower,
        (Some((before, one)), Some((after, other))) if one == other && after < before => {
            ChangeEffect::Narrower
        }
        _ => ChangeEffect::Wider,
    }
}

fn network(before: &raw::Network, after: &raw::Network, changes: &mut Vec<Change>) {
    Values::new("network", "Network")
        .value("ca", "trusted authorities", &before.ca, &after.ca, wider)
        .value("proxy", "proxy", &before.proxy, &after.proxy, no_effect)
        .value(
            "proxy_bypass",
            "hosts without the proxy",
            &before.proxy_bypass,
            &after.proxy_bypass,
            no_effect,
        )
        .value(
            "proxy_account",
            "the proxy's account",
            &before.proxy_account,
            &after.proxy_account,
            no_effect,
        )
        .into(changes);
}

fn expectations(before: &Document, after: &Document, changes: &mut Vec<Change>) {
    keyed(
        ("expect", "Expectation"),
        (&before.expect, &after.expect),
        |expect| expect.name.clone(),
        |expect| {
            format!(
                "{} as {}",
                expect.request,
                expect.user.as_deref().unwrap_or("nobody")
            )
        },
        changes,
        |name, before, after, changes| {
            Values::new("expect", "Expectation")
                .value(name, name, before, after, no_effect)
                .into(changes);
        },
    );
    for change in changes
        .iter_mut()
        .filter(|change| change.path.starts_with("expect"))
    {
        change.effect = ChangeEffect::NoEffect;
    }
}

#[cfg(test)]
mod tests;
