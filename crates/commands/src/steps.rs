//! The state of the five steps and of what they stand on, in a few words.

use gatewright_wire::{Readiness, StepMark, StepState, Steps, WireError};
use gatewright_workspace as kept;

use crate::app::{App, lock};
use crate::claims::span;
use crate::errors;
use crate::products::{counted, readiness};

impl App {
    /// The state of each step.
    pub(crate) fn steps(
        &self,
        products: &[kept::Product],
        providers: &[kept::Provider],
        tokens: &[kept::Token],
    ) -> Result<Steps, WireError> {
        Ok(Steps {
            products: products_step(products),
            provider: self.provider_step(providers)?,
            token: self.token_step(tokens),
            username: username_step(providers),
            test: self.test_step()?,
            publish: self.publish_step()?,
        })
    }

    fn provider_step(&self, providers: &[kept::Provider]) -> Result<StepState, WireError> {
        if providers.is_empty() {
            return Ok(state(StepMark::Todo, "Not chosen"));
        }
        for provider in providers {
            if let Some(missing) = self.missing(provider)?.first() {
                return Ok(state(
                    StepMark::Attention,
                    format!("{}: {missing} is missing", provider.name),
                ));
            }
        }
        let names: Vec<&str> = providers
            .iter()
            .map(|provider| provider.name.as_str())
            .collect();
        Ok(state(StepMark::Done, names.join(", ")))
    }

    fn token_step(&self, tokens: &[kept::Token]) -> StepState {
        if lock(&self.sign_ins)
            .values()
            .any(crate::sign_in::Attempt::runs)
        {
            return state(StepMark::Running, "Signing in");
        }
        let Some(newest) = tokens.first() else {
            return state(StepMark::Todo, "None yet");
        };
        let now = self.host.now();
        match newest.ends_at {
            None => state(StepMark::Done, format!("{}, no end", newest.name)),
            Some(end) if end > now => state(
                StepMark::Done,
                format!("{}, ends in {}", newest.name, span(end - now)),
            ),
            Some(_) => state(StepMark::Attention, format!("{}, ended", newest.name)),
        }
    }

    fn test_step(&self) -> Result<StepState, WireError> {
        if !lock(&self.tests).is_empty() {
            return Ok(state(StepMark::Running, "Testing"));
        }
        let outcomes = self
            .workspace
            .test_outcomes()
            .map_err(|error| errors::store(&error))?;
        // Through the gateway is what counts, once there is one.
        let through: Vec<&kept::TestOutcome> = outcomes
            .iter()
            .filter(|outcome| outcome.way == "gateway")
            .collect();
        let counted: Vec<&kept::TestOutcome> = if through.is_empty() {
            outcomes.iter().collect()
        } else {
            through
        };
        let all = counted.len();
        let good = counted.iter().filter(|outcome| outcome.good).count();
        Ok(if all == 0 {
            state(StepMark::Todo, "Not tested")
        } else if good == all {
            state(StepMark::Done, format!("{good} of {all} good"))
        } else {
            state(
                StepMark::Attention,
                format!("{} of {all} need you", all - good),
            )
        })
    }

    fn publish_step(&self) -> Result<StepState, WireError> {
        let Some(_) = self
            .workspace
            .gateway()
            .map_err(|error| errors::store(&error))?
        else {
            return Ok(state(StepMark::Todo, "No gateway paired"));
        };
        let last = self.last_published()?;
        let ours = self.ours()?;
        let rules_touched = self
            .workspace
            .rules_draft()
            .map_err(|error| errors::store(&error))?
            .is_some_and(|draft| draft.touched);
        let silent = lock(&self.gateway)
            .as_ref()
            .is_some_and(|gateway| !gateway.reachable);
        Ok(if silent {
            state(StepMark::Attention, "The gateway is silent")
        } else if last.version == 0 {
            state(
                StepMark::Todo,
                if ours.is_empty() {
                    "Paired"
                } else {
                    "Paired, not published"
                },
            )
        } else if ours.as_text() == last.ours && !rules_touched {
            state(StepMark::Done, format!("v{} as it is here", last.version))
        } else {
            state(
                StepMark::Attention,
                format!("Changes since v{}", last.version),
            )
        })
    }
}

fn products_step(products: &[kept::Product]) -> StepState {
    if products.is_empty() {
        return state(StepMark::Todo, "None yet");
    }
    let all = products.len();
    let ready = products
        .iter()
        .filter(|product| readiness(product) == Readiness::Ready)
        .count();
    if ready == all {
        state(
            StepMark::Done,
            format!("{} ready", counted(all, "product", "products")),
        )
    } else {
        state(StepMark::Attention, format!("{ready} of {all} ready"))
    }
}

fn username_step(providers: &[kept::Provider]) -> StepState {
    if providers.is_empty() {
        return state(StepMark::Todo, "Not chosen");
    }
    let rules: Vec<String> = providers
        .iter()
        .filter_map(|provider| provider.username.as_ref())
        .map(|rule| {
            let steps = rule.transform.iter().map(|step| match step {
                kept::Transform::Lowercase => "lowercase",
                kept::Transform::Uppercase => "uppercase",
                kept::Transform::Trim => "trimmed",
                kept::Transform::BeforeAt => "before @",
            });
            std::iter::once(rule.pointer.as_str())
                .chain(steps)
                .collect::<Vec<_>>()
                .join(", ")
        })
        .collect();
    if rules.is_empty() {
        state(StepMark::Todo, "Not chosen")
    } else if rules.len() == providers.len() {
        state(StepMark::Done, rules.join("; "))
    } else {
        state(
            StepMark::Attention,
            format!("{} of {} providers", rules.len(), providers.len()),
        )
    }
}

fn state(mark: StepMark, text: impl Into<String>) -> StepState {
    StepState {
        mark,
        text: text.into(),
    }
}
