//! The questions that a test offers for each product, as data.

mod apis;
mod bitbucket;
mod confluence;
mod jira;

use http::Method;
use serde::{Deserialize, Serialize};

use crate::probe::{Endpoint, EndpointError};
use crate::product::{ProductKind, encoded};

pub use apis::{ApiPresence, detect_apis};

/// A family of endpoints of one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiFamily {
    /// What every installation of the product has.
    Platform,
    /// Jira Software's boards and sprints, `/rest/agile/1.0`.
    Agile,
    /// Jira Service Management's desks, queues and requests, `/rest/servicedeskapi`.
    ServiceManagement,
}

impl ApiFamily {
    /// The families of a product.
    pub fn of(kind: ProductKind) -> &'static [Self] {
        match kind {
            ProductKind::Jira => &[Self::Platform, Self::Agile, Self::ServiceManagement],
            ProductKind::Confluence | ProductKind::Bitbucket => &[Self::Platform],
        }
    }

    /// The name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Platform => "REST API",
            Self::Agile => "Jira Software (Agile)",
            Self::ServiceManagement => "Jira Service Management",
        }
    }
}

/// What a preset is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Whom the product takes the caller for.
    WhoAmI,
    /// Issues, pages or repositories.
    Content,
    /// What the caller has on their desk.
    Mine,
    /// A search.
    Search,
    /// Desks, queues and requests of Jira Service Management.
    ServiceDesk,
    /// Boards and sprints.
    Boards,
    /// What only administrators may see.
    Administration,
}

/// One question, ready to ask but for its inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Preset {
    /// A name that stays: `jira.my-issues`.
    pub id: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// The family of endpoints that it belongs to.
    pub family: ApiFamily,
    /// What it is good for.
    pub purpose: Purpose,
    /// `GET`, or `POST` for a search that reads.
    pub method: &'static str,
    /// The path below the base URL; an input stands in braces.
    pub path: &'static str,
    /// Headers that it needs.
    pub headers: &'static [(&'static str, &'static str)],
    /// A JSON body.
    pub body: Option<&'static str>,
    /// What a person fills in.
    pub inputs: &'static [Input],
}

/// What a person fills into a preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Input {
    /// The name in the path.
    pub name: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// What it looks like.
    pub example: &'static str,
}

/// Why a preset cannot be asked yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PresetError {
    /// An input is empty.
    #[error("{label} is missing")]
    Missing {
        /// The name of the input.
        name: &'static str,
        /// The same for people.
        label: &'static str,
    },
    /// What came of it is no endpoint.
    #[error("the preset {id} is no endpoint")]
    Endpoint {
        /// The preset.
        id: &'static str,
        /// Why.
        #[source]
        source: EndpointError,
    },
}

impl Preset {
    /// The endpoint with its inputs filled in, percent-encoded.
    pub fn endpoint(&self, values: &[(&str, &str)]) -> Result<Endpoint, PresetError> {
        let mut path = self.path.to_owned();
        for input in self.inputs {
            let value = values
                .iter()
                .find(|(name, _)| *name == input.name)
                .map(|(_, value)| value.trim())
                .filter(|value| !value.is_empty() && !matches!(*value, "." | ".."))
                .ok_or(PresetError::Missing {
                    name: input.name,
                    label: input.label,
                })?;
            path = path.replace(&format!("{{{}}}", input.name), &encoded(value));
        }
        self.build(path).map_err(|source| PresetError::Endpoint {
            id: self.id,
            source,
        })
    }

    fn build(&self, path: String) -> Result<Endpoint, EndpointError> {
        let method =
            Method::from_bytes(self.method.as_bytes()).map_err(|_| EndpointError::Method {
                text: self.method.to_owned(),
            })?;
        let mut endpoint = Endpoint::new(method, path)?;
        for (name, value) in self.headers {
            endpoint = endpoint.with_header(name, value)?;
        }
        match self.body {
            Some(body) => endpoint.with_json(body),
            None => Ok(endpoint),
        }
    }
}

/// The questions for a product; the first asks who the caller is.
pub fn presets(kind: ProductKind) -> &'static [Preset] {
    match kind {
        ProductKind::Jira => jira::PRESETS,
        ProductKind::Confluence => confluence::PRESETS,
        ProductKind::Bitbucket => bitbucket::PRESETS,
    }
}

/// Whether a request may change something: its method is not safe, and it is none of the searches
/// that read by `POST`.
pub fn may_write(kind: ProductKind, endpoint: &Endpoint) -> bool {
    let path = |whole: &str| whole.split('?').next().unwrap_or_default().to_owned();
    let asked = path(endpoint.path());
    !endpoint.method().is_safe()
        && !presets(kind)
            .iter()
            .any(|preset| preset.method == endpoint.method().as_str() && path(preset.path) == asked)
}

/// A `GET` of a path without inputs.
const fn get(
    id: &'static str,
    label: &'static str,
    family: ApiFamily,
    purpose: Purpose,
    path: &'static str,
) -> Preset {
    Preset {
        id,
        label,
        family,
        purpose,
        method: "GET",
        path,
        headers: &[],
        body: None,
        inputs: &[],
    }
}

#[cfg(test)]
mod tests;
