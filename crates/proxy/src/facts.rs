//! Kinds of requests, counted by the hour, off the data path.

use std::collections::{HashMap, HashSet};

use gatewright_enforce::AuditRecord;
use gatewright_simulate::{Fact, Recorded, network, path_template};
use gatewright_store::{AuditKind, AuditLine, FactRow};
use time::{Duration, OffsetDateTime};

/// Kinds that are kept apart in one hour; requests of further kinds are only counted.
const KINDS_AN_HOUR: usize = 5000;
/// The longest path that is kept as an example.
const LONGEST_PATH: usize = 300;
/// The longest name of a user.
const LONGEST_NAME: usize = 100;

/// Counts kinds of requests until they are taken to the store.
#[derive(Debug, Default)]
pub(crate) struct Counting {
    hour: Option<OffsetDateTime>,
    seen: HashSet<[u8; 32]>,
    waiting: HashMap<[u8; 32], FactRow>,
    left_out: u64,
}

/// What is ready for the store.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) facts: Vec<FactRow>,
    pub(crate) left_out: Option<(OffsetDateTime, u64)>,
}

impl Counting {
    /// Counts a line. When its hour is another than that of the line before, what was counted so
    /// far is given back for the store.
    pub(crate) fn count(&mut self, line: &AuditLine) -> Option<Counted> {
        if line.kind != AuditKind::Request {
            return None;
        }
        let hour = hour(line.at);
        let mut before = None;
        if self.hour != Some(hour) {
            before = self.take();
            self.hour = Some(hour);
            self.seen.clear();
        }
        if let Some(mut recorded) = recorded(line, hour) {
            let key = recorded.fact.key();
            if let Some(row) = self.waiting.get_mut(&key) {
                row.requests += 1;
            } else if self.seen.contains(&key) || self.seen.len() < KINDS_AN_HOUR {
                self.seen.insert(key);
                recorded.requests = 1;
                if let Ok(json) = serde_json::to_value(&recorded) {
                    let row = FactRow {
                        hour,
                        key,
                        json,
                        requests: 1,
                    };
                    self.waiting.insert(key, row);
                }
            } else {
                self.left_out += 1;
            }
        }
        before
    }

    /// What was counted since the last time.
    pub(crate) fn take(&mut self) -> Option<Counted> {
        let hour = self.hour?;
        let left_out = (self.left_out > 0).then_some((hour, std::mem::take(&mut self.left_out)));
        if self.waiting.is_empty() && left_out.is_none() {
            return None;
        }
        Some(Counted {
            facts: self.waiting.drain().map(|(_, row)| row).collect(),
            left_out,
        })
    }
}

fn hour(at: OffsetDateTime) -> OffsetDateTime {
    let past = at.unix_timestamp().rem_euclid(3600);
    at.replace_nanosecond(0).unwrap_or(at) - Duration::seconds(past)
}

/// The kind of request of an audit line; `None` if it was not judged as far as its product.
fn recorded(line: &AuditLine, hour: OffsetDateTime) -> Option<Recorded> {
    let record: AuditRecord = serde_json::from_value(line.json.clone()).ok()?;
    let path = record.path?;
    let short = |text: String, most: usize| -> String { text.chars().take(most).collect() };
    Some(Recorded {
        fact: Fact {
            product: record.product?,
            method: record.method,
            template: path_template(&path),
            address: network(record.address),
            surface: record.surface,
            effect: record.effect,
            way: record.way,
            user: record.user.map(|user| short(user, LONGEST_NAME)),
            client: record.client.unwrap_or_else(|| "not named".to_owned()),
            outcome: record.outcome,
        },
        path: short(path, LONGEST_PATH),
        request_id: record.request_id,
        requests: 0,
        last: hour,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    fn line(minutes: i64, path: &str, user: &str) -> AuditLine {
        let at = datetime!(2027-01-01 10:59:30 UTC) + Duration::minutes(minutes);
        AuditLine {
            at,
            kind: AuditKind::Request,
            request_id: "r".to_owned(),
            json: json!({
                "time": "", "request_id": "r", "config_version": 1, "address": "10.0.0.1",
                "method": "GET", "host": null, "product": "jira", "path": path,
                "surface": "protected", "effect": "read", "way": "oauth", "provider": "ghes",
                "key": null, "user": user, "client": "curl", "outcome": "permit",
                "detail": null, "status": 200, "product_user": null, "milliseconds": 3,
            }),
        }
    }

    #[test]
    fn alike_requests_are_one_kind_and_each_hour_counts_its_own() {
        let mut counting = Counting::default();
        assert!(counting.count(&line(0, "/issue/A-1", "ann")).is_none());
        assert!(counting.count(&line(0, "/issue/A-2", "ann")).is_none());
        assert!(counting.count(&line(0, "/issue/A-2", "bob")).is_none());
        let counted = counting.count(&line(1, "/issue/A-3", "ann")).unwrap();
        let mut requests: Vec<u64> = counted.facts.iter().map(|row| row.requests).collect();
        requests.sort_unstable();
        assert_eq!(requests, [1, 2]);
        assert_eq!(counted.facts[0].hour, datetime!(2027-01-01 10:00 UTC));
        let rest = counting.take().unwrap();
        assert_eq!(rest.facts[0].hour, datetime!(2027-01-01 11:00 UTC));
        assert!(counting.take().is_none());
    }

    #[test]
    fn more_kinds_than_an_hour_keeps_are_counted_and_not_kept() {
        let mut counting = Counting::default();
        for user in 0..KINDS_AN_HOUR + 7 {
            assert!(
                counting
                    .count(&line(0, "/x", &format!("u{user}")))
                    .is_none()
            );
        }
        let counted = counting.take().unwrap();
        assert_eq!(counted.facts.len(), KINDS_AN_HOUR);
        assert_eq!(counted.left_out.unwrap().1, 7);
        // A kind that is known in this hour goes on being counted.
        counting.count(&line(0, "/x", "u0"));
        assert_eq!(counting.take().unwrap().facts[0].requests, 1);
    }
}
