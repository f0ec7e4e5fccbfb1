//! The engine: the phases in order, each on the result of the one before.

mod judge;
mod notes;
mod own_token;

pub use judge::OwnCaller;

use std::sync::Arc;

use gatewright_config::{ActAs, Config};
use gatewright_http::Client;
use gatewright_policy::{AddressSet, ProductId, ReasonCode};

use crate::denial::Denial;
use crate::identify::{self, Sought};
use crate::plan::Plan;
use crate::ports::Ports;
use crate::record::{AuditRecord, PhaseTrace};
use crate::request::RequestFacts;
use crate::shared::Shared;
use crate::upstream::Upstreams;
use crate::vault::{Vault, VaultPort};
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
    vault: Option<Vault>,
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

/// What a directory says of a user's groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserGroups {
    /// These.
    Known(Vec<String>),
    /// It knows no such user, or one who is not active.
    NoSuchUser,
    /// The product has no directory, or it could not be asked.
    Unknown,
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
            vault: None,
        }
    }

    /// The same engine with a vault of the users' own product tokens, which are tried with this
    /// client before they are kept.
    #[must_use]
    pub fn with_vault(mut self, port: Arc<dyn VaultPort>, client: Client) -> Self {
        self.vault = Some(Vault { port, client });
        self
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
        if self.vault.is_none() {
            let by_own_token = self
                .config
                .products
                .iter()
                .filter(|product| product.act_as == Some(ActAs::AccessTokens));
            problems
                .extend(by_own_token.map(|product| format!("{}: there is no vault", product.id)));
        }
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
        judge::judge(self, facts, false).await
    }

    /// A user's groups in a product's directory, from the cache where it knows them.
    pub async fn groups_of(&self, product: &ProductId, user: &str) -> UserGroups {
        let Some(upstream) = self
            .upstreams
            .get(product)
            .filter(|upstream| upstream.product.directory.is_some())
        else {
            return UserGroups::Unknown;
        };
        let sought = Sought::Name(user.to_owned());
        let now = self.ports.clock.now();
        let found = identify::member(upstream, &sought, true, &self.ports, &self.shared, now).await;
        match found {
            Ok(member) => member.groups.map_or(UserGroups::Unknown, UserGroups::Known),
            Err(refusal) if refusal.code == ReasonCode::UserUnknown => UserGroups::NoSuchUser,
            Err(_) => UserGroups::Unknown,
        }
    }

    /// Who calls the gateway itself, to look after keys.
    pub async fn own_caller(
        &self,
        facts: &RequestFacts<'_>,
    ) -> (Result<OwnCaller, Denial>, AuditRecord) {
        judge::own(self, facts).await
    }

    /// What would become of a request: the same, but no key loses a use and no quota is touched.
    pub async fn explain(&self, facts: &RequestFacts<'_>) -> Judgement {
        judge::judge(self, facts, true).await
    }
}
