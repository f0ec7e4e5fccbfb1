//! Jira's answers.

use serde_json::Value;

use crate::answer::{Answer, Identity};
use crate::directory::User;

/// Whom the who-am-I answer names: its body, which no proxy rewrites.
pub(crate) fn identity(answer: &Answer<'_>) -> Identity {
    let Some(body) = answer.json() else {
        return Identity::Unsaid;
    };
    let display_name = body.get("displayName").and_then(Value::as_str);
    match body
        .get("name")
        .or_else(|| body.get("accountId"))
        .and_then(Value::as_str)
    {
        Some(name) => Identity::of(name, display_name),
        None => Identity::Unsaid,
    }
}

/// One user.
pub(crate) fn user(body: &Value) -> Option<User> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(User {
        name: text("name").filter(|name| !name.is_empty())?,
        key: text("key"),
        display_name: text("displayName"),
        email: text("emailAddress").filter(|email| !email.is_empty()),
        active: body.get("active").and_then(Value::as_bool).unwrap_or(true),
        deleted: body
            .get("deleted")
            .and_then(Value::as_bool)
            .unwrap_or(false),
        slug: None,
    })
}

/// A page of a search: the wire has a list, though the published schema says one object.
pub(crate) fn users(body: &Value) -> Option<Vec<User>> {
    body.as_array()
        .map(|list| list.iter().filter_map(user).collect())
}

/// The groups of a user answer; `None` when the list was not expanded.
pub(crate) fn groups(body: &Value) -> Option<Vec<String>> {
    let groups = body.get("groups")?;
    let items = groups.get("items")?.as_array()?;
    let size = groups
        .get("size")
        .and_then(Value::as_u64)
        .unwrap_or_default();
    if items.is_empty() && size > 0 {
        return None;
    }
    let name = |item: &Value| item.get("name").and_then(Value::as_str).map(str::to_owned);
    items.iter().map(name).collect()
}

/// The groups that a search found, and how many there are in all.
pub(crate) fn found_groups(body: &Value) -> Option<(Vec<String>, Option<usize>)> {
    let groups = body.get("groups")?.as_array()?;
    let name = |item: &Value| item.get("name").and_then(Value::as_str).map(str::to_owned);
    let names: Option<Vec<String>> = groups.iter().map(name).collect();
    Some((names?, number(body, "total")))
}

/// One page of a group's members: the users, whether it is the last, and how many there are.
pub(crate) fn members(body: &Value) -> Option<(Vec<User>, bool, Option<usize>)> {
    let values = body.get("values")?.as_array()?;
    let users: Option<Vec<User>> = values.iter().map(user).collect();
    let last = body.get("isLast").and_then(Value::as_bool).unwrap_or(true);
    Some((users?, last, number(body, "total")))
}

fn number(body: &Value, name: &str) -> Option<usize> {
    body.get(name)
        .and_then(Value::as_u64)
        .and_then(|number| usize::try_from(number).ok())
}
