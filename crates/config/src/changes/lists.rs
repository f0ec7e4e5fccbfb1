//! Differences of lists: of names, and of things with an id.

use super::{Change, ChangeEffect};

/// What being in a list means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning {
    /// Each entry lets more pass.
    EachWidens,
    /// Each entry lets less pass.
    EachNarrows,
    /// Each entry lets more pass, and the empty list lets everything pass.
    EmptyIsAll,
}

/// A title that begins with a capital, whatever it is made of.
pub(super) fn sentence(before: &str, words: &str) -> String {
    if !before.is_empty() {
        return format!("{before}{words}");
    }
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// One change for each entry that came or went.
pub(super) fn sets(
    path: &str,
    title: &str,
    (before, after): (&[String], &[String]),
    meaning: Meaning,
    changes: &mut Vec<Change>,
) {
    use ChangeEffect::{Narrower, Wider};
    let added = after
        .iter()
        .filter(|entry| !before.contains(entry))
        .map(|entry| (entry, true));
    let removed = before
        .iter()
        .filter(|entry| !after.contains(entry))
        .map(|entry| (entry, false));
    for (entry, is_new) in added.chain(removed) {
        let lets_pass = match meaning {
            Meaning::EachWidens => is_new,
            Meaning::EachNarrows => !is_new,
            // The first entry shuts out everybody else; without the last, everybody is in.
            Meaning::EmptyIsAll if is_new => !before.is_empty(),
            Meaning::EmptyIsAll => after.is_empty(),
        };
        let effect = if lets_pass { Wider } else { Narrower };
        changes.push(Change {
            path: path.to_owned(),
            title: title.to_owned(),
            before: (!is_new).then(|| entry.clone()),
            after: is_new.then(|| entry.clone()),
            effect,
        });
    }
}

/// Things that came or went, and what `inside` finds in those that stayed. What came lets more
/// pass, what went less.
pub(super) fn keyed<T: PartialEq>(
    (path, title): (&str, &str),
    (before, after): (&[T], &[T]),
    id: impl Fn(&T) -> String,
    described: impl Fn(&T) -> String,
    changes: &mut Vec<Change>,
    inside: impl Fn(&str, &T, &T, &mut Vec<Change>),
) {
    for new in after {
        let key = id(new);
        match before.iter().find(|old| id(old) == key) {
            Some(old) if old == new => {}
            Some(old) => inside(&key, old, new, changes),
            None => changes.push(Change {
                path: format!("{path}.{key}"),
                title: format!("{title} {key}"),
                before: None,
                after: Some(described(new)),
                effect: ChangeEffect::Wider,
            }),
        }
    }
    for old in before {
        let key = id(old);
        if !after.iter().any(|new| id(new) == key) {
            changes.push(Change {
                path: format!("{path}.{key}"),
                title: format!("{title} {key}"),
                before: Some(described(old)),
                after: None,
                effect: ChangeEffect::Narrower,
            });
        }
    }
}
