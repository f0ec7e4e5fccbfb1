//! People and groups as Bitbucket shows them.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};

use super::page;
use crate::products::Site;
use crate::products::account::{Account, product_groups};
use crate::products::authentication::Caller;
use crate::products::refusal::{bitbucket_error, not_permitted};
use crate::products::shared::found_by;
use crate::reply::Reply;
use crate::request::Incoming;

pub(super) fn bean(site: &Site, account: &Account) -> Value {
    json!({
        "name": account.name,
        "emailAddress": account.email,
        "active": account.active,
        "displayName": account.display_name,
        "id": account.id,
        "slug": account.slug,
        "type": "NORMAL",
        "links": { "self": [{ "href": format!("{}/users/{}", site.base_url, account.slug) }] },
    })
}

fn detailed(site: &Site, account: &Account) -> Value {
    let mut bean = bean(site, account);
    bean["directoryName"] = json!("Bedrock Directory");
    bean["deletable"] = json!(false);
    bean["mutableDetails"] = json!(false);
    bean["mutableGroups"] = json!(true);
    bean
}

pub(in crate::products) fn no_such_user(slug: &str) -> Reply {
    bitbucket_error(
        StatusCode::NOT_FOUND,
        &format!("User {slug} does not exist."),
        "com.atlassian.bitbucket.user.NoSuchUserException",
    )
}

fn present(site: &Site) -> impl Iterator<Item = &Account> {
    site.accounts
        .iter()
        .filter(|account| !account.deleted && account.only.is_none())
}

fn matching<'site>(
    site: &'site Site,
    incoming: &'site Incoming,
) -> impl Iterator<Item = &'site Account> {
    let filter = incoming.query("filter").unwrap_or_default();
    present(site).filter(move |account| filter.is_empty() || found_by(account, filter))
}

/// `/users` and `/users/{slug}`: active people, by slug and not by name.
pub(super) fn users(site: &Site, incoming: &Incoming, rest: &[&str]) -> Option<Reply> {
    match rest {
        [] => {
            let group = incoming.query("group");
            let all: Vec<Value> = matching(site, incoming)
                .filter(|account| {
                    account.active && group.is_none_or(|group| account.member_of(group))
                })
                .map(|account| bean(site, account))
                .collect();
            Some(page(&all, incoming))
        }
        [slug] => Some(match present(site).find(|account| account.slug == *slug) {
            Some(account) => Reply::ok(&bean(site, account)),
            None => no_such_user(slug),
        }),
        _ => None,
    }
}

fn group_names(site: &Site, incoming: &Incoming) -> Vec<String> {
    let filter = incoming.query("filter").unwrap_or_default().to_lowercase();
    let names: BTreeSet<&String> = site
        .accounts
        .iter()
        .flat_map(|account| &account.groups)
        .collect();
    names
        .into_iter()
        .filter(|name| name.to_lowercase().contains(&filter))
        .cloned()
        .collect()
}

pub(super) fn groups(site: &Site, incoming: &Incoming) -> Reply {
    let names: Vec<Value> = group_names(site, incoming)
        .into_iter()
        .map(Value::from)
        .collect();
    page(&names, incoming)
}

fn group_bean(name: &str, site: &Site) -> Value {
    let (_, administrators) = product_groups(site.kind);
    json!({ "name": name, "deletable": name != administrators })
}

/// `/admin/...`: the list of people is for everybody with a licence, the rest for administrators.
pub(super) fn administration(
    site: &Site,
    caller: &Caller,
    incoming: &Incoming,
    method: &str,
    rest: &[&str],
) -> Option<Reply> {
    let context = incoming.query("context").unwrap_or_default();
    match (method, rest) {
        ("GET", ["users"]) => {
            let all: Vec<Value> = matching(site, incoming)
                .map(|account| detailed(site, account))
                .collect();
            Some(page(&all, incoming))
        }
        _ if !caller.is_administrator() => Some(not_permitted()),
        ("GET", ["groups"]) => {
            let all: Vec<Value> = group_names(site, incoming)
                .iter()
                .map(|name| group_bean(name, site))
                .collect();
            Some(page(&all, incoming))
        }
        // The groups that a user is in.
        ("GET", ["users", "more-members"]) => Some(match site.account(context) {
            Some(account) => {
                let all: Vec<Value> = account
                    .groups
                    .iter()
                    .map(|name| group_bean(name, site))
                    .collect();
                page(&all, incoming)
            }
            None => no_such_user(context),
        }),
        // The users that are in a group.
        ("GET", ["groups", "more-members"]) => {
            let all: Vec<Value> = matching(site, incoming)
                .filter(|account| account.member_of(context))
                .map(|account| detailed(site, account))
                .collect();
            Some(page(&all, incoming))
        }
        _ => None,
    }
}
