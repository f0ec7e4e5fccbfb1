//! Runs the cells of a test.

use std::sync::{Arc, Mutex};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use gatewright_atlassian::{ProbeResult, probe};
use gatewright_http::Client;
use gatewright_wire as wire;
use gatewright_wire::{AppEvent, TestCell, Way};
use gatewright_workspace as kept;
use tokio::sync::Semaphore;

use super::cells::Cell;
use super::result::result_of;
use crate::app::{App, lock};

/// How many requests are under way at once; products limit how fast they may come.
const AT_ONCE: usize = 6;

/// A cell with what came of it.
pub(super) struct Done {
    pub cell: Cell,
    pub at: time::OffsetDateTime,
    /// The verdict's code.
    pub verdict: &'static str,
    pub good: bool,
    pub result: wire::TestResult,
}

/// What has come so far; a test that is cancelled leaves it behind.
#[derive(Default)]
pub(super) struct Gathered(Mutex<Vec<Done>>);

impl Gathered {
    /// Takes what has come.
    pub(super) fn take(&self) -> Vec<Done> {
        std::mem::take(&mut lock(&self.0))
    }
}

/// The way as it is kept.
pub(super) fn way_id(way: Way) -> &'static str {
    match way {
        Way::Direct => "direct",
        Way::Gateway => "gateway",
    }
}

/// Why nothing more is sent.
fn after(result: &ProbeResult) -> String {
    format!(
        "Not sent: after the answer of {} one more try could lock the account.",
        result.product
    )
}

impl App {
    /// Passwords go one after the other, all else at once within reason. The window hears of each
    /// cell if the run has a name.
    pub(super) async fn run_cells(
        &self,
        run: Option<&str>,
        cells: Vec<Cell>,
        client: &Client,
        gathered: &Gathered,
    ) {
        let permits = Arc::new(Semaphore::new(AT_ONCE));
        let (passwords, rest): (Vec<Cell>, Vec<Cell>) = cells
            .into_iter()
            .partition(|cell| cell.request.credential.shape().may_be_a_password());
        let in_turn = async {
            let mut stopped: Vec<(String, String)> = Vec::new();
            for cell in passwords {
                let why = stopped
                    .iter()
                    .find(|(token, _)| *token == cell.token_id)
                    .map(|(_, why)| why.clone());
                let result = match why {
                    Some(why) => ProbeResult::not_tried(&cell.request, why),
                    None => self.asked(client, &cell).await,
                };
                if result.stops_further_basic() {
                    stopped.push((cell.token_id.clone(), after(&result)));
                }
                self.tell(run, cell, &result, gathered);
            }
        };
        let at_once = async {
            let mut running: FuturesUnordered<_> = rest
                .into_iter()
                .map(|cell| {
                    let permits = Arc::clone(&permits);
                    async move {
                        let result = if let Some(why) = cell.unsent.clone() {
                            ProbeResult::not_tried(&cell.request, why)
                        } else {
                            // The semaphore is never closed.
                            let _permit = permits.acquire().await;
                            self.asked(client, &cell).await
                        };
                        (cell, result)
                    }
                })
                .collect();
            while let Some((cell, result)) = running.next().await {
                self.tell(run, cell, &result, gathered);
            }
        };
        futures_util::join!(in_turn, at_once);
    }

    async fn asked(&self, client: &Client, cell: &Cell) -> ProbeResult {
        let mut result = probe(client, &cell.request, self.host.now()).await;
        self.explain_refusal(cell, &mut result).await;
        result
    }

    /// Keeps for the step what came of a test; one write for all cells, for each one waits for the
    /// disk.
    pub(super) fn keep_outcomes(&self, done: &[Done]) {
        let outcomes: Vec<_> = done
            .iter()
            // The step shows whether users are told apart, which is what who-am-I asks.
            .filter(|done| done.cell.request.endpoint.is_none())
            .map(|done| kept::TestOutcome {
                token_id: done.cell.token_id.clone(),
                product_id: done.cell.product_id.clone(),
                way: way_id(done.cell.way).to_owned(),
                verdict: done.verdict.to_owned(),
                good: done.good,
                at: done.at,
            })
            .collect();
        if let Err(error) = self.workspace.put_test_outcomes(&outcomes) {
            tracing::warn!(%error, "the outcome of a test was not kept");
        }
    }

    fn tell(&self, run: Option<&str>, cell: Cell, result: &ProbeResult, gathered: &Gathered) {
        let at = self.host.now();
        let shown = result_of(&cell.request, result);
        if let Some(run) = run {
            self.host.emit(AppEvent::TestCell {
                run: run.to_owned(),
                cell: TestCell {
                    token_id: cell.token_id.clone(),
                    product_id: cell.product_id.clone(),
                    way: cell.way,
                    endpoint: cell.endpoint.clone(),
                    result: shown.clone(),
                },
            });
        }
        lock(&gathered.0).push(Done {
            cell,
            at,
            verdict: result.verdict.id(),
            good: result.verdict.is_good(),
            result: shown,
        });
    }
}
