//! Tests that are run again and again: kept, run, scheduled.

use std::time::Duration;

use gatewright_wire as wire;
use gatewright_wire::{
    AppEvent, CheckId, Checks, CredentialKind, Nothing, RunChecks, SaveCheck, StartTest, Way,
    WireError,
};
use gatewright_workspace as kept;
use tokio_util::sync::CancellationToken;

use super::result::{verdict_id, verdict_of};
use super::run::{Done, Gathered, way_id};
use crate::app::{App, count, lock, random_id};
use crate::convert::rfc3339;
use crate::errors::{self, invalid, not_found};

/// How often it is looked whether a check is due.
const LOOK_EVERY: Duration = Duration::from_secs(20);
/// The longest interval: a week.
const LONGEST_INTERVAL: u32 = 7 * 24 * 60;

/// A check that runs, among the tests that run.
fn running_name(id: &str) -> String {
    format!("check {id}")
}

impl App {
    /// All saved checks.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn checks(&self, _: Nothing) -> Result<Checks, WireError> {
        self.checks_shown()
    }

    /// Saves a check, or changes one; a change forgets what came of it before.
    pub async fn save_check(&self, request: SaveCheck) -> Result<Checks, WireError> {
        let name = request.name.trim();
        if name.is_empty() {
            return Err(invalid(
                "name",
                "The check has no name.",
                "Give it one by which you know it again.",
            ));
        }
        let checks = self.kept_checks()?;
        if checks
            .iter()
            .any(|check| check.name == name && Some(&check.id) != request.id.as_ref())
        {
            return Err(invalid(
                "name",
                format!("There is a check {name} already."),
                "Give this one another name: commands run checks by their names.",
            ));
        }
        if request
            .every_minutes
            .is_some_and(|every| !(1..=LONGEST_INTERVAL).contains(&every))
        {
            return Err(invalid(
                "every_minutes",
                "A check runs every minute at most and every week at least.",
                "Choose another interval, or none.",
            ));
        }
        // What cannot be run now would never be.
        self.sendable_cells(&request.test).await?;
        let selection = selection(&request.test);
        let expected: Vec<kept::CheckExpectation> =
            request.expected.iter().map(expectation).collect();
        let before = checks
            .into_iter()
            .find(|check| Some(&check.id) == request.id.as_ref());
        let last = before
            .filter(|before| before.selection == selection && before.expected == expected)
            .and_then(|before| before.last);
        let check = kept::SavedCheck {
            id: match request.id {
                Some(id) => id,
                None => random_id()?,
            },
            name: name.to_owned(),
            selection,
            expected,
            every_minutes: request.every_minutes,
            scheduled_at: self.host.now(),
            last,
        };
        self.put_check(&check)?;
        self.checks_shown()
    }

    /// Removes a check; its history stays.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn remove_check(&self, request: CheckId) -> Result<Checks, WireError> {
        if let Some(cancel) = lock(&self.tests).get(&running_name(&request.id)) {
            cancel.cancel();
        }
        self.workspace
            .remove_check(&request.id)
            .map_err(|error| errors::store(&error))?;
        self.checks_shown()
    }

    /// Runs checks one after the other; all where none is named.
    pub async fn run_checks(&self, request: RunChecks) -> Result<Checks, WireError> {
        let mut checks = self.kept_checks()?;
        if !request.ids.is_empty() {
            for id in &request.ids {
                if !checks.iter().any(|check| check.id == *id) {
                    return Err(not_found("check", id));
                }
            }
            checks.retain(|check| request.ids.contains(&check.id));
        }
        for check in checks {
            self.run_check(&check, false).await?;
        }
        self.checks_shown()
    }

    /// Runs the checks that are due, and answers how many there were.
    pub async fn run_due_checks(&self) -> Result<usize, WireError> {
        let now = self.host.now();
        let mut due = self.kept_checks()?;
        due.retain(|check| check.next_at().is_some_and(|next| next <= now));
        for check in &due {
            self.run_check(check, true).await?;
        }
        Ok(due.len())
    }

    /// Keeps the schedule as long as the app is there.
    pub async fn keep_schedule(app: std::sync::Weak<Self>) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let Some(app) = app.upgrade() else {
                return;
            };
            if let Err(error) = app.run_due_everywhere().await {
                tracing::warn!(error = error.message, "a due check was not run");
            }
            if let Err(error) = app.refresh_due_tokens().await {
                tracing::warn!(error = error.message, "a token was not refreshed");
            }
        }
    }

    async fn run_check(
        &self,
        check: &kept::SavedCheck,
        by_schedule: bool,
    ) -> Result<(), WireError> {
        let name = running_name(&check.id);
        let cancel = CancellationToken::new();
        {
            let mut running = lock(&self.tests);
            if running.contains_key(&name) {
                return Ok(());
            }
            running.insert(name.clone(), cancel.clone());
        }
        let outcome = tokio::select! {
            outcome = self.outcome_of(check) => Some(outcome),
            () = cancel.cancelled() => None,
        };
        lock(&self.tests).remove(&name);
        let Some(outcome) = outcome else {
            return Ok(());
        };
        let turned_red =
            check.last.as_ref().is_some_and(kept::CheckOutcome::green) && !outcome.green();
        // It may have been changed or removed meanwhile.
        let current = self
            .workspace
            .check(&check.id)
            .map_err(|error| errors::store(&error))?;
        let Some(mut current) = current else {
            return Ok(());
        };
        current.last = Some(outcome);
        self.put_check(&current)?;
        self.host.emit(AppEvent::CheckFinished {
            check: self.shown(current),
            turned_red,
            by_schedule,
        });
        // The frame's state is a convenience here.
        let _ = self.changed().await;
        Ok(())
    }

    async fn outcome_of(&self, check: &kept::SavedCheck) -> kept::CheckOutcome {
        let cells = match self.sendable_cells(&start_test(&check.selection)).await {
            Ok(cells) => self.client().map(|client| (cells, client)),
            Err(error) => Err(error),
        };
        let gathered = Gathered::default();
        let problem = match cells {
            Ok((cells, client)) => {
                self.run_cells(None, cells, &client, &gathered).await;
                None
            }
            Err(error) => Some(
                format!("{} {}", error.message, error.hint)
                    .trim()
                    .to_owned(),
            ),
        };
        let done = gathered.take();
        self.keep_outcomes(&done);
        self.remember(&done, Some(&check.name));
        kept::CheckOutcome {
            at: self.host.now(),
            cells: count(done.len()),
            differences: done
                .iter()
                .filter_map(|done| difference(&check.expected, done))
                .collect(),
            problem,
        }
    }

    fn kept_checks(&self) -> Result<Vec<kept::SavedCheck>, WireError> {
        self.workspace
            .checks()
            .map_err(|error| errors::store(&error))
    }

    fn put_check(&self, check: &kept::SavedCheck) -> Result<(), WireError> {
        self.workspace
            .put_check(check)
            .map_err(|error| errors::store(&error))
    }

    fn checks_shown(&self) -> Result<Checks, WireError> {
        Ok(Checks {
            checks: self
                .kept_checks()?
                .into_iter()
                .map(|check| self.shown(check))
                .collect(),
        })
    }

    fn shown(&self, check: kept::SavedCheck) -> wire::SavedCheck {
        wire::SavedCheck {
            next_at: check.next_at().map(rfc3339),
            running: lock(&self.tests).contains_key(&running_name(&check.id)),
            id: check.id,
            name: check.name,
            test: start_test(&check.selection),
            expected: check.expected.iter().filter_map(expected_cell).collect(),
            every_minutes: check.every_minutes,
            last: check.last.map(outcome),
        }
    }
}

/// Why a cell is not as it should be; none where it is.
fn difference(expected: &[kept::CheckExpectation], done: &Done) -> Option<kept::Difference> {
    let cell = &done.cell;
    let wanted = expected.iter().find(|wanted| {
        wanted.token_id == cell.token_id
            && wanted.product_id == cell.product_id
            && wanted.way == way_id(cell.way)
            && wanted.endpoint == cell.endpoint
    });
    let as_expected = wanted.map_or(done.good, |wanted| wanted.verdict == done.verdict);
    (!as_expected).then(|| kept::Difference {
        expected: kept::CheckExpectation {
            token_id: cell.token_id.clone(),
            product_id: cell.product_id.clone(),
            way: way_id(cell.way).to_owned(),
            endpoint: cell.endpoint.clone(),
            verdict: wanted
                .map(|wanted| wanted.verdict.clone())
                .unwrap_or_default(),
        },
        token: cell.token.clone(),
        product: cell.product_id.clone(),
        verdict: done.verdict.to_owned(),
        verdict_text: done.result.verdict_text.clone(),
        message: done.result.message.clone(),
    })
}

fn way(id: &str) -> Way {
    if id == way_id(Way::Gateway) {
        Way::Gateway
    } else {
        Way::Direct
    }
}

fn selection(test: &StartTest) -> kept::CheckSelection {
    kept::CheckSelection {
        tokens: test.tokens.clone(),
        products: test.products.clone(),
        ways: test
            .ways
            .iter()
            .map(|way| way_id(*way).to_owned())
            .collect(),
        endpoints: test.endpoints.clone(),
        credential: match test.credential {
            CredentialKind::Bearer => "bearer".to_owned(),
            CredentialKind::Basic => "basic".to_owned(),
        },
        user: test.user.clone(),
        expected_user: test.expected_user.clone(),
        expect_owner: test.expect_owner,
        allow_plain_http: test.allow_plain_http,
        allow_foreign: test.allow_foreign,
        allow_writes: test.allow_writes,
    }
}

fn start_test(selection: &kept::CheckSelection) -> StartTest {
    StartTest {
        tokens: selection.tokens.clone(),
        products: selection.products.clone(),
        ways: selection.ways.iter().map(|id| way(id)).collect(),
        endpoints: selection.endpoints.clone(),
        credential: if selection.credential == "basic" {
            CredentialKind::Basic
        } else {
            CredentialKind::Bearer
        },
        user: selection.user.clone(),
        expected_user: selection.expected_user.clone(),
        expect_owner: selection.expect_owner,
        allow_plain_http: selection.allow_plain_http,
        allow_foreign: selection.allow_foreign,
        allow_writes: selection.allow_writes,
    }
}

fn expectation(cell: &wire::ExpectedCell) -> kept::CheckExpectation {
    kept::CheckExpectation {
        token_id: cell.token_id.clone(),
        product_id: cell.product_id.clone(),
        way: way_id(cell.way).to_owned(),
        endpoint: cell.endpoint.clone(),
        verdict: verdict_id(cell.verdict).to_owned(),
    }
}

fn expected_cell(cell: &kept::CheckExpectation) -> Option<wire::ExpectedCell> {
    Some(wire::ExpectedCell {
        token_id: cell.token_id.clone(),
        product_id: cell.product_id.clone(),
        way: way(&cell.way),
        endpoint: cell.endpoint.clone(),
        verdict: verdict_of(&cell.verdict)?,
    })
}

fn outcome(outcome: kept::CheckOutcome) -> wire::CheckOutcome {
    wire::CheckOutcome {
        at: rfc3339(outcome.at),
        green: outcome.green(),
        cells: outcome.cells,
        problem: outcome.problem,
        differences: outcome
            .differences
            .into_iter()
            .map(|one| wire::CheckDifference {
                token: one.token,
                product: one.product,
                way: way(&one.expected.way),
                endpoint: one.expected.endpoint,
                expected: verdict_of(&one.expected.verdict),
                verdict: verdict_of(&one.verdict).unwrap_or(wire::Verdict::UnexpectedAnswer),
                verdict_text: one.verdict_text,
                message: one.message,
            })
            .collect(),
    }
}
