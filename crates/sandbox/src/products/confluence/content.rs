//! Pages: listed, read, written, deleted.

use http::StatusCode;
use serde_json::{Value, json};

use super::spaces::{self, Page, Spaces};
use super::{Asked, users};
use crate::clock::atlassian;
use crate::products::Site;
use crate::products::refusal::confluence_error;
use crate::reply::Reply;

pub(super) fn answer(
    site: &mut Site,
    spaces: &mut Spaces,
    asked: &Asked<'_>,
    method: &str,
    rest: &[&str],
) -> Option<Reply> {
    match (method, rest) {
        ("GET", []) => Some(list(site, spaces, asked)),
        ("POST", []) => Some(create(site, spaces, asked)),
        (_, [id, rest @ ..]) => {
            let trashed = asked.incoming.query("status") == Some("trashed");
            let seen = |page: &Page| {
                page.id.to_string() == *id
                    && page.trashed == trashed
                    && spaces.may_see(asked.caller, page)
            };
            let Some(index) = spaces.pages.iter().position(seen) else {
                return Some(not_found(id));
            };
            match (method, rest) {
                ("GET", []) => Some(Reply::ok(&bean(site, spaces, &spaces.pages[index], asked))),
                ("GET", ["child", "page"]) => {
                    let parent = spaces.pages[index].id;
                    let children: Vec<Value> = spaces
                        .pages
                        .iter()
                        .filter(|page| page.parent == Some(parent))
                        .map(|page| bean(site, spaces, page, asked))
                        .collect();
                    Some(Reply::ok(&asked.page(site, &children)))
                }
                ("GET", ["history"]) => {
                    let last = version(site, &spaces.pages[index]);
                    Some(Reply::ok(
                        &json!({ "latest": true, "createdBy": last["by"], "lastUpdated": last }),
                    ))
                }
                ("GET", ["label" | "property"]) => Some(Reply::ok(&asked.page(site, &[]))),
                ("PUT" | "DELETE", []) if asked.caller.account.is_none() => Some(not_permitted()),
                ("PUT", []) => Some(update(site, spaces, index, asked)),
                ("DELETE", []) if site.scenario.deletes_nothing => Some(not_permitted()),
                // The first deletion is into the trash, the second one for good.
                ("DELETE", []) => {
                    if trashed {
                        spaces.pages.remove(index);
                    } else {
                        spaces.pages[index].trashed = true;
                    }
                    Some(Reply::empty(StatusCode::NO_CONTENT))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn not_found(id: &str) -> Reply {
    confluence_error(
        StatusCode::NOT_FOUND,
        &format!("No content found with id: ContentId{{id={id}}}"),
    )
}

fn not_permitted() -> Reply {
    confluence_error(
        StatusCode::FORBIDDEN,
        "User not permitted to change content",
    )
}

/// A page; space, body, version and ancestors only where `expand` names them.
pub(super) fn bean(site: &Site, spaces: &Spaces, page: &Page, asked: &Asked<'_>) -> Value {
    let mut bean = json!({
        "id": page.id.to_string(),
        "type": page.kind,
        "status": "current",
        "title": page.title,
        "extensions": { "position": "none" },
        "_links": {
            "webui": format!("/pages/viewpage.action?pageId={}", page.id),
            "edit": format!("/pages/resumedraft.action?draftId={}", page.id),
            "tinyui": format!("/x/{}", page.id),
            "self": format!("{}/rest/api/content/{}", site.base_url, page.id),
        },
    });
    let mut collapsed = serde_json::Map::new();
    let mut expandable = |name: &str, value: Value, shown: bool, bean: &mut Value| {
        if shown {
            bean[name] = value;
        } else {
            collapsed.insert(name.to_owned(), json!(""));
        }
    };
    let space = spaces
        .space(&page.space)
        .map_or(Value::Null, |space| spaces::bean(site, space));
    expandable("space", space, asked.expands("space"), &mut bean);
    expandable(
        "version",
        version(site, page),
        asked.expands("version"),
        &mut bean,
    );
    let text = json!({ "value": page.body, "representation": "storage" });
    let body = json!({ "storage": text, "view": text });
    expandable("body", body, asked.expands("body"), &mut bean);
    let ancestors: Vec<Value> = page
        .parent
        .map(|id| json!({ "id": id.to_string() }))
        .into_iter()
        .collect();
    expandable(
        "ancestors",
        json!(ancestors),
        asked.expands("ancestors"),
        &mut bean,
    );
    bean["_expandable"] = Value::Object(collapsed);
    bean
}

fn version(site: &Site, page: &Page) -> Value {
    json!({
        "by": site.account(&page.author).map(|account| users::bean(site, account)),
        "when": atlassian(page.changed),
        "message": "",
        "number": page.version,
        "minorEdit": false,
        "hidden": false,
    })
}

/// A written page is answered with everything in it.
fn whole(site: &Site, spaces: &Spaces, page: &Page, asked: &Asked<'_>) -> Value {
    let mut bean = bean(site, spaces, page, asked);
    bean["version"] = version(site, page);
    bean["body"] = json!({ "storage": { "value": page.body, "representation": "storage" } });
    if let Some(space) = spaces.space(&page.space) {
        bean["space"] = spaces::bean(site, space);
    }
    bean
}

fn list(site: &Site, spaces: &Spaces, asked: &Asked<'_>) -> Reply {
    let incoming = asked.incoming;
    let (kind, space, title) = (
        incoming.query("type").unwrap_or("page"),
        incoming.query("spaceKey"),
        incoming.query("title"),
    );
    let found: Vec<Value> = spaces
        .pages
        .iter()
        .filter(|page| page.kind == kind && spaces.sees(asked.caller, page))
        .filter(|page| space.is_none_or(|key| key.eq_ignore_ascii_case(&page.space)))
        .filter(|page| title.is_none_or(|title| title.eq_ignore_ascii_case(&page.title)))
        .map(|page| bean(site, spaces, page, asked))
        .collect();
    Reply::ok(&asked.page(site, &found))
}

fn create(site: &mut Site, spaces: &mut Spaces, asked: &Asked<'_>) -> Reply {
    if asked.caller.account.is_none() {
        return not_permitted();
    }
    let body = asked.incoming.json().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let wanted = body["space"]["key"].as_str().unwrap_or_default();
    let Some(space) = spaces
        .space(wanted)
        .filter(|space| space.seen_by(asked.caller))
        .map(|space| space.key.clone())
    else {
        return confluence_error(
            StatusCode::NOT_FOUND,
            &format!("No space with key : {wanted}"),
        );
    };
    let title = text(&body["title"]);
    if title.is_empty() {
        return confluence_error(
            StatusCode::BAD_REQUEST,
            "Title is required to be set on content",
        );
    }
    if spaces
        .pages
        .iter()
        .any(|page| page.space == space && page.title == title)
    {
        let text = "A page with this title already exists: A page already exists with the same TITLE in this space";
        return confluence_error(StatusCode::BAD_REQUEST, text);
    }
    let parent = &body["ancestors"][0]["id"];
    let parent = parent
        .as_u64()
        .or_else(|| parent.as_str().and_then(|id| id.parse().ok()));
    let kind = body["type"].as_str().unwrap_or("page").to_owned();
    let page = Page {
        id: 66_000 + site.next_id(),
        kind,
        space,
        title,
        body: text(&body["body"]["storage"]["value"]),
        parent,
        version: 1,
        author: asked.caller.name().to_owned(),
        changed: asked.now,
        trashed: false,
    };
    let answer = whole(site, spaces, &page, asked);
    spaces.pages.push(page);
    Reply::ok(&answer)
}

fn update(site: &Site, spaces: &mut Spaces, index: usize, asked: &Asked<'_>) -> Reply {
    let body = asked.incoming.json().unwrap_or_default();
    let page = &mut spaces.pages[index];
    if body["version"]["number"].as_u64() != Some(page.version + 1) {
        let text = format!(
            "Version must be incremented on update. Current version is: {}",
            page.version
        );
        return confluence_error(StatusCode::CONFLICT, &text);
    }
    page.version += 1;
    asked.caller.name().clone_into(&mut page.author);
    page.changed = asked.now;
    if let Some(title) = body["title"].as_str() {
        title.clone_into(&mut page.title);
    }
    if let Some(text) = body["body"]["storage"]["value"].as_str() {
        text.clone_into(&mut page.body);
    }
    Reply::ok(&whole(site, spaces, &spaces.pages[index], asked))
}
