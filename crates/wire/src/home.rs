//! Home: every environment at a glance, and what needs somebody.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Environment, StepMark, Steps};

/// What Home shows.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct HomeState {
    /// Every environment with its steps.
    pub environments: Vec<EnvironmentGlance>,
    /// What ends within thirty days, the soonest first.
    pub ending: Vec<Ending>,
    /// What failed lately, the newest first.
    pub failed: Vec<Failed>,
    /// Whether a sandbox that this window started runs.
    pub sandbox: SandboxState,
}

/// One environment.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct EnvironmentGlance {
    /// Which one.
    pub environment: Environment,
    /// Its steps.
    pub steps: Steps,
    /// What its gateway runs, in a few words.
    pub gateway: String,
    /// How its gateway is.
    pub gateway_mark: StepMark,
    /// In how many places of the document what is here differs from what it ran when it was
    /// looked at last; none without a gateway.
    pub differs: Option<u32>,
}

/// Something that ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Ending {
    /// What it is.
    pub what: EndingKind,
    /// Its name.
    pub name: String,
    /// Whose it is, in a few words.
    pub whose: String,
    /// In which environment, by id.
    pub environment: String,
    /// When it ends, RFC 3339.
    pub at: String,
}

/// The kinds of what ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EndingKind {
    /// A kept token.
    Token,
    /// A key that a gateway issued.
    Key,
}

/// Something that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Failed {
    /// What it is.
    pub what: FailedKind,
    /// What failed, such as "Jira with fred's token".
    pub name: String,
    /// Why, in a few words.
    pub why: String,
    /// In which environment, by id.
    pub environment: String,
    /// When, RFC 3339; empty where that is not known.
    pub at: String,
}

/// The kinds of what failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FailedKind {
    /// A cell of a test.
    Test,
    /// A saved check.
    Check,
    /// A gateway that does not answer.
    Gateway,
}

/// The sandbox that the window can start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SandboxState {
    /// The command line is not beside the app.
    Absent {
        /// Where it was looked for.
        looked_in: String,
    },
    /// It can be started.
    Ready,
    /// It runs, until it is stopped or the app ends.
    Running {
        /// Whom one can sign in as.
        people: Vec<SandboxPerson>,
    },
}

/// Somebody of the sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SandboxPerson {
    /// The name to sign in with.
    pub user: String,
    /// The password, which is no secret.
    pub password: String,
    /// What is special about them.
    pub note: String,
}

/// Asks for Home.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct AskHome {
    /// Whether the gateways are asked as well, which may take a while.
    pub ask: bool,
}
