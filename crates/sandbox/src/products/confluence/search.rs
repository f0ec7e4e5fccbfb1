//! Search by the part of CQL that scripts use most: clauses joined by `and`.

use http::StatusCode;
use serde_json::{Value, json};

use super::spaces::{Page, Spaces};
use super::{Asked, content};
use crate::products::Site;
use crate::products::refusal::confluence_error;
use crate::reply::Reply;

/// `/rest/api/content/search`: pages.
pub(super) fn content(site: &Site, spaces: &Spaces, asked: &Asked<'_>) -> Reply {
    match found(spaces, asked) {
        Ok(pages) => {
            let beans: Vec<Value> = pages
                .into_iter()
                .map(|page| content::bean(site, spaces, page, asked))
                .collect();
            Reply::ok(&asked.page(site, &beans))
        }
        Err(refusal) => *refusal,
    }
}

/// `/rest/api/search`: the same pages, wrapped.
pub(super) fn everything(site: &Site, spaces: &Spaces, asked: &Asked<'_>) -> Reply {
    let pages = match found(spaces, asked) {
        Ok(pages) => pages,
        Err(refusal) => return *refusal,
    };
    let beans: Vec<Value> = pages
        .into_iter()
        .map(|page| {
            json!({
                "content": content::bean(site, spaces, page, asked),
                "title": page.title,
                "excerpt": "",
                "url": format!("/pages/viewpage.action?pageId={}", page.id),
                "entityType": "content",
                "iconCssClass": "aui-icon content-type-page",
            })
        })
        .collect();
    let mut answer = asked.page(site, &beans);
    answer["totalSize"] = json!(beans.len());
    answer["cqlQuery"] = json!(asked.incoming.query("cql"));
    answer["searchDuration"] = json!(1);
    Reply::ok(&answer)
}

fn found<'a>(spaces: &'a Spaces, asked: &Asked<'_>) -> Result<Vec<&'a Page>, Box<Reply>> {
    let cql = asked.incoming.query("cql").unwrap_or_default();
    let refuse = || {
        let text = format!("Could not parse cql : {cql}");
        Box::new(confluence_error(StatusCode::BAD_REQUEST, &text))
    };
    let lower = cql.to_ascii_lowercase();
    let mut rest = cql[..lower.find("order by").unwrap_or(cql.len())].trim();
    let mut clauses = Vec::new();
    while !rest.is_empty() {
        let end = rest.to_ascii_lowercase().find(" and ");
        let (clause, tail) = end.map_or((rest, ""), |end| (&rest[..end], &rest[end + 5..]));
        let (contains, halves) = match clause.split_once('~') {
            Some(halves) => (true, Some(halves)),
            None => (false, clause.split_once('=')),
        };
        let (field, value) = halves.ok_or_else(refuse)?;
        let field = field.trim().to_ascii_lowercase();
        if !["type", "space", "title", "text", "sitesearch", "id"].contains(&field.as_str()) {
            return Err(refuse());
        }
        clauses.push((
            field,
            contains,
            value.trim().trim_matches(['"', '\'']).to_lowercase(),
        ));
        rest = tail.trim();
    }
    if clauses.is_empty() {
        return Err(refuse());
    }
    let fits = |page: &Page| {
        clauses.iter().all(|(field, contains, value)| {
            let actual = match field.as_str() {
                "type" => page.kind.clone(),
                "space" => page.space.clone(),
                "title" => page.title.clone(),
                "id" => page.id.to_string(),
                _ => format!("{} {}", page.title, page.body),
            };
            let actual = actual.to_lowercase();
            if *contains {
                actual.contains(value.as_str())
            } else {
                actual == *value
            }
        })
    };
    Ok(spaces
        .pages
        .iter()
        .filter(|page| spaces.sees(asked.caller, page) && fits(page))
        .collect())
}
