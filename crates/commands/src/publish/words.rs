//! What is different, what is wrong and what secrets are for, in words.

use std::collections::BTreeMap;

use gatewright_config::raw::{ActAs, Document, SecretRef};
use gatewright_config::{ChangeEffect, diff};
use gatewright_wire::{Change, Effect, Problem};

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

/// The differences, each with its line in the new document's text.
pub(super) fn changes(before: &Document, after: &Document, text: &str) -> Vec<Change> {
    diff(before, after)
        .into_iter()
        .map(|change| {
            let detail = match (&change.before, &change.after) {
                (None, Some(after)) => format!("{after} added"),
                (Some(before), None) => format!("{before} removed"),
                (Some(before), Some(after)) => format!("{before} becomes {after}"),
                (None, None) => change.path.clone(),
            };
            Change {
                line: change
                    .after
                    .as_ref()
                    .and_then(|after| line_of(text, &change.path, after)),
                title: sentence(&change.title).trim_end_matches('.').to_owned(),
                detail,
                effect: match change.effect {
                    ChangeEffect::Narrower => Effect::Narrower,
                    ChangeEffect::Wider => Effect::Wider,
                    ChangeEffect::NoEffect => Effect::None,
                },
            }
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
