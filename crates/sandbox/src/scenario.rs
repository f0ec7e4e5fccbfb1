//! Switches that make a server misbehave in the ways that servers do.

use std::time::Duration;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::html;
use crate::reply::Reply;

/// What is wrong with one server at the moment; everything is off at the start.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, and any combination is meant"
)]
pub(crate) struct Scenario {
    /// Every request is answered 503.
    pub(crate) down: bool,
    /// Every request is answered 503 by a product that is starting, which `/status` says.
    pub(crate) starting: bool,
    /// Every REST request is answered 500 by the product itself.
    pub(crate) server_error: bool,
    /// Every answer is held back this long.
    pub(crate) slow_milliseconds: u64,
    /// Every answer breaks off in the middle of its body.
    pub(crate) dies_mid_body: bool,
    /// Every REST request is answered 429.
    pub(crate) rate_limited: bool,
    /// Every REST request is answered by the login page of a sign-on proxy, with 200.
    pub(crate) login_page: bool,
    /// Every request is sent to the login page of a sign-on proxy, with 302.
    pub(crate) login_redirect: bool,
    /// Every request is answered with this status by a proxy that has a page of its own.
    pub(crate) proxy_status: Option<u16>,
    /// Every request is refused by a gateway, with this reason.
    pub(crate) gateway_reason: Option<String>,
    /// How many seconds the server's clock is ahead of the real one.
    pub(crate) clock_skew_seconds: i64,
    /// A proxy on the way back removes the header that names the user.
    pub(crate) hides_user: bool,
    /// Whoever is let in is taken for this user: two identities got mixed up.
    pub(crate) answers_as: Option<String>,
    /// Names and passwords are refused with 403 and not one word, as Jira 11 may do.
    pub(crate) basic_off_silently: bool,
    /// A wrong password is not refused: the request runs as nobody.
    pub(crate) bad_basic_is_anonymous: bool,
    /// A wrong password is answered with an empty 200.
    pub(crate) bad_basic_is_empty: bool,
    /// An unknown, expired or revoked access token is not refused: the request runs as nobody.
    pub(crate) invalid_token_is_anonymous: bool,
    /// An unknown, expired or revoked access token is refused with a page, not with data.
    pub(crate) invalid_token_is_a_page: bool,
    /// The refusal of an access token says whether it has ended or was revoked.
    pub(crate) says_why_a_token_fails: bool,
    /// Access tokens lack this scope.
    pub(crate) scope_missing: Option<String>,
    /// Access tokens were made for somebody else.
    pub(crate) wrong_audience: bool,
    /// Nobody may look at anything without signing in.
    pub(crate) anonymous_access_off: bool,
    /// Jira Software and Jira Service Management are not installed.
    pub(crate) platform_only: bool,
    /// What was created cannot be deleted.
    pub(crate) deletes_nothing: bool,
    /// Providers: how many seconds an access token lives that is issued from now on.
    pub(crate) access_token_seconds: Option<i64>,
    /// Providers: the `iss` of authorization answers; empty: none at all, absent: the right one.
    pub(crate) authorization_iss: Option<String>,
    /// Providers: userinfo answers `{}`.
    pub(crate) empty_userinfo: bool,
}

impl Scenario {
    /// Changes the members that `patch` names, and answers with the whole.
    pub(crate) fn patch(&mut self, patch: Option<Value>) -> Reply {
        let mut whole = json!(self);
        if let (Some(members), Some(Value::Object(changes))) = (whole.as_object_mut(), patch) {
            members.extend(changes);
        }
        match serde_json::from_value(whole.clone()) {
            Ok(changed) => {
                *self = changed;
                Reply::ok(&whole)
            }
            Err(problem) => Reply::json(
                StatusCode::BAD_REQUEST,
                &json!({ "message": problem.to_string(), "status-code": 400 }),
            ),
        }
    }

    /// How long an answer is held back.
    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(self.slow_milliseconds)
    }

    /// What time the server believes it is.
    pub(crate) fn time(&self, now: OffsetDateTime) -> OffsetDateTime {
        now + time::Duration::seconds(self.clock_skew_seconds)
    }

    /// The answer with its faults: a clock that is off, a connection that breaks.
    pub(crate) fn spoilt(&self, reply: Reply, now: OffsetDateTime) -> Reply {
        let mut reply = reply;
        if self.clock_skew_seconds != 0 {
            reply = reply.header("date", &http_date(self.time(now)));
        }
        reply.cut_short = self.dies_mid_body;
        reply
    }

    /// The answer that comes in place of every other one, if there is one.
    pub(crate) fn instead(&self) -> Option<Reply> {
        if let Some(reason) = &self.gateway_reason {
            let body =
                json!({ "errorMessages": ["The gateway refused the request."], "errors": {} });
            let reply = Reply::json(StatusCode::FORBIDDEN, &body);
            return Some(reply.header("x-gatewright-reason", reason));
        }
        if let Some(status) = self
            .proxy_status
            .and_then(|status| StatusCode::from_u16(status).ok())
        {
            let reason = status.canonical_reason().unwrap_or("Refused");
            let reply = html::page(
                status,
                "Proxy",
                reason,
                "<p>The proxy did not pass the request on.</p>",
            );
            return Some(reply.header("server", "proxy"));
        }
        if self.login_redirect {
            let to = "/sso/login?return=rest";
            return Some(Reply::redirect(StatusCode::FOUND, to));
        }
        if self.down || self.starting {
            let page = "<p>The server is temporarily unable to service your request.</p>";
            return Some(html::page(
                StatusCode::SERVICE_UNAVAILABLE,
                "Server",
                "Service Unavailable",
                page,
            ));
        }
        self.login_page.then(|| {
            let form = "<form method=\"post\" action=\"/sso\"><label>User<input name=\"user\"></label></form>";
            html::page(StatusCode::OK, "Company sign-on", "Sign in to continue", form)
        })
    }
}

/// A time as headers write it (RFC 9110 §5.6.7).
fn http_date(time: OffsetDateTime) -> String {
    let format = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    time.to_offset(time::UtcOffset::UTC)
        .format(&format)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_stands_in_the_readme() {
        let readme = include_str!("../README.md");
        let whole = json!(Scenario::default());
        for name in whole.as_object().unwrap().keys() {
            assert!(readme.contains(&format!("| `{name}` |")), "{name}");
        }
    }

    #[test]
    fn a_clock_that_is_off_is_seen_in_the_date() {
        let scenario = Scenario {
            clock_skew_seconds: 60,
            ..Scenario::default()
        };
        let now = time::macros::datetime!(2026-11-22 17:00 UTC);
        let reply = scenario.spoilt(Reply::empty(StatusCode::OK), now);
        assert_eq!(reply.headers["date"], "Sun, 22 Nov 2026 17:01:00 GMT");
    }
}
