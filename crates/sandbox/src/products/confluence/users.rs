//! People and groups as Confluence shows them: without any e-mail address.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};

use super::Asked;
use crate::products::account::Account;
use crate::products::refusal::confluence_error;
use crate::products::{Site, encoded};
use crate::reply::Reply;

pub(super) fn bean(site: &Site, account: &Account) -> Value {
    json!({
        "type": "known",
        "username": account.name,
        "userKey": account.key,
        "profilePicture": picture("default"),
        "displayName": account.display_name,
        "_links": {
            "base": site.base_url,
            "context": "/confluence",
            "self": format!("{}/rest/api/user?key={}", site.base_url, account.key),
        },
        "_expandable": { "status": "" },
    })
}

fn anonymous(site: &Site) -> Value {
    json!({
        "type": "anonymous",
        "profilePicture": picture("anonymous"),
        "displayName": "Anonymous",
        "_links": {
            "base": site.base_url,
            "context": "/confluence",
            "self": format!("{}/rest/api/user/anonymous", site.base_url),
        },
    })
}

fn picture(name: &str) -> Value {
    json!({
        "path": format!("/confluence/images/icons/profilepics/{name}.svg"),
        "width": 48,
        "height": 48,
        "isDefault": true,
    })
}

fn forbidden() -> Reply {
    confluence_error(
        StatusCode::FORBIDDEN,
        "Not permitted to view this user or group",
    )
}

/// `bean` with the status, if the request asks for it.
fn found_bean(site: &Site, account: &Account, asked: &Asked<'_>) -> Value {
    let mut bean = bean(site, account);
    if asked.expands("status") {
        bean["status"] = json!(if account.active {
            "current"
        } else {
            "deactivated"
        });
        bean["_expandable"] = json!({});
    }
    bean
}

pub(super) fn user(site: &Site, asked: &Asked<'_>, rest: &[&str]) -> Option<Reply> {
    match rest {
        // 200 for nobody too: a status is not an identity.
        ["current"] => Some(Reply::ok(
            &asked
                .caller
                .account
                .as_ref()
                .map_or_else(|| anonymous(site), |me| bean(site, me)),
        )),
        ["anonymous"] => Some(Reply::ok(&anonymous(site))),
        _ if asked.caller.account.is_none() => Some(forbidden()),
        [] => Some(found(site, asked).map_or_else(
            |refusal| *refusal,
            |account| Reply::ok(&found_bean(site, account, asked)),
        )),
        ["memberof"] => Some(match found(site, asked) {
            Ok(account) => {
                let groups: Vec<Value> = account
                    .groups
                    .iter()
                    .map(|name| group_bean(site, name))
                    .collect();
                Reply::ok(&asked.page(site, &groups))
            }
            Err(refusal) => *refusal,
        }),
        ["list"] => {
            let everybody: Vec<Value> = site
                .accounts
                .iter()
                .filter(|account| account.may_sign_in())
                .map(|account| bean(site, account))
                .collect();
            Some(Reply::ok(&asked.page(site, &everybody)))
        }
        _ => None,
    }
}

fn found<'site>(site: &'site Site, asked: &Asked<'_>) -> Result<&'site Account, Box<Reply>> {
    let (name, key) = (
        asked.incoming.query("username"),
        asked.incoming.query("key"),
    );
    let account = match (name, key) {
        (Some(name), _) => site.account(name),
        (None, Some(key)) => site
            .accounts
            .iter()
            .find(|account| account.key == key && !account.deleted),
        (None, None) => {
            return Err(Box::new(confluence_error(
                StatusCode::BAD_REQUEST,
                "username or key has to be given",
            )));
        }
    };
    account.ok_or_else(|| {
        let text = format!(
            "No user found with {}",
            name.map_or_else(
                || format!("key : {}", key.unwrap_or_default()),
                |name| format!("username : {name}")
            )
        );
        Box::new(confluence_error(StatusCode::NOT_FOUND, &text))
    })
}

fn group_bean(site: &Site, name: &str) -> Value {
    json!({
        "type": "group",
        "name": name,
        "_links": { "self": format!("{}/rest/api/group/{}", site.base_url, encoded(name)) },
    })
}

pub(super) fn group(site: &Site, asked: &Asked<'_>, rest: &[&str]) -> Option<Reply> {
    if asked.caller.account.is_none() {
        return Some(forbidden());
    }
    let names: BTreeSet<&String> = site
        .accounts
        .iter()
        .flat_map(|account| &account.groups)
        .collect();
    match rest {
        [] => {
            let all: Vec<Value> = names
                .into_iter()
                .map(|name| group_bean(site, name))
                .collect();
            Some(Reply::ok(&asked.page(site, &all)))
        }
        [name, ..] if !names.iter().any(|known| known == name) => Some(confluence_error(
            StatusCode::NOT_FOUND,
            &format!("No group found with name : {name}"),
        )),
        [name] => Some(Reply::ok(&group_bean(site, name))),
        [name, "member"] => {
            let members: Vec<Value> = site
                .accounts
                .iter()
                .filter(|account| account.member_of(name) && account.may_sign_in())
                .map(|account| bean(site, account))
                .collect();
            Some(Reply::ok(&asked.page(site, &members)))
        }
        _ => None,
    }
}
