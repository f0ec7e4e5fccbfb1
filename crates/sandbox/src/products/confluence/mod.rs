//! Confluence's REST API.

mod content;
mod search;
mod spaces;
mod users;

use serde_json::{Value, json};
use time::OffsetDateTime;
use url::form_urlencoded;

use super::Site;
use super::authentication::Caller;
use super::shared::part;
use crate::reply::Reply;
use crate::request::Incoming;
pub(super) use spaces::Spaces;

/// A request with everything that a resource looks at.
struct Asked<'a> {
    caller: &'a Caller,
    incoming: &'a Incoming,
    now: OffsetDateTime,
}

impl Asked<'_> {
    /// Whether the `expand` list of the query names a member, or one below it.
    fn expands(&self, member: &str) -> bool {
        self.incoming.query("expand").is_some_and(|list| {
            list.split(',').map(str::trim).any(|name| {
                name.strip_prefix(member)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        })
    }

    /// One page of a list.
    fn page(&self, site: &Site, all: &[Value]) -> Value {
        let (start, limit) = (
            self.incoming.number("start", 0),
            self.incoming.number("limit", 25),
        );
        let shown = part(all, start, limit);
        let mut page = json!({
            "results": shown,
            "start": start,
            "limit": limit,
            "size": shown.len(),
            "_links": {
                "self": format!("{}{}", site.origin, self.incoming.raw_path),
                "base": site.base_url,
                "context": "/confluence",
            },
        });
        let next = start + shown.len();
        if next < all.len() {
            let path = self.incoming.raw_path.trim_start_matches("/confluence");
            let rest = self.incoming.query.iter();
            let rest = rest.filter(|(name, _)| name != "start" && name != "limit");
            let query = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(rest)
                .append_pair("start", &next.to_string())
                .append_pair("limit", &limit.to_string())
                .finish();
            page["_links"]["next"] = json!(format!("{path}?{query}"));
        }
        page
    }
}

pub(super) fn answer(
    site: &mut Site,
    spaces: &mut Spaces,
    caller: &Caller,
    incoming: &Incoming,
    path: &[&str],
    now: OffsetDateTime,
) -> Option<Reply> {
    let ["rest", "api", resource @ ..] = path else {
        return None;
    };
    // The version may stand in the path.
    let resource = if let ["latest" | "1.0", rest @ ..] = resource {
        rest
    } else {
        resource
    };
    let asked = Asked {
        caller,
        incoming,
        now,
    };
    let method = incoming.verb();
    match (method, resource) {
        ("GET", ["user", rest @ ..]) => users::user(site, &asked, rest),
        ("GET", ["group", rest @ ..]) => users::group(site, &asked, rest),
        ("GET", ["content", "search"]) => Some(search::content(site, spaces, &asked)),
        ("GET", ["search"]) => Some(search::everything(site, spaces, &asked)),
        (_, ["content", rest @ ..]) => content::answer(site, spaces, &asked, method, rest),
        (_, ["space", rest @ ..]) => spaces::answer(site, spaces, &asked, method, rest),
        _ => None,
    }
}
