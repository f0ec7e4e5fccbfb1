//! Tests that are run again and again.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{StartTest, Verdict, Way};

/// All saved checks.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Checks {
    /// In the order in which they were saved.
    pub checks: Vec<SavedCheck>,
}

/// A test that is run again and again.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SavedCheck {
    /// Its id.
    pub id: String,
    /// What the admin calls it.
    pub name: String,
    /// What it asks.
    pub test: StartTest,
    /// What has to come of which cell; the others have to be good.
    pub expected: Vec<ExpectedCell>,
    /// How often it runs while the app is open; none runs it only when asked.
    pub every_minutes: Option<u32>,
    /// When it runs next, RFC 3339.
    pub next_at: Option<String>,
    /// Whether it runs now.
    pub running: bool,
    /// What came of it last.
    pub last: Option<CheckOutcome>,
}

/// What has to come of a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExpectedCell {
    /// Which token.
    pub token_id: String,
    /// Which product.
    pub product_id: String,
    /// Which way.
    pub way: Way,
    /// Which endpoint, as it was chosen.
    pub endpoint: String,
    /// The verdict.
    pub verdict: Verdict,
}

/// What came of running a check.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CheckOutcome {
    /// When it ended, RFC 3339.
    pub at: String,
    /// Whether all was as expected.
    pub green: bool,
    /// How many cells there were.
    pub cells: u32,
    /// Those that differ from what was expected.
    pub differences: Vec<CheckDifference>,
    /// Why it could not be run at all.
    pub problem: Option<String>,
}

/// A cell that did not come to what was expected.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CheckDifference {
    /// What the token is called.
    pub token: String,
    /// The product's id.
    pub product: String,
    /// Which way.
    pub way: Way,
    /// Which endpoint, as it was chosen.
    pub endpoint: String,
    /// What was expected; none where it had to be good.
    pub expected: Option<Verdict>,
    /// What came.
    pub verdict: Verdict,
    /// The same in one or two words.
    pub verdict_text: String,
    /// What happened, in a sentence.
    pub message: String,
}

/// Saves a check.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveCheck {
    /// Its id; none makes a new one.
    pub id: Option<String>,
    /// What the admin calls it.
    pub name: String,
    /// What it asks.
    pub test: StartTest,
    /// What has to come of which cell; the others have to be good.
    pub expected: Vec<ExpectedCell>,
    /// How often it runs while the app is open, from 1 minute to a week.
    pub every_minutes: Option<u32>,
}

/// Names a check.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CheckId {
    /// Its id.
    pub id: String,
}

/// Runs checks, one after the other.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RunChecks {
    /// Which; all when empty.
    pub ids: Vec<String>,
}
