//! Projects and their repositories.

use http::StatusCode;
use serde_json::{Value, json};

use super::{page, pull_requests};
use crate::products::Site;
use crate::products::authentication::Caller;
use crate::products::refusal::{bitbucket_error, not_permitted};
use crate::reply::Reply;
use crate::request::Incoming;

pub(super) struct Repository {
    id: u64,
    pub(super) project: String,
    pub(super) slug: String,
    name: String,
    labels: Vec<String>,
}

pub(super) struct Project {
    id: u64,
    key: String,
    name: String,
    description: String,
    /// Whether nobody may read it too.
    public: bool,
}

/// All of Bitbucket's content.
pub(in crate::products) struct Projects {
    all: Vec<Project>,
    repositories: Vec<Repository>,
    pub(super) pull_requests: Vec<pull_requests::PullRequest>,
}

impl Projects {
    pub(in crate::products) fn new() -> Self {
        let project = |id, key: &str, name: &str, public| Project {
            id,
            key: key.to_owned(),
            name: name.to_owned(),
            description: String::new(),
            public,
        };
        let repository = |id, project: &str, slug: &str| Repository {
            id,
            project: project.to_owned(),
            slug: slug.to_owned(),
            name: slug.to_owned(),
            labels: Vec::new(),
        };
        Self {
            all: vec![
                project(1, "QUARRY", "Quarry software", false),
                project(2, "OPEN", "Open source", true),
            ],
            repositories: vec![
                repository(1, "QUARRY", "crane"),
                repository(2, "QUARRY", "whistle"),
                repository(3, "OPEN", "stone-wheel"),
            ],
            pull_requests: pull_requests::seeded(),
        }
    }

    fn project(&self, key: &str) -> Option<&Project> {
        self.all
            .iter()
            .find(|project| project.key.eq_ignore_ascii_case(key))
    }

    pub(super) fn repository(&self, project: &str, slug: &str) -> Option<&Repository> {
        self.repositories
            .iter()
            .find(|known| known.project.eq_ignore_ascii_case(project) && known.slug == slug)
    }

    pub(super) fn sees(&self, caller: &Caller, key: &str) -> bool {
        self.lets_in(caller, key, None)
    }

    pub(super) fn sees_repository(&self, caller: &Caller, repository: &Repository) -> bool {
        self.lets_in(caller, &repository.project, Some(&repository.slug))
    }

    fn lets_in(&self, caller: &Caller, key: &str, slug: Option<&str>) -> bool {
        let reached = caller
            .account
            .as_ref()
            .is_some_and(|account| account.reaches(key, slug));
        reached || self.project(key).is_some_and(|project| project.public)
    }
}

fn bean(site: &Site, project: &Project) -> Value {
    json!({
        "key": project.key,
        "id": project.id,
        "name": project.name,
        "description": project.description,
        "public": project.public,
        "type": "NORMAL",
        "links": { "self": [{ "href": format!("{}/projects/{}", site.base_url, project.key) }] },
    })
}

pub(super) fn repository_bean(site: &Site, projects: &Projects, repository: &Repository) -> Value {
    let project = projects.project(&repository.project);
    let path = format!("{}/{}", repository.project.to_lowercase(), repository.slug);
    json!({
        "slug": repository.slug,
        "id": repository.id,
        "name": repository.name,
        "hierarchyId": "5a1d0f3e00033c5b9f52",
        "scmId": "git",
        "state": "AVAILABLE",
        "statusMessage": "Available",
        "forkable": true,
        "project": project.map(|project| bean(site, project)),
        "public": project.is_some_and(|project| project.public),
        "archived": false,
        "links": {
            "clone": [{ "href": format!("{}/scm/{path}.git", site.base_url), "name": "http" }],
            "self": [{
                "href": format!("{}/projects/{}/repos/{}/browse", site.base_url, repository.project, repository.slug),
            }],
        },
    })
}

/// All repositories that the caller sees; nobody sees the public ones.
pub(super) fn repositories(
    site: &Site,
    projects: &Projects,
    caller: &Caller,
    incoming: &Incoming,
) -> Reply {
    let seen: Vec<Value> = projects
        .repositories
        .iter()
        .filter(|repository| projects.sees_repository(caller, repository))
        .filter(|repository| {
            incoming.query("name").is_none_or(|name| {
                repository
                    .name
                    .to_lowercase()
                    .contains(&name.to_lowercase())
            })
        })
        .map(|repository| repository_bean(site, projects, repository))
        .collect();
    page(&seen, incoming)
}

pub(super) fn recent(
    site: &Site,
    projects: &Projects,
    caller: &Caller,
    incoming: &Incoming,
) -> Reply {
    let mine: Vec<Value> = projects
        .pull_requests
        .iter()
        .filter(|request| request.concerns(caller.name()))
        .filter_map(|request| projects.repository(request.project, request.repository))
        .map(|repository| repository_bean(site, projects, repository))
        .collect();
    page(&mine, incoming)
}

pub(super) fn answer(
    site: &mut Site,
    projects: &mut Projects,
    caller: &Caller,
    incoming: &Incoming,
    method: &str,
    rest: &[&str],
) -> Option<Reply> {
    match (method, rest) {
        ("GET", []) => {
            let seen: Vec<Value> = projects
                .all
                .iter()
                .filter(|project| projects.sees(caller, &project.key))
                .map(|project| bean(site, project))
                .collect();
            return Some(page(&seen, incoming));
        }
        ("POST", []) if caller.is_administrator() => return Some(create(site, projects, incoming)),
        ("POST", []) => return Some(not_permitted()),
        _ => {}
    }
    let (wanted, rest) = rest.split_first()?;
    let Some(key) = projects.project(wanted).map(|project| project.key.clone()) else {
        return Some(missing(
            "Project",
            wanted,
            "com.atlassian.bitbucket.project.NoSuchProjectException",
        ));
    };
    if !projects.sees(caller, &key) {
        return Some(not_permitted());
    }
    match (method, rest) {
        ("GET", []) => projects
            .project(&key)
            .map(|project| Reply::ok(&bean(site, project))),
        ("DELETE", []) if caller.is_administrator() => {
            projects.all.retain(|project| project.key != key);
            projects
                .repositories
                .retain(|repository| repository.project != key);
            Some(Reply::empty(StatusCode::NO_CONTENT))
        }
        ("GET", ["repos"]) => {
            let all: Vec<Value> = projects
                .repositories
                .iter()
                .filter(|repository| repository.project == key)
                .map(|repository| repository_bean(site, projects, repository))
                .collect();
            Some(page(&all, incoming))
        }
        ("POST", ["repos"]) if caller.is_administrator() => {
            Some(create_repository(site, projects, &key, incoming))
        }
        ("GET", ["repos", slug, rest @ ..]) if rest.first() != Some(&"labels") => {
            let Some(repository) = projects.repository(&key, slug) else {
                let exception = "com.atlassian.bitbucket.repository.NoSuchRepositoryException";
                return Some(missing("Repository", slug, exception));
            };
            match rest {
                [] => Some(Reply::ok(&repository_bean(site, projects, repository))),
                ["pull-requests"] => Some(pull_requests::of_repository(
                    site, projects, repository, incoming,
                )),
                ["branches" | "commits" | "tags"] => Some(page(&[], incoming)),
                _ => None,
            }
        }
        (_, ["repos", slug, "labels", rest @ ..]) if caller.is_administrator() => {
            labels(site, projects, (&key, slug), incoming, method, rest)
        }
        ("POST" | "PUT" | "DELETE", _) => Some(not_permitted()),
        _ => None,
    }
}

/// The labels of a repository, for its administrators.
fn labels(
    site: &Site,
    projects: &mut Projects,
    (key, slug): (&str, &str),
    incoming: &Incoming,
    method: &str,
    rest: &[&str],
) -> Option<Reply> {
    let repository = projects
        .repositories
        .iter_mut()
        .find(|known| known.project.eq_ignore_ascii_case(key) && known.slug == slug)?;
    let all = &mut repository.labels;
    let absent = |name: &str| {
        let exception = "com.atlassian.bitbucket.label.NoSuchLabelException";
        Some(missing("Label", name, exception))
    };
    match (method, rest) {
        ("GET", []) => {
            let listed: Vec<Value> = all.iter().map(|name| json!({ "name": name })).collect();
            Some(page(&listed, incoming))
        }
        ("POST", []) => {
            let body = incoming.json().unwrap_or_default();
            let Some(name) = body["name"].as_str().filter(|name| !name.is_empty()) else {
                return Some(invalid("A label needs a name."));
            };
            if !all.iter().any(|known| known == name) {
                all.push(name.to_owned());
            }
            Some(Reply::ok(&json!({ "name": name })))
        }
        ("GET", [name]) if all.iter().any(|known| known == name) => {
            Some(Reply::ok(&json!({ "name": name })))
        }
        ("DELETE", [name]) if all.iter().any(|known| known == name) => {
            if site.scenario.deletes_nothing {
                return Some(not_permitted());
            }
            all.retain(|known| known != name);
            Some(Reply::empty(StatusCode::NO_CONTENT))
        }
        ("GET" | "DELETE", [name]) => absent(name),
        _ => None,
    }
}

fn missing(what: &str, name: &str, exception: &str) -> Reply {
    bitbucket_error(
        StatusCode::NOT_FOUND,
        &format!("{what} {name} does not exist."),
        exception,
    )
}

fn conflict(text: &str) -> Reply {
    bitbucket_error(
        StatusCode::CONFLICT,
        text,
        "com.atlassian.bitbucket.IntegrityException",
    )
}

fn invalid(text: &str) -> Reply {
    bitbucket_error(
        StatusCode::BAD_REQUEST,
        text,
        "com.atlassian.bitbucket.validation.ArgumentValidationException",
    )
}

fn create(site: &mut Site, projects: &mut Projects, incoming: &Incoming) -> Reply {
    let body = incoming.json().unwrap_or_default();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let key = text("key").to_uppercase();
    let good = key.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && key
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
    if !good {
        return invalid(
            "A project key starts with a letter and has only letters, digits, _ and -.",
        );
    }
    if projects.project(&key).is_some() {
        return conflict("This project key is already in use.");
    }
    let name = Some(text("name"))
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| key.clone());
    let public = body["public"] == true;
    let project = Project {
        id: 100 + site.next_id(),
        key,
        name,
        description: text("description"),
        public,
    };
    let answer = bean(site, &project);
    projects.all.push(project);
    Reply::json(StatusCode::CREATED, &answer)
}

fn create_repository(
    site: &mut Site,
    projects: &mut Projects,
    key: &str,
    incoming: &Incoming,
) -> Reply {
    let name = incoming
        .json()
        .and_then(|body| body["name"].as_str().map(str::to_owned))
        .unwrap_or_default();
    if name.is_empty() {
        return invalid("A repository needs a name.");
    }
    let slug: String = name
        .to_lowercase()
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || "-._".contains(letter) {
                letter
            } else {
                '-'
            }
        })
        .collect();
    if projects.repository(key, &slug).is_some() {
        return conflict("This repository URL is already taken.");
    }
    let repository = Repository {
        id: 100 + site.next_id(),
        project: key.to_owned(),
        slug,
        name,
        labels: Vec::new(),
    };
    let answer = repository_bean(site, projects, &repository);
    projects.repositories.push(repository);
    Reply::json(StatusCode::CREATED, &answer)
}
