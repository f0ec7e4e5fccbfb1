//! Jira's REST API.

mod boards;
mod desks;
mod filters;
mod issues;
mod projects;
mod search;
mod users;

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::Site;
use super::authentication::Caller;
use crate::clock::atlassian;
use crate::reply::Reply;
use crate::request::Incoming;
pub(super) use projects::Projects;

/// A request with everything that a resource looks at.
struct Asked<'a> {
    caller: &'a Caller,
    incoming: &'a Incoming,
    now: OffsetDateTime,
}

impl Asked<'_> {
    /// Whether a list of the query names a member.
    fn expands(&self, member: &str) -> bool {
        self.incoming
            .query("expand")
            .is_some_and(|list| list.split(',').any(|name| name.trim() == member))
    }
}

pub(super) fn answer(
    site: &mut Site,
    projects: &mut Projects,
    caller: &Caller,
    incoming: &Incoming,
    path: &[&str],
    now: OffsetDateTime,
) -> Option<Reply> {
    let asked = Asked {
        caller,
        incoming,
        now,
    };
    let method = incoming.verb();
    match path {
        ["rest", "api", "2" | "2.0" | "latest", resource @ ..] => {
            api(site, projects, &asked, method, resource)
        }
        ["rest", "agile", "1.0" | "latest", resource @ ..] => {
            boards::answer(site, projects, &asked, method, resource)
        }
        ["rest", "servicedeskapi", resource @ ..] => {
            desks::answer(site, projects, &asked, method, resource)
        }
        ["rest", "auth", "1" | "latest", "session"] => site.session(caller, incoming, method, now),
        _ => None,
    }
}

fn api(
    site: &mut Site,
    projects: &mut Projects,
    asked: &Asked<'_>,
    method: &str,
    resource: &[&str],
) -> Option<Reply> {
    let signed_in = asked.caller.account.is_some();
    match (method, resource) {
        ("GET", ["serverInfo"]) => Some(Reply::ok(&server_info(site, asked.now))),
        ("GET", ["mypermissions"]) => Some(Reply::ok(&permissions(asked.caller))),
        ("GET", ["groups", "picker"]) => Some(users::group_picker(site, asked)),
        ("GET" | "POST", ["search"]) => Some(search::search(site, projects, asked)),
        ("GET", ["dashboard"]) => Some(Reply::ok(
            &json!({ "startAt": 0, "maxResults": 20, "total": 0, "dashboards": [] }),
        )),
        (_, ["project", rest @ ..]) => projects::answer(site, projects, asked, method, rest),
        (_, ["filter", rest @ ..]) => filters::answer(site, projects, asked, method, rest),
        (_, ["issue", rest @ ..]) => issues::answer(site, projects, asked, method, rest),
        // What is left is for people who are signed in.
        _ if !signed_in => Some(site.not_authenticated(asked.incoming)),
        ("GET", ["myself"]) => asked
            .caller
            .account
            .as_ref()
            .map(|me| Reply::ok(&users::bean(site, me, asked))),
        ("GET", ["user"]) => Some(users::user(site, asked)),
        ("GET", ["user", "search"]) => Some(users::search(site, asked)),
        ("GET", ["group", "member"]) => Some(users::group_member(site, asked)),
        ("GET", ["field"]) => Some(Reply::ok(&fields())),
        ("GET", ["issuetype"]) => Some(Reply::ok(&Value::Array(projects::issue_types(site)))),
        ("GET", ["projectCategory"]) => Some(Reply::ok(&json!([]))),
        ("GET", ["permissionscheme"]) => Some(schemes(
            site,
            asked,
            "permissionSchemes",
            "Default Permission Scheme",
        )),
        ("GET", ["issuesecurityschemes"]) => {
            Some(schemes(site, asked, "issueSecuritySchemes", "Default"))
        }
        ("GET", ["priority"]) => Some(Reply::ok(&Value::Array(vec![projects::priority(site)]))),
        ("GET", ["status"]) => Some(Reply::ok(&Value::Array(projects::statuses(site)))),
        _ => None,
    }
}

/// Clients look at these before they make a project.
fn schemes(site: &Site, asked: &Asked<'_>, list: &str, name: &str) -> Reply {
    if !asked.caller.is_administrator() {
        return site.not_administrator(asked.caller, asked.incoming);
    }
    Reply::ok(&json!({ list: [{ "id": 10000, "name": name, "description": "" }] }))
}

fn server_info(site: &Site, now: OffsetDateTime) -> Value {
    let (.., version, build) = site.kind.release();
    let numbers: Vec<u32> = version
        .split('.')
        .filter_map(|part| part.parse().ok())
        .collect();
    json!({
        "baseUrl": site.base_url,
        "version": version,
        "versionNumbers": numbers,
        "deploymentType": "Server",
        "buildNumber": build,
        "buildDate": "2025-01-20T00:00:00.000+0000",
        "databaseBuildNumber": build,
        "serverTime": atlassian(now),
        "scmInfo": "5f3a7c1d0c3be6c4d2a9b0f1e8d7c6b5a4938271",
        "serverTitle": "Bedrock Jira",
    })
}

fn permissions(caller: &Caller) -> Value {
    let (somebody, administrator) = (caller.account.is_some(), caller.is_administrator());
    let listed = [
        (
            "BROWSE_PROJECTS",
            "10",
            "Browse Projects",
            "PROJECT",
            somebody,
        ),
        ("CREATE_ISSUES", "11", "Create Issues", "PROJECT", somebody),
        ("ADD_COMMENTS", "15", "Add Comments", "PROJECT", somebody),
        (
            "ADMINISTER_PROJECTS",
            "23",
            "Administer Projects",
            "PROJECT",
            administrator,
        ),
        (
            "ADMINISTER",
            "0",
            "Jira Administrators",
            "GLOBAL",
            administrator,
        ),
        (
            "SYSTEM_ADMIN",
            "44",
            "Jira System Administrators",
            "GLOBAL",
            administrator,
        ),
        ("USER_PICKER", "27", "Browse Users", "GLOBAL", somebody),
    ];
    let members: serde_json::Map<String, Value> = listed
        .into_iter()
        .map(|(key, id, name, kind, held)| {
            let permission = json!({
                "id": id, "key": key, "name": name, "type": kind, "description": name, "havePermission": held,
            });
            (key.to_owned(), permission)
        })
        .collect();
    json!({ "permissions": members })
}

fn fields() -> Value {
    let listed = [
        ("summary", "Summary", "string"),
        ("description", "Description", "string"),
        ("issuetype", "Issue Type", "issuetype"),
        ("project", "Project", "project"),
        ("status", "Status", "status"),
        ("priority", "Priority", "priority"),
        ("assignee", "Assignee", "user"),
        ("reporter", "Reporter", "user"),
        ("creator", "Creator", "user"),
        ("created", "Created", "datetime"),
        ("updated", "Updated", "datetime"),
        ("labels", "Labels", "array"),
        ("comment", "Comment", "comments-page"),
    ];
    Value::Array(
        listed
            .into_iter()
            .map(|(id, name, kind)| {
                json!({
                    "id": id,
                    "name": name,
                    "custom": false,
                    "orderable": true,
                    "navigable": true,
                    "searchable": true,
                    "clauseNames": [id],
                    "schema": { "type": kind, "system": id },
                })
            })
            .collect(),
    )
}
