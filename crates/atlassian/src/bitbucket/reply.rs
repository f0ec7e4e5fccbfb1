//! Bitbucket's answers.

use serde_json::Value;

use crate::answer::{Answer, Identity};
use crate::directory::User;

/// Whom the who-am-I answer names: the header alone, which Bitbucket leaves out for nobody.
pub(crate) fn identity(answer: &Answer<'_>) -> Identity {
    match answer.header_identity() {
        Identity::Unsaid if answer.succeeded() => Identity::Nobody,
        identity @ (Identity::Named(_) | Identity::Nobody | Identity::Unsaid) => identity,
    }
}

/// One user.
pub(crate) fn user(body: &Value) -> Option<User> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(User {
        name: text("name").filter(|name| !name.is_empty())?,
        key: body
            .get("id")
            .and_then(Value::as_u64)
            .map(|id| id.to_string()),
        display_name: text("displayName"),
        email: text("emailAddress").filter(|email| !email.is_empty()),
        active: body.get("active").and_then(Value::as_bool).unwrap_or(true),
        deleted: false,
        slug: text("slug"),
    })
}

/// One page of entries, and where the next one starts.
pub(crate) fn page<'a, T>(
    body: &'a Value,
    read: impl Fn(&'a Value) -> Option<T>,
) -> Option<(Vec<T>, Option<usize>)> {
    let values = body.get("values")?.as_array()?;
    let entries = values.iter().map(read).collect::<Option<Vec<T>>>()?;
    let last = body
        .get("isLastPage")
        .and_then(Value::as_bool)
        .unwrap_or(true);
    let next = body
        .get("nextPageStart")
        .and_then(Value::as_u64)
        .and_then(|start| usize::try_from(start).ok());
    Some((entries, if last { None } else { next }))
}

/// The name of a group: a text, or an object. A user in its place is no group.
pub(crate) fn group(entry: &Value) -> Option<String> {
    if entry.get("slug").is_some() || entry.get("emailAddress").is_some() {
        return None;
    }
    entry
        .as_str()
        .or_else(|| entry.get("name").and_then(Value::as_str))
        .map(str::to_owned)
}
