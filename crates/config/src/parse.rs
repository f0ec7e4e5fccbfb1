//! From a text to a document.

use crate::positions::{Positions, join};
use crate::raw::{Document, FORMAT};
use crate::{Config, Problem};

/// The language of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// TOML
    Toml,
    /// JSON
    Json,
}

/// Reads a document, without asking whether its parts fit together.
pub fn parse(text: &str, format: Format) -> Result<Document, Vec<Problem>> {
    let positions = positions(text, format);
    let document = read(text, format, &positions).map_err(|problem| vec![problem])?;
    if document.format == FORMAT {
        Ok(document)
    } else {
        Err(vec![Problem {
            path: "format".to_owned(),
            line: positions.line_of("format"),
            message: format!("this format is not understood: {}", document.format),
            hint: format!("Write format = {FORMAT}, or use a newer program."),
        }])
    }
}

pub(crate) fn config(text: &str, format: Format) -> Result<Config, Vec<Problem>> {
    let document = parse(text, format)?;
    Config::new(document).map_err(|mut problems| {
        let positions = positions(text, format);
        for problem in &mut problems {
            problem.line = positions.line_of(&problem.path);
        }
        problems
    })
}

fn positions(text: &str, format: Format) -> Positions {
    match format {
        Format::Toml => Positions::of_toml(text),
        Format::Json => Positions::of_json(text),
    }
}

fn read(text: &str, format: Format, positions: &Positions) -> Result<Document, Problem> {
    match format {
        Format::Toml => toml::from_str(text).map_err(|error| {
            let start = error.span().map(|span| span.start);
            problem(error.message(), start, positions)
        }),
        Format::Json => serde_json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let message = message
                .rsplit_once(" at line ")
                .map_or(message.as_str(), |(message, _)| message);
            let start = offset(text, error.line(), error.column());
            problem(message, Some(start), positions)
        }),
    }
}

fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    // Columns are counted from 1, and the reader has already gone past what is wrong.
    (before + column).saturating_sub(2)
}

fn problem(message: &str, start: Option<usize>, positions: &Positions) -> Problem {
    let path = start
        .map(|start| positions.path_at(start))
        .unwrap_or_default();
    let line = start.map(|start| positions.line_at(start));
    let quoted = |text: &str| text.split('`').nth(1).map(str::to_owned);
    let (path, message, hint) = if message.starts_with("unknown field") {
        let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        let key = quoted(message).unwrap_or_default();
        if !looks_like_a_key(&key) {
            // What stands there may be a secret that went to the wrong place.
            let path = path
                .strip_suffix(&key)
                .map(|parent| parent.trim_end_matches('.'));
            return Problem {
                path: path.unwrap_or_default().to_owned(),
                line,
                message: "unknown key".to_owned(),
                hint: known_here(&known),
            };
        }
        let path = if path.ends_with(&key) {
            path
        } else {
            join(&path, &key)
        };
        (path, format!("unknown key: {key}"), known_here(&known))
    } else if message.starts_with("unknown variant") {
        let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        (
            path,
            "not one of the possible values".to_owned(),
            format!("Write one of: {}.", known.join(", ")),
        )
    } else if message.starts_with("missing field") {
        let key = quoted(message).unwrap_or_default();
        let hint = format!("Add {key}.");
        (path, format!("{key} is missing"), hint)
    } else {
        (
            path,
            without_value(message.trim()),
            "Compare it with the example document.".to_owned(),
        )
    };
    Problem {
        path,
        line,
        message,
        hint,
    }
}

fn known_here(known: &[&str]) -> String {
    if known.is_empty() {
        "Nothing may be written here.".to_owned()
    } else {
        format!("Known here: {}.", known.join(", "))
    }
}

/// Whether a text may be repeated as a mistyped key: words of small letters, and no more of them
/// than a key has.
fn looks_like_a_key(text: &str) -> bool {
    text.len() <= 32
        && text
            .split(['_', '-'])
            .all(|word| word.len() <= 16 && word.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// The message without the value that it quotes, which may be a secret written in clear.
fn without_value(message: &str) -> String {
    if !message.starts_with("invalid type: ") && !message.starts_with("invalid value: ") {
        return message.to_owned();
    }
    let kind = message.split(['"', '`']).next().unwrap_or_default();
    if kind.len() == message.len() {
        return message.to_owned();
    }
    match message.rsplit_once(", expected ") {
        Some((_, expected)) => format!("{}, expected {expected}", kind.trim_end()),
        None => kind.trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str, format: Format) -> Problem {
        parse(text, format).unwrap_err().remove(0)
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_keys_that_are_known() {
        let problem = first(
            "format = 1\n[settings.keys]\nmax_life = \"1d\"\n",
            Format::Toml,
        );
        assert_eq!(problem.line, Some(3));
        assert_eq!(problem.path, "settings.keys.max_life");
        assert_eq!(problem.message, "unknown key: max_life");
        assert_eq!(problem.hint, "Known here: max_lifetime, max_per_user.");
        let problem = first(
            "{\"format\": 1,\n \"settings\": {\n  \"readonly\": true}}",
            Format::Json,
        );
        assert_eq!(problem.line, Some(3));
        assert_eq!(problem.path, "settings.readonly");
    }

    #[test]
    fn a_wrong_value_is_named_with_those_that_are_right() {
        let problem = first(
            "format = 1\n[settings]\nanonymous = \"maybe\"\n",
            Format::Toml,
        );
        assert_eq!(problem.line, Some(3));
        assert_eq!(problem.path, "settings.anonymous");
        assert_eq!(problem.hint, "Write one of: deny, product.");
    }

    #[test]
    fn what_stands_where_a_key_or_a_choice_should_is_not_repeated() {
        let secret = "gho_16C7e42F292c6912E7710c838347Ae178B4a";
        for text in [
            format!("format = 1\n[settings]\nanonymous = \"{secret}\"\n"),
            format!("format = 1\n[settings]\n{secret} = 1\n"),
            format!("format = 1\n[settings]\n\"{secret} CANARY\" = 1\n"),
            format!("format = 1\n{secret} = 1\n"),
        ] {
            let problem = first(&text, Format::Toml);
            let shown = format!("{problem:?}");
            assert!(
                !shown.contains("16C7e42F") && !shown.contains("CANARY"),
                "{shown}"
            );
            assert!(problem.line.is_some(), "{shown}");
        }
        let json = format!("{{\"format\": 1, \"settings\": {{\"{secret}\": 1}}}}");
        assert!(!format!("{:?}", first(&json, Format::Json)).contains("16C7e42F"));
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_not_repeated() {
        for value in ["CANARY", "a, expected CANARY at line 1 x", "\\\"CANARY`"] {
            for (text, format) in [
                (format!("format = \"{value}\""), Format::Toml),
                (format!("{{\"format\": \"{value}\"}}"), Format::Json),
            ] {
                let problem = first(&text, format);
                assert!(!format!("{problem:?}").contains("CANARY"), "{problem:?}");
                assert!(problem.message.starts_with("invalid type: string"));
            }
        }
        let map = first("format = {}", Format::Toml);
        assert!(map.message.starts_with("invalid type: map, expected "));
    }

    #[test]
    fn text_that_is_no_document_has_a_line() {
        assert_eq!(first("format = 1\n[settings\n", Format::Toml).line, Some(2));
        assert_eq!(
            first("{\"format\": 1,\n nothing", Format::Json).line,
            Some(2)
        );
        assert_eq!(first("format = 2", Format::Toml).path, "format");
        assert_eq!(first("", Format::Toml).message, "format is missing");
    }

    #[test]
    fn a_key_that_stands_twice_is_refused() {
        assert!(parse("format = 1\nformat = 1", Format::Toml).is_err());
        assert!(parse("{\"format\": 1, \"format\": 1}", Format::Json).is_err());
    }
}
