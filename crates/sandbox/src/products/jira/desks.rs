//! Jira Service Management: one desk with its queues and requests, `/rest/servicedeskapi`.

use http::StatusCode;
use serde_json::{Value, json};

use super::projects::{Issue, Projects};
use super::{Asked, issues, users};
use crate::products::Site;
use crate::products::shared::part;
use crate::reply::Reply;

/// The project of the one desk.
const PROJECT: &str = "BOWL";

pub(super) fn answer(
    site: &Site,
    projects: &Projects,
    asked: &Asked<'_>,
    method: &str,
    rest: &[&str],
) -> Option<Reply> {
    if site.scenario.platform_only || method != "GET" {
        return None;
    }
    if rest == ["info"] {
        return Some(Reply::ok(&info(site)));
    }
    let Some(me) = &asked.caller.account else {
        return Some(site.not_authenticated(asked.incoming));
    };
    match rest {
        ["servicedesk"] => Some(page(site, asked, &[desk(site)])),
        ["servicedesk", "1"] => Some(Reply::ok(&desk(site))),
        ["servicedesk", "1", queue @ ..] if queue.first() == Some(&"queue") => {
            queues(site, projects, asked, &queue[1..])
        }
        ["servicedesk", id, ..] => Some(refuse(
            StatusCode::NOT_FOUND,
            &format!("The service desk {id} does not exist."),
        )),
        ["request"] => {
            let mine: Vec<Value> = of_desk(projects)
                .filter(|issue| issue.reporter == me.name)
                .map(|issue| request(site, issue))
                .collect();
            Some(page(site, asked, &mine))
        }
        ["request", key] => {
            let found = of_desk(projects).find(|issue| {
                issue.key.eq_ignore_ascii_case(key) && (issue.reporter == me.name || agent(asked))
            });
            Some(found.map_or_else(
                || {
                    refuse(
                        StatusCode::NOT_FOUND,
                        "The request does not exist, or you do not have the permission to see it.",
                    )
                },
                |issue| Reply::ok(&request(site, issue)),
            ))
        }
        _ => None,
    }
}

/// Agents work on requests; everybody else makes them.
fn agent(asked: &Asked<'_>) -> bool {
    asked
        .caller
        .account
        .as_ref()
        .is_some_and(|account| account.administrator || account.member_of("developers"))
}

fn queues(site: &Site, projects: &Projects, asked: &Asked<'_>, rest: &[&str]) -> Option<Reply> {
    if asked.incoming.header("x-experimentalapi") != Some("opt-in") {
        return Some(refuse(
            StatusCode::PRECONDITION_FAILED,
            "This API is experimental. Set the header X-ExperimentalApi to opt-in.",
        ));
    }
    if !agent(asked) {
        let text = "You do not have the permission to see the queues of this service desk.";
        return Some(refuse(StatusCode::FORBIDDEN, text));
    }
    let open: Vec<Value> = of_desk(projects)
        .filter(|issue| issue.status < 2)
        .map(|issue| issues::bean(site, projects, issue))
        .collect();
    match rest {
        [] => {
            let mut queue = json!({
                "id": "1",
                "name": "All open",
                "jql": format!("project = {PROJECT} AND resolution = Unresolved"),
                "fields": ["issuekey", "summary"],
            });
            if asked.incoming.query("includeCount") == Some("true") {
                queue["issueCount"] = json!(open.len());
            }
            Some(page(site, asked, &[queue]))
        }
        ["1", "issue"] => Some(page(site, asked, &open)),
        _ => None,
    }
}

fn of_desk(projects: &Projects) -> impl Iterator<Item = &Issue> {
    projects
        .issues
        .iter()
        .filter(|issue| issue.key.split('-').next() == Some(PROJECT))
}

fn info(site: &Site) -> Value {
    let (_, _, version, _) = site.kind.release();
    json!({
        "version": version,
        "platformVersion": version,
        "isLicensedForUse": true,
        "_links": { "self": format!("{}/rest/servicedeskapi/info", site.base_url) },
    })
}

fn desk(site: &Site) -> Value {
    json!({
        "id": "1",
        "projectId": "10001",
        "projectName": "Bowling club",
        "projectKey": PROJECT,
        "_links": { "self": format!("{}/rest/servicedeskapi/servicedesk/1", site.base_url) },
    })
}

fn request(site: &Site, issue: &Issue) -> Value {
    let reporter = site
        .account(&issue.reporter)
        .map(|account| users::short_bean(site, account));
    json!({
        "issueId": issue.id.to_string(),
        "issueKey": issue.key,
        "requestTypeId": "1",
        "serviceDeskId": "1",
        "reporter": reporter,
        "requestFieldValues": [{
            "fieldId": "summary",
            "label": "Summary",
            "value": issue.fields.get("summary"),
        }],
        "_links": { "self": format!("{}/rest/servicedeskapi/request/{}", site.base_url, issue.id) },
    })
}

fn page(site: &Site, asked: &Asked<'_>, all: &[Value]) -> Reply {
    let (start, limit) = (
        asked.incoming.number("start", 0),
        asked.incoming.number("limit", 50).min(50),
    );
    let shown = part(all, start, limit);
    Reply::ok(&json!({
        "_expands": [],
        "size": shown.len(),
        "start": start,
        "limit": limit,
        "isLastPage": start + shown.len() >= all.len(),
        "_links": { "base": site.base_url, "context": "/jira" },
        "values": shown,
    }))
}

fn refuse(status: StatusCode, text: &str) -> Reply {
    let body = json!({
        "errorMessage": text,
        "i18nErrorMessage": { "i18nKey": "", "parameters": [] },
    });
    Reply::json(status, &body)
}
