//! The configuration document and its versions.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse as _, Response};
use gatewright_admin_api::{
    Notation, Problem, ProblemCode, Published, TOML, Validation, VersionDocument, VersionInfo,
    VersionList,
};
use gatewright_config::{Format, parse, to_toml};
use gatewright_store::{ConfigInfo, ConfigVersion, DocumentFormat, Role};
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, ETAG, IF_MATCH};
use serde::Deserialize;
use serde_json::json;

use crate::api::{Api, Caller, RequestId};
use crate::document::Candidate;
use crate::publish::Publication;
use crate::reply::{Refusal, Reply};
use crate::routes::{self, LARGEST_DOCUMENT};

/// The longest comment.
const LONGEST_COMMENT: usize = 1000;
/// Versions on one page.
const PAGE: usize = 100;

pub(super) async fn current(
    State(api): State<Arc<Api>>,
    caller: Caller,
    headers: HeaderMap,
) -> Reply<Response> {
    caller.require(Role::Viewer)?;
    let newest = api.publisher.newest().await?;
    let wants_toml = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.to_ascii_lowercase().contains("toml"));
    let (media_type, text) = match (wants_toml, newest.format) {
        (true, DocumentFormat::Toml) => (TOML, newest.text),
        (true, DocumentFormat::Json) => (TOML, to_toml(&document(&newest.text, Format::Json)?)),
        (false, DocumentFormat::Toml) => {
            let document = document(&newest.text, Format::Toml)?;
            let text = serde_json::to_string_pretty(&document)
                .map_err(|_| Refusal::internal("the document as JSON"))?;
            ("application/json", text)
        }
        (false, DocumentFormat::Json) => ("application/json", newest.text),
    };
    Ok((
        [
            (CONTENT_TYPE, media_type.to_owned()),
            (ETAG, tag(newest.version)),
        ],
        text,
    )
        .into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PublishQuery {
    #[serde(default)]
    comment: String,
}

pub(super) async fn publish(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: RequestId,
    query: Result<Query<PublishQuery>, QueryRejection>,
    request: Request<Body>,
) -> Reply<Response> {
    caller.require(Role::Editor)?;
    let comment = comment(query)?;
    let (parts, body) = request.into_parts();
    api.publisher.refuse_in_file_mode()?;
    let newest = api.publisher.newest().await?.version;
    let expected = precondition(&parts.headers, newest)?.ok_or_else(|| {
        let mut problem = Problem::new(ProblemCode::PreconditionRequired).hint(format!(
            "Send If-Match: \"v{newest}\" to replace the newest version."
        ));
        problem.current_version = Some(newest);
        problem
    })?;
    if expected != newest {
        return Err(stale(newest));
    }
    let format = format(&parts.headers)?;
    let text = text(body).await?;
    let publication = Publication {
        text,
        format,
        expected,
        by: caller.admin.name.clone(),
        comment,
        at: api.clock.now(),
    };
    finish(&api, &caller, &id, "config_published", publication).await
}

pub(super) async fn restore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: RequestId,
    Path(version): Path<String>,
    headers: HeaderMap,
) -> Reply<Response> {
    caller.require(Role::Editor)?;
    api.publisher.refuse_in_file_mode()?;
    let old = stored(&api, &version).await?;
    let newest = api.publisher.newest().await?.version;
    let expected = precondition(&headers, newest)?.unwrap_or(newest);
    if expected != newest {
        return Err(stale(newest));
    }
    let publication = Publication {
        text: old.text,
        format: old.format,
        expected,
        by: caller.admin.name.clone(),
        comment: format!("version {} again", old.info.version),
        at: api.clock.now(),
    };
    finish(&api, &caller, &id, "config_restored", publication).await
}

/// Publishes in a task of its own: a caller who goes away in the middle leaves no half of it.
async fn finish(
    api: &Arc<Api>,
    caller: &Caller,
    id: &RequestId,
    action: &'static str,
    publication: Publication,
) -> Reply<Response> {
    let (api, caller, id) = (Arc::clone(api), caller.clone(), id.clone());
    let done = tokio::spawn(async move {
        let comment = publication.comment.clone();
        let published = api.publisher.publish(publication).await?;
        let what = json!({
            "version": published.version,
            "comment": comment,
            "changes": published.changes,
        });
        api.record(&caller, &id, action, what).await;
        Ok::<_, Refusal>(published.version)
    });
    let version = done.await.map_err(|_| Refusal::internal("a publish"))??;
    Ok(([(ETAG, tag(version))], Json(Published { version })).into_response())
}

pub(super) async fn validate(
    State(api): State<Arc<Api>>,
    caller: Caller,
    request: Request<Body>,
) -> Reply<Json<Validation>> {
    caller.require(Role::Viewer)?;
    let (text, format) = read(request).await?;
    Ok(Json(match api.publisher.candidate(text, format).await? {
        Candidate::Invalid(problems) => Validation {
            valid: false,
            problems,
            unknown_secrets: Vec::new(),
            expectations: Vec::new(),
        },
        Candidate::Consistent {
            unknown_secrets,
            expectations,
            ..
        } => Validation {
            valid: unknown_secrets.is_empty() && expectations.iter().all(|one| one.met),
            problems: Vec::new(),
            unknown_secrets,
            expectations,
        },
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    before: Option<u64>,
}

pub(super) async fn versions(
    State(api): State<Arc<Api>>,
    caller: Caller,
    query: Result<Query<Page>, QueryRejection>,
) -> Reply<Json<VersionList>> {
    caller.require(Role::Viewer)?;
    let Query(page) = query.map_err(|_| Refusal::malformed("before is a version"))?;
    let found = api
        .stored(move |store| store.configs(page.before, PAGE + 1))
        .await?;
    let more = found.len() > PAGE;
    let versions: Vec<VersionInfo> = found.into_iter().take(PAGE).map(info).collect();
    let next = versions.last().filter(|_| more).map(|last| last.version);
    Ok(Json(VersionList { versions, next }))
}

pub(super) async fn version(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(version): Path<String>,
) -> Reply<Json<VersionDocument>> {
    caller.require(Role::Viewer)?;
    let found = stored(&api, &version).await?;
    let (format, notation) = match found.format {
        DocumentFormat::Toml => (Format::Toml, Notation::Toml),
        DocumentFormat::Json => (Format::Json, Notation::Json),
    };
    let document = serde_json::to_value(document(&found.text, format)?)
        .map_err(|_| Refusal::internal("the document as JSON"))?;
    Ok(Json(VersionDocument {
        info: info(found.info),
        text: found.text,
        notation,
        document,
    }))
}

pub(super) async fn stored(api: &Api, version: &str) -> Reply<ConfigVersion> {
    let missing = || Refusal::new(ProblemCode::NotFound);
    let version: u64 = version.parse().map_err(|_| missing())?;
    api.stored(move |store| store.config(version))
        .await?
        .ok_or_else(missing)
}

fn info(info: ConfigInfo) -> VersionInfo {
    VersionInfo {
        version: info.version,
        published_at: info.at,
        by: info.by,
        comment: info.comment,
    }
}

/// A document that was accepted once can be read again.
fn document(text: &str, format: Format) -> Reply<gatewright_config::raw::Document> {
    parse(text, format).map_err(|_| Refusal::internal("a stored document"))
}

fn tag(version: u64) -> String {
    format!("\"v{version}\"")
}

fn stale(current: u64) -> Refusal {
    let mut problem = Problem::new(ProblemCode::Stale)
        .detail(format!("the newest version is {current}"))
        .hint("Look at what was published meanwhile, then publish again.");
    problem.current_version = Some(current);
    problem.into()
}

/// The version on which the request builds: `None` without `If-Match`, the newest for `*`.
fn precondition(headers: &HeaderMap, newest: u64) -> Reply<Option<u64>> {
    let mut named = Vec::new();
    for value in headers.get_all(IF_MATCH) {
        let value = value
            .to_str()
            .map_err(|_| Refusal::malformed("If-Match cannot be read"))?;
        named.extend(value.split(',').map(str::trim));
    }
    if named.is_empty() {
        return Ok(None);
    }
    // Any other tag is one that no version ever had, and so is a weak one (RFC 9110 §13.1.1).
    let matching = named.iter().any(|one| *one == "*" || *one == tag(newest));
    if matching {
        Ok(Some(newest))
    } else {
        Err(stale(newest))
    }
}

fn comment(query: Result<Query<PublishQuery>, QueryRejection>) -> Reply<String> {
    let Query(query) =
        query.map_err(|_| Refusal::malformed("the query may have comment and nothing else"))?;
    if query.comment.chars().count() > LONGEST_COMMENT {
        return Err(Refusal::malformed(format!(
            "a comment has at most {LONGEST_COMMENT} characters"
        )));
    }
    Ok(query.comment)
}

fn format(headers: &HeaderMap) -> Reply<DocumentFormat> {
    match routes::media_type(headers).as_deref() {
        Some("application/json") => Ok(DocumentFormat::Json),
        Some("application/toml" | "application/x-toml" | "text/toml" | "text/x-toml") => {
            Ok(DocumentFormat::Toml)
        }
        Some(_) | None => Err(Problem::new(ProblemCode::UnsupportedMediaType)
            .detail("application/json or application/toml is expected")
            .into()),
    }
}

/// A document and how it is written.
pub(super) async fn read(request: Request<Body>) -> Reply<(String, DocumentFormat)> {
    let (parts, body) = request.into_parts();
    let format = format(&parts.headers)?;
    Ok((text(body).await?, format))
}

async fn text(body: Body) -> Reply<String> {
    let bytes = routes::whole(body, LARGEST_DOCUMENT).await?;
    String::from_utf8(bytes.into()).map_err(|_| Refusal::malformed("the document is not UTF-8"))
}
