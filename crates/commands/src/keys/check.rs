//! What a key would be, while it is typed.

use std::fmt::Write as _;

use gatewright_policy::{Method, Path, Pattern};
use gatewright_wire::{
    CheckAddresses, CheckKey, CheckPattern, CheckedKey, KeyEnd, KeyExample, KeyUnit, NewKey,
    PatternUse, RuleProblem, WireError,
};
use time::{Duration, OffsetDateTime};

use crate::app::App;
use crate::convert::rfc3339;
use crate::errors::sentence;

/// How many requests are shown on each side.
const SHOWN: usize = 2;

impl App {
    /// What a key would be, with what is wrong beside its field.
    pub async fn check_key(&self, request: CheckKey) -> Result<CheckedKey, WireError> {
        let key = &request.key;
        let now = self.host.now();
        let mut problems = Vec::new();
        let ends_at = end(key.end, &request.max_lifetime, now, &mut problems);
        if key.max_uses == Some(0) {
            problems.push(problem(
                "max_uses",
                "A key without a use is good for nothing.",
                "Write 1 or more.",
            ));
        }
        let patterns = patterns(key, &mut problems);
        let addresses = self
            .check_addresses(CheckAddresses {
                entries: key.addresses.clone(),
                probe: request.address.clone(),
            })
            .await?;
        problems.extend(
            addresses
                .notes
                .iter()
                .filter(|note| note.mistake)
                .map(|note| {
                    let meant = note.meant.as_ref();
                    let hint = meant.map(|meant| format!("Write {meant}."));
                    problem(
                        &format!("addresses[{}]", note.index),
                        &note.text,
                        &hint.unwrap_or_default(),
                    )
                }),
        );
        Ok(CheckedKey {
            words: in_words(key, ends_at),
            ends_at: ends_at.map(rfc3339),
            examples: self.examples(key, &patterns).await,
            request_inside: inside(&patterns, &request.request),
            address: addresses.probe,
            problems,
        })
    }

    /// Requests on both sides of the line that the paths draw.
    async fn examples(&self, key: &NewKey, patterns: &[Pattern]) -> Vec<KeyExample> {
        let mut found: Vec<KeyExample> = Vec::new();
        let product = key.products.first().cloned().or_else(|| {
            let products = self.workspace.products().ok()?;
            products.into_iter().next().map(|product| product.id)
        });
        let Some(product) = product else { return found };
        for path in &key.paths {
            let asked = self
                .check_pattern(CheckPattern {
                    product: product.clone(),
                    path: path.clone(),
                    used_as: PatternUse::Bypass,
                    request: String::new(),
                })
                .await;
            // A product of which nothing is known here has no examples.
            let Ok(asked) = asked else { continue };
            for request in asked.matches.into_iter().chain(asked.others) {
                let Some(inside) = inside(patterns, &request) else {
                    continue;
                };
                let alike = found.iter().filter(|one| one.inside == inside).count();
                if alike < SHOWN && !found.iter().any(|one| one.request == request) {
                    found.push(KeyExample { request, inside });
                }
            }
        }
        found.sort_by_key(|example| !example.inside);
        found
    }
}

/// A life as the gateway reads it.
pub(super) fn life(end: KeyEnd) -> String {
    match end {
        KeyEnd::Never => "never".to_owned(),
        KeyEnd::After { count, unit } => match unit {
            KeyUnit::Hours => format!("{count}h"),
            KeyUnit::Days => format!("{count}d"),
            KeyUnit::Weeks => format!("{count}w"),
            KeyUnit::Months => format!("{count}mo"),
        },
    }
}

fn end(
    end: KeyEnd,
    most: &str,
    now: OffsetDateTime,
    problems: &mut Vec<RuleProblem>,
) -> Option<OffsetDateTime> {
    let text = life(end);
    let longest = gatewright_config::duration(most).ok();
    let hint = format!("The settings of this gateway let a key live for {most} at most.");
    if end == KeyEnd::Never {
        if longest.is_some() {
            problems.push(problem("end", "A key has to end here.", &hint));
        }
        return None;
    }
    let life = match gatewright_config::duration(&text) {
        Ok(life) if !life.is_zero() => life,
        Ok(_) | Err(_) => {
            problems.push(problem(
                "end",
                "That is no time to live.",
                "Write a number of 1 or more, of at most a hundred years.",
            ));
            return None;
        }
    };
    if longest.is_some_and(|longest| life > longest) {
        problems.push(problem("end", "That is longer than a key may live.", &hint));
    }
    now.checked_add(Duration::try_from(life).ok()?)
}

fn patterns(key: &NewKey, problems: &mut Vec<RuleProblem>) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    for (index, path) in key.paths.iter().enumerate() {
        match Pattern::parse(path.trim()) {
            Ok(pattern) => patterns.push(pattern),
            Err(error) => problems.push(problem(
                &format!("paths[{index}]"),
                &sentence(&error.to_string()),
                "",
            )),
        }
    }
    patterns
}

/// Whether one of the patterns permits a request; none, if it is no request.
fn inside(patterns: &[Pattern], request: &str) -> Option<bool> {
    let (method, path) = request.trim().split_once(' ')?;
    let path = path.trim().split('?').next().unwrap_or_default();
    let method = Method::parse(&method.to_uppercase()).ok()?;
    let path = Path::parse(path).ok()?;
    Some(
        patterns.is_empty()
            || patterns
                .iter()
                .any(|pattern| pattern.permits(&method, &path)),
    )
}

fn problem(path: &str, message: &str, hint: &str) -> RuleProblem {
    RuleProblem {
        path: path.to_owned(),
        message: message.to_owned(),
        hint: hint.to_owned(),
    }
}

fn in_words(key: &NewKey, ends_at: Option<OffsetDateTime>) -> String {
    let owner = match key.owner.trim() {
        "" => "its owner",
        owner => owner,
    };
    let mut words = match (ends_at, key.end) {
        (Some(end), _) => format!("Until {} {} {}, ", end.day(), end.month(), end.year()),
        (None, KeyEnd::Never) => "Without an end, ".to_owned(),
        (None, KeyEnd::After { .. }) => String::new(),
    };
    let used = match key.max_uses {
        Some(1) => ", once".to_owned(),
        Some(uses) => format!(", at most {uses} times"),
        None => String::new(),
    };
    let start = if words.is_empty() { "This" } else { "this" };
    let _ = write!(words, "{start} key acts as {owner}{used}. It may ");
    words.push_str(if key.read_only { "only read" } else { "call" });
    match key.paths.as_slice() {
        [] => words.push_str(" whatever they may"),
        [path] => {
            let _ = write!(words, " {path}");
        }
        paths => {
            let _ = write!(words, " {} paths", paths.len());
        }
    }
    if !key.products.is_empty() {
        let _ = write!(words, " in {}", listed(&key.products));
    }
    if !key.addresses.is_empty() {
        let _ = write!(words, ", from {}", listed(&key.addresses));
    }
    words.push('.');
    words
}

fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use gatewright_wire::ApiKeyKind;
    use time::macros::datetime;

    use super::*;

    fn key() -> NewKey {
        NewKey {
            owner: "svc-build".to_owned(),
            name: "nightly build".to_owned(),
            kind: ApiKeyKind::Bearer,
            end: KeyEnd::After {
                count: 180,
                unit: KeyUnit::Days,
            },
            max_uses: Some(250_000),
            read_only: false,
            products: vec!["jira".to_owned(), "git".to_owned()],
            paths: vec!["GET,POST /rest/api/*/issue/**".to_owned()],
            addresses: vec!["10.4.0.0/16".to_owned()],
        }
    }

    #[test]
    fn a_key_is_told_in_words() {
        let now = datetime!(2026-11-19 12:00 UTC);
        let mut problems = Vec::new();
        let ends = end(key().end, "365d", now, &mut problems);
        assert!(problems.is_empty());
        assert_eq!(
            in_words(&key(), ends),
            "Until 18 May 2027, this key acts as svc-build, at most 250000 times. It may call \
             GET,POST /rest/api/*/issue/** in jira and git, from 10.4.0.0/16."
        );
        let all = NewKey {
            end: KeyEnd::Never,
            max_uses: None,
            read_only: true,
            products: Vec::new(),
            paths: Vec::new(),
            addresses: Vec::new(),
            ..key()
        };
        assert_eq!(
            in_words(&all, None),
            "Without an end, this key acts as svc-build. It may only read whatever they may."
        );
    }

    #[test]
    fn a_life_beyond_the_settings_is_told_and_so_is_one_of_nothing() {
        let now = datetime!(2026-11-19 12:00 UTC);
        let found = |which: KeyEnd, most: &str| {
            let mut problems = Vec::new();
            let at = end(which, most, now, &mut problems);
            (at.is_some(), problems.len())
        };
        let after = |count, unit| KeyEnd::After { count, unit };
        assert_eq!(found(KeyEnd::Never, "never"), (false, 0));
        assert_eq!(found(KeyEnd::Never, "90d"), (false, 1));
        assert_eq!(found(after(12, KeyUnit::Weeks), "90d"), (true, 0));
        assert_eq!(found(after(4, KeyUnit::Months), "90d"), (true, 1));
        assert_eq!(found(after(0, KeyUnit::Hours), "90d"), (false, 1));
    }

    #[test]
    fn a_request_is_inside_where_one_pattern_permits_it() {
        let mut problems = Vec::new();
        let patterns = patterns(&key(), &mut problems);
        assert_eq!(
            inside(&patterns, "get /rest/api/2/issue/GW-1?x=1"),
            Some(true)
        );
        assert_eq!(
            inside(&patterns, "DELETE /rest/api/2/issue/GW-1"),
            Some(false)
        );
        assert_eq!(inside(&patterns, "hello"), None);
        assert_eq!(inside(&[], "GET /anything"), Some(true));
    }
}
