//! Environments: what is worked on, and what goes from one to another.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Change, EnvironmentKind};

/// Makes an environment and goes there.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CreateEnvironment {
    /// What it is called.
    pub name: String,
    /// Which colour the frame wears there.
    pub kind: EnvironmentKind,
}

/// Calls an environment something else.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChangeEnvironment {
    /// Which one.
    pub id: String,
    /// What it is called from now on.
    pub name: String,
    /// Which colour the frame wears there.
    pub kind: EnvironmentKind,
}

/// Names an environment.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct EnvironmentId {
    /// Its id.
    pub id: String,
}

/// Removes an environment with all that is kept in it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RemoveEnvironment {
    /// Which one.
    pub id: String,
    /// Its name, typed.
    pub typed: String,
}

/// Takes the rules, providers and products of one environment over into another.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Promote {
    /// Where they come from.
    pub from: String,
    /// Where they go.
    pub into: String,
    /// Whether it is done; else only what would change is told.
    pub take: bool,
    /// Whether sealed secrets that are missing there are copied as well.
    pub with_secrets: bool,
}

/// What goes, or went, from one environment to another.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Promotion {
    /// What would be different in the target, in words.
    pub changes: Vec<Change>,
    /// Products of both: the target keeps its own addresses and accounts.
    pub products_kept: Vec<String>,
    /// Products that the target lacks: they have to be added there with their own addresses.
    pub products_missing: Vec<String>,
    /// Providers that are taken over without their secrets.
    pub providers: Vec<String>,
    /// Secrets that the target lacks and the source has, by what they are for.
    pub secrets: Vec<String>,
    /// Whether it was done.
    pub taken: bool,
}
