//! The OAuth 2.0 blocks of a Postman collection (format v2.1; the objects of v2.0 are read too).

mod block;
mod variables;

use crate::LARGEST;
use gatewright_limits::count;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::imported::Imported;
use crate::note::{Note, shown};
use variables::Variables;

/// Why a collection cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PostmanError {
    /// It is larger than [`LARGEST`].
    #[error("the file is larger than 5 MB")]
    TooLarge,
    /// It is not JSON.
    #[error("the file is not JSON: line {line}")]
    NotJson {
        /// In which line it stops being JSON.
        line: usize,
    },
    /// It is JSON of another kind.
    #[error("the file is not a Postman collection")]
    NotACollection,
    /// It is a collection in an older or newer format.
    #[error("the collection has another format: {schema}")]
    OtherFormat {
        /// The schema that it names.
        schema: String,
    },
    /// Folders lie too deep in each other.
    #[error("folders lie too deep in each other")]
    TooDeep,
    /// There is nothing about OAuth 2.0 in it.
    #[error("the collection has no OAuth 2.0 settings")]
    NoOauth,
}

impl PostmanError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::TooLarge => "Export only the folder that has the OAuth 2.0 settings.",
            Self::NotJson { .. } | Self::NotACollection => {
                "Export the collection from Postman as Collection v2.1; environments are something else."
            }
            Self::OtherFormat { .. } => "Export the collection again as Collection v2.1.",
            Self::TooDeep => "Move the request out of its folders and export it again.",
            Self::NoOauth => {
                "The settings must stand under Authorization of the collection, a folder or a request, with the type OAuth 2.0."
            }
        }
    }
}

/// Reads the OAuth 2.0 settings of a collection, of its folders and of its requests. The same
/// settings are given once, with the place where they stand first.
pub fn postman(bytes: &[u8]) -> Result<Vec<Imported>, PostmanError> {
    if bytes.len() > LARGEST {
        return Err(PostmanError::TooLarge);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| PostmanError::NotJson { line: error.line() })?;
    // Postman's own API wraps a collection into one more object.
    let collection = value.get("collection").unwrap_or(&value);
    let collection = collection.as_object().ok_or(PostmanError::NotACollection)?;
    let info = collection
        .get("info")
        .and_then(Value::as_object)
        .ok_or(PostmanError::NotACollection)?;
    let schema = text(info, "schema");
    if !schema.contains("/v2.1.") && !schema.contains("/v2.0.") {
        return Err(if schema.is_empty() {
            PostmanError::NotACollection
        } else {
            PostmanError::OtherFormat {
                schema: shown(schema),
            }
        });
    }
    let mut found = Found {
        imports: Vec::new(),
        others: Vec::new(),
        too_many: false,
    };
    let variables = Variables::default().with(collection.get("variable"));
    found.look_into(collection, &shown(text(info, "name")), &variables, 0)?;
    let Found {
        mut imports,
        others,
        too_many,
    } = found;
    let first = imports.first_mut().ok_or(PostmanError::NoOauth)?;
    first.notes.extend(others);
    if too_many {
        first.notes.push(Note::TooMany {
            what: "OAuth 2.0 settings",
        });
    }
    Ok(imports)
}

struct Found {
    imports: Vec<Imported>,
    others: Vec<Note>,
    too_many: bool,
}

impl Found {
    fn look_into(
        &mut self,
        holder: &Map<String, Value>,
        place: &str,
        variables: &Variables,
        depth: usize,
    ) -> Result<(), PostmanError> {
        if depth > count::FOLDERS {
            return Err(PostmanError::TooDeep);
        }
        let request = holder.get("request").and_then(Value::as_object);
        for holder in [Some(holder), request].into_iter().flatten() {
            if let Some(auth) = holder.get("auth").and_then(Value::as_object) {
                self.take(auth, place, variables);
            }
        }
        let Some(items) = holder.get("item").and_then(Value::as_array) else {
            return Ok(());
        };
        for item in items.iter().filter_map(Value::as_object) {
            let name = shown(text(item, "name"));
            let place = format!("{place} / {name}");
            let variables = variables.with(item.get("variable"));
            self.look_into(item, &place, &variables, depth + 1)?;
        }
        Ok(())
    }

    fn take(&mut self, auth: &Map<String, Value>, place: &str, variables: &Variables) {
        match text(auth, "type") {
            "oauth2" => {}
            "" | "noauth" => return,
            kind => {
                if self.others.len() < count::IMPORTED {
                    self.others.push(Note::OtherAuthentication {
                        place: place.to_owned(),
                        kind: shown(kind),
                    });
                }
                return;
            }
        }
        let Some(settings) = auth.get("oauth2").and_then(settings) else {
            return;
        };
        // A request may only say that it uses what its folder says.
        if settings.is_empty() {
            return;
        }
        let imported = block::read(place, &settings, variables);
        if self.imports.iter().any(|known| same(known, &imported)) {
            return;
        }
        if self.imports.len() < count::IMPORTED {
            self.imports.push(imported);
        } else {
            self.too_many = true;
        }
    }
}

/// The settings as names and values: a list of `key` and `value`, or an object.
fn settings(value: &Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(members) => Some(members.clone()),
        Value::Array(list) => Some(
            list.iter()
                .filter_map(|entry| {
                    let key = entry.get("key")?.as_str()?.to_owned();
                    Some((key, entry.get("value")?.clone()))
                })
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Whether two imports say the same, wherever they stand.
fn same(one: &Imported, other: &Imported) -> bool {
    let bare = |imported: &Imported| {
        imported.connection.clone().map(|mut connection| {
            connection.name.clear();
            connection
        })
    };
    let secrets = one.secrets.iter().count() == other.secrets.iter().count()
        && one.secrets.iter().all(|ours| {
            other
                .secrets
                .named(ours.name)
                .is_some_and(|theirs| theirs.matches(ours.value.expose()))
        });
    secrets && bare(one) == bare(other) && one.notes == other.notes
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> &'a str {
    members
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
