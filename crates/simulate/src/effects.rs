//! Whether a change lets fewer or more requests pass: measured, not guessed.

use std::cmp::Ordering::{Equal, Greater, Less};

use gatewright_config::{Change, ChangeEffect, Config, diff};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::grid::Grid;
use crate::isolate::isolate;

/// What a change does to who may do what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasuredEffect {
    /// Something that passed is refused, and nothing that was refused passes.
    Narrower,
    /// Something that was refused passes, and nothing that passed is refused.
    Wider,
    /// Both happen.
    Mixed,
    /// Neither happens.
    None,
    /// The policy cannot tell: it is about another part of the gateway, or about too many requests.
    Unknown,
}

/// A request that shows an effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectExample {
    /// The product.
    pub product: String,
    /// Method and path.
    pub request: String,
    /// Who calls, in words.
    pub caller: String,
    /// From where.
    pub address: String,
    /// `permit` or the reason code before the change.
    pub before: String,
    /// `permit` or the reason code after it.
    pub after: String,
}

/// One difference between two documents, with its effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectOfChange {
    /// Where, as `products.jira.base_url`.
    pub path: String,
    /// What it is about, in words.
    pub title: String,
    /// What stood there.
    pub before: Option<String>,
    /// What stands there now.
    pub after: Option<String>,
    /// What it does to who may do what.
    pub effect: MeasuredEffect,
    /// A request that was refused and now passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wider_example: Option<EffectExample>,
    /// A request that passed and is now refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub narrower_example: Option<EffectExample>,
}

/// The differences between two documents in the document's order, each with its effect: the
/// change alone is applied to the earlier document (or, where it cannot stand alone, undone in
/// the later one), and both rule sets are asked about every request of a grid that is made from
/// both documents. What is only reported at `now` counts as it is.
pub fn effects(before: &Config, after: &Config, now: OffsetDateTime) -> Vec<EffectOfChange> {
    let changes = diff(before.document(), after.document());
    let grid = Grid::new(before, after);
    changes
        .into_iter()
        .map(|change| {
            let measured = measured(&grid, before, after, &change, now);
            EffectOfChange {
                path: change.path,
                title: change.title,
                before: change.before,
                after: change.after,
                effect: measured.effect(),
                wider_example: measured.wider,
                narrower_example: measured.narrower,
            }
        })
        .collect()
}

/// The effect of all changes of the rules together.
pub fn overall(before: &Config, after: &Config, now: OffsetDateTime) -> MeasuredEffect {
    Grid::new(before, after)
        .compare(before, after, now)
        .effect()
}

/// What was seen when two rule sets were compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    pub(crate) wider: Option<EffectExample>,
    pub(crate) narrower: Option<EffectExample>,
    /// Set where no request shows the effect.
    pub(crate) stated: Option<MeasuredEffect>,
}

impl Measured {
    fn stated(effect: MeasuredEffect) -> Self {
        Self {
            stated: Some(effect),
            ..Self::default()
        }
    }

    fn effect(&self) -> MeasuredEffect {
        match (&self.narrower, &self.wider) {
            (Some(_), Some(_)) => MeasuredEffect::Mixed,
            (Some(_), None) => MeasuredEffect::Narrower,
            (None, Some(_)) => MeasuredEffect::Wider,
            (None, None) => self.stated.unwrap_or(MeasuredEffect::None),
        }
    }
}

/// What a path of the document is about.
enum About {
    /// The rules: the policy is asked.
    Rules,
    /// A number that can be compared, or nothing that lets pass: the difference itself says it.
    Plain,
    /// A whole provider that came or went.
    Provider,
    /// Something that the policy knows nothing of.
    Other,
}

fn about(path: &str) -> About {
    if path.starts_with("settings.keys.") || path.starts_with("audit") || path.starts_with("expect")
    {
        return About::Plain;
    }
    if path.starts_with("access.rate.") || path == "access.trusted_proxies" {
        return About::Other;
    }
    if let Some(rest) = path.strip_prefix("providers.") {
        let inside = [
            ".preset",
            ".inputs",
            ".endpoints",
            ".client_id",
            ".client_secret",
            ".client_auth",
            ".scopes",
            ".verify",
            ".username",
            ".opaque",
            ".service_accounts",
            ".prefixes",
        ];
        return if inside.iter().any(|key| rest.ends_with(key)) {
            About::Other
        } else {
            About::Provider
        };
    }
    let elsewhere = [".base_url", ".public_url", ".act_as", ".directory"];
    if path.starts_with("products.") && elsewhere.iter().any(|key| path.ends_with(key)) {
        return About::Other;
    }
    About::Rules
}

fn measured(
    grid: &Grid,
    before: &Config,
    after: &Config,
    change: &Change,
    now: OffsetDateTime,
) -> Measured {
    match about(&change.path) {
        About::Rules => {
            let applied = isolate(before.document(), after.document(), change)
                .and_then(|document| Config::new(document).ok());
            if let Some(applied) = applied {
                return grid.compare(before, &applied, now);
            }
            let undo = Change {
                before: change.after.clone(),
                after: change.before.clone(),
                ..change.clone()
            };
            let undone = isolate(after.document(), before.document(), &undo)
                .and_then(|document| Config::new(document).ok());
            undone.map_or_else(
                || Measured::stated(MeasuredEffect::Unknown),
                |undone| grid.compare(&undone, after, now),
            )
        }
        About::Plain | About::Provider => Measured::stated(match change.effect {
            ChangeEffect::Narrower => MeasuredEffect::Narrower,
            ChangeEffect::Wider => MeasuredEffect::Wider,
            ChangeEffect::NoEffect => MeasuredEffect::None,
        }),
        About::Other => Measured::stated(if change.path.starts_with("access.rate.") {
            rate(before, after, &change.path)
        } else if change.effect == ChangeEffect::NoEffect {
            MeasuredEffect::None
        } else {
            MeasuredEffect::Unknown
        }),
    }
}

fn rate(before: &Config, after: &Config, path: &str) -> MeasuredEffect {
    let quota = |config: &Config| {
        if path.ends_with("per_caller") {
            config.rates.per_caller
        } else {
            config.rates.per_address
        }
    };
    match (quota(before), quota(after)) {
        (None, None) => MeasuredEffect::None,
        (None, Some(_)) => MeasuredEffect::Narrower,
        (Some(_), None) => MeasuredEffect::Wider,
        (Some(one), Some(other)) if one == other => MeasuredEffect::None,
        (Some(one), Some(other)) => {
            // More at once and more in the long run is wider; one without the other is neither.
            let at_once = other.requests.cmp(&one.requests);
            let in_the_long_run = (u128::from(other.requests) * one.per.as_millis())
                .cmp(&(u128::from(one.requests) * other.per.as_millis()));
            match (at_once, in_the_long_run) {
                (Equal, Equal) => MeasuredEffect::None,
                (Less | Equal, Less | Equal) => MeasuredEffect::Narrower,
                (Greater | Equal, Greater | Equal) => MeasuredEffect::Wider,
                (Less, Greater) | (Greater, Less) => MeasuredEffect::Mixed,
            }
        }
    }
}

#[cfg(test)]
mod tests;
