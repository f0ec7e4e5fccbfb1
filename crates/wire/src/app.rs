//! The state of the whole app: what the frame around every screen shows.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{GatewayState, TypedSecret};

/// Nothing to ask with, or nothing to answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// What the frame shows.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AppState {
    /// Version of the program.
    pub version: String,
    /// What is being worked on.
    pub environment: Environment,
    /// All environments in the order in which they were added.
    pub environments: Vec<Environment>,
    /// How large everything is drawn, in percent.
    pub zoom: u32,
    /// Whether secrets can be sealed.
    pub vault: VaultState,
    /// The five steps and what they stand on, with their state in words.
    pub steps: Steps,
    /// The gateway that this environment publishes to, when one is paired.
    pub gateway: Option<GatewayState>,
    /// How many products are connected.
    pub products: u32,
    /// How many tokens are kept.
    pub tokens: u32,
    /// What is remembered of the look: "system", "light" or "dark".
    pub theme: Theme,
    /// Whether nothing has been set up yet.
    pub first_start: bool,
}

/// One environment: products, providers, tokens and a gateway that belong together.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Environment {
    /// Its id.
    pub id: String,
    /// What the admin calls it.
    pub name: String,
    /// Which colour the frame wears.
    pub kind: EnvironmentKind,
}

/// The kinds of environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentKind {
    /// Everything runs on this computer.
    Sandbox,
    /// For trying.
    Staging,
    /// Cannot be overlooked.
    Production,
}

/// Whether secrets can be sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum VaultState {
    /// The key is in the operating system's keychain, which answers.
    Keychain,
    /// The key comes from a passphrase that was given.
    Passphrase,
    /// No keychain answers and no passphrase was chosen yet.
    NoKeychain {
        /// What the keychain said.
        detail: String,
    },
    /// A passphrase was chosen at an earlier start and has to be given.
    Locked,
}

/// The state of each step.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Steps {
    /// What is behind the gateway.
    pub products: StepState,
    /// Where people sign in.
    pub provider: StepState,
    /// A token to work with.
    pub token: StepState,
    /// Which attribute is the username.
    pub username: StepState,
    /// Whether the products accept it.
    pub test: StepState,
    /// Whether the gateway runs what is here.
    pub publish: StepState,
}

/// One step's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StepState {
    /// How far it is.
    pub mark: StepMark,
    /// The same in a few words, such as "fred, ends in 7 h 41 min".
    pub text: String,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StepMark {
    /// Not begun.
    Todo,
    /// Something runs.
    Running,
    /// Done.
    Done,
    /// Done in part, or something needs the admin.
    Attention,
}

/// Which look is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the operating system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Asks to remember the look.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct SetTheme {
    /// The wanted look.
    pub theme: Theme,
}

/// Opens the vault with a passphrase, or makes one where there is none.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OpenVault {
    /// At least twelve characters where a vault is made.
    pub passphrase: TypedSecret,
}

/// Opens a page in the system browser.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct OpenPage {
    /// An http or https address.
    pub url: String,
}

/// Puts a text that is no secret on the clipboard.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CopyText {
    /// What to copy.
    pub text: String,
}

/// A secret was put on the clipboard.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct Copied {
    /// After how many seconds it leaves the clipboard.
    pub leaves_after_seconds: u32,
}

/// One HTTP request of a flow and its answer, with secrets masked.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Leg {
    /// What it was for: "Exchange the code".
    pub name: String,
    /// The method.
    pub method: String,
    /// The address without query values.
    pub url: String,
    /// Request headers, secrets masked.
    pub request_headers: Vec<Header>,
    /// Request body, secrets masked; empty when there was none.
    pub request_body: String,
    /// The answer's status; none when there was no answer.
    pub status: Option<u16>,
    /// Answer headers, secrets masked.
    pub response_headers: Vec<Header>,
    /// Answer body, secrets masked and cut at 64 KiB.
    pub response_body: String,
    /// What went wrong when there was no answer.
    pub error: Option<String>,
    /// Where the time went.
    pub timing: Timing,
}

/// One header line.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Header {
    /// Its name as it came.
    pub name: String,
    /// Its value, masked where it is a secret.
    pub value: String,
}

/// Where the time of a request went, in milliseconds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, TS)]
pub struct Timing {
    /// Looking up the name, where it was looked up.
    pub dns: Option<f64>,
    /// Connecting, with the TLS handshake, where a connection was made.
    pub connect: Option<f64>,
    /// From the request to the first byte of the answer.
    pub first_byte: f64,
    /// Reading the body.
    pub body: f64,
    /// All of it.
    pub total: f64,
}

/// What the app tells the window without being asked.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AppEvent {
    /// Something that the frame shows is different now.
    StateChanged {
        /// All of it.
        state: AppState,
    },
    /// A sign-in went on.
    SignIn {
        /// Where it stands.
        sign_in: crate::SignIn,
    },
    /// A token was refreshed by itself, or could not be.
    TokenChanged {
        /// As it is now.
        token: crate::Token,
    },
    /// A cell of a test has its result.
    TestCell {
        /// Which test.
        run: String,
        /// The cell.
        cell: crate::TestCell,
    },
    /// All cells of a test have a result, or it was cancelled.
    TestFinished {
        /// Which test.
        run: String,
        /// Whether it was cancelled.
        cancelled: bool,
    },
    /// A saved check was run.
    CheckFinished {
        /// The check with what came of it.
        check: crate::SavedCheck,
        /// Whether all was as expected the time before and now is not.
        turned_red: bool,
        /// Whether the schedule ran it.
        by_schedule: bool,
    },
}
