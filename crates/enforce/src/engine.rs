//! The engine: the phases in order, each on the result of the one before.

mod judge;
mod notes;

use std::sync::Arc;

use gatewright_config::Config;
use gatewright_policy::AddressSet;

use crate::denial::Denial;
use crate::plan::Plan;
use crate::ports::Ports;
use crate::record::{AuditRecord, PhaseTrace};
use crate::request::RequestFacts;
use crate::shared::Shared;
use crate::upstream::Upstreams;
use crate::verify::ProviderState;

/// Judges requests by one version of the configuration.
///
/// It does not change: for another configuration or another secret another engine is made, with
/// the same [`Shared`], and put in its place.
pub struct Engine {
    config: Arc<Config>,
    version: Option<u64>,
    ports: Ports,
    shared: Arc<Shared>,
    upstreams: Upstreams,
    providers: Vec<ProviderState>,
}

/// What became of a request.
#[derive(Debug)]
pub struct Judgement {
    /// Whether it goes on.
    pub outcome: Outcome,
    /// The audit line; who forwards fills in its end.
    pub record: AuditRecord,
    /// What each phase found.
    pub trace: Vec<PhaseTrace>,
}

/// Whether a request goes on.
#[derive(Debug)]
pub enum Outcome {
    /// It does, like this.
    Forward(Box<Plan>),
    /// It does not.
    Refused(Denial),
}

impl Engine {
    /// An engine for a configuration. A secret that is missing makes what needs it refuse with
    /// `not_configured`; [`Engine::problems`] names it.
    pub fn new(config: Arc<Config>, ports: Ports, shared: Arc<Shared>) -> Self {
        let upstreams = Upstreams::new(&config, ports.secrets.as_ref());
        let providers = ProviderState::all(&config, ports.secrets.as_ref(), &shared);
        Self {
            config,
            version: None,
            ports,
            shared,
            upstreams,
            providers,
        }
    }

    /// The same engine, whose records name this version of the configuration.
    #[must_use]
    pub fn at_version(mut self, version: u64) -> Self {
        self.version = Some(version);
        self
    }

    /// The configuration by which it judges.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What cannot work or is dangerous, in words: for the log and the status page.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = self.upstreams.problems();
        for everything in ["0.0.0.0/0", "::/0"] {
            let believes_all = AddressSet::parse(&[everything])
                .is_ok_and(|all| self.config.trusted_proxies.covers(&all));
            if believes_all {
                problems.push(format!(
                    "trusted_proxies holds {everything}: every client may name its own address"
                ));
            }
        }
        problems
    }

    /// Judges a request: phases 2 to 8, and the plan by which it goes on.
    pub async fn judge(&self, facts: &RequestFacts<'_>) -> Judgement {
        judge::judge(self, facts).await
    }
}
