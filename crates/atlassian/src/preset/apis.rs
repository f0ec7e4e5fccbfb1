//! Which families of endpoints a product has, without any credential.

use gatewright_http::{Client, Request, Response, SendError};
use serde::{Deserialize, Serialize};
use url::Url;

use super::ApiFamily;
use crate::answer::Answer;
use crate::product::{ProductKind, below};

/// Whether a family of endpoints is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiPresence {
    /// The family.
    pub family: ApiFamily,
    /// Whether it is there; `None` when its answer to nobody does not tell.
    pub there: Option<bool>,
}

/// Asks as nobody which families of endpoints a product has.
///
/// A router that does not know a path answers 404 to everybody; whatever knows it answers with
/// data, or asks for a credential.
pub async fn detect_apis(
    client: &Client,
    kind: ProductKind,
    base_url: &Url,
) -> Result<Vec<ApiPresence>, SendError> {
    let mut found = Vec::new();
    for family in ApiFamily::of(kind) {
        let there = match question(*family) {
            Some(path) => {
                let request = Request::get(below(base_url, path))
                    .named("detect")
                    .accept_json();
                told(&client.send(request).await?)
            }
            None => Some(true),
        };
        found.push(ApiPresence {
            family: *family,
            there,
        });
    }
    Ok(found)
}

/// What to ask; `None` for what is there without asking.
fn question(family: ApiFamily) -> Option<&'static str> {
    match family {
        ApiFamily::Platform => None,
        ApiFamily::Agile => Some("/rest/agile/1.0/board?maxResults=1"),
        ApiFamily::ServiceManagement => Some("/rest/servicedeskapi/info"),
    }
}

fn told(response: &Response) -> Option<bool> {
    let answer = Answer::new(response);
    if response.is_web_page() && answer.status() != 404 {
        return None;
    }
    match answer.status() {
        200 if answer.json().is_some() => Some(true),
        401 | 403 if answer.has_a_products_sign() || answer.json().is_some() => Some(true),
        404 => Some(false),
        _ => None,
    }
}
