//! What a verdict rests on, in rows.

use super::{Asked, Finding};
use crate::answer::{Answer, DENIED_REASON, GATEWAY_REASON, LOGIN_REASON, USER_HEADER};
use crate::product::ProductKind;
use crate::verdict::Evidence;

const NOT_SENT: &str = "not sent";

/// Headers that are shown where they were sent.
const HEADERS: [&str; 14] = [
    GATEWAY_REASON,
    "X-Request-Id",
    DENIED_REASON,
    "WWW-Authenticate",
    "Proxy-Authenticate",
    "Location",
    "Content-Type",
    "Retry-After",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Interval-Seconds",
    "RateLimit-Reason",
    "Date",
    "Server",
];

/// Fields of a body that say who or why.
const FIELDS: [&str; 6] = [
    "type",
    "name",
    "username",
    "accountId",
    "displayName",
    "active",
];

pub(super) fn collect(asked: &Asked<'_>, answer: &Answer<'_>, finding: &Finding) -> Vec<Evidence> {
    let mut rows = vec![("status", answer.status_line())];
    if asked.is_who_am_i() {
        for field in FIELDS {
            if let Some(value) = answer.json().and_then(|body| body.get(field)) {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                rows.push((field, text));
            }
        }
    }
    if let Some(name) = answer
        .json()
        .and_then(|body| body.pointer("/errors/0/exceptionName"))
    {
        rows.push(("exceptionName", name.as_str().unwrap_or("null").to_owned()));
    }
    if !answer.succeeded()
        && !answer.response.is_web_page()
        && let Some(words) = answer.words()
    {
        rows.push(("message", words));
    }
    if answer.response.is_web_page()
        && let Some(title) = answer.response.page_title()
    {
        rows.push(("title", title));
    }
    if let Some(problem) = answer.oauth_problem() {
        rows.push(("oauth_problem", problem));
    }
    rows.push((
        USER_HEADER,
        answer.user_header().unwrap_or_else(|| NOT_SENT.to_owned()),
    ));
    if asked.kind != ProductKind::Bitbucket {
        let reasons = answer.login_reasons();
        let value = if reasons.is_empty() {
            NOT_SENT.to_owned()
        } else {
            reasons.join(", ")
        };
        rows.push((LOGIN_REASON, value));
    }
    for name in HEADERS {
        let is_quiet = matches!(name, "Content-Type" | "Date" | "Server" | "X-Request-Id")
            || (answer.succeeded() && (name == "Retry-After" || name.starts_with("X-RateLimit")));
        let wanted = finding.decided_by.contains(&name)
            || !is_quiet
            || (name == "X-Request-Id" && asked.through_gateway);
        if wanted && let Some(value) = answer.header(name) {
            rows.push((name, value.to_owned()));
        }
    }
    rows.into_iter()
        .map(|(name, value)| Evidence {
            bad: finding.decided_by.contains(&name) && speaks_against(name, &value),
            name: name.to_owned(),
            value,
        })
        .collect()
}

/// A row that decided is not bad when it says what it should.
fn speaks_against(name: &str, value: &str) -> bool {
    match name {
        LOGIN_REASON => value != NOT_SENT && value != "OK",
        DENIED_REASON | "message" | "exceptionName" => value != NOT_SENT,
        _ => true,
    }
}
