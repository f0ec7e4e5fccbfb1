//! What a document would change: for each of its differences, and for the requests of the past.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use gatewright_admin_api::{DocumentDiff, SimulationReport};
use gatewright_config::raw::Document;
use gatewright_config::{Config, Format};
use gatewright_enforce::{Engine, UserGroups};
use gatewright_policy::ProductId;
use gatewright_simulate::{GroupsOf, Recorded, Side, Simulation, effects, overall};
use gatewright_store::{DocumentFormat, FactRow, FactStore, Role};
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::config::{read, stored};
use crate::api::{Api, Caller};
use crate::document::{ApplyError, refusal};
use crate::reply::{Refusal, Reply};

/// How long a simulation may take; what is recorded beyond it is not looked at.
const LONGEST: Duration = Duration::from_secs(20);
/// Recorded kinds of requests that are read at once.
const AT_ONCE: usize = 2000;
/// Users who are looked up at the same time, and at most.
const LOOKED_UP_AT_ONCE: usize = 8;
const LOOKED_UP: usize = 2000;
/// How long a directory may take for one user.
const LOOK_UP: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SimulateQuery {
    since: Option<String>,
}

pub(super) async fn simulate(
    State(api): State<Arc<Api>>,
    caller: Caller,
    query: Result<Query<SimulateQuery>, QueryRejection>,
    request: Request<Body>,
) -> Reply<Json<SimulationReport>> {
    caller.require(Role::Viewer)?;
    let Query(query) =
        query.map_err(|_| Refusal::malformed("the query may have since and nothing else"))?;
    let candidate = candidate(request).await?;
    let applied = api.publisher.applied();
    let version = applied.as_ref().map_or(0, |applied| applied.version);
    let running = match &applied {
        Some(applied) => Arc::clone(&applied.config),
        None => nothing()?,
    };
    let now = api.clock.now();
    let since = match query.since {
        Some(text) => OffsetDateTime::parse(&text, &Rfc3339)
            .map_err(|_| Refusal::malformed("since is a time, as 2027-01-31T00:00:00Z"))?,
        None => now - running.facts_keep.max(Duration::from_hours(1)),
    };
    let sides = Sides {
        running,
        candidate: Arc::new(candidate),
        now,
    };
    let mut replay = Replay {
        until: Instant::now() + LONGEST,
        engine: api.publisher.running(),
        groups: HashMap::new(),
        simulation: Simulation::default(),
    };
    let mut after = None;
    let complete = loop {
        let page = api
            .stored(move |store| store.facts(since, after, AT_ONCE))
            .await?;
        after = page.last().map(|row| row.key);
        let last = page.len() < AT_ONCE;
        replay = replay.page(page, &sides).await?;
        if last {
            break true;
        }
        if Instant::now() >= replay.until {
            break false;
        }
    };
    let left_out = api.stored(move |store| store.facts_left_out(since)).await?;
    let first = api.stored(FactStore::first_fact).await?;
    Ok(Json(SimulationReport {
        report: replay.simulation.finish(),
        version,
        since: first.map_or(since, |first| first.max(since)),
        until: now,
        complete,
        left_out,
    }))
}

struct Sides {
    running: Arc<Config>,
    candidate: Arc<Config>,
    now: OffsetDateTime,
}

impl Sides {
    fn ask_for_groups(&self, product: &ProductId) -> bool {
        self.running.rules.asks_for_groups(product) || self.candidate.rules.asks_for_groups(product)
    }
}

struct Replay {
    until: Instant,
    engine: Option<Arc<Engine>>,
    groups: HashMap<(String, String), UserGroups>,
    simulation: Simulation,
}

impl Replay {
    /// Judges a page of facts on a thread that may be busy.
    async fn page(mut self, page: Vec<FactRow>, sides: &Sides) -> Reply<Self> {
        let facts: Vec<Recorded> = page
            .into_iter()
            .filter_map(|row| {
                let mut recorded: Recorded = serde_json::from_value(row.json).ok()?;
                recorded.requests = row.requests;
                recorded.last = row.hour;
                Some(recorded)
            })
            .collect();
        self.look_up(&facts, sides).await;
        let (running, candidate) = (Arc::clone(&sides.running), Arc::clone(&sides.candidate));
        let now = sides.now;
        tokio::task::spawn_blocking(move || {
            let (running, candidate) = (side(&running, now), side(&candidate, now));
            for recorded in &facts {
                let found = self.groups.get(&place(recorded));
                let groups = match found {
                    Some(UserGroups::Known(groups)) => GroupsOf::Known(groups),
                    Some(UserGroups::NoSuchUser) => GroupsOf::NoSuchUser,
                    Some(UserGroups::Unknown) | None => GroupsOf::Unknown,
                };
                self.simulation.push(recorded, running, candidate, groups);
            }
            self
        })
        .await
        .map_err(|_| Refusal::internal("a simulation"))
    }

    /// Looks up whose groups a rule asks for: in the cache, else in the directory, as a request
    /// would.
    async fn look_up(&mut self, facts: &[Recorded], sides: &Sides) {
        let Some(engine) = self.engine.clone() else {
            return;
        };
        let mut asked = JoinSet::new();
        for recorded in facts {
            let place = place(recorded);
            let product = ProductId::new(&recorded.fact.product);
            let is_known = self.groups.contains_key(&place);
            if place.1.is_empty()
                || is_known
                || self.groups.len() >= LOOKED_UP
                || !sides.ask_for_groups(&product)
            {
                continue;
            }
            // A second fact of the same user asks no second time.
            self.groups.insert(place.clone(), UserGroups::Unknown);
            let (engine, until) = (Arc::clone(&engine), self.until);
            asked.spawn(async move {
                let until = until.min(Instant::now() + LOOK_UP);
                let asking = engine.groups_of(&product, &place.1);
                let groups = tokio::time::timeout_at(until, asking).await;
                (place, groups.unwrap_or(UserGroups::Unknown))
            });
            if asked.len() >= LOOKED_UP_AT_ONCE
                && let Some(Ok((place, groups))) = asked.join_next().await
            {
                self.groups.insert(place, groups);
            }
        }
        while let Some(answer) = asked.join_next().await {
            if let Ok((place, groups)) = answer {
                self.groups.insert(place, groups);
            }
        }
    }
}

fn side(config: &Config, now: OffsetDateTime) -> Side<'_> {
    Side {
        rules: &config.rules,
        exemptions: config.exemptions(now),
    }
}

fn place(recorded: &Recorded) -> (String, String) {
    let user = recorded.fact.user.as_deref().unwrap_or_default();
    (recorded.fact.product.clone(), user.to_lowercase())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DiffQuery {
    against: Option<u64>,
}

/// What a document would change in the one in force, or in a version.
pub(super) async fn diff(
    State(api): State<Arc<Api>>,
    caller: Caller,
    query: Result<Query<DiffQuery>, QueryRejection>,
    request: Request<Body>,
) -> Reply<Json<DocumentDiff>> {
    caller.require(Role::Viewer)?;
    let Query(query) = query.map_err(|_| Refusal::malformed("against is a version"))?;
    let candidate = Arc::new(candidate(request).await?);
    let (version, before) = match query.against {
        Some(version) => (version, at_version(&api, version).await?),
        None => match api.publisher.applied() {
            Some(applied) => (applied.version, Arc::clone(&applied.config)),
            None => (0, nothing()?),
        },
    };
    compared(version, before, candidate, api.clock.now()).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BetweenQuery {
    from: u64,
    to: u64,
}

/// What changed between two versions.
pub(super) async fn between(
    State(api): State<Arc<Api>>,
    caller: Caller,
    query: Result<Query<BetweenQuery>, QueryRejection>,
) -> Reply<Json<DocumentDiff>> {
    caller.require(Role::Viewer)?;
    let Query(query) = query.map_err(|_| Refusal::malformed("from and to are versions"))?;
    let before = at_version(&api, query.from).await?;
    let after = at_version(&api, query.to).await?;
    compared(query.from, before, after, api.clock.now()).await
}

async fn compared(
    version: u64,
    before: Arc<Config>,
    after: Arc<Config>,
    now: OffsetDateTime,
) -> Reply<Json<DocumentDiff>> {
    tokio::task::spawn_blocking(move || {
        Json(DocumentDiff {
            version,
            effect: overall(&before, &after, now),
            changes: effects(&before, &after, now),
        })
    })
    .await
    .map_err(|_| Refusal::internal("a comparison"))
}

/// The configuration of a version; version 0 is the empty one.
pub(super) async fn at_version(api: &Api, version: u64) -> Reply<Arc<Config>> {
    if let Some(applied) = api.publisher.applied()
        && applied.version == version
    {
        return Ok(Arc::clone(&applied.config));
    }
    if version == 0 {
        return nothing();
    }
    let found = stored(api, &version.to_string()).await?;
    parsed(&found.text, found.format)
        .map(Arc::new)
        .map_err(|_| Refusal::internal("a stored document"))
}

async fn candidate(request: Request<Body>) -> Reply<Config> {
    let (text, format) = read(request).await?;
    parsed(&text, format).map_err(|problems| {
        let problems = problems.into_iter().map(crate::document::problem).collect();
        refusal(&ApplyError::Invalid { problems })
    })
}

fn parsed(text: &str, format: DocumentFormat) -> Result<Config, Vec<gatewright_config::Problem>> {
    let format = match format {
        DocumentFormat::Toml => Format::Toml,
        DocumentFormat::Json => Format::Json,
    };
    Config::parse(text, format)
}

fn nothing() -> Reply<Arc<Config>> {
    Config::new(Document::default())
        .map(Arc::new)
        .map_err(|_| Refusal::internal("the empty document"))
}
