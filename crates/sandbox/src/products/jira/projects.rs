//! Projects, and what every issue in them has.

use http::StatusCode;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::datetime;

use super::{Asked, users};
use crate::products::Site;
use crate::products::refusal::{jira_errors, jira_field_error};
use crate::reply::Reply;

pub(super) struct Comment {
    pub(super) id: u64,
    pub(super) author: String,
    pub(super) body: String,
    pub(super) created: OffsetDateTime,
}

pub(super) struct Issue {
    pub(super) id: u64,
    pub(super) key: String,
    /// What people wrote: summary, description, labels and the like.
    pub(super) fields: serde_json::Map<String, Value>,
    pub(super) kind: String,
    pub(super) status: usize,
    pub(super) reporter: String,
    pub(super) assignee: Option<String>,
    pub(super) created: OffsetDateTime,
    pub(super) updated: OffsetDateTime,
    pub(super) comments: Vec<Comment>,
}

pub(super) struct Project {
    pub(super) id: u64,
    pub(super) key: String,
    name: String,
    lead: String,
    /// The number of the last issue.
    pub(super) issued: u64,
}

/// All of Jira's content; everybody who may use Jira sees it, nobody else does.
pub(in crate::products) struct Projects {
    pub(super) all: Vec<Project>,
    pub(super) issues: Vec<Issue>,
    pub(super) filters: Vec<super::filters::Filter>,
}

/// When the issues were made that are there from the start.
const SEEDED: OffsetDateTime = datetime!(2025-03-03 09:00 UTC);
const ISSUE_TYPES: [(&str, &str); 4] = [
    ("10001", "Story"),
    ("10002", "Task"),
    ("10004", "Bug"),
    ("10000", "Epic"),
];
const STATUSES: [(&str, &str, &str); 3] = [
    ("10000", "To Do", "new"),
    ("3", "In Progress", "indeterminate"),
    ("10001", "Done", "done"),
];

impl Projects {
    pub(in crate::products) fn new() -> Self {
        let project = |id, key: &str, name: &str, issued| Project {
            id,
            key: key.to_owned(),
            name: name.to_owned(),
            lead: "fred".to_owned(),
            issued,
        };
        let issue = |id, key: &str, summary: &str, reporter: &str, assignee: &str| Issue {
            id,
            key: key.to_owned(),
            fields: [
                ("summary".to_owned(), json!(summary)),
                ("labels".to_owned(), json!([])),
            ]
            .into_iter()
            .collect(),
            kind: "Task".to_owned(),
            status: 0,
            reporter: reporter.to_owned(),
            assignee: Some(assignee.to_owned()),
            created: SEEDED,
            updated: SEEDED,
            comments: Vec::new(),
        };
        Self {
            all: vec![
                project(10000, "ROCK", "Rock quarry", 2),
                project(10001, "BOWL", "Bowling club", 1),
            ],
            issues: vec![
                issue(
                    10001,
                    "ROCK-1",
                    "Sharpen the dinosaur's teeth",
                    "fred",
                    "barney",
                ),
                issue(
                    10002,
                    "ROCK-2",
                    "The whistle at five is late",
                    "barney",
                    "fred",
                ),
                issue(10003, "BOWL-1", "Order twinkle-toe shoes", "fred", "fred"),
            ],
            filters: Vec::new(),
        }
    }

    pub(super) fn project(&self, key_or_id: &str) -> Option<&Project> {
        self.all.iter().find(|project| {
            project.key.eq_ignore_ascii_case(key_or_id) || project.id.to_string() == key_or_id
        })
    }
}

/// An issue type by its id or its name.
pub(super) fn issue_type(site: &Site, wanted: &str) -> Option<Value> {
    issue_types(site)
        .into_iter()
        .find(|kind| kind["id"] == wanted || kind["name"] == wanted)
}

pub(super) fn issue_types(site: &Site) -> Vec<Value> {
    ISSUE_TYPES
        .iter()
        .map(|(id, name)| {
            json!({
                "self": format!("{}/rest/api/2/issuetype/{id}", site.base_url),
                "id": id,
                "description": "",
                "iconUrl": format!("{}/images/icons/issuetypes/{}.svg", site.base_url, name.to_lowercase()),
                "name": name,
                "subtask": false,
            })
        })
        .collect()
}

pub(super) fn statuses(site: &Site) -> Vec<Value> {
    STATUSES
        .iter()
        .enumerate()
        .map(|(index, (id, name, category))| {
            json!({
                "self": format!("{}/rest/api/2/status/{id}", site.base_url),
                "description": "",
                "iconUrl": format!("{}/images/icons/statuses/generic.png", site.base_url),
                "name": name,
                "id": id,
                "statusCategory": {
                    "self": format!("{}/rest/api/2/statuscategory/{}", site.base_url, index + 2),
                    "id": index + 2,
                    "key": category,
                    "colorName": "blue-gray",
                    "name": name,
                },
            })
        })
        .collect()
}

pub(super) fn priority(site: &Site) -> Value {
    json!({
        "self": format!("{}/rest/api/2/priority/3", site.base_url),
        "iconUrl": format!("{}/images/icons/priorities/medium.svg", site.base_url),
        "name": "Medium",
        "id": "3",
    })
}

pub(super) fn short_bean(site: &Site, project: &Project) -> Value {
    let avatar = |size: u32| {
        format!(
            "{}/secure/projectavatar?size={size}&pid={}",
            site.base_url, project.id
        )
    };
    json!({
        "self": format!("{}/rest/api/2/project/{}", site.base_url, project.id),
        "id": project.id.to_string(),
        "key": project.key,
        "name": project.name,
        "projectTypeKey": "software",
        "archived": false,
        "avatarUrls": { "48x48": avatar(48), "24x24": avatar(24), "16x16": avatar(16), "32x32": avatar(32) },
    })
}

fn bean(site: &Site, project: &Project) -> Value {
    let mut bean = short_bean(site, project);
    bean["expand"] = json!("description,lead,url,projectKeys");
    bean["description"] = json!("");
    bean["lead"] = site
        .account(&project.lead)
        .map_or(Value::Null, |lead| users::short_bean(site, lead));
    bean["components"] = json!([]);
    bean["versions"] = json!([]);
    bean["issueTypes"] = Value::Array(issue_types(site));
    bean["assigneeType"] = json!("UNASSIGNED");
    bean["roles"] = json!({});
    bean
}

pub(super) fn answer(
    site: &mut Site,
    projects: &mut Projects,
    asked: &Asked<'_>,
    method: &str,
    rest: &[&str],
) -> Option<Reply> {
    let signed_in = asked.caller.account.is_some();
    match (method, rest) {
        // Nobody sees no project, and that is a good answer.
        ("GET", []) => {
            let seen = projects
                .all
                .iter()
                .filter(|_| signed_in)
                .map(|project| short_bean(site, project));
            Some(Reply::ok(&Value::Array(seen.collect())))
        }
        ("GET", [key]) => Some(match projects.project(key).filter(|_| signed_in) {
            Some(project) => Reply::ok(&bean(site, project)),
            None => no_project(key),
        }),
        ("GET", [key, "components" | "versions"]) => {
            Some(match projects.project(key).filter(|_| signed_in) {
                Some(_) => Reply::ok(&json!([])),
                None => no_project(key),
            })
        }
        _ if !asked.caller.is_administrator() => {
            Some(site.not_administrator(asked.caller, asked.incoming))
        }
        ("POST", []) => Some(create(site, projects, asked)),
        ("DELETE", [key]) => {
            let Some(key) = projects.project(key).map(|project| project.key.clone()) else {
                return Some(no_project(key));
            };
            projects.all.retain(|project| project.key != key);
            let prefix = format!("{key}-");
            projects
                .issues
                .retain(|issue| !issue.key.starts_with(&prefix));
            Some(Reply::empty(StatusCode::NO_CONTENT))
        }
        _ => None,
    }
}

fn no_project(key: &str) -> Reply {
    jira_errors(
        StatusCode::NOT_FOUND,
        &[&format!("No project could be found with key '{key}'.")],
    )
}

fn create(site: &mut Site, projects: &mut Projects, asked: &Asked<'_>) -> Reply {
    let body = asked.incoming.json().unwrap_or_default();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let (key, name) = (text("key"), text("name"));
    let good = key.len() >= 2
        && key.starts_with(|letter: char| letter.is_ascii_uppercase())
        && key
            .chars()
            .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
    if !good {
        let text = "Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric \
                    characters.";
        return jira_field_error("projectKey", text);
    }
    if name.len() < 2 {
        return jira_field_error("projectName", "You must specify a valid project name.");
    }
    if projects.project(&key).is_some() {
        return jira_field_error(
            "projectKey",
            "A project with that project key already exists.",
        );
    }
    let wanted = text("lead");
    let wanted = if wanted.is_empty() {
        asked.caller.name()
    } else {
        wanted.as_str()
    };
    let by_key = site.accounts.iter().find(|account| account.key == wanted);
    let Some(lead) = site
        .account(wanted)
        .or(by_key)
        .map(|account| account.name.clone())
    else {
        return jira_field_error("projectLead", "You must specify a valid project lead.");
    };
    let id = 10_100 + site.next_id();
    let answer = json!({
        "self": format!("{}/rest/api/2/project/{id}", site.base_url),
        "id": id,
        "key": key,
    });
    projects.all.push(Project {
        id,
        key,
        name,
        lead,
        issued: 0,
    });
    Reply::json(StatusCode::CREATED, &answer)
}
