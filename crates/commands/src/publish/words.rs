//! What is different, what is wrong and what secrets are for, in words.

use std::collections::{BTreeMap, BTreeSet};

use gatewright_config::raw::{ActAs, Document, SecretRef};
use gatewright_config::{ChangeEffect, Config, diff};
use gatewright_simulate::{EffectExample, EffectOfChange, MeasuredEffect, effects};
use gatewright_wire::{Change, Effect, Problem};
use time::OffsetDateTime;

use crate::errors::sentence;

/// The problem of a document as the window shows it.
pub(super) fn shown_problem(problem: gatewright_config::Problem) -> Problem {
    Problem {
        path: problem.path,
        line: problem.line,
        message: sentence(&problem.message),
        hint: sentence(&problem.hint),
    }
}

/// So many changes are tried on requests one by one; of more the difference itself says what it
/// does.
const MEASURED: usize = 60;
/// So many entries of one list are named; more are counted.
const NAMED: usize = 12;

/// The differences, each with its line in the new document's text and what it does to who may do
/// what, as the policy says.
pub(super) fn changes(
    before: &Document,
    after: &Document,
    text: &str,
    now: OffsetDateTime,
) -> Vec<Change> {
    let found = counted(measured(before, after, now));
    found
        .into_iter()
        .map(|change| {
            let detail = match (&change.before, &change.after) {
                (None, Some(after)) => format!("{after} added"),
                (Some(before), None) => format!("{before} removed"),
                (Some(before), Some(after)) => format!("{before} becomes {after}"),
                (None, None) => change.path.clone(),
            };
            let example = change.wider_example.or(change.narrower_example);
            Change {
                line: change
                    .after
                    .as_ref()
                    .and_then(|after| line_of(text, &change.path, after)),
                title: sentence(&change.title).trim_end_matches('.').to_owned(),
                detail,
                effect: match change.effect {
                    MeasuredEffect::Narrower => Effect::Narrower,
                    MeasuredEffect::Wider => Effect::Wider,
                    MeasuredEffect::Mixed => Effect::Mixed,
                    MeasuredEffect::None => Effect::None,
                    MeasuredEffect::Unknown => Effect::Unknown,
                },
                example: example.map_or_else(String::new, |example| shown_example(&example)),
                path: change.path,
            }
        })
        .collect()
}

fn shown_example(example: &EffectExample) -> String {
    format!(
        "{} at {} by {} from {}: {} becomes {}",
        example.request,
        example.product,
        example.caller,
        example.address,
        example.before,
        example.after
    )
}

fn measured(before: &Document, after: &Document, now: OffsetDateTime) -> Vec<EffectOfChange> {
    let found = diff(before, after);
    if found.len() <= MEASURED
        && let (Ok(before), Ok(after)) = (Config::new(before.clone()), Config::new(after.clone()))
    {
        return effects(&before, &after, now);
    }
    found
        .into_iter()
        .map(|change| EffectOfChange {
            path: change.path,
            title: change.title,
            before: change.before,
            after: change.after,
            effect: match change.effect {
                ChangeEffect::Narrower => MeasuredEffect::Narrower,
                ChangeEffect::Wider => MeasuredEffect::Wider,
                ChangeEffect::NoEffect => MeasuredEffect::None,
            },
            wider_example: None,
            narrower_example: None,
        })
        .collect()
}

/// Where many entries of one list came or went in one way, one line that counts them.
fn counted(changes: Vec<EffectOfChange>) -> Vec<EffectOfChange> {
    let key = |change: &EffectOfChange| {
        (
            change.path.clone(),
            change.after.is_some(),
            change.before.is_some(),
        )
    };
    let mut many: BTreeMap<(String, bool, bool), usize> = BTreeMap::new();
    for change in &changes {
        *many.entry(key(change)).or_default() += 1;
    }
    let mut told = BTreeSet::new();
    changes
        .into_iter()
        .filter_map(|mut change| {
            let key = key(&change);
            let number = many.get(&key).copied().unwrap_or_default();
            if number <= NAMED {
                return Some(change);
            }
            if !told.insert(key) {
                return None;
            }
            let entries = Some(format!("{number} entries"));
            if change.after.is_some() {
                change.after = entries;
            } else {
                change.before = entries;
            }
            Some(change)
        })
        .collect()
}

/// The line of a value: below the entry whose id the path names, where there is one.
fn line_of(text: &str, path: &str, value: &str) -> Option<u32> {
    let lines: Vec<&str> = text.lines().collect();
    let mut parts = path.split('.');
    let table = parts.next().unwrap_or_default();
    let start = parts.next().and_then(|id| {
        let head = format!("[[{table}]]");
        let named = format!("id = \"{id}\"");
        lines
            .windows(2)
            .position(|pair| pair[0] == head && pair[1] == named)
    });
    let key = path.rsplit('.').next().unwrap_or_default();
    let value = value.trim_matches('"');
    let quoted = format!("\"{value}\"");
    let found = lines
        .iter()
        .enumerate()
        .skip(start.unwrap_or_default())
        .find(|(_, line)| {
            line.starts_with(&format!("{key} = "))
                || (start.is_none() && !value.is_empty() && line.contains(&quoted))
        });
    let line = found.map(|(at, _)| at).or(start)?;
    u32::try_from(line + 1).ok()
}

/// What a secret is for; `titles` are what products and providers are called here.
pub(super) fn purpose(
    document: &Document,
    name: &str,
    titles: &BTreeMap<String, String>,
) -> String {
    let is = |secret: Option<&SecretRef>| secret.is_some_and(|secret| secret.secret == name);
    let title = |id: &String| titles.get(id).unwrap_or(id).clone();
    for provider in &document.providers {
        if is(provider.client_secret.as_ref()) {
            return format!("Client secret of {}", title(&provider.id));
        }
    }
    for product in &document.products {
        let of = title(&product.id);
        if let Some(directory) = &product.directory {
            let password = directory.basic.as_ref().map(|basic| &basic.password);
            if is(password) || is(directory.token.as_ref()) {
                return format!("Directory account of {of}");
            }
        }
        match &product.act_as {
            Some(ActAs::Oauth1(link)) if is(Some(&link.private_key)) => {
                return format!("Private key of the application link of {of}");
            }
            Some(ActAs::Service(account))
                if is(account.token.as_ref())
                    || is(account.basic.as_ref().map(|basic| &basic.password)) =>
            {
                return format!("Service account of {of}");
            }
            Some(_) | None => {}
        }
    }
    "Named by the document".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_found_below_the_entry_that_it_is_about() {
        let text = "[settings]\nread_only = false\n\n[[products]]\nid = \"a\"\nbase_url = \"x\"\n\n[[products]]\nid = \"b\"\nbase_url = \"y\"\n";
        assert_eq!(line_of(text, "products.b.base_url", "y"), Some(10));
        assert_eq!(line_of(text, "products.b", "b at /b"), Some(8));
        assert_eq!(line_of(text, "settings.read_only", "false"), Some(2));
        assert_eq!(line_of(text, "access.rate", "600/m"), None);
    }
}
