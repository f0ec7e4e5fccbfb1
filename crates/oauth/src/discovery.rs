//! Asking a provider to describe itself, and believing only what it says of itself.

mod error;

use gatewright_http::{Client, Limits, Request, Response};
use serde_json::{Map, Value};
use url::Url;

use crate::endpoint::check_endpoint;
use crate::json::read_json;
use crate::metadata::{self, ServerMetadata};
use crate::provider_error::harmless;

pub use error::DiscoveryError;

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

/// How the issuer in the document is compared with the configured one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IssuerMatch {
    /// Character by character.
    #[default]
    Exact,
    /// The document may have `{tenantid}` where the configured one has a tenant, or the tenant's id
    /// where the configured one has its domain.
    Templated,
    /// Whatever the document says is believed, and pinned from then on.
    FromDocument,
    /// Character by character but for one slash at the end, for issuers that are written with and
    /// without it; what the document says is what tokens are held against.
    TrailingSlash,
}

/// Asks an issuer to describe itself, and believes it only if it names itself exactly so. The full
/// address of the document may be given in place of the issuer.
pub async fn discover(client: &Client, issuer: &str) -> Result<ServerMetadata, DiscoveryError> {
    discover_as(client, issuer, IssuerMatch::Exact).await
}

/// The same with another rule for the issuer.
pub async fn discover_as(
    client: &Client,
    issuer: &str,
    issuer_match: IssuerMatch,
) -> Result<ServerMetadata, DiscoveryError> {
    let entered = issuer.trim();
    let (issuer, given) = match entered.split_once("/.well-known/") {
        Some((before, after)) if after.starts_with("oauth-authorization-server") => {
            // RFC 8414 puts the well-known part between host and path.
            let path = after.trim_start_matches("oauth-authorization-server");
            (format!("{before}{path}"), Some(entered))
        }
        Some((before, _)) => (before.to_owned(), Some(entered)),
        None => (entered.to_owned(), None),
    };
    let not_an_address = || DiscoveryError::NotAnAddress {
        issuer: harmless(entered),
    };
    let base = Url::parse(&issuer).map_err(|_| not_an_address())?;
    if base.cannot_be_a_base() {
        return Err(not_an_address());
    }
    check_endpoint("issuer", &base)?;
    if base.query().is_some() {
        return Err(not_an_address());
    }
    let path = base.path().trim_end_matches('/');
    let origin = base.origin().ascii_serialization();
    let places = match given {
        Some(given) => vec![given.to_owned()],
        None => vec![
            format!("{origin}{path}{OPENID}"),
            format!("{origin}{OAUTH}{path}"),
        ],
    };
    let mut failure = DiscoveryError::NotThere {
        tried: harmless(entered),
    };
    for place in places {
        let url = Url::parse(&place).map_err(|_| not_an_address())?;
        let request = Request::get(url.clone())
            .accept_json()
            .named("discovery")
            .within(Limits::SMALL);
        let answer = client.send(request).await?;
        match document(&answer, &place) {
            Ok(members) => {
                let mut metadata = metadata::read(&members, &base)?;
                check_issuer(&metadata.issuer, &issuer, given.is_some(), issuer_match)?;
                metadata.found_at = Some(url);
                return Ok(metadata);
            }
            // The first place says most about what was entered.
            Err(error) if matches!(failure, DiscoveryError::NotThere { .. }) => failure = error,
            Err(_) => {}
        }
    }
    Err(failure)
}

/// Reads a description that came as this answer from this issuer, with the rules of discovery.
pub fn read_description(
    answer: &Response,
    issuer: &Url,
    issuer_match: IssuerMatch,
) -> Result<ServerMetadata, DiscoveryError> {
    let members = document(answer, issuer.as_str())?;
    let metadata = metadata::read(&members, issuer)?;
    check_issuer(&metadata.issuer, issuer.as_str(), false, issuer_match)?;
    Ok(metadata)
}

fn document(answer: &Response, place: &str) -> Result<Map<String, Value>, DiscoveryError> {
    let tried = harmless(place);
    let status = answer.status.as_u16();
    if answer.status.is_redirection() {
        let to = answer
            .location()
            .unwrap_or("nowhere")
            .split('?')
            .next()
            .unwrap_or_default();
        return Err(DiscoveryError::Redirected { to: harmless(to) });
    }
    if matches!(status, 404 | 410) {
        return Err(DiscoveryError::NotThere { tried });
    }
    if !answer.status.is_success() {
        return Err(DiscoveryError::Status { status, tried });
    }
    if answer.is_web_page() {
        return Err(DiscoveryError::WebPage {
            title: answer.page_title(),
            tried,
        });
    }
    match read_json(&answer.body) {
        Some(Value::Object(members)) => Ok(members),
        Some(
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_),
        )
        | None => Err(DiscoveryError::NotJson { tried }),
    }
}

fn check_issuer(
    found: &str,
    expected: &str,
    from_document_address: bool,
    rule: IssuerMatch,
) -> Result<(), DiscoveryError> {
    // The address of the document cannot tell whether the issuer ends in a slash.
    let same =
        found == expected || (from_document_address && found.strip_suffix('/') == Some(expected));
    let matches = match rule {
        IssuerMatch::Exact => same,
        IssuerMatch::FromDocument => true,
        IssuerMatch::TrailingSlash => {
            same || found.trim_end_matches('/') == expected.trim_end_matches('/')
        }
        IssuerMatch::Templated => {
            same || fits_template(found, expected) || names_the_tenant(found, expected)
        }
    };
    if matches {
        return Ok(());
    }
    Err(DiscoveryError::OtherIssuer {
        expected: harmless(expected),
        found: harmless(found),
    })
}

/// Whether one issuer is the other with a tenant, of letters, digits, dots and hyphens, in place of
/// `{tenantid}`.
fn fits_template(template: &str, issuer: &str) -> bool {
    template
        .split_once("{tenantid}")
        .is_some_and(|(before, after)| {
            issuer
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after))
                .is_some_and(|tenant| {
                    !tenant.is_empty()
                        && tenant.chars().all(|character| {
                            character.is_ascii_alphanumeric() || "-.".contains(character)
                        })
                })
        })
}

/// Whether the one differs from the other in one part of its path alone, which is a tenant's id where
/// the other has the tenant's domain. Both are at the same server, which knows both.
fn names_the_tenant(found: &str, expected: &str) -> bool {
    let is_id = |part: &str| {
        part.len() == 36
            && part
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    };
    let (found, expected): (Vec<&str>, Vec<&str>) =
        (found.split('/').collect(), expected.split('/').collect());
    let mut differing = found
        .iter()
        .zip(&expected)
        .enumerate()
        .filter(|(_, (theirs, ours))| theirs != ours);
    // Scheme and server are the first three parts.
    found.len() == expected.len()
        && differing
            .next()
            .is_some_and(|(place, (theirs, ours))| place > 2 && is_id(theirs) && ours.contains('.'))
        && differing.next().is_none()
}
