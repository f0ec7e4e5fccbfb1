//! Trying what is here on the requests that the gateway recorded.

use gatewright_admin_api::Notation;
use gatewright_simulate::Difference;
use gatewright_wire::{Simulate, Simulated, SimulatedDifference, SimulatedRest, WireError};
use time::Duration;

use crate::app::App;
use crate::convert::rfc3339;
use crate::errors;

/// So many people and programs are shown on each side.
const SHOWN: usize = 50;

impl App {
    /// Who would be newly refused or allowed.
    pub async fn simulate(&self, request: Simulate) -> Result<Simulated, WireError> {
        let draft = self.draft().await?;
        let since =
            (request.hours > 0).then(|| self.host.now() - Duration::hours(request.hours.into()));
        let found = draft
            .client
            .simulate(&draft.text, Notation::Toml, since)
            .await
            .map_err(|error| errors::call(&error))?;
        let report = found.report;
        let beyond =
            |list: &[Difference]| -> u64 { list.iter().skip(SHOWN).map(|one| one.requests).sum() };
        let more = report.more + beyond(&report.newly_refused) + beyond(&report.newly_allowed);
        Ok(Simulated {
            requests: number(report.requests),
            refused: shown(report.newly_refused),
            allowed: shown(report.newly_allowed),
            not_judged: report
                .not_judged
                .into_iter()
                .map(|rest| SimulatedRest {
                    detail: rest.detail,
                    requests: number(rest.requests),
                })
                .collect(),
            refused_otherwise: number(report.refused_otherwise),
            more: number(more),
            since: rfc3339(found.since),
            complete: found.complete && found.left_out == 0,
        })
    }
}

fn shown(differences: Vec<Difference>) -> Vec<SimulatedDifference> {
    differences
        .into_iter()
        .take(SHOWN)
        .map(|one| SimulatedDifference {
            user: one.user.unwrap_or_default(),
            client: one.client,
            product: one.product,
            reason: one.reason,
            detail: one.detail,
            setting: one.setting.unwrap_or_default(),
            requests: number(one.requests),
            examples: one
                .examples
                .into_iter()
                .map(|example| {
                    format!(
                        "{} {} from {}",
                        example.method, example.path, example.address
                    )
                })
                .collect(),
        })
        .collect()
}

fn number(requests: u64) -> u32 {
    u32::try_from(requests).unwrap_or(u32::MAX)
}
