//! Switches that make a server misbehave in the ways that servers do.

use std::time::Duration;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::html;
use crate::reply::Reply;

/// What is wrong with one server at the moment; everything is off at the start.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Scenario {
    /// Every request is answered 503.
    pub(crate) down: bool,
    /// Every answer is held back this long.
    pub(crate) slow_milliseconds: u64,
    /// Every REST request is answered 429.
    pub(crate) rate_limited: bool,
    /// Every REST request is answered by the login page of a sign-on proxy, with 200.
    pub(crate) login_page: bool,
    /// A wrong password is not refused: the request runs as nobody.
    pub(crate) bad_basic_is_anonymous: bool,
    /// An unknown, expired or revoked access token is not refused: the request runs as nobody.
    pub(crate) invalid_token_is_anonymous: bool,
    /// Nobody may look at anything without signing in.
    pub(crate) anonymous_access_off: bool,
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

    /// The answer that comes in place of every other one, if there is one.
    pub(crate) fn instead(&self) -> Option<Reply> {
        if self.down {
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
