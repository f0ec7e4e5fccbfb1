//! Messages about what a document would change.

use gatewright_simulate::{EffectOfChange, MeasuredEffect, Report};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// `POST config/simulate`: a document over the requests that were recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulationReport {
    /// What would be different.
    #[serde(flatten)]
    pub report: Report,
    /// The version with which the document was compared; 0 if none is in force.
    pub version: u64,
    /// The first hour whose requests were looked at.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// Until when.
    #[serde(with = "time::serde::rfc3339")]
    pub until: OffsetDateTime,
    /// Whether everything that is recorded was looked at; if not, the time was over.
    pub complete: bool,
    /// Requests of that time that were not recorded, because there were too many kinds of them.
    pub left_out: u64,
}

/// `POST config/diff`: what a document would change in the one that is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentDiff {
    /// The version with which the document was compared; 0 if none is in force.
    pub version: u64,
    /// What all changes of the rules do together.
    pub effect: MeasuredEffect,
    /// The differences, in the document's order.
    pub changes: Vec<EffectOfChange>,
}
