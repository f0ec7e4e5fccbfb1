//! The variables of a collection, `{{name}}` in its texts.

use gatewright_limits::{count, size};
use std::collections::BTreeMap;

use serde_json::Value;

use crate::note::{Note, shown};

/// Names and values; those of a folder come before those of the collection.
#[derive(Clone, Default)]
pub(super) struct Variables(BTreeMap<String, String>);

impl Variables {
    /// The same and those of a folder.
    pub(super) fn with(&self, list: Option<&Value>) -> Self {
        let mut all = self.clone();
        let list = list.and_then(Value::as_array).into_iter().flatten();
        for variable in list {
            let disabled = variable.get("disabled") == Some(&Value::Bool(true));
            let name = ["key", "id"]
                .iter()
                .find_map(|name| variable.get(name)?.as_str());
            let value = match variable.get("value") {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                Some(Value::Bool(yes)) => yes.to_string(),
                Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => continue,
            };
            if let Some(name) = name
                && !disabled
                && !value.is_empty()
            {
                all.0.insert(name.to_owned(), value);
            }
        }
        all
    }

    /// A text with the values of its variables in it, or a note why it has none.
    pub(super) fn resolve(&self, text: &str, setting: &'static str) -> Result<String, Note> {
        self.resolve_within(text, setting, 0)
    }

    fn resolve_within(
        &self,
        text: &str,
        setting: &'static str,
        depth: usize,
    ) -> Result<String, Note> {
        if depth > count::VARIABLES {
            return Err(Note::EndlessVariable { setting });
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, after)) = after.split_once("}}") else {
                break;
            };
            out.push_str(before);
            let name = name.trim();
            let value = self.0.get(name).ok_or_else(|| Note::UnresolvedVariable {
                name: shown(name),
                setting,
            })?;
            out.push_str(&self.resolve_within(value, setting, depth + 1)?);
            if out.len() > size::SETTING {
                return Err(Note::EndlessVariable { setting });
            }
            rest = after;
        }
        out.push_str(rest);
        if out.len() > size::SETTING {
            return Err(Note::EndlessVariable { setting });
        }
        Ok(out)
    }
}
