//! Home: every environment at a glance, what ends and what failed.

use gatewright_admin_api::{KeyQuery, KeyState};
use gatewright_config::diff;
use gatewright_wire::{
    AskHome, Ending, EndingKind, EnvironmentGlance, Failed, FailedKind, HomeState, Nothing,
    StepMark, WireError,
};
use time::{Duration, OffsetDateTime};

use crate::app::{App, count};
use crate::convert::rfc3339;
use crate::errors;

/// What ends within this time is shown.
const SOON: Duration = Duration::days(30);
/// What failed within this time is shown.
const LATELY: Duration = Duration::days(7);
/// So many of each are shown.
const SHOWN: usize = 20;
/// So many keys of each gateway are asked for.
const KEYS: u32 = 50;

impl App {
    /// Every environment, what ends and what failed. The gateways are asked only if so wanted.
    pub async fn home(&self, request: AskHome) -> Result<HomeState, WireError> {
        self.vault().await?;
        let apps = self.every_environment()?;
        let glances = apps.iter().map(|app| app.glance(request.ask));
        let mut home = HomeState {
            environments: Vec::new(),
            ending: Vec::new(),
            failed: Vec::new(),
            sandbox: self.sandbox_state().await?,
        };
        for glance in futures_util::future::join_all(glances).await {
            let (environment, ending, failed) = glance?;
            home.environments.push(environment);
            home.ending.extend(ending);
            home.failed.extend(failed);
        }
        home.ending.sort_by(|one, other| one.at.cmp(&other.at));
        home.ending.truncate(SHOWN);
        home.failed.sort_by(|one, other| other.at.cmp(&one.at));
        home.failed.truncate(SHOWN);
        Ok(home)
    }

    async fn glance(
        &self,
        ask: bool,
    ) -> Result<(EnvironmentGlance, Vec<Ending>, Vec<Failed>), WireError> {
        let now = self.host.now();
        let mut ending = self.ending_tokens(now)?;
        let paired = self
            .workspace
            .gateway()
            .map_err(|error| errors::store(&error))?
            .is_some();
        // A gateway that does not answer is told by its state.
        if ask
            && paired
            && self
                .gateway_state(Nothing {})
                .await
                .is_ok_and(|state| state.reachable)
        {
            ending.extend(self.ending_keys(now).await.unwrap_or_default());
        }
        let state = self.state()?;
        let (gateway, gateway_mark) = match &state.gateway {
            None => ("No gateway".to_owned(), StepMark::Todo),
            Some(gateway) if gateway.asked_at.is_none() => {
                ("Not asked yet".to_owned(), StepMark::Todo)
            }
            Some(gateway) if !gateway.reachable => {
                ("Does not answer".to_owned(), StepMark::Attention)
            }
            Some(gateway) => match gateway.serves {
                None | Some(0) => ("Refuses everything".to_owned(), StepMark::Attention),
                Some(version) => (format!("v{version}"), StepMark::Done),
            },
        };
        let mut failed = self.failed_lately(now)?;
        if let Some(gateway) = &state.gateway
            && !gateway.reachable
            && let Some(at) = &gateway.asked_at
        {
            failed.push(Failed {
                what: FailedKind::Gateway,
                name: "The gateway does not answer".to_owned(),
                why: gateway.problem.clone().unwrap_or_default(),
                environment: self.id.clone(),
                at: at.clone(),
            });
        }
        let differs = if paired {
            let kept = self.rules_kept()?;
            Some(count(diff(&kept.base, &self.document(&kept)?).len()))
        } else {
            None
        };
        let glance = EnvironmentGlance {
            environment: state.environment,
            steps: state.steps,
            gateway,
            gateway_mark,
            differs,
        };
        Ok((glance, ending, failed))
    }

    fn ending_tokens(&self, now: OffsetDateTime) -> Result<Vec<Ending>, WireError> {
        let tokens = self
            .workspace
            .tokens()
            .map_err(|error| errors::store(&error))?;
        let providers = self
            .workspace
            .providers()
            .map_err(|error| errors::store(&error))?;
        Ok(tokens
            .into_iter()
            .filter_map(|token| {
                let at = token.ends_at.filter(|at| *at > now && *at < now + SOON)?;
                let provider = providers
                    .iter()
                    .find(|provider| Some(&provider.id) == token.provider_id.as_ref());
                Some(Ending {
                    what: EndingKind::Token,
                    name: token.name,
                    whose: provider
                        .map(|provider| provider.name.clone())
                        .unwrap_or_default(),
                    environment: self.id.clone(),
                    at: rfc3339(at),
                })
            })
            .collect())
    }

    async fn ending_keys(&self, now: OffsetDateTime) -> Result<Vec<Ending>, WireError> {
        let (client, _) = self.admin_client().await?;
        let query = KeyQuery {
            state: Some(KeyState::Active),
            ends_before: Some(now + SOON),
            limit: Some(KEYS),
            ..KeyQuery::default()
        };
        let list = client
            .keys(&query)
            .await
            .map_err(|error| errors::call(&error))?;
        Ok(list
            .keys
            .into_iter()
            .filter_map(|key| {
                let at = key.ends_at.filter(|at| *at > now)?;
                Some(Ending {
                    what: EndingKind::Key,
                    name: key.name,
                    whose: key.owner,
                    environment: self.id.clone(),
                    at: rfc3339(at),
                })
            })
            .collect())
    }

    fn failed_lately(&self, now: OffsetDateTime) -> Result<Vec<Failed>, WireError> {
        let store = |error| errors::store(&error);
        let tokens = self.workspace.tokens().map_err(store)?;
        let products = self.workspace.products().map_err(store)?;
        let mut failed = Vec::new();
        for outcome in self.workspace.test_outcomes().map_err(store)? {
            if outcome.good || outcome.at < now - LATELY {
                continue;
            }
            let product = products
                .iter()
                .find(|product| product.id == outcome.product_id)
                .map_or(outcome.product_id.as_str(), |product| {
                    product.title.as_str()
                });
            let token = tokens
                .iter()
                .find(|token| token.id == outcome.token_id)
                .map_or("a token", |token| token.name.as_str());
            let way = if outcome.way == "gateway" {
                ", through the gateway"
            } else {
                ""
            };
            failed.push(Failed {
                what: FailedKind::Test,
                name: format!("{product} with {token}{way}"),
                why: errors::sentence(&outcome.verdict.replace('_', " "))
                    .trim_end_matches('.')
                    .to_owned(),
                environment: self.id.clone(),
                at: rfc3339(outcome.at),
            });
        }
        for check in self.workspace.checks().map_err(store)? {
            let Some(last) = check.last.filter(|last| !last.green()) else {
                continue;
            };
            failed.push(Failed {
                what: FailedKind::Check,
                name: check.name,
                why: last.problem.unwrap_or_else(|| {
                    format!("{} of {} differ", last.differences.len(), last.cells)
                }),
                environment: self.id.clone(),
                at: rfc3339(last.at),
            });
        }
        Ok(failed)
    }
}
