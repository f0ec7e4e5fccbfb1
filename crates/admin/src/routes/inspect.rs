//! What an admin sees: status, audit, and why a request was or would be refused.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatewright_admin_api::{
    AuditEntry, AuditPage, AuditQuery, Explain, Explanation, ExplanationPhase, Problem,
    ProblemCode, ProductStatus, Status,
};
use gatewright_config::{Config, Product};
use gatewright_enforce::{AuditRecord, Outcome, RequestFacts};
use gatewright_store::{AuditFilter, AuditKind, Role};
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, HeaderValue, Method, Version};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

use super::pair::shown_role;
use crate::api::{Api, Caller, RequestId};
use crate::reply::{Refusal, Reply};
use crate::routes;

/// How long a product may take to accept a connection.
const REACH: Duration = Duration::from_millis(1500);
const AUDIT_PAGE: u32 = 100;
const LARGEST_AUDIT_PAGE: u32 = 1000;

pub(super) async fn status(State(api): State<Arc<Api>>, caller: Caller) -> Reply<Json<Status>> {
    caller.require(Role::Viewer)?;
    let applied = api.publisher.applied();
    let mut looks = tokio::task::JoinSet::new();
    let mut products = Vec::new();
    if let Some(applied) = &applied {
        for (place, product) in applied.config.products.iter().enumerate() {
            let (host, port) = address(&product.base_url);
            looks.spawn(async move { (place, reach(&host, port).await) });
            products.push(product_status(product));
        }
    }
    while let Some(look) = looks.join_next().await {
        if let Ok((place, Err(detail))) = look
            && let Some(product) = products.get_mut(place)
        {
            product.reachable = false;
            product.detail = Some(detail);
        }
    }
    if let Some(engine) = api.publisher.running() {
        for problem in engine.problems() {
            if let Some((id, detail)) = problem.split_once(": ")
                && let Some(product) = products.iter_mut().find(|product| product.id == id)
                && product.detail.is_none()
            {
                product.detail = Some(detail.to_owned());
            }
        }
    }
    Ok(Json(Status {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: api.started_at,
        now: api.clock.now(),
        mode: api.publisher.mode(),
        version: applied.as_ref().map_or(0, |applied| applied.version),
        since: applied.as_ref().map(|applied| applied.since),
        problem: api.publisher.problem(),
        products,
        counts: (api.traffic)().counts(),
        replicas: 1,
        admin: caller.admin.name.clone(),
        role: shown_role(caller.admin.role),
    }))
}

fn product_status(product: &Product) -> ProductStatus {
    let origin = product.public_url.origin.as_ref();
    let origin = origin
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_default();
    ProductStatus {
        id: product.id.to_string(),
        kind: word(&product.kind),
        public_url: format!("{origin}{}", product.public_url.path_text),
        reachable: true,
        detail: None,
    }
}

fn address(url: &Url) -> (String, u16) {
    let host = url.host_str().unwrap_or_default();
    let host = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    (host, url.port_or_known_default().unwrap_or(443))
}

async fn reach(host: &str, port: u16) -> Result<(), String> {
    match timeout(REACH, TcpStream::connect((host, port))).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(format!("cannot connect to {host}:{port}: {error}")),
        Err(_) => Err(format!("cannot connect to {host}:{port}: no answer")),
    }
}

pub(super) async fn audit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    query: Result<Query<AuditQuery>, QueryRejection>,
) -> Reply<Json<AuditPage>> {
    caller.require(Role::Viewer)?;
    let Query(query) = query.map_err(|_| Refusal::malformed("the query cannot be read"))?;
    let limit = query
        .limit
        .unwrap_or(AUDIT_PAGE)
        .clamp(1, LARGEST_AUDIT_PAGE) as usize;
    let kind = query
        .kind
        .as_deref()
        .map(str::parse::<AuditKind>)
        .transpose()
        .map_err(|_| Refusal::malformed("kind is request or change"))?;
    let filter = AuditFilter {
        before: query.before,
        kind,
        request_id: query.request_id,
        limit: limit + 1,
    };
    let found = api.stored(move |store| store.audit(&filter)).await?;
    let more = found.len() > limit;
    let lines: Vec<AuditEntry> = found
        .into_iter()
        .take(limit)
        .map(|entry| AuditEntry {
            sequence: entry.sequence,
            at: entry.line.at,
            kind: entry.line.kind.as_str().to_owned(),
            request_id: entry.line.request_id,
            line: entry.line.json,
        })
        .collect();
    let next = lines.last().filter(|_| more).map(|last| last.sequence);
    Ok(Json(AuditPage { lines, next }))
}

pub(super) async fn explain(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: RequestId,
    request: Request<Body>,
) -> Reply<Json<Explanation>> {
    caller.require(Role::Viewer)?;
    let (parts, body) = request.into_parts();
    let question: Explain = routes::json(&parts.headers, body).await?;
    if let Some(request_id) = question.request_id {
        return recorded(&api, request_id).await;
    }
    let Some(engine) = api.publisher.running() else {
        return Ok(Json(Explanation {
            outcome: "not_configured".to_owned(),
            user: None,
            status: Some(503),
            phases: Vec::new(),
        }));
    };
    let described = Described::read(&question, engine.config(), caller.address)?;
    let judgement = engine.judge(&described.facts(&id.0)).await;
    let (outcome, status) = match &judgement.outcome {
        Outcome::Forward(_) => ("permit".to_owned(), None),
        Outcome::Refused(denial) => (denial.code.as_str().to_owned(), Some(denial.status)),
    };
    let phases = judgement
        .trace
        .iter()
        .map(|found| ExplanationPhase {
            phase: word(&found.phase),
            result: word(&found.result),
            detail: found.detail.to_string(),
        })
        .collect();
    Ok(Json(Explanation {
        outcome,
        user: judgement.record.user,
        status,
        phases,
    }))
}

/// The word by which serde writes a value without content.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}

/// What became of a request that was recorded.
async fn recorded(api: &Api, request_id: String) -> Reply<Json<Explanation>> {
    let filter = AuditFilter {
        kind: Some(AuditKind::Request),
        request_id: Some(request_id),
        limit: 1,
        ..AuditFilter::default()
    };
    let found = api.stored(move |store| store.audit(&filter)).await?;
    let entry = found.into_iter().next().ok_or_else(|| {
        Refusal::from(Problem::new(ProblemCode::NotFound).detail("no such request is recorded"))
    })?;
    let record: AuditRecord =
        serde_json::from_value(entry.line.json).map_err(|_| Refusal::internal("an audit line"))?;
    let permitted = record.outcome == "permit";
    let mut phases = Vec::new();
    let mut tell = |phase: &str, detail: Option<String>| {
        if let Some(detail) = detail {
            phases.push(ExplanationPhase {
                phase: phase.to_owned(),
                result: "recorded".to_owned(),
                detail,
            });
        }
    };
    tell(
        "accept",
        Some(format!("{} at {}", record.method, record.time)),
    );
    tell("client_address", Some(record.address.to_string()));
    let product = record.product.as_deref().unwrap_or_default();
    tell(
        "target",
        record
            .path
            .as_ref()
            .map(|path| format!("{path} of {product}")),
    );
    tell("surface", record.surface.map(|surface| word(&surface)));
    tell("credentials", record.way.map(|way| word(&way)));
    tell("verify", record.provider.clone());
    tell("identify", record.user.clone());
    let cause = record
        .detail
        .as_ref()
        .map_or_else(String::new, |detail| format!(": {detail}"));
    tell("authorise", Some(format!("{}{cause}", record.outcome)));
    Ok(Json(Explanation {
        outcome: record.outcome,
        user: record.user,
        status: record.status.filter(|_| !permitted),
        phases,
    }))
}

/// A request that was described and not sent.
struct Described {
    method: Method,
    target: String,
    headers: HeaderMap,
    address: IpAddr,
}

impl Described {
    fn read(question: &Explain, config: &Config, own: IpAddr) -> Reply<Self> {
        let method = question.method.as_deref().unwrap_or("GET");
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| Refusal::malformed("method cannot be read"))?;
        let path = question
            .path
            .as_deref()
            .ok_or_else(|| Refusal::malformed("path is missing"))?;
        let (host, target) = match path
            .strip_prefix("http://")
            .or(path.strip_prefix("https://"))
        {
            Some(rest) => {
                let end = rest.find(['/', '?']).unwrap_or(rest.len());
                let target = if rest[end..].starts_with('/') {
                    rest[end..].to_owned()
                } else {
                    format!("/{}", &rest[end..])
                };
                (Some(rest[..end].to_owned()), target)
            }
            None => (question.host.clone(), path.to_owned()),
        };
        let host = host.unwrap_or_else(|| host_of(&target, config));
        let address = match question.address.as_deref() {
            Some(text) => text
                .parse()
                .map_err(|_| Refusal::malformed("address is not one"))?,
            None => own,
        };
        let unusable = |_| Refusal::malformed("host, user or token cannot stand in a header");
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::try_from(host).map_err(unusable)?);
        if let Some(token) = &question.token {
            let value = match &question.user {
                None => format!("Bearer {}", token.expose()),
                Some(user) => {
                    format!(
                        "Basic {}",
                        STANDARD.encode(format!("{user}:{}", token.expose()))
                    )
                }
            };
            let mut value = HeaderValue::try_from(value).map_err(unusable)?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(Self {
            method,
            target,
            headers,
            address,
        })
    }

    fn facts<'a>(&'a self, request_id: &'a str) -> RequestFacts<'a> {
        RequestFacts {
            request_id,
            method: &self.method,
            target: &self.target,
            authority: None,
            version: Version::HTTP_11,
            headers: &self.headers,
            peer: self.address,
            tls: true,
        }
    }
}

/// The host that a client would name for this path: that of the product with the longest path.
fn host_of(target: &str, config: &Config) -> String {
    config
        .products
        .iter()
        .filter(|product| {
            target
                .strip_prefix(product.public_url.path_text.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        })
        .max_by_key(|product| product.public_url.path_text.len())
        .and_then(|product| {
            product
                .public_url
                .origin
                .as_ref()?
                .host_str()
                .map(str::to_owned)
        })
        .unwrap_or_else(|| "gateway".to_owned())
}
