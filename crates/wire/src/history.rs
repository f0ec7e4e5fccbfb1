//! The history of tests.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ProductKind, TestResult, Tone, Verdict, Way};

/// Which tests are wanted; what is left out does not matter.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
pub struct HistoryFilter {
    /// Any of these verdicts.
    pub verdicts: Vec<Verdict>,
    /// A product's id.
    pub product: Option<String>,
    /// A token's name.
    pub token: Option<String>,
    /// Whom the product named.
    pub user: Option<String>,
    /// Which way.
    pub way: Option<Way>,
    /// Not before this, RFC 3339.
    pub since: Option<String>,
    /// Before this, RFC 3339.
    pub until: Option<String>,
    /// Words, or their beginnings, all of which have to be there.
    pub search: String,
}

/// Asks for a page of the history, the newest tests first.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct HistoryQuery {
    /// Which tests.
    pub filter: HistoryFilter,
    /// The `next` of the page before; none begins at the newest.
    pub after: Option<String>,
    /// How many, 500 at most.
    pub limit: u32,
}

/// A page of the history.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct HistoryPage {
    /// The tests, the newest first.
    pub rows: Vec<HistoryRow>,
    /// Where the next page begins; none at the end.
    pub next: Option<String>,
    /// How many there are that the filter leaves; only with the first page.
    pub matching: Option<u32>,
    /// How many there are at all; only with the first page.
    pub kept: Option<u32>,
    /// The names of tokens that have a history; only with the first page.
    pub tokens: Vec<String>,
    /// The ids of products that have a history; only with the first page.
    pub products: Vec<String>,
}

/// One test in the list.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct HistoryRow {
    /// Its number.
    pub id: u32,
    /// When, RFC 3339.
    pub at: String,
    /// What the token is called.
    pub token: String,
    /// The product's id.
    pub product: String,
    /// Its kind.
    pub kind: ProductKind,
    /// Which way.
    pub way: Way,
    /// What was asked, in words.
    pub endpoint_label: String,
    /// The method.
    pub method: String,
    /// The path.
    pub endpoint: String,
    /// The status; none when there was no answer.
    pub status: Option<u16>,
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict in one or two words.
    pub verdict_text: String,
    /// How it is coloured.
    pub tone: Tone,
    /// Whom the product took the caller for.
    pub user: Option<String>,
    /// How long it took.
    pub milliseconds: u32,
    /// The saved check that it belongs to.
    pub check: Option<String>,
}

/// Names one test of the history.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct HistoryId {
    /// Its number.
    pub id: u32,
}

/// One test with all that is kept of it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct HistoryEntry {
    /// As in the list.
    pub row: HistoryRow,
    /// Which token; it may be gone.
    pub token_id: String,
    /// Who it had to be.
    pub expected_user: Option<String>,
    /// What came of it; the body is masked and cut at 16 KiB.
    pub result: TestResult,
    /// The test before this one of the same token, product, way and endpoint.
    pub before: Option<HistoryRow>,
}

/// Writes the history to a file.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ExportHistory {
    /// Which tests.
    pub filter: HistoryFilter,
    /// As what.
    pub format: HistoryFormat,
}

/// The forms of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HistoryFormat {
    /// A table; no cell of it is a formula.
    Csv,
    /// All that is kept, a list of objects.
    Json,
}

/// The history was written.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ExportedHistory {
    /// Where the file is.
    pub path: String,
    /// How many tests it has.
    pub rows: u32,
}

/// How much of the history is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HistoryLimits {
    /// At most so many tests.
    pub rows: u32,
    /// For at most so many days.
    pub days: u32,
}
