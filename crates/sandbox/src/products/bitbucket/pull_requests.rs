//! Pull requests: enough that somebody's dashboard has something on it.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::datetime;

use super::projects::{Projects, Repository, repository_bean};
use super::{page, users};
use crate::clock::milliseconds;
use crate::products::Site;
use crate::products::authentication::Caller;
use crate::reply::Reply;
use crate::request::Incoming;

pub(super) struct PullRequest {
    id: u64,
    pub(super) project: &'static str,
    pub(super) repository: &'static str,
    title: &'static str,
    author: &'static str,
    reviewer: &'static str,
}

/// When the pull requests were opened.
const SEEDED: OffsetDateTime = datetime!(2025-03-03 09:00 UTC);

impl PullRequest {
    /// Whether it stands on somebody's dashboard.
    pub(super) fn concerns(&self, name: &str) -> bool {
        self.author == name || self.reviewer == name
    }
}

pub(super) fn seeded() -> Vec<PullRequest> {
    let request = |id, repository, title, author, reviewer| PullRequest {
        id,
        project: "QUARRY",
        repository,
        title,
        author,
        reviewer,
    };
    vec![
        request(1, "crane", "Lift heavier stones", "fred", "barney"),
        request(2, "whistle", "Whistle at five sharp", "barney", "jdoe"),
        request(3, "crane", "Oil the neck", "wilma", "fred"),
    ]
}

pub(super) fn dashboard(
    site: &Site,
    projects: &Projects,
    caller: &Caller,
    incoming: &Incoming,
) -> Reply {
    let role = incoming.query("role").unwrap_or_default();
    let name = caller.name();
    let mine: Vec<Value> = projects
        .pull_requests
        .iter()
        .filter(|request| match role {
            "AUTHOR" => request.author == name,
            "REVIEWER" => request.reviewer == name,
            _ => request.concerns(name),
        })
        .map(|request| bean(site, projects, request))
        .collect();
    page(&mine, incoming)
}

pub(super) fn of_repository(
    site: &Site,
    projects: &Projects,
    repository: &Repository,
    incoming: &Incoming,
) -> Reply {
    let all: Vec<Value> = projects
        .pull_requests
        .iter()
        .filter(|request| {
            request.project == repository.project && request.repository == repository.slug
        })
        .map(|request| bean(site, projects, request))
        .collect();
    page(&all, incoming)
}

fn bean(site: &Site, projects: &Projects, request: &PullRequest) -> Value {
    let participant = |name: &str, role: &str| {
        json!({
            "user": site.account(name).map(|account| users::bean(site, account)),
            "role": role,
            "approved": false,
            "status": "UNAPPROVED",
        })
    };
    let repository = projects
        .repository(request.project, request.repository)
        .map(|repository| repository_bean(site, projects, repository));
    let end = |branch: &str| json!({ "id": format!("refs/heads/{branch}"), "displayId": branch, "repository": repository });
    json!({
        "id": request.id,
        "version": 0,
        "title": request.title,
        "state": "OPEN",
        "open": true,
        "closed": false,
        "locked": false,
        "createdDate": milliseconds(SEEDED),
        "updatedDate": milliseconds(SEEDED),
        "fromRef": end("feature"),
        "toRef": end("main"),
        "author": participant(request.author, "AUTHOR"),
        "reviewers": [participant(request.reviewer, "REVIEWER")],
        "participants": [],
        "links": {
            "self": [{
                "href": format!(
                    "{}/projects/{}/repos/{}/pull-requests/{}",
                    site.base_url, request.project, request.repository, request.id
                ),
            }],
        },
    })
}
