//! What the paired gateway decided, and why.

mod told;

use gatewright_admin_api as api;
use gatewright_secret::SecretString;
use gatewright_wire::{
    Decision, Decisions, ExplainDecision, ExplainRequest, ExplainedDecision, ListDecisions,
    LookUpUser, MatchBy, RuleExpectation, Tone, TrafficBucket, TrafficCount, TrafficFigures,
    TrafficSpan, WireError,
};
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use crate::app::App;
use crate::convert::rfc3339;
use crate::errors::{self, invalid};

/// How many decisions a page may have.
const LARGEST_PAGE: u32 = 1000;
/// More buckets than this are not filled up.
const MOST_BUCKETS: i64 = 2000;

impl App {
    /// A page of decisions.
    pub async fn decisions(&self, request: ListDecisions) -> Result<Decisions, WireError> {
        let (client, _) = self.admin_client().await?;
        let query = api::AuditQuery {
            before: request.before,
            limit: Some(request.limit.clamp(1, LARGEST_PAGE)),
            kind: Some("request".to_owned()),
            request_id: typed(&request.request_id),
            user: typed(&request.user),
            outcome: typed(&request.outcome),
            product: typed(&request.product),
            since: typed(&request.since),
            until: typed(&request.until),
        };
        let page = client
            .audit(&query)
            .await
            .map_err(|error| errors::call(&error))?;
        Ok(Decisions {
            rows: page.lines.iter().map(decision).collect(),
            next: page.next,
            read_at: rfc3339(self.host.now()),
        })
    }

    /// Figures of the time until now.
    pub async fn traffic_figures(&self, request: TrafficSpan) -> Result<TrafficFigures, WireError> {
        let (client, _) = self.admin_client().await?;
        let minutes = Duration::minutes(request.minutes.max(1).into());
        let since = rfc3339(self.host.now().saturating_sub(minutes));
        let summary = client
            .audit_summary(Some(&since), None)
            .await
            .map_err(|error| errors::call(&error))?;
        Ok(figures(summary))
    }

    /// Why a recorded request was decided so.
    pub async fn explain_decision(
        &self,
        request: ExplainDecision,
    ) -> Result<ExplainedDecision, WireError> {
        let decision = request.decision;
        let (client, _) = self.admin_client().await?;
        let question = api::Explain {
            request_id: Some(decision.request_id.clone()),
            ..api::Explain::default()
        };
        let explanation = client
            .explain(&question)
            .await
            .map_err(|error| errors::call(&error))?;
        let mut shown = told::explained(explanation);
        shown.expectation = self.expectation(&decision).await;
        Ok(shown)
    }

    /// What would become of a request that nobody sends.
    pub async fn explain_request(
        &self,
        request: ExplainRequest,
    ) -> Result<ExplainedDecision, WireError> {
        let path = request.path.trim();
        if !path.starts_with('/') && !path.starts_with("http://") && !path.starts_with("https://") {
            return Err(invalid(
                "path",
                "This is no path and no web address.",
                "Write what a client calls, such as /jira/rest/api/2/myself.",
            ));
        }
        let (client, _) = self.admin_client().await?;
        let token = if request.token_id.is_empty() {
            Some(SecretString::wrap(request.token.into_text())).filter(|token| !token.is_empty())
        } else {
            Some(self.access_token(&request.token_id).await?)
        };
        let question = api::Explain {
            method: typed(&request.method).map(|method| method.to_uppercase()),
            path: Some(path.to_owned()),
            host: None,
            address: typed(&request.address),
            token,
            user: typed(&request.user),
            request_id: None,
        };
        let explanation = client
            .explain(&question)
            .await
            .map_err(|error| errors::call(&error))?;
        Ok(told::explained(explanation))
    }

    /// The expectation that keeps a decision, where it was one of the rules'.
    async fn expectation(&self, decision: &Decision) -> Option<RuleExpectation> {
        let kept = matches!(
            decision.outcome.as_str(),
            "permit"
                | "address_not_allowed"
                | "missing_credentials"
                | "group_not_allowed"
                | "read_only"
        );
        if !kept || decision.product.is_empty() || decision.path.is_empty() {
            return None;
        }
        let user = if decision.outcome == "missing_credentials" {
            ""
        } else {
            decision.user.as_str()
        };
        let request = format!("{} {}", decision.method, decision.path);
        let who = if user.is_empty() { "nobody" } else { user };
        let may = if decision.outcome == "permit" {
            "may"
        } else {
            "may not"
        };
        Some(RuleExpectation {
            name: format!("{who} {may} {request} in {}", decision.product),
            groups: self.groups_of(&decision.product, user).await,
            user: user.to_owned(),
            address: decision.address.clone(),
            product: decision.product.clone(),
            request,
            outcome: decision.outcome.clone(),
        })
    }

    /// The groups of a user as far as a directory tells them.
    async fn groups_of(&self, product: &str, user: &str) -> Vec<String> {
        if user.is_empty() {
            return Vec::new();
        }
        let asked = self
            .look_up_user(LookUpUser {
                product_id: product.to_owned(),
                value: user.to_owned(),
                transform: Vec::new(),
                match_by: MatchBy::Username,
            })
            .await;
        // Without a directory the admin names the groups.
        asked
            .ok()
            .and_then(|found| found.groups)
            .unwrap_or_default()
    }
}

fn typed(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// How an outcome looks.
fn tone(outcome: &str) -> Tone {
    match outcome {
        "permit" => Tone::Good,
        "abandoned" => Tone::Unknown,
        _ => Tone::Bad,
    }
}

fn decision(entry: &api::AuditEntry) -> Decision {
    let line = &entry.line;
    let text = |name: &str| {
        line.get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let number = |name: &str| line.get(name).and_then(Value::as_u64);
    let outcome = text("outcome");
    Decision {
        sequence: entry.sequence,
        at: rfc3339(entry.at),
        request_id: entry.request_id.clone(),
        tone: tone(&outcome),
        outcome,
        user: text("user"),
        method: text("method"),
        path: text("path"),
        product: text("product"),
        address: text("address"),
        way: text("way"),
        key: text("key"),
        reported: line
            .get("reported")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        status: number("status").and_then(|status| u16::try_from(status).ok()),
        milliseconds: number("milliseconds").map(|took| u32::try_from(took).unwrap_or(u32::MAX)),
    }
}

fn figures(summary: api::AuditSummary) -> TrafficFigures {
    let counts = |list: Vec<api::Counted>| {
        list.into_iter()
            .map(|one| TrafficCount {
                name: one.name,
                requests: one.requests,
            })
            .collect()
    };
    TrafficFigures {
        allowed: summary.buckets.iter().map(|bucket| bucket.allowed).sum(),
        refused: summary.buckets.iter().map(|bucket| bucket.refused).sum(),
        buckets: without_gaps(&summary),
        since: rfc3339(summary.since),
        until: rfc3339(summary.until),
        bucket_seconds: summary.bucket_seconds,
        reasons: counts(summary.reasons),
        callers: counts(summary.callers),
        p50: summary.latency.p50,
        p90: summary.latency.p90,
        p99: summary.latency.p99,
        complete: summary.complete,
    }
}

/// Every bucket of the time, those without a request too.
fn without_gaps(summary: &api::AuditSummary) -> Vec<TrafficBucket> {
    let length = i64::from(summary.bucket_seconds.max(1));
    let first = summary.since.unix_timestamp().div_euclid(length);
    let last = summary.until.unix_timestamp().div_euclid(length);
    let mut found = summary.buckets.iter().peekable();
    (first.max(last - MOST_BUCKETS)..=last)
        .filter_map(|place| OffsetDateTime::from_unix_timestamp(place * length).ok())
        .map(|at| {
            while found.next_if(|bucket| bucket.at < at).is_some() {}
            let bucket = found.next_if(|bucket| bucket.at == at);
            TrafficBucket {
                at: rfc3339(at),
                allowed: bucket.map_or(0, |bucket| bucket.allowed),
                refused: bucket.map_or(0, |bucket| bucket.refused),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_time_without_requests_has_a_bucket_too() {
        let since = datetime!(2026-11-22 10:00:30 UTC);
        let shown = figures(api::AuditSummary {
            since,
            until: since + Duration::minutes(3),
            bucket_seconds: 60,
            buckets: vec![
                api::AuditBucket {
                    at: datetime!(2026-11-22 10:00 UTC),
                    allowed: 4,
                    refused: 0,
                },
                api::AuditBucket {
                    at: datetime!(2026-11-22 10:02 UTC),
                    allowed: 1,
                    refused: 2,
                },
            ],
            reasons: Vec::new(),
            callers: Vec::new(),
            latency: api::Latency::default(),
            complete: true,
        });
        let counts: Vec<(u64, u64)> = shown
            .buckets
            .iter()
            .map(|bucket| (bucket.allowed, bucket.refused))
            .collect();
        assert_eq!(counts, [(4, 0), (0, 0), (1, 2), (0, 0)]);
        assert_eq!((shown.allowed, shown.refused), (5, 2));
    }
}
