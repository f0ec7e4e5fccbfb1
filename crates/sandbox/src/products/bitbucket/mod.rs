//! Bitbucket's REST API.

mod projects;
mod pull_requests;
mod scm;
mod users;

use http::StatusCode;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::Site;
use super::authentication::{Caller, How};
use super::shared::part;
use crate::products::refusal::{licensed, not_permitted};
use crate::reply::Reply;
use crate::request::Incoming;
pub(super) use projects::Projects;
pub(super) use scm::{Objects, Scm, scm};
pub(super) use users::no_such_user;

/// One page of a list.
pub(super) fn page(all: &[Value], incoming: &Incoming) -> Reply {
    let (start, limit) = (incoming.number("start", 0), incoming.number("limit", 25));
    let shown = part(all, start, limit);
    let next = start + shown.len();
    let last = next >= all.len();
    Reply::ok(&json!({
        "size": shown.len(),
        "limit": limit,
        "isLastPage": last,
        "start": start,
        "nextPageStart": if last { Value::Null } else { json!(next) },
        "values": shown,
    }))
}

pub(super) fn answer(
    site: &mut Site,
    projects: &mut Projects,
    caller: &Caller,
    incoming: &Incoming,
    path: &[&str],
    now: OffsetDateTime,
) -> Option<Reply> {
    match path {
        ["plugins", "servlet", "applinks", "whoami"] => Some(who_am_i(caller)),
        ["rest", "git-lfs", "storage", object @ ..] => {
            scm::storage(site, projects, caller, incoming, object, now)
        }
        ["rest", "api", "1.0" | "latest", resource @ ..] => {
            let method = incoming.verb();
            if method != "GET" && !site.token_may_write(caller, incoming, now) {
                return Some(not_permitted());
            }
            api(site, projects, caller, incoming, method, resource)
        }
        _ => None,
    }
}

fn api(
    site: &mut Site,
    projects: &mut Projects,
    caller: &Caller,
    incoming: &Incoming,
    method: &str,
    resource: &[&str],
) -> Option<Reply> {
    match (method, resource) {
        ("GET", ["application-properties"]) => {
            let (title, _, version, build) = site.kind.release();
            Some(Reply::ok(&json!({
                "version": version,
                "buildNumber": build.to_string(),
                "buildDate": "1737331200000",
                "displayName": title,
            })))
        }
        // An access token is not let near user management.
        (_, ["admin", rest @ ..]) => licensed(caller, false)
            .or_else(|| users::administration(site, caller, incoming, method, rest)),
        ("GET", ["users", rest @ ..]) => {
            licensed(caller, true).or_else(|| users::users(site, incoming, rest))
        }
        ("GET", ["groups"]) => {
            licensed(caller, true).or_else(|| Some(users::groups(site, incoming)))
        }
        ("GET", ["dashboard", "pull-requests"]) => licensed(caller, true)
            .or_else(|| Some(pull_requests::dashboard(site, projects, caller, incoming))),
        ("GET", ["profile", "recent", "repos"]) => licensed(caller, true)
            .or_else(|| Some(projects::recent(site, projects, caller, incoming))),
        ("GET", ["repos"]) => Some(projects::repositories(site, projects, caller, incoming)),
        (_, ["projects", rest @ ..]) => {
            projects::answer(site, projects, caller, incoming, method, rest)
        }
        _ => None,
    }
}

/// Plain text; empty for nobody, and since 8.19.14 for an access token too.
fn who_am_i(caller: &Caller) -> Reply {
    let name = if caller.how == How::Token {
        ""
    } else {
        caller.name()
    };
    Reply::text(StatusCode::OK, name)
}
