//! Why a request would be refused or was.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatewright_admin_api::{Explain, Explanation, ExplanationPhase, Problem, ProblemCode};
use gatewright_config::Config;
use gatewright_enforce::{AuditRecord, Outcome, Phase, RequestFacts, UserGroups};
use gatewright_policy::{Finding, ProductId, ReasonCode, RuleName, Step};
use gatewright_simulate::{Fact, GroupsOf, Recorded, Ruling, Side, Verdict, judge, setting};
use gatewright_store::{AuditFilter, AuditKind, Role};
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, HeaderValue, Method, Version};
use time::OffsetDateTime;

use super::inspect::word;
use super::simulate::at_version;
use crate::api::{Api, Caller, RequestId};
use crate::reply::{Refusal, Reply};
use crate::routes;

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
        return recorded(&api, request_id).await.map(Json);
    }
    let Some(engine) = api.publisher.running() else {
        return Ok(Json(Explanation {
            outcome: "not_configured".to_owned(),
            user: None,
            status: Some(503),
            phases: Vec::new(),
            version: None,
            setting: None,
            now: None,
        }));
    };
    let described = Described::read(&question, engine.config(), caller.address)?;
    let judgement = engine.explain(&described.facts(&id.0)).await;
    let record = &judgement.record;
    let mut phases: Vec<ExplanationPhase> = judgement
        .trace
        .iter()
        .map(|found| ExplanationPhase {
            phase: word(&found.phase),
            result: word(&found.result),
            detail: found.detail.to_string(),
            setting: None,
        })
        .collect();
    let (outcome, status, change) = match &judgement.outcome {
        Outcome::Forward(_) => ("permit".to_owned(), None, None),
        Outcome::Refused(denial) => {
            let change = setting(
                denial.code,
                record.product.as_deref(),
                record.way,
                &denial.log_detail,
            );
            (denial.code.as_str().to_owned(), Some(denial.status), change)
        }
    };
    if let Some(refused) = phases.iter_mut().rfind(|phase| phase.result == "refused") {
        refused.setting.clone_from(&change);
    }
    Ok(Json(Explanation {
        outcome,
        user: judgement.record.user,
        status,
        phases,
        version: judgement.record.config_version,
        setting: change,
        now: None,
    }))
}

/// What became of a request that was recorded: what was found then, the rules of the version that
/// was in force then, and what the rules in force now would say.
async fn recorded(api: &Api, request_id: String) -> Reply<Explanation> {
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
    let at = entry.line.at;
    let record: AuditRecord =
        serde_json::from_value(entry.line.json).map_err(|_| Refusal::internal("an audit line"))?;
    let mut phases = as_recorded(&record);
    let detail = record.detail.as_deref().unwrap_or_default();
    let mut change = ReasonCode::parse(&record.outcome)
        .and_then(|reason| setting(reason, record.product.as_deref(), record.way, detail));
    let mut now = None;
    if let Some(fact) = fact(&record, at) {
        let groups = groups_today(api, &record).await;
        let groups = match &groups {
            UserGroups::Known(groups) => GroupsOf::Known(groups),
            UserGroups::NoSuchUser => GroupsOf::NoSuchUser,
            UserGroups::Unknown => GroupsOf::Unknown,
        };
        let by = |config: &Config, at: OffsetDateTime| {
            let side = Side {
                rules: &config.rules,
                exemptions: config.exemptions(at),
            };
            judge(&fact, side, groups)
        };
        let version = record.config_version.unwrap_or_default();
        match at_version(api, version).await {
            Ok(config) if version > 0 => {
                let ruling = by(&config, at);
                change = change.or_else(|| ruling.setting.clone());
                phases.extend(as_judged(&ruling, change.as_ref()));
            }
            Ok(_) | Err(_) => phases.push(told(
                "authorise",
                "not_known",
                format!("the document of v{version} is not kept, so its rules cannot be shown"),
            )),
        }
        if let Some(applied) = api.publisher.applied() {
            let ruling = by(&applied.config, api.clock.now());
            now = Some(in_words(applied.version, &ruling));
        }
    }
    let cause = if detail.is_empty() {
        String::new()
    } else {
        format!(": {detail}")
    };
    let result = match record.outcome.as_str() {
        "permit" => "passed",
        "abandoned" => "abandoned",
        _ => "refused",
    };
    let mut last = told("forward", result, format!("{}{cause}", record.outcome));
    last.setting.clone_from(&change);
    phases.push(last);
    let permitted = record.outcome == "permit";
    Ok(Explanation {
        outcome: record.outcome,
        user: record.user,
        status: record.status.filter(|_| !permitted),
        phases,
        version: record.config_version,
        setting: change,
        now,
    })
}

fn told(phase: &str, result: &str, detail: impl Into<String>) -> ExplanationPhase {
    ExplanationPhase {
        phase: phase.to_owned(),
        result: result.to_owned(),
        detail: detail.into(),
        setting: None,
    }
}

fn as_recorded(record: &AuditRecord) -> Vec<ExplanationPhase> {
    let mut phases = Vec::new();
    let mut tell = |phase: Phase, detail: Option<String>| {
        phases.extend(detail.map(|detail| told(&word(&phase), "recorded", detail)));
    };
    tell(
        Phase::Accept,
        Some(format!("{} at {}", record.method, record.time)),
    );
    tell(Phase::ClientAddress, Some(record.address.to_string()));
    let product = record.product.as_deref().unwrap_or_default();
    tell(
        Phase::Target,
        record
            .path
            .as_ref()
            .map(|path| format!("{path} of {product}")),
    );
    tell(
        Phase::Surface,
        record.surface.map(|surface| {
            let effect = record
                .effect
                .map(|effect| format!(", to {}", word(&effect)));
            format!("{}{}", word(&surface), effect.unwrap_or_default())
        }),
    );
    tell(
        Phase::Credentials,
        record.way.map(|way| {
            let key = record.key.as_ref().map(|key| format!(" {key}"));
            format!("{}{}", word(&way), key.unwrap_or_default())
        }),
    );
    tell(
        Phase::Verify,
        record.provider.as_ref().map(|id| format!("by {id}")),
    );
    tell(Phase::Identify, record.user.clone());
    phases
}

/// What the rules said, each with the setting behind it where it refused.
fn as_judged(ruling: &Ruling, change: Option<&String>) -> Vec<ExplanationPhase> {
    if let Verdict::NotJudged(why) = ruling.verdict {
        return vec![told("authorise", "not_known", why.in_words())];
    }
    ruling
        .steps
        .iter()
        .map(|step| {
            let mut phase = told(phase_of(step), result_of(step), step.detail.to_string());
            if step.finding == Finding::Refused {
                phase.setting = change.cloned();
            }
            phase
        })
        .collect()
}

fn phase_of(step: &Step) -> &'static str {
    match step.rule {
        RuleName::Target => "target",
        RuleName::Addresses => "client_address",
        RuleName::CrossSite | RuleName::Authentication | RuleName::Bypass | RuleName::Public => {
            "surface"
        }
        RuleName::WayIn => "credentials",
        RuleName::GroupsAllowed
        | RuleName::KeyScope
        | RuleName::ReadOnly
        | RuleName::GroupsReadOnly => "authorise",
    }
}

fn result_of(step: &Step) -> &'static str {
    match step.finding {
        Finding::Passed => "passed",
        Finding::Refused => "refused",
        Finding::Reported => "reported",
        Finding::NotConcerned => "skipped",
    }
}

fn in_words(version: u64, ruling: &Ruling) -> String {
    match ruling.verdict {
        Verdict::Permit => format!("v{version} would let it pass"),
        Verdict::Refused(reason) => {
            let because = ruling
                .setting
                .as_ref()
                .map(|setting| format!(" by {setting}"))
                .unwrap_or_default();
            format!("v{version} would refuse it as {reason}{because}")
        }
        Verdict::NotJudged(why) => {
            format!("what v{version} would say is not known: {}", why.in_words())
        }
    }
}

async fn groups_today(api: &Api, record: &AuditRecord) -> UserGroups {
    let (Some(engine), Some(product), Some(user)) =
        (api.publisher.running(), &record.product, &record.user)
    else {
        return UserGroups::Unknown;
    };
    engine.groups_of(&ProductId::new(product), user).await
}

fn fact(record: &AuditRecord, at: OffsetDateTime) -> Option<Recorded> {
    let path = record.path.clone()?;
    Some(Recorded {
        fact: Fact {
            product: record.product.clone()?,
            method: record.method.clone(),
            template: String::new(),
            address: record.address,
            surface: record.surface,
            effect: record.effect,
            way: record.way,
            user: record.user.clone(),
            client: record.client.clone().unwrap_or_default(),
            outcome: record.outcome.clone(),
        },
        path,
        request_id: record.request_id.clone(),
        requests: 1,
        last: at,
    })
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
