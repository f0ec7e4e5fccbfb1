//! What was recorded: lines, figures, and lines as they come.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use gatewright_admin_api::{
    AuditBucket, AuditEntry, AuditPage, AuditQuery, AuditSummary, Counted, Latency, Problem,
    ProblemCode,
};
use gatewright_store::{AuditFigure, AuditFilter, AuditKind, AuditLine, Role};
use serde::Deserialize;
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};

use crate::api::{Api, Caller};
use crate::reply::{Refusal, Reply};

const PAGE: u32 = 100;
const LARGEST_PAGE: u32 = 1000;
/// Lines that a summary counts; of more, the newest.
const COUNTED: usize = 100_000;
const CALLERS: usize = 10;
/// How long a stream lasts before its reader asks again.
const WATCHED: Duration = Duration::from_mins(10);

pub(super) async fn page(
    State(api): State<Arc<Api>>,
    caller: Caller,
    query: Result<Query<AuditQuery>, QueryRejection>,
) -> Reply<Json<AuditPage>> {
    caller.require(Role::Viewer)?;
    let Query(query) = query.map_err(|_| Refusal::malformed("the query cannot be read"))?;
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(Refusal::malformed(format!(
            "limit is a number from 1 to {LARGEST_PAGE}"
        )));
    }
    let limit = limit as usize;
    let kind = query
        .kind
        .as_deref()
        .map(str::parse::<AuditKind>)
        .transpose()
        .map_err(|_| Refusal::malformed("kind is request or change"))?;
    let refused = query.outcome.as_deref() == Some("refused");
    let filter = AuditFilter {
        before: query.before,
        kind,
        request_id: query.request_id,
        user: query.user,
        outcome: query.outcome.filter(|_| !refused),
        product: query.product,
        since: moment("since", query.since.as_deref())?,
        until: moment("until", query.until.as_deref())?,
        refused,
        after: None,
        limit: limit + 1,
    };
    let found = api.stored(move |store| store.audit(&filter)).await?;
    let more = found.len() > limit;
    let lines: Vec<AuditEntry> = found
        .into_iter()
        .take(limit)
        .map(|entry| AuditEntry {
            sequence: entry.sequence,
            at: entry.line.at,
            kind: entry.line.kind.as_str().to_owned(),
            request_id: entry.line.request_id,
            line: entry.line.json,
        })
        .collect();
    let next = lines.last().filter(|_| more).map(|last| last.sequence);
    Ok(Json(AuditPage { lines, next }))
}

fn moment(name: &str, text: Option<&str>) -> Reply<Option<OffsetDateTime>> {
    text.map(|text| OffsetDateTime::parse(text, &Rfc3339))
        .transpose()
        .map_err(|_| Refusal::malformed(format!("{name} is a time, as 2027-01-31T00:00:00Z")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SummaryQuery {
    since: Option<String>,
    until: Option<String>,
}

pub(super) async fn summary(
    State(api): State<Arc<Api>>,
    caller: Caller,
    query: Result<Query<SummaryQuery>, QueryRejection>,
) -> Reply<Json<AuditSummary>> {
    caller.require(Role::Viewer)?;
    let Query(query) =
        query.map_err(|_| Refusal::malformed("the query may have since and until"))?;
    let now = api.clock.now();
    let until = moment("until", query.until.as_deref())?.unwrap_or(now);
    let since = match moment("since", query.since.as_deref())? {
        Some(since) => since,
        None => until
            .checked_sub(time::Duration::HOUR)
            .ok_or_else(|| Refusal::malformed("until is too early"))?,
    };
    if since >= until {
        return Err(Refusal::malformed("since is before until"));
    }
    let figures = api
        .stored(move |store| store.audit_figures(since, until, COUNTED + 1))
        .await?;
    Ok(Json(summarise(since, until, figures)))
}

fn summarise(
    since: OffsetDateTime,
    until: OffsetDateTime,
    mut figures: Vec<AuditFigure>,
) -> AuditSummary {
    let complete = figures.len() <= COUNTED;
    figures.truncate(COUNTED);
    let bucket_seconds: u32 = if until - since <= time::Duration::hours(3) {
        60
    } else {
        3600
    };
    let mut buckets: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    let mut reasons: HashMap<String, u64> = HashMap::new();
    let mut callers: HashMap<String, u64> = HashMap::new();
    let mut took = Vec::new();
    for figure in figures {
        let place = figure.at.unix_timestamp().div_euclid(bucket_seconds.into());
        let bucket = buckets.entry(place).or_default();
        if figure.outcome == "permit" {
            bucket.0 += 1;
            took.extend(figure.milliseconds);
        } else if figure.outcome != "abandoned" {
            bucket.1 += 1;
            *reasons.entry(figure.outcome).or_default() += 1;
        }
        if let Some(user) = figure.user {
            *callers.entry(user).or_default() += 1;
        }
    }
    took.sort_unstable();
    AuditSummary {
        since,
        until,
        bucket_seconds,
        buckets: buckets
            .into_iter()
            .filter_map(|(place, (allowed, refused))| {
                let seconds = place.checked_mul(bucket_seconds.into())?;
                Some(AuditBucket {
                    at: OffsetDateTime::from_unix_timestamp(seconds).ok()?,
                    allowed,
                    refused,
                })
            })
            .collect(),
        reasons: counted(reasons, usize::MAX),
        callers: counted(callers, CALLERS),
        latency: Latency {
            p50: percentile(&took, 50),
            p90: percentile(&took, 90),
            p99: percentile(&took, 99),
        },
        complete,
    }
}

fn counted(counts: HashMap<String, u64>, most: usize) -> Vec<Counted> {
    let mut all: Vec<Counted> = counts
        .into_iter()
        .map(|(name, requests)| Counted { name, requests })
        .collect();
    all.sort_by(|one, other| (other.requests, &one.name).cmp(&(one.requests, &other.name)));
    all.truncate(most);
    all
}

/// The smallest value that so many percent do not exceed.
fn percentile(sorted: &[u64], percent: usize) -> Option<u64> {
    let place = (sorted.len() * percent).div_ceil(100);
    sorted.get(place.checked_sub(1)?).copied()
}

/// Lines as they come, as server-sent events, for ten minutes. Who reads too slowly is told how
/// many lines were missed.
pub(super) async fn stream(State(api): State<Arc<Api>>, caller: Caller) -> Reply<Response> {
    caller.require(Role::Viewer)?;
    let Some(tail) = &api.tail else {
        return Err(Refusal::new(ProblemCode::NotFound));
    };
    let Ok(seat) = Arc::clone(&api.watchers).try_acquire_owned() else {
        return Err(Problem::new(ProblemCode::TooManyTries)
            .detail("too many are watching")
            .into());
    };
    let until = Instant::now() + WATCHED;
    let watched = (tail.subscribe(), seat);
    let events = stream::unfold(watched, move |(mut lines, seat)| async move {
        let event = next(&mut lines, until).await?;
        Some((Ok::<_, Infallible>(event), (lines, seat)))
    });
    let alive = KeepAlive::new().interval(Duration::from_secs(15));
    Ok(Sse::new(events).keep_alive(alive).into_response())
}

async fn next(lines: &mut Receiver<Arc<AuditLine>>, until: Instant) -> Option<Event> {
    match timeout_at(until, lines.recv()).await.ok()? {
        Ok(line) => Some(
            Event::default()
                .event(line.kind.as_str())
                .data(line.json.to_string()),
        ),
        Err(RecvError::Lagged(missed)) => Some(
            Event::default()
                .event("missed")
                .data(json!({ "lines": missed }).to_string()),
        ),
        Err(RecvError::Closed) => None,
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn figures_are_counted_by_time_reason_and_caller() {
        let since = datetime!(2027-01-01 10:00 UTC);
        let figure = |seconds: i64, outcome: &str, user: &str, took: u64| AuditFigure {
            at: since + time::Duration::seconds(seconds),
            outcome: outcome.to_owned(),
            user: Some(user.to_owned()),
            milliseconds: Some(took),
        };
        let summary = summarise(
            since,
            since + time::Duration::HOUR,
            vec![
                figure(0, "permit", "ann", 10),
                figure(59, "read_only", "bob", 1),
                figure(60, "permit", "ann", 30),
                figure(61, "abandoned", "ann", 9),
            ],
        );
        let shown: Vec<(u64, u64)> = summary
            .buckets
            .iter()
            .map(|one| (one.allowed, one.refused))
            .collect();
        assert_eq!(shown, [(1, 1), (1, 0)]);
        assert_eq!(summary.reasons[0].name, "read_only");
        assert_eq!(summary.callers[0].requests, 3);
        assert_eq!(summary.latency.p50, Some(10));
        assert_eq!(summary.latency.p99, Some(30));
        assert!(summary.complete);
        assert_eq!(percentile(&[], 50), None);
    }
}
