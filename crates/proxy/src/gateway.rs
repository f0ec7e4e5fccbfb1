//! One request, from its head to the end of its answer.

use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use bytes::Bytes;
use gatewright_enforce::{
    AuditRecord, BodyNeed, Clock, Denial, ENROLMENT_PATH, Engine, EnrolError, LONGEST_TOKEN,
    Outcome, Plan, Prepared, RequestFacts, Wish,
};
use gatewright_policy::{ReasonCode, canonical_address};
use gatewright_secret::SecretString;
use gatewright_simulate::client_family;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, Version};
use http_body::Body as _;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::time::{Instant, timeout};

use crate::audit::Audit;
use crate::body::{Activity, Answer, Download, Upload, whole};
use crate::connection::Peer;
use crate::counters::{Counters, Counts};
use crate::guard::{Busy, Fault, Shared};
use crate::limits::Limits;
use crate::own::{LARGEST, OWN_PATH, OwnAnswer, OwnCall};
use crate::screen::screen;
use crate::upstream::{SendError, Upstream, UpstreamSetupError};

/// The rules that run: each request takes them once and keeps them to its end.
pub type Running = Arc<ArcSwapOption<Engine>>;

/// The data path.
pub struct Gateway {
    running: Running,
    upstream: Upstream,
    limits: Limits,
    audit: Audit,
    clock: Arc<dyn Clock>,
    counters: Arc<Counters>,
    own: OnceLock<OwnAnswer>,
}

impl Gateway {
    /// A data path that judges by what runs.
    pub fn new(
        running: Running,
        limits: Limits,
        audit: Audit,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, UpstreamSetupError> {
        let upstream = Upstream::new(&limits)?;
        Ok(Self {
            running,
            upstream,
            limits,
            audit,
            clock,
            counters: Arc::default(),
            own: OnceLock::new(),
        })
    }

    /// Says who answers calls to the gateway itself; until then there is nothing there.
    pub fn answer_own_calls(&self, answer: OwnAnswer) {
        // The first stays: there is one for the life of the gateway.
        let _ = self.own.set(answer);
    }

    /// What happened since the start.
    pub fn counts(&self) -> Counts {
        Counts {
            outcomes: self.counters.outcomes(),
            audit_lost: self.audit.lost(),
            connections: self.counters.connections.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Answers a request.
    pub(crate) async fn handle(
        self: Arc<Self>,
        request: Request<Incoming>,
        verdict: Result<(), Fault>,
        peer: Peer,
        shared: Arc<Shared>,
    ) -> Response<Answer> {
        let busy = shared.begin();
        let (parts, body) = request.into_parts();
        let has_body = !body.is_end_stream();
        if has_body {
            // Until it is read to its end, the client may still be sending when we close.
            shared.leave_unread();
        }
        let closes = has_body || verdict.is_err();
        let version = parts.version;
        let mut exchange = Exchange::new(&self, &parts, peer, busy);
        if let Some(own) = self.own.get()
            && is_own(parts.uri.path())
        {
            let own = Arc::clone(own);
            return match self
                .own_call(&mut exchange, parts, body, verdict, peer)
                .await
            {
                Ok(call) => exchange.answered(own(call).await),
                Err(denial) => exchange.refused(&denial, closes && version < Version::HTTP_2),
            };
        }
        let answered = self.pass(&mut exchange, parts, body, verdict, peer).await;
        match answered {
            Ok(Passed::Forwarded(response)) => {
                exchange.forwarded(response, self.limits.answer_time)
            }
            Ok(Passed::Enrolled(result)) => exchange.enrolled(&result),
            Err(denial) => exchange.refused(&denial, closes && version < Version::HTTP_2),
        }
    }

    async fn pass(
        &self,
        exchange: &mut Exchange,
        parts: Parts,
        body: Incoming,
        verdict: Result<(), Fault>,
        peer: Peer,
    ) -> Result<Passed, Denial> {
        screen(&parts, verdict, &self.limits)?;
        let Some(engine) = self.running.load_full() else {
            return Err(Denial::new(
                ReasonCode::NotConfigured,
                None,
                "no document is in force",
            ));
        };
        let user_agent = parts.headers.get(USER_AGENT);
        let user_agent = user_agent.and_then(|value| value.to_str().ok());
        let plan = {
            let facts = RequestFacts {
                request_id: &exchange.id,
                method: &parts.method,
                target: parts
                    .uri
                    .path_and_query()
                    .map_or("", |target| target.as_str()),
                authority: parts.uri.authority().map(http::uri::Authority::as_str),
                version: parts.version,
                headers: &parts.headers,
                peer: peer.address.ip(),
                tls: peer.tls,
            };
            let judgement = engine.judge(&facts).await;
            exchange.record = judgement.record;
            exchange.record.client = Some(client_family(user_agent));
            match judgement.outcome {
                Outcome::Forward(plan) => plan,
                Outcome::Refused(denial) => return Err(denial),
            }
        };
        if plan.enrolment().is_some() {
            return self.enrol(&plan, body).await.map(Passed::Enrolled);
        }
        self.forward(exchange, *plan, body)
            .await
            .map(Passed::Forwarded)
    }

    /// A change of the user's own token in the vault; nothing is forwarded.
    async fn enrol(&self, plan: &Plan, body: Incoming) -> Result<Result<(), EnrolError>, Denial> {
        let Some(enrolment) = plan.enrolment() else {
            return Ok(Err(EnrolError::NotAToken));
        };
        match enrolment.wish() {
            Wish::Remove => Ok(enrolment.remove().await.map_err(EnrolError::from)),
            Wish::Keep => {
                let bytes = self.held(plan, body, LONGEST_TOKEN + 2).await?;
                let Ok(text) = std::str::from_utf8(&bytes) else {
                    return Ok(Err(EnrolError::NotAToken));
                };
                // One line break at the end is the terminal's, not the token's.
                let text = text.strip_suffix('\n').unwrap_or(text);
                let text = text.strip_suffix('\r').unwrap_or(text);
                Ok(enrolment.keep(SecretString::new(text)).await)
            }
        }
    }

    /// A call to the gateway itself, when it is known who makes it.
    async fn own_call(
        &self,
        exchange: &mut Exchange,
        parts: Parts,
        body: Incoming,
        verdict: Result<(), Fault>,
        peer: Peer,
    ) -> Result<OwnCall, Denial> {
        screen(&parts, verdict, &self.limits)?;
        let refused = |code, detail: &'static str| Denial::new(code, None, detail);
        let Some(engine) = self.running.load_full() else {
            return Err(refused(
                ReasonCode::NotConfigured,
                "no document is in force",
            ));
        };
        let facts = RequestFacts {
            request_id: &exchange.id,
            method: &parts.method,
            target: parts.uri.path(),
            authority: parts.uri.authority().map(http::uri::Authority::as_str),
            version: parts.version,
            headers: &parts.headers,
            peer: peer.address.ip(),
            tls: peer.tls,
        };
        let (caller, record) = engine.own_caller(&facts).await;
        exchange.record = record;
        let caller = caller?;
        let read = timeout(
            self.limits.answer_time,
            Limited::new(body, LARGEST).collect(),
        );
        let body = match read.await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return Err(refused(ReasonCode::TooLarge, "the body is too long"));
            }
            Ok(Err(_)) | Err(_) => {
                return Err(refused(
                    ReasonCode::MalformedRequest,
                    "the request's body broke off",
                ));
            }
        };
        let path = parts.uri.path().strip_prefix(OWN_PATH);
        let path = path.unwrap_or_default().to_owned();
        Ok(OwnCall {
            caller,
            address: exchange.record.address,
            request_id: exchange.id.clone(),
            method: parts.method,
            path,
            headers: parts.headers,
            body,
        })
    }

    async fn forward(
        &self,
        exchange: &mut Exchange,
        plan: Plan,
        body: Incoming,
    ) -> Result<Response<Incoming>, Denial> {
        let activity = Activity::start();
        let (prepared, body) = match plan.body() {
            BodyNeed::Stream => (
                plan.prepare(None).await?,
                Upload::Streamed(body, Arc::clone(&activity)),
            ),
            BodyNeed::Form { limit } => {
                let form = self.held(&plan, body, limit).await?;
                (
                    plan.prepare(Some(form.clone())).await?,
                    Upload::Held(Full::new(form)),
                )
            }
        };
        let Prepared {
            permit: _permit,
            method,
            uri,
            headers,
            trust,
            way_back,
        } = prepared;
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.headers_mut() = outgoing(headers, &uri);
        *request.uri_mut() = uri;
        let sent = self
            .upstream
            .send(request, trust.as_deref(), &activity)
            .await;
        let mut response = sent.map_err(|error| match error {
            SendError::Unavailable(detail) => {
                way_back.denial(ReasonCode::UpstreamUnavailable, detail)
            }
            SendError::Timeout => way_back.denial(ReasonCode::UpstreamTimeout, "no answer in time"),
            SendError::Upload => {
                way_back.denial(ReasonCode::MalformedRequest, "the request's body broke off")
            }
        })?;
        let status = response.status();
        if status == StatusCode::SWITCHING_PROTOCOLS || status.is_informational() {
            return Err(way_back.denial(
                ReasonCode::UpstreamUnavailable,
                format!("the product answered {status}"),
            ));
        }
        let notes = way_back.clean(status, response.headers_mut())?;
        exchange.record.product_user = notes.product_user;
        if notes.identity_not_named {
            exchange.record.detail = Some("the product did not say who it was".to_owned());
        }
        Ok(response)
    }

    /// A form body, read whole, because what stands in it counts as much as the query.
    async fn held(&self, plan: &Plan, body: Incoming, limit: usize) -> Result<Bytes, Denial> {
        let refused = |code, detail: &str| plan.way_back().denial(code, detail);
        if body.size_hint().lower() > limit as u64 {
            return Err(refused(
                ReasonCode::TooLarge,
                "the form is longer than is held",
            ));
        }
        let collected = timeout(self.limits.answer_time, Limited::new(body, limit).collect()).await;
        match collected {
            Ok(Ok(form)) => Ok(form.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(refused(
                ReasonCode::TooLarge,
                "the form is longer than is held",
            )),
            Ok(Err(_)) => Err(refused(
                ReasonCode::MalformedRequest,
                "the request's body broke off",
            )),
            Err(_) => Err(refused(
                ReasonCode::MalformedRequest,
                "the form took too long",
            )),
        }
    }
}

/// The headers of a request to a product: its own host, and no length but that of the body.
fn outgoing(mut headers: HeaderMap, uri: &Uri) -> HeaderMap {
    headers.remove(CONTENT_LENGTH);
    let host = uri
        .authority()
        .map(|authority| HeaderValue::try_from(authority.as_str()));
    if let Some(Ok(host)) = host {
        headers.insert(HOST, host);
    }
    headers
}

/// Whether a path is the gateway's own. Where a product stands at the root of a host, its vault
/// stands below the same beginning, and belongs to the product.
fn is_own(path: &str) -> bool {
    path.starts_with(OWN_PATH) && path != ENROLMENT_PATH
}

/// What became of a permitted request.
enum Passed {
    /// The product answered.
    Forwarded(Response<Incoming>),
    /// It was for the vault.
    Enrolled(Result<(), EnrolError>),
}

/// What is remembered of a request until its answer is finished; then it is recorded.
struct Exchange {
    id: String,
    record: AuditRecord,
    at: OffsetDateTime,
    started: Instant,
    audit: Audit,
    counters: Arc<Counters>,
    _busy: Busy,
}

impl Exchange {
    fn new(gateway: &Gateway, parts: &Parts, peer: Peer, busy: Busy) -> Self {
        let id = format!("{:032x}", rand::random::<u128>());
        let at = gateway.clock.now();
        let record = AuditRecord {
            time: at.format(&Rfc3339).unwrap_or_default(),
            request_id: id.clone(),
            config_version: None,
            address: canonical_address(peer.address.ip()),
            method: parts.method.as_str().chars().take(32).collect(),
            host: None,
            product: None,
            path: None,
            surface: None,
            effect: None,
            way: None,
            provider: None,
            key: None,
            user: None,
            client: None,
            outcome: String::new(),
            detail: None,
            reported: Vec::new(),
            status: None,
            product_user: None,
            milliseconds: None,
        };
        Self {
            id,
            record,
            at,
            started: Instant::now(),
            audit: gateway.audit.clone(),
            counters: Arc::clone(&gateway.counters),
            _busy: busy,
        }
    }

    /// The answer of the product, on its way to the client.
    fn forwarded(mut self, response: Response<Incoming>, patience: Duration) -> Response<Answer> {
        self.counters.permitted();
        "permit".clone_into(&mut self.record.outcome);
        self.record.status = Some(response.status().as_u16());
        let (mut parts, body) = response.into_parts();
        // The product's connection is not the client's.
        parts.version = Version::HTTP_11;
        if let Ok(id) = HeaderValue::try_from(self.id.as_str()) {
            parts.headers.insert("x-request-id", id);
        }
        Response::from_parts(parts, Download::new(body, patience, self).boxed_unsync())
    }

    /// An answer of the gateway itself.
    fn answered(mut self, mut response: Response<Bytes>) -> Response<Answer> {
        self.counters.permitted();
        "permit".clone_into(&mut self.record.outcome);
        self.record.status = Some(response.status().as_u16());
        if let Ok(id) = HeaderValue::try_from(self.id.as_str()) {
            response.headers_mut().insert("x-request-id", id);
        }
        response.map(whole)
    }

    /// The answer of the vault.
    fn enrolled(mut self, result: &Result<(), EnrolError>) -> Response<Answer> {
        self.counters.permitted();
        "permit".clone_into(&mut self.record.outcome);
        let (status, detail) = match result {
            Ok(()) => (StatusCode::NO_CONTENT, None),
            Err(error) => {
                let status = match error {
                    EnrolError::NotAToken
                    | EnrolError::NotAccepted { .. }
                    | EnrolError::OtherUser => StatusCode::UNPROCESSABLE_ENTITY,
                    EnrolError::NoAnswer => StatusCode::BAD_GATEWAY,
                    EnrolError::Vault(_) => StatusCode::SERVICE_UNAVAILABLE,
                };
                (status, Some(error.to_string()))
            }
        };
        self.record.status = Some(status.as_u16());
        self.record.detail = Some(format!(
            "the vault: {}",
            detail.as_deref().unwrap_or("the token was changed")
        ));
        let body = detail.map_or_else(Bytes::new, |detail| {
            Bytes::from(serde_json::json!({ "error": detail }).to_string())
        });
        let mut response = Response::new(whole(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        headers.insert("cache-control", HeaderValue::from_static("no-store"));
        if let Ok(id) = HeaderValue::try_from(self.id.as_str()) {
            headers.insert("x-request-id", id);
        }
        response
    }

    /// The refusal; a body that nobody reads closes the connection, so that no byte of it can be
    /// taken for the next request.
    fn refused(mut self, denial: &Denial, closes: bool) -> Response<Answer> {
        self.counters.refused(denial.code);
        denial.code.as_str().clone_into(&mut self.record.outcome);
        self.record.detail = Some(denial.log_detail.clone());
        self.record.status = Some(denial.status);
        tracing::info!(
            request_id = self.id,
            reason = denial.code.as_str(),
            status = denial.status,
            address = %self.record.address,
            product = self.record.product,
            user = self.record.user,
            detail = denial.log_detail.escape_debug().to_string(),
            "refused"
        );
        let mut response = denial.response(&self.id).map(whole);
        if closes {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

impl Drop for Exchange {
    /// Recorded once, when the answer is finished, or when the client went away before.
    fn drop(&mut self) {
        if self.record.outcome.is_empty() {
            "abandoned".clone_into(&mut self.record.outcome);
        }
        let elapsed = self.started.elapsed().as_millis();
        self.record.milliseconds = Some(u64::try_from(elapsed).unwrap_or(u64::MAX));
        self.audit.record(&self.record, self.at);
    }
}
