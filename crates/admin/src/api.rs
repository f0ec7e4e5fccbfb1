//! What every call shares: the state, and who calls.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use gatewright_admin_api::{Problem, ProblemCode};
use gatewright_enforce::Clock;
use gatewright_register::Register;
use gatewright_store::{Admin, AuditKind, AuditLine, Digest, Role, Store, StoreError};
use http::header::AUTHORIZATION;
use http::request::Parts;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::sync::{Semaphore, broadcast};

use crate::pairing::WrongCodes;
use crate::publish::Publisher;
use crate::reply::{Refusal, Reply};
use crate::traffic::Traffic;

/// Admins who may watch at the same time.
const WATCHERS: usize = 16;

/// Who is told of each recorded change.
pub type ChangeHook = Arc<dyn Fn(Arc<AuditLine>) + Send + Sync>;

/// The state behind the admin API.
pub struct Api {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) publisher: Arc<Publisher>,
    pub(crate) register: Arc<Register>,
    pub(crate) traffic: Arc<dyn Fn() -> Traffic + Send + Sync>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) started_at: OffsetDateTime,
    pub(crate) wrong_codes: WrongCodes,
    pub(crate) tail: Option<broadcast::Sender<Arc<AuditLine>>>,
    pub(crate) watchers: Arc<Semaphore>,
    changes: Option<ChangeHook>,
}

impl Api {
    /// The state: what is kept, what runs, the keys, and a look at the traffic.
    pub fn new(
        store: Arc<dyn Store>,
        publisher: Arc<Publisher>,
        register: Arc<Register>,
        traffic: Arc<dyn Fn() -> Traffic + Send + Sync>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let started_at = clock.now();
        Self {
            store,
            publisher,
            register,
            traffic,
            clock,
            started_at,
            wrong_codes: WrongCodes::default(),
            tail: None,
            watchers: Arc::new(Semaphore::new(WATCHERS)),
            changes: None,
        }
    }

    /// The same with lines that can be watched as they come.
    #[must_use]
    pub fn with_tail(mut self, tail: broadcast::Sender<Arc<AuditLine>>) -> Self {
        self.tail = Some(tail);
        self
    }

    /// The same, telling of each recorded change, so that it can be written elsewhere as well.
    #[must_use]
    pub fn telling_changes(mut self, hook: ChangeHook) -> Self {
        self.changes = Some(hook);
        self
    }

    /// Asks the store on a thread that may block.
    pub(crate) async fn stored<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Reply<T> {
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || ask(store.as_ref()))
            .await
            .map_err(|_| Refusal::internal("a look into the store"))?
            .map_err(|error| Refusal::store(&error))
    }

    /// Records a change: who, when, from where, what.
    pub(crate) async fn record(
        &self,
        caller: &Caller,
        request: &RequestId,
        action: &'static str,
        what: Value,
    ) {
        let by = json!({ "id": caller.admin.id.as_str(), "name": caller.admin.name });
        self.record_by(by, caller.address, request, action, what)
            .await;
    }

    /// The same for what nobody known did.
    pub(crate) async fn record_by(
        &self,
        by: Value,
        address: IpAddr,
        request: &RequestId,
        action: &'static str,
        what: Value,
    ) {
        let at = self.clock.now();
        let line = AuditLine {
            at,
            kind: AuditKind::Change,
            request_id: request.0.clone(),
            json: json!({
                "time": at.format(&Rfc3339).unwrap_or_default(),
                "request_id": request.0,
                "action": action,
                "by": by,
                "address": address.to_string(),
                "what": what,
            }),
        };
        let told = Arc::new(line.clone());
        if let Some(tail) = &self.tail {
            // Nobody may be watching.
            let _ = tail.send(Arc::clone(&told));
        }
        if let Some(hook) = &self.changes {
            hook(told);
        }
        // The change itself is done and acknowledged; what could not be recorded is in the log.
        let _ = self.stored(move |store| store.append_audit(&[line])).await;
    }
}

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// The id of a call.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

/// An admin who showed a credential.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) admin: Admin,
    pub(crate) address: IpAddr,
}

impl Caller {
    /// Whether this admin has at least the role.
    pub(crate) fn require(&self, role: Role) -> Reply<()> {
        if self.admin.role >= role {
            return Ok(());
        }
        Err(Problem::new(ProblemCode::Forbidden)
            .detail(format!(
                "it takes the role {role}; this credential has {}",
                self.admin.role
            ))
            .into())
    }
}

impl FromRequestParts<Arc<Api>> for Caller {
    type Rejection = Refusal;

    fn from_request_parts(
        parts: &mut Parts,
        api: &Arc<Api>,
    ) -> impl Future<Output = Reply<Self>> + Send {
        let credential = credential(parts);
        let address = peer(parts);
        let api = Arc::clone(api);
        async move {
            let refused = || Refusal::new(ProblemCode::InvalidCredentials);
            let digest = credential.ok_or_else(refused)?;
            let now = api.clock.now();
            let admin = api
                .stored(move |store| store.admin_by_credential(&digest, now))
                .await?;
            Ok(Self {
                admin: admin.ok_or_else(refused)?,
                address,
            })
        }
    }
}

impl FromRequestParts<Arc<Api>> for RequestId {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Api>) -> Reply<Self> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Refusal::internal("a request's id"))
    }
}

/// The digest of the one bearer credential; two credentials are none.
fn credential(parts: &Parts) -> Option<Digest> {
    let mut values = parts.headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| Digest::of(token))
}

pub(crate) fn peer(parts: &Parts) -> IpAddr {
    parts
        .extensions
        .get::<Peer>()
        .map_or(IpAddr::from([0, 0, 0, 0]), |peer| {
            peer.0.ip().to_canonical()
        })
}
