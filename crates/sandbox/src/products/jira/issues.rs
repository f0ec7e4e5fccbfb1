//! Issues and their comments.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::projects::{self, Comment, Issue, Projects};
use super::{Asked, users};
use crate::clock::atlassian;
use crate::products::Site;
use crate::products::refusal::{jira_errors, jira_field_error};
use crate::reply::Reply;

/// The members that people write as they like.
const FREE: [&str; 6] = [
    "summary",
    "description",
    "labels",
    "environment",
    "duedate",
    "components",
];

pub(super) fn answer(
    site: &mut Site,
    projects: &mut Projects,
    asked: &Asked<'_>,
    method: &str,
    rest: &[&str],
) -> Option<Reply> {
    if asked.caller.account.is_none() {
        let text = "You do not have the permission to see the specified issue.";
        return Some(jira_errors(
            StatusCode::UNAUTHORIZED,
            &[text, "Login Required"],
        ));
    }
    match (method, rest) {
        ("POST", []) => return Some(create(site, projects, asked)),
        ("GET", ["createmeta", key, "issuetypes"]) => {
            return Some(create_meta(site, projects, key));
        }
        _ => {}
    }
    let (wanted, rest) = rest.split_first()?;
    let found = projects.issues.iter().position(|issue| {
        issue.key.eq_ignore_ascii_case(wanted) || issue.id.to_string() == *wanted
    });
    let Some(index) = found else {
        return Some(jira_errors(
            StatusCode::NOT_FOUND,
            &["Issue Does Not Exist"],
        ));
    };
    match (method, rest) {
        ("GET", []) => Some(Reply::ok(&bean(site, projects, &projects.issues[index]))),
        ("PUT", []) => {
            let body = asked.incoming.json().unwrap_or_default();
            if let Some(problem) = write(site, &mut projects.issues[index], &body["fields"]) {
                return Some(problem);
            }
            projects.issues[index].updated = asked.now;
            Some(Reply::empty(StatusCode::NO_CONTENT))
        }
        ("PUT", ["assignee"]) => {
            let fields = json!({ "assignee": asked.incoming.json().unwrap_or_default() });
            write(site, &mut projects.issues[index], &fields)
                .or_else(|| Some(Reply::empty(StatusCode::NO_CONTENT)))
        }
        ("DELETE", []) => {
            if projects.issues[index].reporter != asked.caller.name()
                && !asked.caller.is_administrator()
            {
                let text = "You do not have permission to delete issues in this project.";
                return Some(jira_errors(StatusCode::FORBIDDEN, &[text]));
            }
            projects.issues.remove(index);
            Some(Reply::empty(StatusCode::NO_CONTENT))
        }
        ("GET", ["comment"]) => Some(Reply::ok(&comments(site, &projects.issues[index]))),
        ("POST", ["comment"]) => Some(comment(site, &mut projects.issues[index], asked)),
        ("GET", ["transitions"]) => Some(Reply::ok(&transitions(site))),
        ("POST", ["transitions"]) => {
            let body = asked.incoming.json().unwrap_or_default();
            // Clients send the id as text or as a number.
            let wanted = body["transition"]["id"].to_string();
            let known = ["11", "21", "31"];
            let Some(status) = known.iter().position(|id| *id == wanted.trim_matches('"')) else {
                return Some(jira_errors(
                    StatusCode::BAD_REQUEST,
                    &["It seems that you have tried to perform an illegal workflow operation."],
                ));
            };
            projects.issues[index].status = status;
            Some(Reply::empty(StatusCode::NO_CONTENT))
        }
        _ => None,
    }
}

pub(super) fn bean(site: &Site, projects: &Projects, issue: &Issue) -> Value {
    let person = |name: &str| {
        site.account(name)
            .map_or(Value::Null, |account| users::short_bean(site, account))
    };
    let project_key = issue.key.split('-').next().unwrap_or_default();
    let mut fields = Map::new();
    for name in FREE {
        fields.insert(
            name.to_owned(),
            issue.fields.get(name).cloned().unwrap_or_default(),
        );
    }
    let rest = json!({
        "issuetype": projects::issue_type(site, &issue.kind),
        "project": projects.project(project_key).map(|project| projects::short_bean(site, project)),
        "status": projects::statuses(site).get(issue.status),
        "priority": projects::priority(site),
        "reporter": person(&issue.reporter),
        "creator": person(&issue.reporter),
        "assignee": issue.assignee.as_deref().map(person),
        "created": atlassian(issue.created),
        "updated": atlassian(issue.updated),
        "resolution": null,
        "resolutiondate": null,
        "fixVersions": [],
        "versions": [],
        "issuelinks": [],
        "subtasks": [],
        "attachment": [],
        "comment": comments(site, issue),
    });
    if let Value::Object(rest) = rest {
        fields.extend(rest);
    }
    json!({
        "expand": "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
        "id": issue.id.to_string(),
        "self": format!("{}/rest/api/2/issue/{}", site.base_url, issue.id),
        "key": issue.key,
        "fields": fields,
    })
}

fn comments(site: &Site, issue: &Issue) -> Value {
    let all: Vec<Value> = issue
        .comments
        .iter()
        .map(|comment| comment_bean(site, issue.id, comment))
        .collect();
    json!({ "comments": all, "maxResults": all.len(), "total": all.len(), "startAt": 0 })
}

fn comment_bean(site: &Site, issue: u64, comment: &Comment) -> Value {
    let author = site
        .account(&comment.author)
        .map_or(Value::Null, |account| users::short_bean(site, account));
    json!({
        "self": format!("{}/rest/api/2/issue/{issue}/comment/{}", site.base_url, comment.id),
        "id": comment.id.to_string(),
        "author": author,
        "body": comment.body,
        "updateAuthor": author,
        "created": atlassian(comment.created),
        "updated": atlassian(comment.created),
    })
}

fn comment(site: &mut Site, issue: &mut Issue, asked: &Asked<'_>) -> Reply {
    let body = asked.incoming.json().unwrap_or_default();
    let Some(text) = body["body"].as_str().filter(|text| !text.trim().is_empty()) else {
        return jira_field_error("comment", "Comment body can not be empty!");
    };
    let comment = Comment {
        id: 10_100 + site.next_id(),
        author: asked.caller.name().to_owned(),
        body: text.to_owned(),
        created: asked.now,
    };
    let bean = comment_bean(site, issue.id, &comment);
    issue.comments.push(comment);
    Reply::json(StatusCode::CREATED, &bean)
}

fn transitions(site: &Site) -> Value {
    let listed: Vec<Value> = projects::statuses(site)
        .into_iter()
        .enumerate()
        .map(|(index, status)| json!({ "id": format!("{}1", index + 1), "name": status["name"], "to": status }))
        .collect();
    json!({ "expand": "transitions", "transitions": listed })
}

fn create_meta(site: &Site, projects: &Projects, key: &str) -> Reply {
    if projects.project(key).is_none() {
        return jira_errors(StatusCode::NOT_FOUND, &["Project not found"]);
    }
    let kinds = projects::issue_types(site);
    Reply::ok(
        &json!({ "maxResults": 50, "startAt": 0, "total": kinds.len(), "isLast": true, "values": kinds }),
    )
}

/// Takes over what can be written; the reply says what cannot.
fn write(site: &Site, issue: &mut Issue, fields: &Value) -> Option<Reply> {
    for (name, value) in fields.as_object().into_iter().flatten() {
        match name.as_str() {
            "project" | "priority" | "reporter" => {}
            "issuetype" => {
                let wanted = value["name"]
                    .as_str()
                    .or(value["id"].as_str())
                    .unwrap_or_default();
                let Some(kind) = projects::issue_type(site, wanted) else {
                    return Some(jira_field_error(
                        "issuetype",
                        "The issue type selected is invalid.",
                    ));
                };
                kind["name"]
                    .as_str()
                    .unwrap_or_default()
                    .clone_into(&mut issue.kind);
            }
            "assignee" => {
                let name = value["name"].as_str();
                if let Some(name) = name.filter(|name| site.account(name).is_none()) {
                    return Some(jira_field_error(
                        "assignee",
                        &format!("User '{name}' does not exist."),
                    ));
                }
                issue.assignee = name.map(str::to_owned);
            }
            free if FREE.contains(&free) => {
                issue.fields.insert(name.clone(), value.clone());
            }
            other => {
                let text = format!(
                    "Field '{other}' cannot be set. It is not on the appropriate screen, or unknown."
                );
                return Some(jira_field_error(other, &text));
            }
        }
    }
    None
}

fn create(site: &mut Site, projects: &mut Projects, asked: &Asked<'_>) -> Reply {
    let body = asked.incoming.json().unwrap_or_default();
    let fields = &body["fields"];
    let wanted = fields["project"]["key"]
        .as_str()
        .or(fields["project"]["id"].as_str())
        .unwrap_or_default();
    let Some(key) = projects.project(wanted).map(|project| project.key.clone()) else {
        return jira_field_error("project", "project is required");
    };
    if fields["summary"]
        .as_str()
        .is_none_or(|summary| summary.trim().is_empty())
    {
        return jira_field_error("summary", "You must specify a summary of the issue.");
    }
    if fields["issuetype"].is_null() {
        return jira_field_error("issuetype", "issue type is required");
    }
    let mut issue = Issue {
        id: 10_100 + site.next_id(),
        key: String::new(),
        fields: Map::new(),
        kind: String::new(),
        status: 0,
        reporter: asked.caller.name().to_owned(),
        assignee: None,
        created: asked.now,
        updated: asked.now,
        comments: Vec::new(),
    };
    if let Some(problem) = write(site, &mut issue, fields) {
        return problem;
    }
    if let Some(project) = projects.all.iter_mut().find(|project| project.key == key) {
        project.issued += 1;
        issue.key = format!("{key}-{}", project.issued);
    }
    let answer = json!({
        "id": issue.id.to_string(),
        "key": issue.key,
        "self": format!("{}/rest/api/2/issue/{}", site.base_url, issue.id),
    });
    projects.issues.push(issue);
    Reply::json(StatusCode::CREATED, &answer)
}
