//! `gatewright config`.

use std::fmt::Write as _;
use std::path::Path;

use gatewright_admin_api::{CallError, DocumentDiff, MeasuredEffect, Notation};
use gatewright_config::{Config, Format, Problem, parse, run_expectations};
use gatewright_wire::WireError;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::gateway::to_json;
use super::{Answer, Gateway, Surroundings, simulation};
use crate::errors::{self, invalid};

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

    /// What is no document is not sent.
    fn check(&self) -> Result<(), WireError> {
        parse(&self.text, self.format)
            .map(drop)
            .map_err(|problems| invalid("file", problems_text(&problems), ""))
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

/// What is different between what the gateway runs, or one of its versions, and a file.
pub async fn diff(
    around: &Surroundings,
    gateway: &Gateway,
    path: &Path,
    against: Option<u64>,
) -> Result<Answer, WireError> {
    let file = File::read(path)?;
    file.check()?;
    let found = gateway
        .connect(around)
        .await?
        .diff(&file.text, file.notation(), against)
        .await
        .map_err(|error| refused(&error))?;
    differences(&found)
}

/// What is different between two versions.
pub async fn diff_versions(
    around: &Surroundings,
    gateway: &Gateway,
    from: u64,
    to: u64,
) -> Result<Answer, WireError> {
    let found = gateway
        .connect(around)
        .await?
        .diff_versions(from, to)
        .await
        .map_err(|error| errors::call(&error))?;
    differences(&found)
}

fn differences(found: &DocumentDiff) -> Result<Answer, WireError> {
    let mut text = String::new();
    for change in &found.changes {
        let _ = writeln!(
            text,
            "{:<10}{}: {} -> {}",
            effect(change.effect),
            change.title,
            change.before.as_deref().unwrap_or("nothing"),
            change.after.as_deref().unwrap_or("nothing"),
        );
        for example in change.narrower_example.iter().chain(&change.wider_example) {
            let _ = writeln!(
                text,
                "{:<10}as {}, {} {}: {} -> {}",
                "", example.caller, example.product, example.request, example.before, example.after,
            );
        }
    }
    let same = found.changes.is_empty();
    if same {
        text.push_str("The same.\n");
    }
    let json = json!({
        "version": found.version,
        "same": same,
        "effect": effect(found.effect),
        "changes": to_json(&found.changes)?,
    });
    Ok(Answer::judged(json, text, same))
}

fn effect(effect: MeasuredEffect) -> &'static str {
    match effect {
        MeasuredEffect::Narrower => "narrower",
        MeasuredEffect::Wider => "wider",
        MeasuredEffect::Mixed => "mixed",
        MeasuredEffect::None => "none",
        MeasuredEffect::Unknown => "unknown",
    }
}

/// What a file would change for the requests that were recorded. Good if nothing that passes would
/// be refused.
pub async fn simulate(
    around: &Surroundings,
    gateway: &Gateway,
    path: &Path,
    since: Option<&str>,
) -> Result<Answer, WireError> {
    let file = File::read(path)?;
    file.check()?;
    let since = since
        .map(|text| OffsetDateTime::parse(text, &Rfc3339))
        .transpose()
        .map_err(|_| {
            invalid(
                "since",
                "The time cannot be read.",
                "Write it as 2027-01-31T00:00:00Z.",
            )
        })?;
    let report = gateway
        .connect(around)
        .await?
        .simulate(&file.text, file.notation(), since)
        .await
        .map_err(|error| refused(&error))?;
    let text = simulation::table(&report);
    let good = report.report.newly_refused.is_empty();
    Ok(Answer::judged(to_json(&report)?, text, good))
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
