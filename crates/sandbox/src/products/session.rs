//! Sessions of Jira: signed in by name and password, known by a cookie from then on.

use http::StatusCode;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::Site;
use super::authentication::Caller;
use super::refusal::jira_errors;
use crate::clock::atlassian;
use crate::random;
use crate::reply::Reply;
use crate::request::Incoming;

const COOKIE: &str = "JSESSIONID";

impl Site {
    /// Whose session the cookie is.
    pub(super) fn session_owner(&self, incoming: &Incoming) -> Option<&str> {
        let id = cookie(incoming)?;
        self.sessions.get(id).map(String::as_str)
    }

    /// `/rest/auth/1/session`.
    pub(super) fn session(
        &mut self,
        caller: &Caller,
        incoming: &Incoming,
        method: &str,
        now: OffsetDateTime,
    ) -> Option<Reply> {
        match method {
            "GET" => Some(match &caller.account {
                Some(account) => Reply::ok(&json!({
                    "self": format!("{}/rest/api/latest/user?username={}", self.base_url, super::encoded(&account.name)),
                    "name": account.name,
                    "loginInfo": info(account.failures, now),
                })),
                None => jira_errors(
                    StatusCode::UNAUTHORIZED,
                    &[
                        "You are not authenticated. Authentication required to perform this operation.",
                    ],
                ),
            }),
            "POST" => Some(self.sign_in(incoming, now)),
            "DELETE" => {
                let id = cookie(incoming).unwrap_or_default();
                Some(match self.sessions.remove(id) {
                    Some(_) => Reply::empty(StatusCode::NO_CONTENT),
                    None => jira_errors(StatusCode::UNAUTHORIZED, &["There is no session."]),
                })
            }
            _ => None,
        }
    }

    fn sign_in(&mut self, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        let body = incoming.json().unwrap_or_default();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let path = ["rest", "auth", "1", "session"];
        match self.by_password(&text("username"), &text("password"), &path) {
            Ok(Caller {
                account: Some(account),
                ..
            }) => {
                let id = random::alphanumeric(32);
                self.sessions.insert(id.clone(), account.name);
                let answer = json!({
                    "session": { "name": COOKIE, "value": id },
                    "loginInfo": info(0, now),
                });
                Reply::ok(&answer).header(
                    "set-cookie",
                    &format!("{COOKIE}={id}; Path=/jira; HttpOnly"),
                )
            }
            Ok(_) => login_failed(),
            Err(refused) => {
                let (_, reply) = *refused;
                let denied = reply.headers.get("x-authentication-denied-reason").cloned();
                match denied {
                    Some(reason) => {
                        let mut answer = jira_errors(StatusCode::FORBIDDEN, &["Login denied"]);
                        answer
                            .headers
                            .insert("x-authentication-denied-reason", reason);
                        answer
                    }
                    None if reply.status == StatusCode::FORBIDDEN => reply,
                    None => login_failed(),
                }
            }
        }
    }
}

fn login_failed() -> Reply {
    jira_errors(StatusCode::UNAUTHORIZED, &["Login failed"])
}

fn info(failures: u32, now: OffsetDateTime) -> Value {
    json!({
        "failedLoginCount": failures,
        "loginCount": 1,
        "previousLoginTime": atlassian(now),
    })
}

fn cookie(incoming: &Incoming) -> Option<&str> {
    incoming
        .header("cookie")?
        .split(';')
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value)
}
