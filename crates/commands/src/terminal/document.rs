//! `gatewright config`.

use std::fmt::Write as _;
use std::path::Path;

use gatewright_admin_api::{CallError, Notation};
use gatewright_config::{
    ChangeEffect, Config, Format, Problem, diff as changes, parse, run_expectations,
};
use gatewright_wire::{ErrorCode, WireError};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use super::gateway::to_json;
use super::{Answer, Gateway, Surroundings};
use crate::errors::{self, failure, invalid};

/// A document in a file; its name says which notation it is in.
struct File {
    text: String,
    format: Format,
}

impl File {
    fn read(path: &Path) -> Result<Self, WireError> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            invalid(
                "file",
                format!("The document cannot be read: {}: {error}", path.display()),
                "Give a TOML or JSON file.",
            )
        })?;
        let json = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        Ok(Self {
            text,
            format: if json { Format::Json } else { Format::Toml },
        })
    }

    fn notation(&self) -> Notation {
        match self.format {
            Format::Toml => Notation::Toml,
            Format::Json => Notation::Json,
        }
    }
}

/// The document that the gateway runs.
pub async fn show(
    around: &Surroundings,
    gateway: &Gateway,
    notation: Notation,
) -> Result<Answer, WireError> {
    let document = gateway
        .connect(around)
        .await?
        .config(notation)
        .await
        .map_err(|error| errors::call(&error))?;
    let json = match notation {
        Notation::Json => serde_json::from_str(&document.text).unwrap_or_default(),
        Notation::Toml => Value::Null,
    };
    Ok(Answer::good(json, document.text))
}

/// Whether a document is valid by itself: its form, its references, its expectations.
pub fn validate(path: &Path) -> Result<Answer, WireError> {
    let file = File::read(path)?;
    let config = match Config::parse(&file.text, file.format) {
        Ok(config) => config,
        Err(problems) => {
            let json =
                json!({ "valid": false, "problems": problems_json(&problems), "expectations": [] });
            return Ok(Answer::judged(json, problems_text(&problems), false));
        }
    };
    let results = run_expectations(&config);
    let good = results.iter().all(|result| result.holds);
    let mut text = String::new();
    for result in results.iter().filter(|result| !result.holds) {
        let _ = writeln!(
            text,
            "expectation does not hold: {}: expected {}, found {}",
            result.name, result.expected, result.found
        );
    }
    if good {
        text.push_str("Valid.\n");
    }
    let expectations: Vec<Value> = results
        .iter()
        .map(|result| {
            json!({
                "name": result.name,
                "expected": result.expected,
                "found": result.found,
                "holds": result.holds,
            })
        })
        .collect();
    let json = json!({ "valid": good, "problems": [], "expectations": expectations });
    Ok(Answer::judged(json, text, good))
}

/// What is different between what the gateway runs and a file.
pub async fn diff(
    around: &Surroundings,
    gateway: &Gateway,
    path: &Path,
) -> Result<Answer, WireError> {
    let file = File::read(path)?;
    let here = parse(&file.text, file.format)
        .map_err(|problems| invalid("file", problems_text(&problems), ""))?;
    let runs = gateway
        .connect(around)
        .await?
        .config(Notation::Json)
        .await
        .map_err(|error| errors::call(&error))?;
    let there = parse(&runs.text, Format::Json).map_err(|problems| {
        failure(
            ErrorCode::UnexpectedAnswer,
            format!(
                "The gateway's document cannot be read here: {}",
                problems_text(&problems)
            ),
            "It may be of a newer gateway: use its own command line.",
        )
    })?;
    let found = changes(&there, &here);
    let mut text = String::new();
    for change in &found {
        let effect = effect(change.effect);
        let _ = writeln!(
            text,
            "{effect:<10}{}: {} -> {}",
            change.title,
            change.before.as_deref().unwrap_or("nothing"),
            change.after.as_deref().unwrap_or("nothing"),
        );
    }
    let list: Vec<Value> = found
        .iter()
        .map(|change| {
            json!({
                "path": change.path,
                "title": change.title,
                "before": change.before,
                "after": change.after,
                "effect": effect(change.effect),
            })
        })
        .collect();
    let same = found.is_empty();
    if same {
        text.push_str("The same.\n");
    }
    let json = json!({ "version": runs.version, "same": same, "changes": list });
    Ok(Answer::judged(json, text, same))
}

fn effect(effect: ChangeEffect) -> &'static str {
    match effect {
        ChangeEffect::Narrower => "narrower",
        ChangeEffect::Wider => "wider",
        ChangeEffect::NoEffect => "none",
    }
}

/// Publishes a file in place of a version; without one, in place of the version that was read.
pub async fn push(
    around: &Surroundings,
    gateway: &Gateway,
    path: &Path,
    expect_version: Option<u64>,
    comment: &str,
) -> Result<Answer, WireError> {
    let file = File::read(path)?;
    let client = gateway.connect(around).await?;
    let replaces = match expect_version {
        Some(version) => version,
        None => {
            client
                .config(Notation::Json)
                .await
                .map_err(|error| errors::call(&error))?
                .version
        }
    };
    let published = client
        .put_config(&file.text, file.notation(), replaces, comment)
        .await
        .map_err(|error| refused(&error))?;
    let version = published.version;
    Ok(Answer::good(
        json!({ "version": version }),
        format!("Published v{version}.\n"),
    ))
}

/// The versions that were published.
pub async fn versions(around: &Surroundings, gateway: &Gateway) -> Result<Answer, WireError> {
    let client = gateway.connect(around).await?;
    let mut all = Vec::new();
    let mut before = None;
    loop {
        let page = client
            .versions(before)
            .await
            .map_err(|error| errors::call(&error))?;
        all.extend(page.versions);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let mut text = String::new();
    for one in &all {
        let at = one.published_at.format(&Rfc3339).unwrap_or_default();
        let line = format!("v{:<6}{at}  {}  {}", one.version, one.by, one.comment);
        let _ = writeln!(text, "{}", line.trim_end());
    }
    Ok(Answer::good(json!({ "versions": to_json(&all)? }), text))
}

/// Makes a new version out of an old one.
pub async fn restore(
    around: &Surroundings,
    gateway: &Gateway,
    version: u64,
) -> Result<Answer, WireError> {
    let published = gateway
        .connect(around)
        .await?
        .restore(version, None)
        .await
        .map_err(|error| errors::call(&error))?;
    let new = published.version;
    let json = json!({ "version": new });
    Ok(Answer::good(
        json,
        format!("v{version} runs again, as v{new}.\n"),
    ))
}

fn problems_json(problems: &[Problem]) -> Vec<Value> {
    problems
        .iter()
        .map(|one| {
            json!({ "path": one.path, "line": one.line, "message": one.message, "hint": one.hint })
        })
        .collect()
}

fn problems_text(problems: &[Problem]) -> String {
    let mut text = String::new();
    for one in problems {
        if let Some(line) = one.line {
            let _ = write!(text, "line {line}: ");
        }
        let line = format!("{}: {}. {}", one.path, one.message, one.hint);
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// All that is wrong with a document, and not only the first of it.
fn refused(error: &CallError) -> WireError {
    let mut shown = errors::call(error);
    if let CallError::Invalid { problems } = error
        && problems.len() > 1
    {
        let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
        shown.message = format!("The gateway refused the document: {}.", all.join("; "));
        "`gatewright config validate FILE` says what would be right.".clone_into(&mut shown.hint);
    }
    shown
}
