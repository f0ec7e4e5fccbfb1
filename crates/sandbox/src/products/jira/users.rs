//! People and groups as Jira shows them.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};

use super::Asked;
use crate::html::escape;
use crate::products::account::Account;
use crate::products::encoded;
use crate::products::refusal::jira_errors;
use crate::products::shared::{found_by, part};
use crate::products::{Kind, Site};
use crate::reply::Reply;

/// Somebody in few words, as they stand in issues and lists.
pub(super) fn short_bean(site: &Site, account: &Account) -> Value {
    let avatar = |size: u32| {
        format!(
            "{}/secure/useravatar?size={size}&avatarId=10122",
            site.base_url
        )
    };
    json!({
        "self": format!("{}/rest/api/2/user?username={}", site.base_url, encoded(&account.name)),
        "key": account.key,
        "name": account.name,
        "emailAddress": account.email,
        "avatarUrls": { "48x48": avatar(48), "24x24": avatar(24), "16x16": avatar(16), "32x32": avatar(32) },
        "displayName": account.display_name,
        "active": account.active,
        "deleted": account.deleted,
        "timeZone": "Europe/Berlin",
        "locale": "en_US",
    })
}

/// Somebody in full; the two lists are collapsed unless they are asked for.
pub(super) fn bean(site: &Site, account: &Account, asked: &Asked<'_>) -> Value {
    let mut bean = short_bean(site, account);
    let group = |name: &String| json!({ "name": name, "self": group_url(site, name) });
    let groups: Vec<Value> = if asked.expands("groups") {
        account.groups.iter().map(group).collect()
    } else {
        Vec::new()
    };
    let role = json!({ "key": "jira-software", "name": "Jira Software" });
    let roles = if account.may_use && asked.expands("applicationRoles") {
        vec![role]
    } else {
        Vec::new()
    };
    bean["groups"] = json!({ "size": account.groups.len(), "items": groups });
    bean["applicationRoles"] = json!({ "size": usize::from(account.may_use), "items": roles });
    bean["expand"] = json!("groups,applicationRoles");
    bean
}

fn group_url(site: &Site, name: &str) -> String {
    format!(
        "{}/rest/api/2/group?groupname={}",
        site.base_url,
        encoded(name)
    )
}

pub(super) fn user(site: &Site, asked: &Asked<'_>) -> Reply {
    let deleted_too =
        asked.incoming.query("includeDeleted") == Some("true") && asked.caller.is_administrator();
    let (kind, wanted) = match (
        asked.incoming.query("username"),
        asked.incoming.query("key"),
    ) {
        (Some(name), _) => ("name", name),
        (None, Some(key)) => ("key", key),
        (None, None) => {
            let text = "Either the 'username' or the 'key' query parameters need to be provided";
            return jira_errors(StatusCode::BAD_REQUEST, &[text]);
        }
    };
    let found = site
        .accounts
        .iter()
        .filter(|account| deleted_too || !account.deleted)
        .find(|account| {
            if kind == "key" {
                account.key == wanted
            } else {
                account.name.to_lowercase() == wanted.to_lowercase()
            }
        });
    found.map_or_else(
        || {
            let text = format!("The user with the {kind} '{wanted}' does not exist");
            jira_errors(StatusCode::NOT_FOUND, &[&text])
        },
        |account| Reply::ok(&bean(site, account, asked)),
    )
}

/// An array, whatever the specification says.
pub(super) fn search(site: &Site, asked: &Asked<'_>) -> Reply {
    let incoming = asked.incoming;
    let Some(text) = incoming.query("username").filter(|text| !text.is_empty()) else {
        let text = "The username query parameter was not provided";
        return jira_errors(StatusCode::BAD_REQUEST, &[text]);
    };
    let active = incoming.query("includeActive") != Some("false");
    let inactive = incoming.query("includeInactive") == Some("true");
    let found: Vec<Value> = site
        .accounts
        .iter()
        .filter(|account| !account.deleted && if account.active { active } else { inactive })
        .filter(|account| found_by(account, text))
        .map(|account| short_bean(site, account))
        .collect();
    let limit = incoming.number("maxResults", 50).min(1000);
    Reply::ok(&json!(part(&found, incoming.number("startAt", 0), limit)))
}

/// Nobody finds nothing here, and is not told why.
pub(super) fn group_picker(site: &Site, asked: &Asked<'_>) -> Reply {
    let query = asked
        .incoming
        .query("query")
        .unwrap_or_default()
        .to_lowercase();
    let everything: BTreeSet<&String> = site
        .accounts
        .iter()
        .flat_map(|account| &account.groups)
        .collect();
    let seen = asked.caller.account.is_some();
    let matching: Vec<Value> = everything
        .into_iter()
        .filter(|name| seen && name.to_lowercase().contains(&query))
        .map(|name| json!({ "name": name, "html": marked(name, &query), "labels": labels(site, name) }))
        .collect();
    let shown = part(&matching, 0, asked.incoming.number("maxResults", 20));
    Reply::ok(&json!({
        "header": format!("Showing {} of {} matching groups", shown.len(), matching.len()),
        "total": matching.len(),
        "groups": shown,
    }))
}

fn marked(name: &str, query: &str) -> String {
    let start = name
        .to_lowercase()
        .find(query)
        .filter(|_| !query.is_empty());
    start.map_or_else(
        || escape(name),
        |start| {
            let end = start + query.len();
            format!(
                "{}<b>{}</b>{}",
                escape(&name[..start]),
                escape(&name[start..end]),
                escape(&name[end..])
            )
        },
    )
}

fn labels(site: &Site, name: &str) -> Value {
    let (users, _) = crate::products::account::product_groups(Kind::Jira);
    debug_assert!(site.kind == Kind::Jira, "only Jira has labels on groups");
    if name == users {
        return json!([{ "text": "Jira Software", "title": "Members can use Jira Software", "type": "SINGLE" }]);
    }
    json!([])
}

pub(super) fn group_member(site: &Site, asked: &Asked<'_>) -> Reply {
    if !asked.caller.is_administrator() {
        return site.not_administrator(asked.caller, asked.incoming);
    }
    let incoming = asked.incoming;
    let group = incoming.query("groupname").unwrap_or_default();
    let inactive = incoming.query("includeInactiveUsers") == Some("true");
    if !site.accounts.iter().any(|account| account.member_of(group)) {
        let text = format!("The group named '{group}' does not exist.");
        return jira_errors(StatusCode::NOT_FOUND, &[&text]);
    }
    let members: Vec<Value> = site
        .accounts
        .iter()
        .filter(|account| {
            account.member_of(group) && !account.deleted && (inactive || account.active)
        })
        .map(|account| short_bean(site, account))
        .collect();
    let (start, limit) = (
        incoming.number("startAt", 0),
        incoming.number("maxResults", 50).min(50),
    );
    let shown = part(&members, start, limit);
    Reply::ok(&json!({
        "self": format!("{}/rest/api/2/group/member?groupname={}", site.base_url, encoded(group)),
        "maxResults": limit,
        "startAt": start,
        "total": members.len(),
        "isLast": start + shown.len() >= members.len(),
        "values": shown,
    }))
}
