//! Spaces and their pages: what there is, and who sees it.

use http::StatusCode;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::datetime;

use super::Asked;
use crate::products::Site;
use crate::products::authentication::Caller;
use crate::products::refusal::confluence_error;
use crate::reply::Reply;

pub(super) struct Page {
    pub(super) id: u64,
    pub(super) kind: String,
    pub(super) space: String,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) parent: Option<u64>,
    pub(super) version: u64,
    pub(super) author: String,
    pub(super) changed: OffsetDateTime,
    /// Whether it was deleted and can be restored.
    pub(super) trashed: bool,
}

pub(super) struct Space {
    id: u64,
    pub(super) key: String,
    name: String,
    /// Whether nobody may read it too.
    public: bool,
    /// The group without which one does not see it.
    group: Option<&'static str>,
}

impl Space {
    pub(super) fn seen_by(&self, caller: &Caller) -> bool {
        match &caller.account {
            None => self.public,
            Some(account) => self
                .group
                .is_none_or(|group| account.administrator || account.member_of(group)),
        }
    }
}

/// All of Confluence's content.
pub(in crate::products) struct Spaces {
    pub(super) spaces: Vec<Space>,
    pub(super) pages: Vec<Page>,
}

/// When the pages were written that are there from the start.
const SEEDED: OffsetDateTime = datetime!(2025-03-03 09:00 UTC);

impl Spaces {
    pub(in crate::products) fn new() -> Self {
        let space = |id, key: &str, name: &str, public, group| Space {
            id,
            key: key.to_owned(),
            name: name.to_owned(),
            public,
            group,
        };
        let page = |id, space: &str, title: &str, body: &str| Page {
            id,
            kind: "page".to_owned(),
            space: space.to_owned(),
            title: title.to_owned(),
            body: body.to_owned(),
            parent: None,
            version: 1,
            author: "fred".to_owned(),
            changed: SEEDED,
            trashed: false,
        };
        Self {
            spaces: vec![
                space(98_305, "DOC", "Handbook", true, None),
                space(98_306, "TEAM", "Quarry team", false, None),
                space(98_307, "STAFF", "Staff only", false, Some("staff")),
            ],
            pages: vec![
                page(
                    65_601,
                    "DOC",
                    "Opening hours",
                    "<p>From the whistle to the whistle.</p>",
                ),
                page(
                    65_602,
                    "TEAM",
                    "Shift plan",
                    "<p>Fred and Barney on the crane.</p>",
                ),
                page(65_603, "STAFF", "Salaries", "<p>Not for contractors.</p>"),
            ],
        }
    }

    pub(super) fn space(&self, key: &str) -> Option<&Space> {
        self.spaces
            .iter()
            .find(|space| space.key.eq_ignore_ascii_case(key))
    }

    pub(super) fn sees(&self, caller: &Caller, page: &Page) -> bool {
        !page.trashed && self.may_see(caller, page)
    }

    /// Whether the space lets them, be the page in the trash or not.
    pub(super) fn may_see(&self, caller: &Caller, page: &Page) -> bool {
        self.space(&page.space)
            .is_some_and(|space| space.seen_by(caller))
    }
}

pub(super) fn bean(site: &Site, space: &Space) -> Value {
    json!({
        "id": space.id,
        "key": space.key,
        "name": space.name,
        "status": "CURRENT",
        "type": "global",
        "_links": {
            "webui": format!("/display/{}", space.key),
            "self": format!("{}/rest/api/space/{}", site.base_url, space.key),
        },
        "_expandable": { "metadata": "", "icon": "", "description": "", "homepage": "" },
    })
}

pub(super) fn answer(
    site: &mut Site,
    spaces: &mut Spaces,
    asked: &Asked<'_>,
    method: &str,
    rest: &[&str],
) -> Option<Reply> {
    match (method, rest) {
        ("GET", []) => {
            let wanted = asked.incoming.query("spaceKey");
            let all: Vec<Value> = spaces
                .spaces
                .iter()
                .filter(|space| {
                    space.seen_by(asked.caller) && wanted.is_none_or(|key| key == space.key)
                })
                .map(|space| bean(site, space))
                .collect();
            Some(Reply::ok(&asked.page(site, &all)))
        }
        ("GET", [key]) => Some(
            match spaces
                .space(key)
                .filter(|space| space.seen_by(asked.caller))
            {
                Some(space) => Reply::ok(&bean(site, space)),
                None => {
                    confluence_error(StatusCode::NOT_FOUND, &format!("No space with key : {key}"))
                }
            },
        ),
        ("POST", []) if asked.caller.is_administrator() => Some(create(site, spaces, asked)),
        ("POST", []) => Some(confluence_error(
            StatusCode::FORBIDDEN,
            "Not permitted to create spaces",
        )),
        _ => None,
    }
}

fn create(site: &mut Site, spaces: &mut Spaces, asked: &Asked<'_>) -> Reply {
    let body = asked.incoming.json().unwrap_or_default();
    let (key, name) = (
        body["key"].as_str().unwrap_or_default(),
        body["name"].as_str().unwrap_or_default(),
    );
    let good = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric());
    if !good || name.is_empty() {
        return confluence_error(
            StatusCode::BAD_REQUEST,
            "A space needs a key of letters and digits, and a name",
        );
    }
    if spaces.space(key).is_some() {
        return confluence_error(
            StatusCode::BAD_REQUEST,
            &format!("A space already exists with key {key}"),
        );
    }
    let id = 98_400 + site.next_id();
    let space = Space {
        id,
        key: key.to_owned(),
        name: name.to_owned(),
        public: false,
        group: None,
    };
    let answer = bean(site, &space);
    spaces.spaces.push(space);
    Reply::ok(&answer)
}
