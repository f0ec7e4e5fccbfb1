//! What the gateway decided, and why.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{RuleExpectation, Tone, TypedSecret};

/// Asks for decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListDecisions {
    /// Only those before this place: the `next` of the page before.
    #[ts(type = "number | null")]
    pub before: Option<u64>,
    /// Only of this user; empty: of anybody.
    pub user: String,
    /// Only of this request; empty: of any.
    pub request_id: String,
    /// `permit`, `refused` for all refusals, or a reason code; empty: any.
    pub outcome: String,
    /// Only to this product; empty: to any.
    pub product: String,
    /// Only from this time on, RFC 3339; empty: from the beginning.
    pub since: String,
    /// Only before this time, RFC 3339; empty: until now.
    pub until: String,
    /// At most so many.
    pub limit: u32,
}

/// Decisions, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Decisions {
    /// The decisions.
    pub rows: Vec<Decision>,
    /// Ask for those before this place next; absent at the end.
    #[ts(type = "number | null")]
    pub next: Option<u64>,
    /// When they were read, RFC 3339.
    pub read_at: String,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Decision {
    /// Its place in the order.
    #[ts(type = "number")]
    pub sequence: u64,
    /// When, RFC 3339.
    pub at: String,
    /// The id of the request.
    pub request_id: String,
    /// `permit`, `abandoned` or a reason code.
    pub outcome: String,
    /// How it looks.
    pub tone: Tone,
    /// As whom it went on, or whom it claimed to be; empty: nobody.
    pub user: String,
    /// The method.
    pub method: String,
    /// The path relative to the product; empty where none was found.
    pub path: String,
    /// The product; empty where none was found.
    pub product: String,
    /// The client's address.
    pub address: String,
    /// The kind of credential; empty: none.
    pub way: String,
    /// The id of the API key; empty: none.
    pub key: String,
    /// The rules that would have refused, were they not only reported.
    pub reported: Vec<String>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// How long it all took.
    pub milliseconds: Option<u32>,
}

/// A span of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TrafficSpan {
    /// How many minutes back from now.
    pub minutes: u32,
}

/// Figures of a span of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TrafficFigures {
    /// From when, RFC 3339.
    pub since: String,
    /// Until when, RFC 3339.
    pub until: String,
    /// How long each bucket is.
    pub bucket_seconds: u32,
    /// Requests by time, the oldest first, without gaps.
    pub buckets: Vec<TrafficBucket>,
    /// How many were allowed.
    #[ts(type = "number")]
    pub allowed: u64,
    /// How many were refused.
    #[ts(type = "number")]
    pub refused: u64,
    /// Refusals by reason, the most frequent first.
    pub reasons: Vec<TrafficCount>,
    /// Users by requests, the busiest first.
    pub callers: Vec<TrafficCount>,
    /// Half of the forwarded requests were answered within so many milliseconds.
    #[ts(type = "number | null")]
    pub p50: Option<u64>,
    /// Nine of ten.
    #[ts(type = "number | null")]
    pub p90: Option<u64>,
    /// Ninety-nine of a hundred.
    #[ts(type = "number | null")]
    pub p99: Option<u64>,
    /// Whether every request of that time is counted; if not, the newest are.
    pub complete: bool,
}

/// Requests of a short time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TrafficBucket {
    /// From when, RFC 3339.
    pub at: String,
    /// Requests that were forwarded.
    #[ts(type = "number")]
    pub allowed: u64,
    /// Requests that were refused.
    #[ts(type = "number")]
    pub refused: u64,
}

/// A name and how often it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TrafficCount {
    /// The name.
    pub name: String,
    /// How often.
    #[ts(type = "number")]
    pub requests: u64,
}

/// Asks why a recorded request was decided so.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ExplainDecision {
    /// The decision.
    pub decision: Decision,
}

/// Asks what would become of a request that nobody sends.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ExplainRequest {
    /// The method.
    pub method: String,
    /// What a client calls: a path of the gateway, or a whole address.
    pub path: String,
    /// From where; empty: from here.
    pub address: String,
    /// The user of Basic authentication; empty: the credential goes as Bearer.
    pub user: String,
    /// A token that is kept here; empty: what was typed.
    pub token_id: String,
    /// A key or token; empty: none.
    pub token: TypedSecret,
}

/// Why a request was, or would be, decided so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExplainedDecision {
    /// `permit`, `abandoned` or a reason code.
    pub outcome: String,
    /// How it looks.
    pub tone: Tone,
    /// In a sentence: what was decided, and why.
    pub words: String,
    /// As whom it would reach the product; empty: nobody.
    pub user: String,
    /// The status that a refusal has.
    pub status: Option<u16>,
    /// The version of the document by which it was judged; 0 is none.
    pub version: u32,
    /// The setting to change if another outcome is wanted; empty: none.
    pub setting: String,
    /// What the rules in force now would say of a recorded request; empty: nothing else.
    pub now: String,
    /// What each phase found.
    pub phases: Vec<ExplainedPhase>,
    /// The expectation that keeps it that way, where a rule decided.
    pub expectation: Option<RuleExpectation>,
}

/// What one phase found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExplainedPhase {
    /// Its name for people.
    pub name: String,
    /// How it looks.
    pub mark: PhaseMark,
    /// What it found, in a sentence.
    pub detail: String,
    /// The setting behind it; empty: none.
    pub setting: String,
}

/// How a phase went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PhaseMark {
    /// The request went on.
    Passed,
    /// The request ended here.
    Refused,
    /// It would have ended here, but the rule is only reported.
    Reported,
    /// It had nothing to do, or was not reached.
    Skipped,
}
