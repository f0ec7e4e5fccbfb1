//! Rules for groups, addresses, paths and rates.

use std::collections::BTreeMap;

use gatewright_policy::{
    Access, AddressSet, AddressSetError, GroupSet, Pattern, ProductId, ProductRules,
};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::config::{FailureLimits, Quota, Rates};
use crate::duration::duration;
use crate::problem::Problems;
use crate::raw;

pub(super) fn global(document: &raw::Document, problems: &mut Problems) -> Access {
    let access = &document.access;
    Access {
        groups_allowed: GroupSet::new(groups(
            "access.groups_allowed",
            &access.groups_allowed,
            problems,
        )),
        groups_read_only: GroupSet::new(groups(
            "access.groups_read_only",
            &access.groups_read_only,
            problems,
        )),
        addresses_allowed: addresses(
            "access.addresses_allowed",
            &access.addresses_allowed,
            problems,
        ),
    }
}

pub(super) fn of_product(
    path: &str,
    access: &raw::ProductAccess,
    problems: &mut Problems,
) -> Access {
    let at = |key: &str| format!("{path}.{key}");
    Access {
        groups_allowed: GroupSet::new(groups(
            &at("groups_allowed"),
            &access.groups_allowed,
            problems,
        )),
        groups_read_only: GroupSet::new(groups(
            &at("groups_read_only"),
            &access.groups_read_only,
            problems,
        )),
        addresses_allowed: addresses(
            &at("addresses_allowed"),
            &access.addresses_allowed,
            problems,
        ),
    }
}

/// Checks names of groups: an empty one would look like a rule and match nobody.
pub(super) fn groups<'a>(
    path: &str,
    names: &'a [String],
    problems: &mut Problems,
) -> impl Iterator<Item = &'a str> + use<'a> {
    for (index, name) in names.iter().enumerate() {
        if name.trim().is_empty() || name.trim() != name {
            problems.add(
                format!("{path}[{index}]"),
                "a group's name is empty or has white space at an end",
                "Write the name as the product shows it.",
            );
        }
    }
    names.iter().map(String::as_str)
}

pub(super) fn addresses(path: &str, texts: &[String], problems: &mut Problems) -> AddressSet {
    let mut ranges = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        match AddressSet::parse_range(text) {
            Ok(range) => ranges.push(range),
            Err(error) => {
                let hint = match &error {
                    AddressSetError::NotARange(_) => {
                        "Write an address or a range, as 10.0.0.0/8 or 2001:db8::/32.".to_owned()
                    }
                    AddressSetError::HostBits { meant, .. } => format!("Write {meant}."),
                };
                problems.add(format!("{path}[{index}]"), error.to_string(), hint);
            }
        }
    }
    AddressSet::new(&ranges)
}

pub(super) fn path_rules(
    access: &raw::Access,
    products: &mut BTreeMap<ProductId, ProductRules>,
    problems: &mut Problems,
) {
    for (list, rules) in [("public", &access.public), ("bypass", &access.bypass)] {
        for (index, rule) in rules.iter().enumerate() {
            let path = format!("access.{list}[{index}]");
            let pattern = pattern(&format!("{path}.path"), &rule.path, problems);
            let Some(product) = products.get_mut(&ProductId::new(&rule.product)) else {
                problems.add(
                    format!("{path}.product"),
                    format!("no such product: {}", rule.product),
                    "Write the id of one of the products of this document.",
                );
                continue;
            };
            if let Some(pattern) = pattern {
                if list == "public" {
                    &mut product.public
                } else {
                    &mut product.bypass
                }
                .push(pattern);
            }
        }
    }
}

pub(super) fn pattern(path: &str, text: &str, problems: &mut Problems) -> Option<Pattern> {
    match Pattern::parse(text) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            problems.add(
                path,
                error.to_string(),
                "Write a path relative to the product, as /rest/api/2/issue/** or GET,POST /rest/api/*/search.",
            );
            None
        }
    }
}

/// The limits of wrong credentials: on unless they are switched off.
pub(super) fn failures(failures: &raw::Failures, problems: &mut Problems) -> FailureLimits {
    let mut read = |key: &str, text: Option<&str>, default: &str| {
        let text = text.unwrap_or(default);
        if text == "off" {
            return None;
        }
        let quota = quota(text);
        if quota.is_none() {
            problems.add(
                format!("access.failures.{key}"),
                "not a rate",
                "Write how many in how much time, as 120/m, or off.",
            );
        }
        quota
    };
    FailureLimits {
        per_address: read("per_address", failures.per_address.as_deref(), "120/m"),
        per_user: read("per_user", failures.per_user.as_deref(), "30/m"),
    }
}

pub(super) fn rates(rate: &raw::Rate, problems: &mut Problems) -> Rates {
    let mut read = |key: &str, text: &Option<String>| {
        let text = text.as_ref()?;
        let quota = quota(text);
        if quota.is_none() {
            problems.add(
                format!("access.rate.{key}"),
                format!("not a rate: {text}"),
                "Write how many in how much time, as 600/m.",
            );
        }
        quota
    };
    Rates {
        per_caller: read("per_caller", &rate.per_caller),
        per_address: read("per_address", &rate.per_address),
    }
}

fn quota(text: &str) -> Option<Quota> {
    let (requests, unit) = text.split_once('/')?;
    let per = match unit {
        "s" | "m" | "h" | "d" => duration(&format!("1{unit}")).ok()?,
        _ => return None,
    };
    let requests = requests.parse().ok().filter(|requests| *requests > 0)?;
    Some(Quota { requests, per })
}

pub(super) fn report_only(
    rules: &[raw::ReportOnly],
    problems: &mut Problems,
) -> Vec<(raw::ReportOnlyRule, OffsetDateTime)> {
    let mut read = Vec::new();
    for (index, entry) in rules.iter().enumerate() {
        match OffsetDateTime::parse(&entry.until, &Rfc3339) {
            Ok(until) if until.offset().is_utc() => read.push((entry.rule, until)),
            Ok(_) | Err(_) => problems.add(
                format!("access.report_only[{index}].until"),
                format!("not a time in UTC: {}", entry.until),
                "Write it as 2027-01-31T00:00:00Z.",
            ),
        }
    }
    read
}
