//! Keys and traffic of a gateway whose admin API is the real one.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use gatewright_admin::{Api, Publisher, SecretSource, Server, Traffic, make_pair_code};
use gatewright_admin_api::Mode;
use gatewright_config::Config;
use gatewright_enforce::{
    AtlassianDirectories, Clock, Engine, HttpProviders, NoKeys, Ports, SecretPort, Shared,
};
use gatewright_http::Network;
use gatewright_register::Register;
use gatewright_store::{AuditKind, AuditLine, Role, SealKey, SqliteStore, Store};
use gatewright_wire::{
    AddressProbe, ApiKey, ApiKeyState, ApiKeys, CheckedKey, CheckedOwner, Copied, Decisions,
    ErrorCode, ExplainedDecision, KeyBasis, LeakedKeys, PhaseMark, Published, RevokedKeys,
    RotatedKeys, ShownKey, TrafficFigures,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, NOW};

struct Gateway {
    url: String,
    store: Arc<dyn Store>,
    stop: CancellationToken,
    _directory: TempDir,
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW).unwrap()
}

impl Gateway {
    async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open(directory.path(), Some(SealKey::random())).unwrap());
        let clock: Arc<dyn Clock> = Arc::new(now);
        let client = gatewright_http::Client::new(&Network::default()).unwrap();
        let (told, shared) = (Arc::clone(&clock), Shared::new());
        let engines = move |config: Arc<Config>, secrets: Arc<dyn SecretPort>| {
            let directories = AtlassianDirectories::new(&config, secrets.as_ref(), &told, &client);
            let ports = Ports {
                clock: Arc::clone(&told),
                secrets,
                keys: Arc::new(NoKeys),
                providers: Arc::new(HttpProviders::new(client.clone())),
                directories: Arc::new(directories),
            };
            Engine::new(config, ports, Arc::clone(&shared))
        };
        let publisher = Arc::new(Publisher::new(
            Arc::clone(&store),
            SecretSource::Store(Arc::clone(&store)),
            Mode::Store,
            Arc::new(engines),
            Arc::new(ArcSwapOption::empty()),
            Arc::clone(&clock),
        ));
        let api = Api::new(
            Arc::clone(&store),
            publisher,
            Register::open(Arc::clone(&store), now()).unwrap(),
            Arc::new(Traffic::default),
            clock,
        );
        let server = Server::bind("127.0.0.1:0".parse().unwrap(), None)
            .await
            .unwrap();
        let url = format!("http://{}", server.address().unwrap());
        let stop = CancellationToken::new();
        tokio::spawn(server.run(Arc::new(api), stop.clone()));
        Self {
            url,
            store,
            stop,
            _directory: directory,
        }
    }

    async fn pair(&self, desk: &Desk, role: Role) {
        let code = make_pair_code(self.store.as_ref(), role, None, now()).unwrap();
        let request = json!({"url": self.url, "code": code.shown(), "data_url": ""});
        desk.ask("pair_gateway", request).await.unwrap();
    }

    fn record(&self, seconds: i64, line: &Value) {
        let at = now() - Duration::seconds(seconds);
        let mut json = json!({"time": "2026-11-17T13:58:00Z", "config_version": 1,
            "address": "10.4.2.18", "method": "GET", "host": null, "product": "jira",
            "path": "/rest/api/2/search", "surface": null, "effect": null, "way": null,
            "provider": null, "key": null, "user": "fred", "client": null, "outcome": "permit",
            "detail": null, "status": 200, "product_user": null, "milliseconds": 20});
        let id = format!("request-{seconds}");
        json["request_id"] = json!(id);
        for (name, value) in line.as_object().unwrap() {
            json[name] = value.clone();
        }
        let line = AuditLine {
            at,
            kind: AuditKind::Request,
            request_id: id,
            json,
        };
        self.store.append_audit(&[line]).unwrap();
    }
}

fn wanted(owner: &str, name: &str) -> Value {
    json!({"owner": owner, "name": name, "kind": "bearer",
        "end": {"ends": "after", "count": 30, "unit": "days"}, "max_uses": null,
        "read_only": true, "products": [], "paths": ["GET /rest/api/2/**"], "addresses": []})
}

fn listing(more: &Value) -> Value {
    let mut query = json!({"search": "", "owner": "", "kind": null, "state": null,
        "ends_within_days": null, "sort": "name", "descending": false, "after": null, "limit": 2});
    for (name, value) in more.as_object().unwrap() {
        query[name] = value.clone();
    }
    query
}

async fn list(desk: &Desk, more: Value) -> ApiKeys {
    desk.run("keys", listing(&more)).await
}

async fn publish(desk: &Desk) {
    let mut jira = crate::desk::jira("http://127.0.0.1:1");
    jira["act_as"] = json!({"strategy": "service"});
    jira["service_token"] = json!("service-canary");
    desk.ask("save_product", jira).await.unwrap();
    let request = json!({"expect_version": 0, "comment": ""});
    let _: Published = desk.run("publish", request).await;
}

async fn ready(role: Role) -> (Gateway, Desk) {
    let gateway = Gateway::start().await;
    let desk = Desk::new();
    gateway.pair(&desk, Role::Owner).await;
    publish(&desk).await;
    if role != Role::Owner {
        gateway.pair(&desk, role).await;
    }
    (gateway, desk)
}

#[tokio::test]
async fn a_new_key_is_shown_and_copied_until_it_is_stored_and_never_again() {
    let (_gateway, desk) = ready(Role::Owner).await;
    let basis: KeyBasis = desk.run("key_basis", json!({})).await;
    assert!(basis.may_change && basis.accepted);
    assert_eq!(
        (basis.max_lifetime.as_str(), basis.products[0].id.as_str()),
        ("365d", "jira")
    );

    let made: ApiKey = desk.run("create_key", wanted("fred", "nightly")).await;
    assert!(made.read_only && !made.ends_soon);
    assert_eq!(made.state, ApiKeyState::Active);
    let shown: ShownKey = desk.run("show_new_key", json!({"id": made.id})).await;
    assert!(shown.secret.starts_with(&made.shown));
    let copied: Copied = desk.run("copy_new_keys", json!({"ids": [made.id]})).await;
    assert_eq!(copied.leaves_after_seconds, 60);
    let last = desk.host.clipboard.lock().unwrap().last().cloned();
    assert_eq!(last, Some((shown.secret.clone(), true)));

    desk.ask("forget_new_keys", json!({})).await.unwrap();
    for (name, request) in [
        ("show_new_key", json!({"id": made.id})),
        ("copy_new_keys", json!({"ids": [made.id]})),
    ] {
        let gone = desk.ask(name, request).await.unwrap_err();
        assert_eq!(gone.code, ErrorCode::NotFound, "{name}");
    }
    let all = serde_json::to_string(&list(&desk, json!({})).await).unwrap();
    assert!(!all.contains(&shown.secret));
    let owner: CheckedOwner = desk.run("check_owner", json!({"owner": "fred"})).await;
    assert_eq!(owner.keys, 1);

    let nameless = desk
        .ask("create_key", wanted("fred", " "))
        .await
        .unwrap_err();
    assert_eq!(nameless.field.as_deref(), Some("name"));
}

#[tokio::test]
async fn keys_are_found_page_by_page_replaced_and_revoked() {
    let (_gateway, desk) = ready(Role::Editor).await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        let made: ApiKey = desk.run("create_key", wanted("fred", name)).await;
        ids.push(made.id);
    }
    let first = list(&desk, json!({})).await;
    assert_eq!(first.keys.len(), 2);
    let rest = list(&desk, json!({"after": first.next})).await;
    assert_eq!((rest.keys[0].name.as_str(), &rest.next), ("c", &None));
    assert!(
        list(&desk, json!({"owner": "mallory"}))
            .await
            .keys
            .is_empty()
    );
    assert!(
        list(&desk, json!({"ends_within_days": 7}))
            .await
            .keys
            .is_empty()
    );
    assert_eq!(
        list(&desk, json!({"ends_within_days": 31}))
            .await
            .keys
            .len(),
        2
    );

    let rotated: RotatedKeys = desk
        .run(
            "rotate_keys",
            json!({"ids": [ids[0], "nothing"], "overlap_hours": 1}),
        )
        .await;
    assert_eq!((rotated.made.len(), rotated.failed.len()), (1, 1));
    assert_eq!(rotated.made[0].replaces.as_deref(), Some(ids[0].as_str()));
    let new = &rotated.made[0].id;
    let secret: ShownKey = desk.run("show_new_key", json!({"id": new})).await;

    let both = json!({"ids": [ids[1], ids[2]]});
    let revoked: RevokedKeys = desk.run("revoke_keys", both).await;
    assert_eq!(revoked.revoked.len(), 2);
    let text = format!("curl -H 'Authorization: Bearer {}'", secret.secret);
    let leaked: LeakedKeys = desk.run("leaked_keys", json!({ "text": text })).await;
    assert_eq!((&leaked.revoked, leaked.unknown), (&vec![new.clone()], 0));
    let none = desk.ask("leaked_keys", json!({"text": "gw_short"})).await;
    assert_eq!(none.unwrap_err().field.as_deref(), Some("text"));
    let one: ApiKey = desk.run("key", json!({ "id": new })).await;
    assert_eq!(one.state, ApiKeyState::Revoked);
}

#[tokio::test]
async fn a_key_is_told_before_it_is_made_and_a_viewer_makes_none() {
    let (_gateway, desk) = ready(Role::Viewer).await;
    let basis: KeyBasis = desk.run("key_basis", json!({})).await;
    assert_eq!((basis.may_change, basis.role.as_str()), (false, "viewer"));
    let refused = desk
        .ask("create_key", wanted("fred", "x"))
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);

    let mut key = wanted("fred", "x");
    key["addresses"] = json!(["10.4.0.0/16"]);
    let request = json!({"key": key, "max_lifetime": "365d",
        "request": "POST /rest/api/2/issue", "address": "10.4.1.1"});
    let told: CheckedKey = desk.run("check_key", request).await;
    assert_eq!(told.problems, []);
    assert_eq!(told.request_inside, Some(false));
    assert!(matches!(told.address, AddressProbe::Inside { .. }));
    assert!(told.examples.iter().any(|one| one.inside));
    assert!(told.words.contains("as fred"), "{}", told.words);

    key["paths"] = json!(["rest/api"]);
    key["addresses"] = json!(["10.4.0.0/99"]);
    key["end"] = json!({"ends": "never"});
    let request = json!({"key": key, "max_lifetime": "30d", "request": "", "address": ""});
    let told: CheckedKey = desk.run("check_key", request).await;
    let paths: Vec<&str> = told.problems.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["end", "paths[0]", "addresses[0]"]);
}

#[tokio::test]
async fn decisions_are_found_counted_and_explained() {
    let (gateway, desk) = ready(Role::Viewer).await;
    gateway.record(90, &json!({}));
    gateway.record(
        60,
        &json!({"user": "mallory", "method": "POST", "outcome": "read_only",
        "effect": "write", "surface": "protected", "way": "oauth", "status": 403,
        "detail": "contractors only reads, and POST writes"}),
    );
    gateway.record(
        30,
        &json!({"user": null, "outcome": "missing_credentials", "status": 401}),
    );
    let query = |outcome: &str, before: Option<u64>| {
        json!({"before": before, "user": "", "request_id": "", "outcome": outcome,
            "product": "", "since": "", "until": "", "limit": 2})
    };
    let page: Decisions = desk.run("decisions", query("", None)).await;
    let outcomes: Vec<&str> = page.rows.iter().map(|row| row.outcome.as_str()).collect();
    assert_eq!(outcomes, ["missing_credentials", "read_only"]);
    let rest: Decisions = desk.run("decisions", query("", page.next)).await;
    assert_eq!((rest.rows.len(), rest.next), (1, None));
    let refused: Decisions = desk.run("decisions", query("refused", None)).await;
    assert_eq!(refused.rows.len(), 2);

    let figures: TrafficFigures = desk.run("traffic_figures", json!({"minutes": 15})).await;
    assert_eq!((figures.allowed, figures.refused), (1, 2));
    assert_eq!((figures.p50, figures.buckets.len()), (Some(20), 16));
    assert!(figures.callers.iter().any(|one| one.name == "mallory"));

    let question = json!({"decision": page.rows[1]});
    let told: ExplainedDecision = desk.run("explain_decision", question).await;
    assert_eq!(told.words, "Contractors only reads, and POST writes.");
    assert_eq!(told.phases.len(), 9);
    let ends: Vec<&str> = told
        .phases
        .iter()
        .filter(|phase| phase.mark == PhaseMark::Refused)
        .map(|phase| phase.name.as_str())
        .collect();
    assert_eq!(ends, ["Authorise"]);
    let kept = told.expectation.unwrap();
    assert_eq!(
        (
            kept.user.as_str(),
            kept.outcome.as_str(),
            kept.request.as_str()
        ),
        ("mallory", "read_only", "POST /rest/api/2/search")
    );
}

#[tokio::test]
async fn a_request_that_nobody_sends_is_explained() {
    let (_gateway, desk) = ready(Role::Viewer).await;
    let question = |path: &str| {
        json!({"method": "get", "path": path, "address": "10.1.2.3", "user": "",
            "token_id": "", "token": ""})
    };
    let told: ExplainedDecision = desk
        .run("explain_request", question("/jira/rest/api/2/myself"))
        .await;
    assert_eq!(told.outcome, "missing_credentials");
    assert!(
        told.phases
            .iter()
            .any(|phase| phase.mark == PhaseMark::Refused)
    );
    let wrong = desk.ask("explain_request", question("jira")).await;
    assert_eq!(wrong.unwrap_err().field.as_deref(), Some("path"));
}

#[tokio::test]
async fn without_a_gateway_every_question_says_so() {
    let desk = Desk::new();
    for (name, request) in [
        ("key_basis", json!({})),
        ("keys", listing(&json!({}))),
        ("traffic_figures", json!({"minutes": 15})),
    ] {
        let error = desk.ask(name, request).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::NotPaired, "{name}");
    }
}
