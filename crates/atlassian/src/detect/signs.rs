//! How each product gives itself away to anybody.

use serde_json::Value;

use super::DetectError;
use crate::answer::Answer;
use crate::product::ProductKind;
use crate::{bitbucket, confluence, jira};

/// All products have it; XML unless JSON is asked for.
pub(super) const MANIFEST: &str = "/rest/applinks/1.0/manifest";

/// What one answer told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: ProductKind,
    pub(super) version: Option<String>,
    pub(super) title: Option<String>,
    pub(super) announced_url: Option<String>,
    pub(super) impersonation_announced: Option<bool>,
}

/// The paths to ask when there is no manifest, in their order.
pub(super) fn questions(kind: ProductKind) -> &'static [&'static str] {
    match kind {
        ProductKind::Jira => &[jira::request::PROPERTIES],
        ProductKind::Confluence => &[
            confluence::request::WHO_AM_I,
            confluence::request::PROPERTIES,
        ],
        ProductKind::Bitbucket => &[bitbucket::request::PROPERTIES],
    }
}

/// Reads the application links manifest, JSON or XML.
pub(super) fn manifest(answer: &Answer<'_>) -> Result<Option<Found>, DetectError> {
    if !answer.succeeded() || answer.response.is_web_page() {
        return Ok(None);
    }
    let text = answer.response.text();
    let body = answer.json();
    let field = |name: &str| match body {
        Some(body) => body.get(name).and_then(Value::as_str).map(str::to_owned),
        None => element(&text, name),
    };
    let Some(type_id) = field("typeId") else {
        return Ok(None);
    };
    let kind = match type_id.to_ascii_lowercase().as_str() {
        "jira" => ProductKind::Jira,
        "confluence" => ProductKind::Confluence,
        "stash" | "bitbucket" => ProductKind::Bitbucket,
        "bamboo" | "crowd" | "fecru" | "refapp" => {
            return Err(DetectError::OtherProduct { product: type_id });
        }
        _ => return Ok(None),
    };
    let announced_url = field("url");
    if announced_url.as_deref().is_some_and(is_cloud) {
        return Err(DetectError::Cloud);
    }
    let ways_in = match body {
        Some(body) => body.get("inboundAuthenticationTypes").map(Value::to_string),
        None => text
            .contains("inboundAuthenticationTypes")
            .then(|| inbound(&text)),
    };
    Ok(Some(Found {
        kind,
        version: field("version"),
        title: field("name"),
        announced_url,
        impersonation_announced: ways_in
            .map(|ways| ways.contains("TwoLeggedOAuthWithImpersonation")),
    }))
}

/// Reads the answer to one of a product's own questions.
pub(super) fn reply(
    kind: ProductKind,
    path: &str,
    answer: &Answer<'_>,
) -> Result<Option<Found>, DetectError> {
    let found = |version, title, announced_url| Found {
        kind,
        version,
        title,
        announced_url,
        impersonation_announced: None,
    };
    let field = |name: &str| {
        answer
            .json()
            .and_then(|body| body.get(name))
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    Ok(match kind {
        ProductKind::Jira => {
            if field("deploymentType").as_deref() == Some("Cloud") {
                return Err(DetectError::Cloud);
            }
            let version = field("version").filter(|_| answer.succeeded());
            let is_jira = version.is_some() && field("baseUrl").is_some();
            is_jira.then(|| found(version, field("serverTitle"), field("baseUrl")))
        }
        ProductKind::Bitbucket => {
            let name = field("displayName").filter(|name| name.contains("Bitbucket"));
            let version = field("version").filter(|_| answer.succeeded());
            (name.is_some() && version.is_some()).then(|| found(version, name, None))
        }
        ProductKind::Confluence if path == confluence::request::WHO_AM_I => {
            let identity = confluence::reply::identity(answer);
            let spoke = identity != crate::answer::Identity::Unsaid && answer.succeeded();
            let refused = answer.status() == 403
                && answer
                    .json()
                    .is_some_and(|body| body.get("statusCode").is_some())
                && answer.response.text().contains("onfluence");
            (spoke || refused).then(|| found(confluence_version(answer), None, None))
        }
        ProductKind::Confluence => {
            let version = confluence_version(answer);
            version
                .is_some()
                .then(|| found(version, answer.response.page_title(), None))
        }
    })
}

/// Confluence writes its version into its pages and, in some versions, into a header.
fn confluence_version(answer: &Answer<'_>) -> Option<String> {
    let text = answer.response.text();
    if !text.contains("confluence") {
        return None;
    }
    let (_, after) = text.split_once("name=\"ajs-version-number\"")?;
    let (_, after) = after.split_once("content=\"")?;
    let version = after.split('"').next()?;
    (!version.is_empty() && version.len() < 40).then(|| version.to_owned())
}

fn is_cloud(url: &str) -> bool {
    let host = url
        .split("://")
        .nth(1)
        .unwrap_or(url)
        .split(['/', ':'])
        .next()
        .unwrap_or_default();
    host.ends_with(".atlassian.net") || host.ends_with(".jira.com")
}

/// The text of the first XML element of a name, without attributes.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, after) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = after.split_once(&format!("</{name}>"))?;
    let text = text.trim();
    (!text.is_empty() && !text.contains('<')).then(|| text.to_owned())
}

fn inbound(xml: &str) -> String {
    let mut ways = String::new();
    for piece in xml.split("<inboundAuthenticationTypes>").skip(1) {
        ways.push_str(
            piece
                .split("</inboundAuthenticationTypes>")
                .next()
                .unwrap_or_default(),
        );
    }
    ways
}
