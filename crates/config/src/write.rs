//! A document as TOML: sections for what people look for, one line for what belongs together.

use serde_json::{Map, Value};

use crate::raw::Document;

/// The document as TOML. What says no more than its absence would is left out, but for the
/// settings, all of which are written: what is open should be seen.
pub fn to_toml(document: &Document) -> String {
    let mut text = String::new();
    if let Ok(Value::Object(document)) = serde_json::to_value(document) {
        section(&mut text, "", &document);
    }
    text
}

/// Sections that stand on their own; every other table is written in one line.
const SECTIONS: [&str; 4] = ["settings", "settings.keys", "access", "audit"];
/// Lists whose entries stand on their own.
const LISTS: [&str; 5] = [
    "products",
    "providers",
    "access.public",
    "access.bypass",
    "expect",
];

fn section(text: &mut String, path: &str, members: &Map<String, Value>) {
    let inside = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        }
    };
    let mut later = Vec::new();
    for (key, value) in members {
        let path = inside(key);
        match value {
            Value::Object(members) if SECTIONS.contains(&path.as_str()) => {
                later.push((path, vec![members], "[", "]"));
            }
            Value::Array(items) if LISTS.contains(&path.as_str()) => {
                let tables = items.iter().filter_map(Value::as_object).collect();
                later.push((path, tables, "[[", "]]"));
            }
            Value::Null => {}
            Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => {
                text.push_str(&name(key));
                text.push_str(" = ");
                text.push_str(&inline(value));
                text.push('\n');
            }
        }
    }
    for (path, tables, open, close) in later {
        for members in tables {
            for part in ["\n", open, &path, close, "\n"] {
                text.push_str(part);
            }
            section(text, &path, members);
        }
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(inline).collect::<Vec<_>>().join(", ")
            )
        }
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| format!("{} = {}", name(key), inline(value)))
                .collect();
            if members.is_empty() {
                "{}".to_owned()
            } else {
                format!("{{ {} }}", members.join(", "))
            }
        }
    }
}

/// A text in quotation marks. JSON and TOML escape alike, but for one control character.
fn quoted(text: &str) -> String {
    Value::String(text.to_owned())
        .to_string()
        .replace('\u{7f}', "\\u007f")
}

fn name(key: &str) -> String {
    let bare = !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if bare { key.to_owned() } else { quoted(key) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, parse};

    #[test]
    fn what_is_written_is_read_again_as_the_same() {
        let text = include_str!("../fixtures/example.toml");
        let document = parse(text, Format::Toml).unwrap();
        let written = to_toml(&document);
        assert_eq!(
            parse(&written, Format::Toml).unwrap(),
            document,
            "{written}"
        );
        assert!(written.starts_with("format = 1\n\n[settings]\nauthentication = true\n"));
        assert!(written.contains(
            "act_as = { oauth1 = { consumer_key = \"gatewright\", private_key = { secret = \"jira-oauth1\" } } }"
        ));
        let json = serde_json::to_string(&document).unwrap();
        assert_eq!(parse(&json, Format::Json).unwrap(), document);
    }

    #[test]
    fn odd_characters_in_keys_and_values_survive() {
        let mut document = parse(include_str!("../fixtures/example.toml"), Format::Toml).unwrap();
        let robots = &mut document.providers[0].service_accounts;
        robots.insert(
            "a b.\"c\"\n\u{e4}".to_owned(),
            "svc\t'1'\u{7f}\u{1}".to_owned(),
        );
        document.providers[0].verify = crate::raw::Verify::Jwt(crate::raw::VerifyJwt {
            audience: vec!["x".to_owned()],
            public_keys: vec![
                "-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----\n".to_owned(),
            ],
            ..crate::raw::VerifyJwt::default()
        });
        let written = to_toml(&document);
        assert_eq!(
            parse(&written, Format::Toml).unwrap(),
            document,
            "{written}"
        );
    }
}
