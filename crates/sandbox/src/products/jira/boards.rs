//! Jira Software: a board for each project, `/rest/agile/1.0`.

use http::StatusCode;
use serde_json::{Value, json};

use super::projects::Projects;
use super::{Asked, issues};
use crate::products::Site;
use crate::products::refusal::jira_errors;
use crate::products::shared::part;
use crate::reply::Reply;

pub(super) fn answer(
    site: &Site,
    projects: &Projects,
    asked: &Asked<'_>,
    method: &str,
    rest: &[&str],
) -> Option<Reply> {
    if site.scenario.platform_only {
        return None;
    }
    if asked.caller.account.is_none() {
        return Some(site.not_authenticated(asked.incoming));
    }
    let boards = || -> Vec<Value> {
        projects
            .all
            .iter()
            .enumerate()
            .map(|(index, project)| {
                json!({
                    "id": index + 1,
                    "self": format!("{}/rest/agile/1.0/board/{}", site.base_url, index + 1),
                    "name": format!("{} board", project.key),
                    "type": if index == 0 { "scrum" } else { "kanban" },
                })
            })
            .collect()
    };
    match (method, rest) {
        ("GET", ["board"]) => Some(page(asked, "values", &boards())),
        ("GET", ["board", id, rest @ ..]) => {
            let index = id.parse::<usize>().ok().and_then(|id| id.checked_sub(1));
            let found = index.and_then(|index| {
                let project = projects.all.get(index)?;
                Some((boards().get(index)?.clone(), project))
            });
            let Some((board, project)) = found else {
                let text = format!(
                    "The requested board cannot be viewed because it either does not exist or you do not have permission to view it: {id}"
                );
                return Some(jira_errors(StatusCode::NOT_FOUND, &[&text]));
            };
            let prefix = format!("{}-", project.key);
            match rest {
                [] => Some(Reply::ok(&board)),
                ["issue"] => {
                    let all: Vec<Value> = projects
                        .issues
                        .iter()
                        .filter(|issue| issue.key.starts_with(&prefix))
                        .map(|issue| issues::bean(site, projects, issue))
                        .collect();
                    Some(page(asked, "issues", &all))
                }
                ["sprint"] if board["type"] == "scrum" => Some(page(
                    asked,
                    "values",
                    &[
                        json!({ "id": 1, "state": "active", "name": "Sprint 1", "originBoardId": 1 }),
                    ],
                )),
                ["sprint"] => {
                    let text = "The board does not support sprints";
                    Some(jira_errors(StatusCode::BAD_REQUEST, &[text]))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn page(asked: &Asked<'_>, list: &str, all: &[Value]) -> Reply {
    let (start, limit) = (
        asked.incoming.number("startAt", 0),
        asked.incoming.number("maxResults", 50),
    );
    let shown = part(all, start, limit);
    Reply::ok(&json!({
        "maxResults": limit,
        "startAt": start,
        "total": all.len(),
        "isLast": start + shown.len() >= all.len(),
        list: shown,
    }))
}
