//! Which preset an address belongs to.

use std::collections::BTreeMap;

use gatewright_catalogue::{Input, InputKind, Provider, canonical, providers};
use url::Url;

/// Which endpoint an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Where the browser goes.
    Authorization,
    /// Where tokens are got.
    Token,
    /// Where attributes are got.
    Userinfo,
}

/// The preset that an address belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// Its id.
    pub preset: &'static str,
    /// Its inputs, as far as they stand in the address.
    pub inputs: BTreeMap<String, String>,
    /// Presets to which it may belong just as well.
    pub others: Vec<&'static str>,
}

/// How sure a guess is: by a path that few servers have, by a domain, by the whole host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sure {
    Path,
    Domain,
    Host,
}

/// The preset whose endpoint has this address, if its host or its path tells.
pub fn guess(endpoint: Endpoint, url: &Url) -> Option<Guess> {
    let mut found: Vec<(Sure, &'static Provider, BTreeMap<String, String>)> = Vec::new();
    for provider in providers() {
        let variants = provider
            .variants
            .iter()
            .map(|variant| (&variant.endpoints, Some((variant.input, variant.value))));
        for (templates, set) in [(&provider.endpoints, None)].into_iter().chain(variants) {
            let template = match endpoint {
                Endpoint::Authorization => templates.authorization,
                Endpoint::Token => templates.token,
                Endpoint::Userinfo => templates.userinfo,
            };
            let Some((sure, mut inputs)) = template.and_then(|text| fit(provider, text, url))
            else {
                continue;
            };
            if let Some((key, value)) = set {
                inputs.insert(key.to_owned(), value.to_owned());
            }
            if accepts(provider, &inputs) {
                found.push((sure, provider, inputs));
            }
        }
    }
    let best = found.iter().map(|(sure, ..)| *sure).max()?;
    let mut equal = found.into_iter().filter(|(sure, ..)| *sure == best);
    let (_, provider, inputs) = equal.next()?;
    let meant = canonical(provider.id, &inputs)?;
    let mut others: Vec<&'static str> = equal.map(|(_, provider, _)| provider.id).collect();
    others.retain(|id| *id != meant.id);
    others.dedup();
    Some(Guess {
        preset: meant.id,
        inputs: if meant.id == provider.id {
            inputs
        } else {
            BTreeMap::new()
        },
        others,
    })
}

/// Whether nothing is wrong with the inputs that are there; others may be missing.
fn accepts(provider: &Provider, inputs: &BTreeMap<String, String>) -> bool {
    provider
        .endpoints(inputs)
        .err()
        .is_none_or(|error| !inputs.contains_key(error.key))
}

/// Fits an address into a template: how sure that is, and the inputs that stand in it.
fn fit(provider: &Provider, template: &str, url: &Url) -> Option<(Sure, BTreeMap<String, String>)> {
    let template = template.split('?').next().unwrap_or_default();
    let mut bare = url.clone();
    bare.set_query(None);
    bare.set_fragment(None);
    let mut rest = bare.as_str();
    let mut inputs = BTreeMap::new();
    let mut sure = None;
    let mut pattern = template;
    while let Some((before, after)) = pattern.split_once('{') {
        rest = rest.strip_prefix(before)?;
        let (key, after) = after.split_once('}')?;
        let input = provider.inputs.iter().find(|input| input.key == key)?;
        let literal = after.split('{').next().unwrap_or_default();
        let end = match input.kind {
            InputKind::BaseUrl | InputKind::Url | InputKind::Issuer => {
                if literal.is_empty() {
                    // The whole address is the input: that tells nothing about whose it is.
                    return None;
                }
                rest.rfind(literal)?
            }
            InputKind::Host | InputKind::Text => rest.find('/').unwrap_or(rest.len()),
        };
        let (value, following) = rest.split_at(end);
        if value.is_empty() || inputs.insert(key.to_owned(), value.to_owned()).is_some() {
            return None;
        }
        if matches!(input.kind, InputKind::Host | InputKind::BaseUrl) && is_usual(input, url) {
            sure = Some(Sure::Domain);
        }
        rest = following;
        pattern = after;
    }
    if rest != pattern {
        return None;
    }
    let host_is_literal = template
        .strip_prefix("https://")
        .and_then(|rest| rest.split('/').next())
        .is_some_and(|host| !host.contains('{'));
    let by_path = || {
        let parts = template
            .split('/')
            .skip(if template.starts_with("https") { 3 } else { 1 });
        let literal = parts.filter(|part| !part.is_empty() && !part.contains('{'));
        (literal.count() >= 3).then_some(Sure::Path)
    };
    let sure = host_is_literal
        .then_some(Sure::Host)
        .or(sure)
        .or_else(by_path)?;
    Some((sure, inputs))
}

/// Whether an address lies in the domain that this input usually has.
fn is_usual(input: &Input, url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    [Some(input.example), input.default]
        .into_iter()
        .flatten()
        .filter(|text| !text.contains('{'))
        .filter_map(|text| {
            let text = text.split_once("://").map_or(text, |(_, rest)| rest);
            let labels: Vec<&str> = text.split(['/', ':']).next()?.split('.').collect();
            let domain = labels.get(labels.len().checked_sub(2)?..)?.join(".");
            Some(domain)
        })
        .filter(|domain| !matches!(domain.as_str(), "example.com" | "contoso.com"))
        .any(|domain| {
            host == domain
                || host
                    .strip_suffix(domain.as_str())
                    .is_some_and(|rest| rest.ends_with('.'))
        })
}
