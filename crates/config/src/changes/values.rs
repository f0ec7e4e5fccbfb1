//! Differences of single values.

use serde::Serialize;
use serde_json::Value;

use super::{Change, ChangeEffect};

/// Collects the differences of the values in one part of a document.
pub(super) struct Values<'a> {
    path: &'a str,
    title: &'a str,
    changes: Vec<Change>,
}

impl<'a> Values<'a> {
    pub(super) fn new(path: &'a str, title: &'a str) -> Self {
        Self {
            path,
            title,
            changes: Vec::new(),
        }
    }

    pub(super) fn value<T: PartialEq + Serialize>(
        mut self,
        key: &str,
        words: &str,
        before: &T,
        after: &T,
        effect: impl Fn(&T, &T) -> ChangeEffect,
    ) -> Self {
        if before != after {
            self.changes.push(Change {
                path: format!("{}.{key}", self.path),
                title: format!("{}, {words}", self.title),
                before: shown(before),
                after: shown(after),
                effect: effect(before, after),
            });
        }
        self
    }

    pub(super) fn into(self, changes: &mut Vec<Change>) {
        changes.extend(self.changes);
    }
}

fn shown<T: Serialize>(value: &T) -> Option<String> {
    Some(plain(value)).filter(|text| !text.is_empty())
}

/// A value as a person reads it: lists with commas, tables in one line.
pub(super) fn plain<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .map(|value| in_words(&value))
        .unwrap_or_default()
}

fn in_words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(in_words).collect::<Vec<_>>().join(", "),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| match value {
                Value::Object(inner) if inner.is_empty() => key.clone(),
                Value::Object(_) => format!("{key} ({})", in_words(value)),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_) => format!("{key} {}", in_words(value)),
            })
            .collect::<Vec<_>>()
            .join(", "),
    }
}
