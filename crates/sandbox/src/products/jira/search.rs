//! `search`, by the part of JQL that scripts use most: clauses joined by `AND`, an order that is not looked at.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::Asked;
use super::issues;
use super::projects::{Issue, Projects};
use crate::products::Site;
use crate::products::authentication::Caller;
use crate::products::refusal::jira_errors;
use crate::products::shared::part;
use crate::reply::Reply;

/// One condition: the field, whether it only has to contain the value, and the values of which one has to fit.
struct Clause {
    field: String,
    contains: bool,
    values: Vec<String>,
}

pub(super) fn search(site: &Site, projects: &Projects, asked: &Asked<'_>) -> Reply {
    let body = if asked.incoming.method == Method::POST {
        asked.incoming.json().unwrap_or_default()
    } else {
        Value::Null
    };
    let text = body["jql"]
        .as_str()
        .or(asked.incoming.query("jql"))
        .unwrap_or_default();
    let clauses = match parse(text, asked.caller) {
        Ok(clauses) => clauses,
        Err(message) => return jira_errors(StatusCode::BAD_REQUEST, &[&message]),
    };
    let number = |name: &str, otherwise| {
        let in_body = body[name]
            .as_u64()
            .and_then(|number| usize::try_from(number).ok());
        in_body.unwrap_or_else(|| asked.incoming.number(name, otherwise))
    };
    let wanted: Vec<String> = match body["fields"].as_array() {
        Some(names) => names
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        None => asked
            .incoming
            .query("fields")
            .into_iter()
            .flat_map(|list| list.split(','))
            .map(str::to_owned)
            .collect(),
    };
    let seen = asked.caller.account.is_some();
    let found: Vec<Value> = projects
        .issues
        .iter()
        .filter(|issue| seen && clauses.iter().all(|clause| clause.fits(issue)))
        .map(|issue| narrowed(issues::bean(site, projects, issue), &wanted))
        .collect();
    let (start, limit) = (number("startAt", 0), number("maxResults", 50));
    Reply::ok(&json!({
        "expand": "names,schema",
        "startAt": start,
        "maxResults": limit,
        "total": found.len(),
        "issues": part(&found, start, limit),
    }))
}

/// Only the fields that were asked for.
fn narrowed(mut issue: Value, wanted: &[String]) -> Value {
    let all = wanted.is_empty() || wanted.iter().any(|name| name.starts_with('*'));
    if let Some(fields) = issue["fields"].as_object_mut().filter(|_| !all) {
        fields.retain(|name, _| wanted.iter().any(|wanted| wanted == name));
    }
    issue
}

fn parse(jql: &str, caller: &Caller) -> Result<Vec<Clause>, String> {
    let lower = jql.to_ascii_lowercase();
    let conditions = &jql[..lower.find("order by").unwrap_or(jql.len())];
    let mut clauses = Vec::new();
    let mut rest = conditions.trim();
    while !rest.is_empty() {
        let end = rest.to_ascii_lowercase().find(" and ");
        let (clause, tail) = end.map_or((rest, ""), |end| (&rest[..end], &rest[end + 5..]));
        clauses.push(Clause::parse(clause.trim(), caller)?);
        rest = tail.trim();
    }
    Ok(clauses)
}

impl Clause {
    fn parse(text: &str, caller: &Caller) -> Result<Self, String> {
        let split = [("~", true), ("=", false), (" in ", false), (" IN ", false)]
            .into_iter()
            .find_map(|(operator, contains)| {
                text.split_once(operator).map(|halves| (halves, contains))
            });
        let Some(((field, value), contains)) = split else {
            return Err(format!(
                "Error in the JQL Query: the clause '{text}' is not understood."
            ));
        };
        let field = field.trim().trim_matches('"').to_ascii_lowercase();
        if ![
            "project", "key", "issuekey", "id", "assignee", "reporter", "summary", "text",
        ]
        .contains(&field.as_str())
        {
            return Err(format!(
                "Field '{field}' does not exist or you do not have permission to view it."
            ));
        }
        let values = value
            .trim()
            .trim_start_matches('(')
            .trim_end_matches(')')
            .split(',')
            .map(|value| value.trim().trim_matches(['"', '\'']))
            .map(|value| {
                if value.trim_end_matches('(') == "currentUser" {
                    caller.name()
                } else {
                    value
                }
            })
            .map(str::to_lowercase)
            .collect();
        Ok(Self {
            field,
            contains,
            values,
        })
    }

    fn fits(&self, issue: &Issue) -> bool {
        let summary = || {
            issue
                .fields
                .get("summary")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let actual = match self.field.as_str() {
            "project" => issue.key.split('-').next().unwrap_or_default().to_owned(),
            "assignee" => issue.assignee.clone().unwrap_or_default(),
            "reporter" => issue.reporter.clone(),
            "summary" | "text" => summary(),
            "id" => issue.id.to_string(),
            _ => issue.key.clone(),
        };
        let actual = actual.to_lowercase();
        self.values.iter().any(|value| {
            if self.contains {
                actual.contains(value)
            } else {
                actual == *value
            }
        })
    }
}
