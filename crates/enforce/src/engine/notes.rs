//! What is written down on the way: the trace, the record, the causes.

use std::borrow::Cow;

use gatewright_policy::{Finding, ReasonCode, RuleName, Step};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Engine;
use super::judge::Judging;
use crate::denial::Denial;
use crate::record::{AuditRecord, Phase, PhaseResult, PhaseTrace};
use crate::request::RequestFacts;
use crate::verify::Refusal;

/// The record of a request of which nothing is known yet.
pub(super) fn blank(engine: &Engine, facts: &RequestFacts<'_>, now: OffsetDateTime) -> AuditRecord {
    AuditRecord {
        time: now.format(&Rfc3339).unwrap_or_default(),
        request_id: facts.request_id.to_owned(),
        config_version: engine.version,
        address: gatewright_policy::canonical_address(facts.peer),
        method: facts.method.as_str().chars().take(32).collect(),
        host: None,
        product: None,
        path: None,
        surface: None,
        effect: None,
        way: None,
        provider: None,
        key: None,
        user: None,
        client: None,
        outcome: "permit".to_owned(),
        detail: None,
        reported: Vec::new(),
        status: None,
        product_user: None,
        milliseconds: None,
    }
}

impl Judging<'_> {
    pub(super) fn note(
        &mut self,
        phase: Phase,
        result: PhaseResult,
        detail: impl Into<Cow<'static, str>>,
    ) {
        self.trace.push(PhaseTrace {
            phase,
            result,
            detail: detail.into(),
        });
    }

    pub(super) fn passed(&mut self, phase: Phase, detail: impl Into<Cow<'static, str>>) {
        self.note(phase, PhaseResult::Passed, detail);
    }

    pub(super) fn refused(&mut self, phase: Phase, detail: impl Into<Cow<'static, str>>) {
        self.note(phase, PhaseResult::Refused, detail);
    }

    pub(super) fn refusal(&mut self, phase: Phase, refusal: &Refusal) -> Denial {
        self.refused(phase, refusal.detail.clone());
        Denial::new(refusal.code, None, refusal.detail.clone()).in_the_head()
    }

    pub(super) fn note_rules(&mut self, steps: Option<&[Step]>) {
        for step in steps.unwrap_or_default() {
            let phase = match step.rule {
                RuleName::Target => Phase::Target,
                RuleName::Addresses => Phase::ClientAddress,
                RuleName::CrossSite
                | RuleName::Authentication
                | RuleName::Bypass
                | RuleName::Public => Phase::Surface,
                RuleName::WayIn => Phase::Credentials,
                RuleName::GroupsAllowed
                | RuleName::KeyScope
                | RuleName::ReadOnly
                | RuleName::GroupsReadOnly => Phase::Authorise,
            };
            let result = match step.finding {
                Finding::Passed => PhaseResult::Passed,
                Finding::Refused => PhaseResult::Refused,
                Finding::Reported => PhaseResult::Reported,
                Finding::NotConcerned => PhaseResult::Skipped,
            };
            self.note(phase, result, step.detail.clone());
        }
    }
}

/// A refusal by the policy, with what the last rule said as its cause.
pub(super) fn explained(reason: ReasonCode, steps: &[Step]) -> Denial {
    let detail = steps
        .last()
        .map_or(Cow::Borrowed(reason.as_str()), |step| step.detail.clone());
    Denial::new(reason, None, detail)
}
