//! What is created in each product, and how it is found again.

use http::Method;
use serde_json::{Value, json};

use crate::probe::{Endpoint, EndpointError};
use crate::product::{ProductKind, encoded};

/// Why nothing can be created there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Confluence needs a space.
    #[error("the key of a space is needed")]
    Space,
    /// Bitbucket needs a repository.
    #[error("a repository is needed, as KEY/slug: {text}")]
    Repository {
        /// What was written.
        text: String,
    },
    /// What came of it is no endpoint.
    #[error("this is no endpoint")]
    Endpoint(#[source] EndpointError),
}

impl PlaceError {
    /// What to try.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Space => "Name a space whose watchers do not mind: they may be told of the page.",
            Self::Repository { .. } => "Name a repository of which the user is an administrator.",
            Self::Endpoint(error) => error.hint(),
        }
    }
}

/// What has to be named as the place; `None` where nothing has to.
pub fn place_of(kind: ProductKind) -> Option<&'static str> {
    match kind {
        ProductKind::Jira => None,
        ProductKind::Confluence => Some("Space"),
        ProductKind::Bitbucket => Some("Repository"),
    }
}

/// What is created and deleted again, in words.
pub fn creates(kind: ProductKind) -> &'static str {
    match kind {
        ProductKind::Jira => "a private filter",
        ProductKind::Confluence => "a page in the space",
        ProductKind::Bitbucket => "a label on the repository",
    }
}

/// What is created.
pub(super) struct Recipe {
    kind: ProductKind,
    name: String,
    /// A space's key, or a path of a repository below `projects`.
    place: String,
}

/// What was created.
pub(super) struct Thing {
    pub(super) id: String,
    /// Where it is read and deleted.
    pub(super) path: String,
    /// Where it is deleted for good, after it was deleted.
    pub(super) trash: Option<String>,
}

impl Recipe {
    pub(super) fn new(kind: ProductKind, place: &str, name: &str) -> Result<Self, PlaceError> {
        let place = place.trim();
        let place = match kind {
            ProductKind::Jira => String::new(),
            ProductKind::Confluence if place.is_empty() => return Err(PlaceError::Space),
            ProductKind::Confluence => place.to_owned(),
            ProductKind::Bitbucket => match place.split_once('/') {
                Some((key, slug)) if is_segment(key) && is_segment(slug) => {
                    format!("{}/repos/{}", encoded(key), encoded(slug))
                }
                Some(_) | None => {
                    return Err(PlaceError::Repository {
                        text: place.to_owned(),
                    });
                }
            },
        };
        Ok(Self {
            kind,
            name: name.to_owned(),
            place,
        })
    }

    /// What it is, in words.
    pub(super) fn words(&self) -> String {
        match self.kind {
            ProductKind::Jira => format!("the private filter {}", self.name),
            ProductKind::Confluence => format!("the page {} in {}", self.name, self.place),
            ProductKind::Bitbucket => format!("the label {}", self.name),
        }
    }

    /// Whether an answer to reading it says that it is not there. Jira says 400 for a filter.
    pub(super) fn is_gone(&self, status: Option<u16>) -> bool {
        match (self.kind, status) {
            (_, Some(404 | 410)) | (ProductKind::Jira, Some(400)) => true,
            (_, Some(_) | None) => false,
        }
    }

    fn labels(&self) -> String {
        format!("/rest/api/latest/projects/{}/labels", self.place)
    }

    pub(super) fn create(&self) -> Result<Endpoint, PlaceError> {
        let (path, body) = match self.kind {
            ProductKind::Jira => (
                "/rest/api/2/filter".to_owned(),
                json!({
                    "name": self.name,
                    "description": "Made by a test, which deletes it again.",
                    "jql": "assignee = currentUser()",
                    "favourite": false,
                }),
            ),
            ProductKind::Confluence => (
                "/rest/api/content".to_owned(),
                json!({
                    "type": "page",
                    "title": self.name,
                    "space": { "key": self.place },
                    "body": { "storage": {
                        "value": "<p>Made by a test, which deletes it again.</p>",
                        "representation": "storage",
                    } },
                }),
            ),
            ProductKind::Bitbucket => (self.labels(), json!({ "name": self.name })),
        };
        Endpoint::new(Method::POST, path)
            .and_then(|endpoint| endpoint.with_json(body.to_string()))
            .map_err(PlaceError::Endpoint)
    }

    /// What the answer to the creation names; `None` when it names nothing that we made.
    pub(super) fn thing(&self, body: &Value) -> Option<Thing> {
        let id = || {
            let id = body.get("id")?;
            let text = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
            text.chars()
                .all(|digit| digit.is_ascii_digit())
                .then_some(text)
                .filter(|text| !text.is_empty())
        };
        match self.kind {
            ProductKind::Jira => {
                let id = id()?;
                let path = format!("/rest/api/2/filter/{id}");
                Some(Thing {
                    id,
                    path,
                    trash: None,
                })
            }
            ProductKind::Confluence => {
                let id = id()?;
                let path = format!("/rest/api/content/{id}");
                let trash = Some(format!("{path}?status=trashed"));
                Some(Thing { id, path, trash })
            }
            ProductKind::Bitbucket => {
                let name = body.get("name")?.as_str()?;
                (name == self.name).then(|| Thing {
                    id: name.to_owned(),
                    path: format!("{}/{}", self.labels(), encoded(name)),
                    trash: None,
                })
            }
        }
    }
}

fn is_segment(text: &str) -> bool {
    !text.is_empty() && !text.contains('/') && !matches!(text, "." | "..")
}
