//! What would be different for the requests that were recorded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::fact::Recorded;
use crate::judge::{GroupsOf, Ruling, Side, Verdict, WhyNot, judge};

/// Examples that each difference keeps.
const EXAMPLES: usize = 3;
/// Differences that are kept apart; more are only counted.
const DIFFERENCES: usize = 1000;

/// A request that shows a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// The method.
    pub method: String,
    /// The path, relative to the product.
    pub path: String,
    /// From where.
    pub address: String,
    /// The kind of credential: `api_key`, `oauth`, `password`, `product_token` or `none`.
    pub way: String,
    /// How many requests were like it.
    pub requests: u64,
    /// The hour in which the last of them came.
    #[serde(with = "time::serde::rfc3339")]
    pub last: OffsetDateTime,
    /// The id of one of them, for `explain`.
    pub request_id: String,
}

/// Requests of one user and one kind of program with which one rule would deal differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The user; absent: nobody showed a name.
    pub user: Option<String>,
    /// The kind of program.
    pub client: String,
    /// The product.
    pub product: String,
    /// The code of the refusal that comes, or that goes.
    pub reason: String,
    /// The rule that refuses, as the policy names it.
    pub rule: Option<String>,
    /// What that rule says.
    pub detail: String,
    /// The setting that does it, as `access.groups_read_only`.
    pub setting: Option<String>,
    /// How many requests.
    pub requests: u64,
    /// The hour in which the last of them came.
    #[serde(with = "time::serde::rfc3339")]
    pub last: OffsetDateTime,
    /// Some of them, the most frequent first.
    pub examples: Vec<Example>,
}

/// Requests that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unjudged {
    /// Why not.
    pub why: WhyNot,
    /// The same in words.
    pub detail: String,
    /// How many requests.
    pub requests: u64,
}

/// What would be different.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Requests that were looked at.
    pub requests: u64,
    /// Requests that pass and would be refused, the most frequent first.
    pub newly_refused: Vec<Difference>,
    /// Requests that are refused and would pass, the most frequent first.
    pub newly_allowed: Vec<Difference>,
    /// Requests for which nothing would change.
    pub same: u64,
    /// Requests that would be refused for another reason than now.
    pub refused_otherwise: u64,
    /// Requests that could not be judged, by why not.
    pub not_judged: Vec<Unjudged>,
    /// Requests that are newly refused or allowed beyond the lists above.
    pub more: u64,
    /// Kinds of requests that were looked at.
    pub kinds: u64,
}

/// A replay in progress: facts come in, a report comes out.
#[derive(Debug, Default)]
pub struct Simulation {
    refused: BTreeMap<Place, Difference>,
    allowed: BTreeMap<Place, Difference>,
    not_judged: BTreeMap<WhyNot, u64>,
    report: Report,
}

type Place = (Option<String>, String, String, String, Option<String>);

impl Simulation {
    /// Judges one fact under both rule sets and notes what is different.
    pub fn push(
        &mut self,
        recorded: &Recorded,
        running: Side<'_>,
        candidate: Side<'_>,
        groups: GroupsOf<'_>,
    ) {
        let requests = recorded.requests;
        self.report.requests += requests;
        self.report.kinds += 1;
        let before = judge(recorded, running, groups);
        let after = judge(recorded, candidate, groups);
        match (before.verdict, after.verdict) {
            // What cannot be judged under the rules that run is known from what happened.
            (Verdict::NotJudged(_), Verdict::NotJudged(why)) => self.unjudged(why, requests),
            (Verdict::NotJudged(_), Verdict::Permit) if recorded.fact.outcome == "permit" => {
                self.report.same += requests;
            }
            (Verdict::NotJudged(why), _) | (_, Verdict::NotJudged(why)) => {
                self.unjudged(why, requests);
            }
            (Verdict::Permit, Verdict::Permit) => self.report.same += requests,
            (Verdict::Refused(one), Verdict::Refused(other)) => {
                if one == other {
                    self.report.same += requests;
                } else {
                    self.report.refused_otherwise += requests;
                }
            }
            (Verdict::Permit, Verdict::Refused(reason)) => {
                let full = note(&mut self.refused, recorded, reason.as_str(), after);
                self.report.more += if full { requests } else { 0 };
            }
            (Verdict::Refused(reason), Verdict::Permit) => {
                let full = note(&mut self.allowed, recorded, reason.as_str(), before);
                self.report.more += if full { requests } else { 0 };
            }
        }
    }

    fn unjudged(&mut self, why: WhyNot, requests: u64) {
        *self.not_judged.entry(why).or_default() += requests;
    }

    /// The report on what was judged so far.
    pub fn finish(self) -> Report {
        let mut report = self.report;
        report.newly_refused = sorted(self.refused);
        report.newly_allowed = sorted(self.allowed);
        report.not_judged = self
            .not_judged
            .into_iter()
            .map(|(why, requests)| Unjudged {
                why,
                detail: why.in_words().to_owned(),
                requests,
            })
            .collect();
        report
    }
}

/// True if there is no room for another difference.
fn note(
    differences: &mut BTreeMap<Place, Difference>,
    recorded: &Recorded,
    reason: &str,
    ruling: Ruling,
) -> bool {
    let fact = &recorded.fact;
    let place = (
        fact.user.clone(),
        fact.client.clone(),
        fact.product.clone(),
        reason.to_owned(),
        ruling.setting.clone(),
    );
    if differences.len() >= DIFFERENCES && !differences.contains_key(&place) {
        return true;
    }
    let difference = differences.entry(place).or_insert_with(|| Difference {
        user: fact.user.clone(),
        client: fact.client.clone(),
        product: fact.product.clone(),
        reason: reason.to_owned(),
        rule: ruling.rule.as_ref().map(word),
        detail: ruling.detail,
        setting: ruling.setting,
        requests: 0,
        last: recorded.last,
        examples: Vec::new(),
    });
    difference.requests += recorded.requests;
    difference.last = difference.last.max(recorded.last);
    difference.examples.push(Example {
        method: fact.method.clone(),
        path: recorded.path.clone(),
        address: fact.address.to_string(),
        way: fact.way.as_ref().map_or_else(|| "none".to_owned(), word),
        requests: recorded.requests,
        last: recorded.last,
        request_id: recorded.request_id.clone(),
    });
    difference
        .examples
        .sort_by_key(|example| std::cmp::Reverse(example.requests));
    difference.examples.truncate(EXAMPLES);
    false
}

fn sorted(differences: BTreeMap<Place, Difference>) -> Vec<Difference> {
    let mut all: Vec<Difference> = differences.into_values().collect();
    all.sort_by_key(|difference| std::cmp::Reverse(difference.requests));
    all
}

fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests;
