//! Filters: a name for a search, private to whoever made it.

use http::StatusCode;
use serde_json::{Value, json};

use super::projects::Projects;
use super::{Asked, users};
use crate::products::Site;
use crate::products::refusal::{jira_errors, jira_field_error};
use crate::reply::Reply;

pub(super) struct Filter {
    id: u64,
    name: String,
    jql: String,
    owner: String,
}

pub(super) fn answer(
    site: &mut Site,
    projects: &mut Projects,
    asked: &Asked<'_>,
    method: &str,
    rest: &[&str],
) -> Option<Reply> {
    let me = asked.caller.name();
    if asked.caller.account.is_none() && method != "GET" {
        return Some(site.not_authenticated(asked.incoming));
    }
    match (method, rest) {
        ("POST", []) => {
            let body = asked.incoming.json().unwrap_or_default();
            let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            let name = text("name");
            if name.is_empty() {
                return Some(jira_field_error(
                    "filterName",
                    "You must specify a name to save this filter as.",
                ));
            }
            let taken = projects
                .filters
                .iter()
                .any(|filter| filter.owner == me && filter.name == name);
            if taken {
                return Some(jira_field_error(
                    "filterName",
                    "Filter with same name already exists.",
                ));
            }
            let filter = Filter {
                id: 10_200 + site.next_id(),
                name,
                jql: text("jql"),
                owner: me.to_owned(),
            };
            let answer = Reply::ok(&bean(site, &filter));
            projects.filters.push(filter);
            Some(answer)
        }
        (_, [id]) => {
            let found = projects
                .filters
                .iter()
                .position(|filter| filter.id.to_string() == *id && filter.owner == me);
            let Some(index) = found else {
                let text = "The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.";
                return Some(jira_errors(StatusCode::BAD_REQUEST, &[text]));
            };
            match method {
                "GET" => Some(Reply::ok(&bean(site, &projects.filters[index]))),
                "DELETE" if site.scenario.deletes_nothing => Some(jira_errors(
                    StatusCode::FORBIDDEN,
                    &["You do not have permission to delete this filter."],
                )),
                "DELETE" => {
                    projects.filters.remove(index);
                    Some(Reply::empty(StatusCode::NO_CONTENT))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn bean(site: &Site, filter: &Filter) -> Value {
    json!({
        "self": format!("{}/rest/api/2/filter/{}", site.base_url, filter.id),
        "id": filter.id.to_string(),
        "name": filter.name,
        "jql": filter.jql,
        "favourite": false,
        "owner": site.account(&filter.owner).map(|account| users::short_bean(site, account)),
        "sharePermissions": [],
    })
}
