//! `gatewright check`.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use gatewright_http::Network;
use gatewright_secret::SecretString;
use gatewright_wire::{
    AppEvent, CheckDifference, CheckOutcome, ErrorCode, Nothing, OpenVault, RunChecks, SavedCheck,
    TypedSecret, Verdict, WireError,
};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Answer, Surroundings};
use crate::app::App;
use crate::errors::{failure, invalid, sentence};
use crate::host::{Host, HostError};

/// A program without a window.
struct Windowless {
    network: Network,
    now: fn() -> OffsetDateTime,
}

#[async_trait::async_trait]
impl Host for Windowless {
    fn now(&self) -> OffsetDateTime {
        (self.now)()
    }

    fn emit(&self, _: AppEvent) {}

    fn clipboard(&self, _: &str, _: bool) -> Result<(), HostError> {
        Err(HostError::NoClipboard {
            detail: "there is no window".to_owned(),
        })
    }

    fn network(&self) -> Network {
        self.network.clone()
    }
}

/// The workspace that the desktop made, opened without it.
async fn workspace(
    around: &Surroundings,
    folder: &Path,
    passphrase: Option<SecretString>,
) -> Result<Arc<App>, WireError> {
    if !folder.join("workspace.db").is_file() {
        return Err(invalid(
            "data-dir",
            format!("There is no workspace in {}.", folder.display()),
            "Checks are saved in the app; give its folder with --data-dir.",
        ));
    }
    let host = Windowless {
        network: around.network.clone(),
        now: around.now,
    };
    let app = App::open(Arc::new(host), folder)?;
    if let Some(passphrase) = passphrase {
        app.open_vault(OpenVault {
            passphrase: TypedSecret::new(passphrase.expose().as_str()),
        })
        .await?;
    }
    Ok(app)
}

/// The saved checks with what came of them last. Nothing is sent.
pub async fn list_checks(around: &Surroundings, folder: &Path) -> Result<Answer, WireError> {
    let app = workspace(around, folder, None).await?;
    let checks = app.checks(Nothing {}).await?.checks;
    let mut text = String::new();
    for check in &checks {
        let last = match &check.last {
            None => "not run yet",
            Some(last) if last.green => "green",
            Some(_) => "red",
        };
        let _ = writeln!(text, "{}  {last}", check.name);
    }
    let json: Vec<Value> = checks
        .iter()
        .map(|check| {
            json!({
                "name": check.name,
                "every_minutes": check.every_minutes,
                "at": check.last.as_ref().map(|last| &last.at),
                "green": check.last.as_ref().map(|last| last.green),
            })
        })
        .collect();
    Ok(Answer::good(json!({ "checks": json }), text))
}

/// Runs saved checks, all where none is named, and says which are red.
pub async fn run_checks(
    around: &Surroundings,
    folder: &Path,
    names: &[String],
    passphrase: Option<SecretString>,
) -> Result<Answer, WireError> {
    let app = workspace(around, folder, passphrase).await?;
    let kept = app.checks(Nothing {}).await?.checks;
    let mut ids = Vec::new();
    for name in names {
        let found = kept.iter().find(|check| check.name == *name);
        ids.push(found.map(|check| check.id.clone()).ok_or_else(|| {
            invalid(
                "name",
                format!("There is no check {name}."),
                "`gatewright check list` shows all of them.",
            )
        })?);
    }
    if kept.is_empty() {
        return Err(invalid(
            "name",
            "No check is saved.",
            "Save one in the app: Test, then Save as a check.",
        ));
    }
    let run = app
        .run_checks(RunChecks { ids: ids.clone() })
        .await?
        .checks
        .into_iter()
        .filter(|check| ids.is_empty() || ids.contains(&check.id));
    Ok(answer(&run.collect::<Vec<_>>()))
}

fn answer(checks: &[SavedCheck]) -> Answer {
    let outcomes: Vec<(&SavedCheck, &CheckOutcome)> = checks
        .iter()
        .filter_map(|check| Some((check, check.last.as_ref()?)))
        .collect();
    let good = outcomes.iter().all(|(_, outcome)| outcome.green);
    let mut text = String::new();
    for (check, outcome) in &outcomes {
        write(&mut text, &check.name, outcome);
    }
    let json: Vec<Value> = outcomes
        .iter()
        .map(|(check, outcome)| {
            json!({
                "name": check.name,
                "at": outcome.at,
                "green": outcome.green,
                "cells": outcome.cells,
                "problem": outcome.problem,
                "differences": outcome.differences,
            })
        })
        .collect();
    let mut answer = Answer::judged(json!({ "checks": json, "good": good }), text, good);
    if !good && !outcomes.iter().any(|(_, outcome)| was_answered(outcome)) {
        let why = outcomes
            .iter()
            .find_map(|(_, outcome)| outcome.problem.clone())
            .unwrap_or_else(|| "Nobody answered.".to_owned());
        answer.exit = 3;
        answer.failure = Some(failure(
            ErrorCode::Connect,
            why,
            "Look at the network, and whether the app's secrets can be opened.",
        ));
    }
    answer
}

fn write(text: &mut String, name: &str, outcome: &CheckOutcome) {
    let _ = writeln!(
        text,
        "{}  {name}, {} cells",
        if outcome.green { "green" } else { "red" },
        outcome.cells
    );
    if let Some(problem) = &outcome.problem {
        let _ = writeln!(text, "  {}", sentence(problem));
    }
    for one in &outcome.differences {
        let _ = writeln!(
            text,
            "  {} at {}, {}: {}",
            one.token, one.product, one.endpoint, one.message
        );
    }
}

/// Whether a product or the gateway said anything.
fn was_answered(outcome: &CheckOutcome) -> bool {
    let unanswered = |one: &CheckDifference| {
        matches!(
            one.verdict,
            Verdict::DnsError
                | Verdict::ConnectError
                | Verdict::TlsError
                | Verdict::ProxyError
                | Verdict::Timeout
                | Verdict::NotTried
        )
    };
    let silent = outcome
        .differences
        .iter()
        .filter(|one| unanswered(one))
        .count();
    outcome.problem.is_none() && u32::try_from(silent).is_ok_and(|silent| silent < outcome.cells)
}
