//! Messages by which an admin sees what the gateway does.

use gatewright_secret::SecretString;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Where the document comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It is published through this API.
    Store,
    /// It is read from a file.
    File,
}

/// `GET status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The program's version.
    pub program: String,
    /// Since when it runs.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// Its clock.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// Where the document comes from.
    pub mode: Mode,
    /// The version that is in force; 0 if none is.
    pub version: u64,
    /// Since when it is in force here.
    #[serde(with = "time::serde::rfc3339::option", default)]
    pub since: Option<OffsetDateTime>,
    /// Why a newer document is not in force; the last good one goes on meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// The products of the document in force.
    pub products: Vec<ProductStatus>,
    /// What happened since the start.
    pub counts: Counts,
    /// How many gateways serve this document.
    pub replicas: u32,
    /// Who asks.
    pub admin: String,
    /// What the one who asks may do.
    pub role: crate::Role,
}

/// One product as the gateway sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductStatus {
    /// Its id.
    pub id: String,
    /// `jira`, `confluence` or `bitbucket`.
    pub kind: String,
    /// What clients call.
    pub public_url: String,
    /// Whether a connection could be made just now.
    pub reachable: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What happened since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Requests that were answered.
    pub requests: u64,
    /// Of those, the ones that were forwarded.
    pub forwarded: u64,
    /// Of those, the ones that were refused.
    pub refused: u64,
    /// Audit lines that were lost because the store could not keep up.
    pub audit_lost: u64,
}

/// `POST explain`: a request as a client would send it, or one that was.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Explain {
    /// The method; `GET` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path that the client calls, with the query, or a whole URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The `Host` header, where the path alone does not tell the product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The client's address; the caller's own if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The token, sent as Bearer, or as the password of `user`.
    #[serde(
        with = "crate::secret_text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub token: Option<SecretString>,
    /// The user of Basic authentication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The id of a request that was recorded, in place of all of the above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// What became, or would become, of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// `permit` or a reason code.
    pub outcome: String,
    /// As whom it would reach the product.
    pub user: Option<String>,
    /// The status that a refusal has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What each phase found.
    pub phases: Vec<ExplanationPhase>,
    /// The version of the document by which it was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The setting to change if another outcome is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// What the document in force now would say of a recorded request, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
}

/// What one phase found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplanationPhase {
    /// Its name: `target`, `credentials`.
    pub phase: String,
    /// What it came to, in a word.
    pub result: String,
    /// Why, in a sentence.
    pub detail: String,
    /// The setting that would have to change, as `access.groups_read_only`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
}

/// Which audit lines are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditQuery {
    /// Only lines before this place: the `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// How many; 100 if absent, 1000 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `request` or `change`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Only lines of this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Only requests of this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Only requests with this outcome: `permit`, a reason code, or `refused` for all refusals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Only requests to this product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Only lines from this time on, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Only lines before this time, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// `GET audit/summary`: figures of a span of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditSummary {
    /// From when.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// Until when.
    #[serde(with = "time::serde::rfc3339")]
    pub until: OffsetDateTime,
    /// How long each bucket is.
    pub bucket_seconds: u32,
    /// Requests by time, oldest first; a time without requests is left out.
    pub buckets: Vec<AuditBucket>,
    /// Refusals by reason, the most frequent first.
    pub reasons: Vec<Counted>,
    /// Users by requests, the busiest first; at most ten.
    pub callers: Vec<Counted>,
    /// How long forwarded requests took, in milliseconds.
    pub latency: Latency,
    /// Whether every request of that time is in it; if not, the newest are.
    pub complete: bool,
}

/// Requests of a short time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditBucket {
    /// From when.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Requests that were forwarded.
    pub allowed: u64,
    /// Requests that were refused.
    pub refused: u64,
}

/// A name and how often it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The name.
    pub name: String,
    /// How often.
    pub requests: u64,
}

/// How long requests took, in milliseconds; absent without requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latency {
    /// Half were faster.
    pub p50: Option<u64>,
    /// Nine of ten were faster.
    pub p90: Option<u64>,
    /// Ninety-nine of a hundred were faster.
    pub p99: Option<u64>,
}

/// One audit line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its place in the order.
    pub sequence: u64,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// `request` or `change`.
    pub kind: String,
    /// The id of the request that caused it.
    pub request_id: String,
    /// The line itself.
    pub line: serde_json::Value,
}

/// Audit lines, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The lines.
    pub lines: Vec<AuditEntry>,
    /// Ask for those before this place next; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}
