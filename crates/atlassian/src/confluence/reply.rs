//! Confluence's answers.

use serde_json::Value;

use crate::answer::{Answer, Identity};
use crate::directory::User;

/// Whom the who-am-I answer names: only the type `known` is a user.
pub(crate) fn identity(answer: &Answer<'_>) -> Identity {
    let Some(body) = answer.json() else {
        return Identity::Unsaid;
    };
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    match text("type") {
        Some("known") => {
            let name = text("username").or_else(|| text("accountId"));
            name.map_or(Identity::Unsaid, |name| {
                let display_name = text("displayName").or_else(|| text("publicName"));
                Identity::of(name, display_name)
            })
        }
        Some("anonymous") => Identity::Nobody,
        Some(_) | None => Identity::Unsaid,
    }
}

/// One user. Confluence gives no e-mail address.
pub(crate) fn user(body: &Value) -> Option<User> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let kind = text("type");
    if kind.as_deref() == Some("anonymous") {
        return None;
    }
    let status = text("status").map(|status| status.to_ascii_lowercase());
    let deactivated = matches!(
        status.as_deref(),
        Some("deactivated" | "inactive" | "disabled")
    );
    let deleted = kind.as_deref() == Some("unknown")
        || matches!(status.as_deref(), Some("deleted" | "unknown"));
    Some(User {
        name: text("username").filter(|name| !name.is_empty())?,
        key: text("userKey"),
        display_name: text("displayName"),
        email: None,
        active: !deactivated && !deleted,
        deleted,
        slug: None,
    })
}

/// One page of groups, and whether there may be more.
pub(crate) fn groups(body: &Value) -> Option<(Vec<String>, bool)> {
    page(body, |item| {
        item.get("name").and_then(Value::as_str).map(str::to_owned)
    })
}

/// One page of a group's members, and whether there may be more.
pub(crate) fn members(body: &Value) -> Option<(Vec<User>, bool)> {
    page(body, user)
}

fn page<T>(body: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<(Vec<T>, bool)> {
    let results = body.get("results")?.as_array()?;
    let entries: Option<Vec<T>> = results.iter().map(read).collect();
    let limit = body.get("limit").and_then(Value::as_u64);
    let full = limit.is_some_and(|limit| limit > 0 && results.len() as u64 >= limit);
    let next = body.pointer("/_links/next").is_some();
    Some((entries?, full || next))
}
