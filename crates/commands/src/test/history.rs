//! The history of tests: kept, looked through, limited.

use gatewright_http::masked_json;
use gatewright_wire as wire;
use gatewright_wire::{
    HistoryEntry, HistoryFilter, HistoryId, HistoryLimits, HistoryPage, HistoryQuery, HistoryRow,
    Nothing, WireError,
};
use gatewright_workspace as kept;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::run::{Done, way_id};
use crate::app::App;
use crate::convert::rfc3339;
use crate::errors::{self, invalid, not_found};

/// How much of a body is kept.
const LONGEST_BODY: usize = 16 * 1024;
/// How much of a body a search looks through.
const SEARCHED_BODY: usize = 2 * 1024;
/// How many tests a page may have.
const LONGEST_PAGE: u32 = 500;

/// What the list shows of a test, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Line {
    pub token: String,
    pub product: String,
    pub kind: wire::ProductKind,
    pub way: wire::Way,
    pub endpoint_label: String,
    pub method: String,
    pub endpoint: String,
    pub status: Option<u16>,
    pub verdict: wire::Verdict,
    pub verdict_text: String,
    pub tone: wire::Tone,
    pub user: Option<String>,
    pub milliseconds: u32,
    pub check: Option<String>,
}

/// All that is kept of a test.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Whole {
    pub line: Line,
    pub token_id: String,
    pub expected_user: Option<String>,
    pub result: wire::TestResult,
}

impl Line {
    fn row(self, id: i64, at: OffsetDateTime) -> HistoryRow {
        HistoryRow {
            id: u32::try_from(id).unwrap_or(u32::MAX),
            at: rfc3339(at),
            token: self.token,
            product: self.product,
            kind: self.kind,
            way: self.way,
            endpoint_label: self.endpoint_label,
            method: self.method,
            endpoint: self.endpoint,
            status: self.status,
            verdict: self.verdict,
            verdict_text: self.verdict_text,
            tone: self.tone,
            user: self.user,
            milliseconds: self.milliseconds,
            check: self.check,
        }
    }
}

fn whole(done: &Done, check: Option<&str>) -> Whole {
    let mut result = done.result.clone();
    if let Some(response) = &mut result.response {
        response.body = bounded_body(&response.body, &mut response.cut);
    }
    Whole {
        line: Line {
            token: done.cell.token.clone(),
            product: done.cell.product_id.clone(),
            kind: result.product,
            way: done.cell.way,
            endpoint_label: done.cell.endpoint_label.clone(),
            method: result.method.clone(),
            endpoint: result.endpoint.clone(),
            status: result.status,
            verdict: result.verdict,
            verdict_text: result.verdict_text.clone(),
            tone: result.tone,
            user: result.user.clone(),
            milliseconds: result.milliseconds,
            check: check.map(str::to_owned),
        },
        token_id: done.cell.token_id.clone(),
        expected_user: done.cell.request.expected_user.clone(),
        result,
    }
}

/// A body with what looks like a secret masked, and not too long.
fn bounded_body(body: &str, cut: &mut bool) -> String {
    let masked = match serde_json::from_str(body) {
        Ok(value) => masked_json(&value).to_string(),
        Err(_) => body.to_owned(),
    };
    let short = prefix(&masked, LONGEST_BODY);
    *cut |= short.len() < masked.len();
    short.to_owned()
}

/// The beginning of a text, not cut within a character.
fn prefix(text: &str, longest: usize) -> &str {
    text.get(..text.floor_char_boundary(longest.min(text.len())))
        .unwrap_or_default()
}

/// What a search looks through.
fn words(whole: &Whole) -> String {
    let line = &whole.line;
    let body = whole
        .result
        .response
        .as_ref()
        .map_or("", |response| prefix(&response.body, SEARCHED_BODY));
    let status = line.status.map(|status| status.to_string());
    [
        &line.token,
        &line.product,
        way_id(line.way),
        &line.endpoint_label,
        &line.method,
        &line.endpoint,
        status.as_deref().unwrap_or_default(),
        &line.verdict_text,
        line.user.as_deref().unwrap_or_default(),
        line.check.as_deref().unwrap_or_default(),
        whole.result.gateway_reason.as_deref().unwrap_or_default(),
        &whole.result.message,
        &whole.result.hint,
        body,
    ]
    .join(" ")
}

pub(super) fn filter(filter: &HistoryFilter) -> Result<kept::HistoryFilter, WireError> {
    let time = |text: &Option<String>, field: &str| {
        text.as_deref()
            .map(|text| OffsetDateTime::parse(text, &Rfc3339))
            .transpose()
            .map_err(|_| {
                invalid(
                    field,
                    "This is no time.",
                    "Write it like 2026-11-22T14:00:00Z.",
                )
            })
    };
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    Ok(kept::HistoryFilter {
        verdicts: filter
            .verdicts
            .iter()
            .map(|verdict| super::result::verdict_id(*verdict).to_owned())
            .collect(),
        product: given(&filter.product),
        token: given(&filter.token),
        user: given(&filter.user),
        way: filter.way.map(|way| way_id(way).to_owned()),
        since: time(&filter.since, "since")?,
        until: time(&filter.until, "until")?,
        search: filter.search.clone(),
    })
}

impl App {
    /// Writes tests into the history. What cannot be kept is told to the log: the test itself ran.
    pub(super) fn remember(&self, done: &[Done], check: Option<&str>) {
        let wholes: Vec<(Whole, String, String)> = done
            .iter()
            .map(|done| {
                let whole = whole(done, check);
                let words = words(&whole);
                let cell = &done.cell;
                let place = [
                    &cell.token_id,
                    &cell.product_id,
                    way_id(cell.way),
                    &cell.endpoint,
                ]
                .join("\n");
                (whole, words, place)
            })
            .collect();
        let records: Vec<_> = done
            .iter()
            .zip(&wholes)
            .map(|(done, (whole, words, place))| kept::NewRecord {
                at: done.at,
                verdict: done.verdict,
                product: &done.cell.product_id,
                token: &done.cell.token,
                user: whole.line.user.as_deref(),
                way: way_id(done.cell.way),
                place,
                words,
                summary: &whole.line,
                record: whole,
            })
            .collect();
        let kept = self
            .workspace
            .add_history(&records)
            .and_then(|()| self.workspace.preference::<kept::Retention>("history"))
            .and_then(|retention| {
                self.workspace
                    .prune_history(retention.unwrap_or_default(), self.host.now())
            });
        if let Err(error) = kept {
            tracing::warn!(%error, "the history was not kept");
        }
    }

    /// A page of the history.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn history(&self, request: HistoryQuery) -> Result<HistoryPage, WireError> {
        let store = |error| errors::store(&error);
        let filter = filter(&request.filter)?;
        let after: Option<kept::Cursor> = request
            .after
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|_| {
                invalid(
                    "after",
                    "This is no place in the history.",
                    "Begin at the newest again.",
                )
            })?;
        let page = self
            .workspace
            .history::<Line>(&filter, after, request.limit.clamp(1, LONGEST_PAGE))
            .map_err(store)?;
        let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let mut shown = HistoryPage {
            rows: page
                .records
                .into_iter()
                .map(|record| record.value.row(record.id, record.at))
                .collect(),
            next: page.next.map(|next| next.to_string()),
            matching: None,
            kept: None,
            tokens: Vec::new(),
            products: Vec::new(),
        };
        if after.is_none() {
            let matching = self.workspace.history_count(&filter).map_err(store)?;
            let all = self
                .workspace
                .history_count(&kept::HistoryFilter::default())
                .map_err(store)?;
            (shown.tokens, shown.products) = self.workspace.history_names().map_err(store)?;
            shown.matching = Some(number(matching));
            shown.kept = Some(number(all));
        }
        Ok(shown)
    }

    /// One test with all that is kept of it.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn history_entry(&self, request: HistoryId) -> Result<HistoryEntry, WireError> {
        let store = |error| errors::store(&error);
        let id = i64::from(request.id);
        let record = self
            .workspace
            .history_record::<Whole>(id)
            .map_err(store)?
            .ok_or_else(|| not_found("test", &id.to_string()))?;
        let before = self
            .workspace
            .history_before::<Line>(&record.place, id)
            .map_err(store)?;
        Ok(HistoryEntry {
            row: record.value.line.row(record.id, record.at),
            token_id: record.value.token_id,
            expected_user: record.value.expected_user,
            result: record.value.result,
            before: before.map(|before| before.value.row(before.id, before.at)),
        })
    }

    /// How much of the history is kept.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn history_limits(&self, _: Nothing) -> Result<HistoryLimits, WireError> {
        let retention: kept::Retention = self
            .workspace
            .preference("history")
            .map_err(|error| errors::store(&error))?
            .unwrap_or_default();
        Ok(HistoryLimits {
            rows: retention.rows,
            days: retention.days,
        })
    }

    /// Says how much of the history is kept; what is beyond goes at once.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn set_history_limits(
        &self,
        request: HistoryLimits,
    ) -> Result<HistoryLimits, WireError> {
        if !(100..=1_000_000).contains(&request.rows) {
            return Err(invalid(
                "rows",
                "Between 100 and 1,000,000 tests can be kept.",
                "100,000 are quick.",
            ));
        }
        if !(1..=3650).contains(&request.days) {
            return Err(invalid(
                "days",
                "Between 1 and 3,650 days can be kept.",
                "180 days are usual.",
            ));
        }
        let retention = kept::Retention {
            rows: request.rows,
            days: request.days,
        };
        self.workspace
            .set_preference("history", &retention)
            .and_then(|()| self.workspace.prune_history(retention, self.host.now()))
            .map_err(|error| errors::store(&error))?;
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_body_has_no_secrets_and_is_not_cut_within_a_character() {
        let mut cut = false;
        let body = bounded_body(r#"{"access_token":"canary-1","name":"fred"}"#, &mut cut);
        assert!(
            !body.contains("canary-1") && body.contains("fred"),
            "{body}"
        );
        assert!(!cut);
        let long = "ü".repeat(LONGEST_BODY);
        let short = bounded_body(&long, &mut cut);
        assert!(cut && short.len() <= LONGEST_BODY && short.chars().all(|c| c == 'ü'));
    }
}
