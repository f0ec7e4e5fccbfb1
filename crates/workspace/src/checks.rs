//! Saved checks and the endpoints that an admin made.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::database::{StoreError, Workspace};

/// An endpoint that an admin made for tests. It is kept in clear and holds no credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnEndpoint {
    /// Its id.
    pub id: String,
    /// What the admin calls it.
    pub name: String,
    /// The product's kind; none is for all.
    pub product: Option<String>,
    /// The method.
    pub method: String,
    /// The path below the product, with its query.
    pub path: String,
    /// Headers besides the credential.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<String>,
}

/// What a check asks: tokens by products by endpoints by ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckSelection {
    /// Which tokens.
    pub tokens: Vec<String>,
    /// Which products.
    pub products: Vec<String>,
    /// `direct` and `gateway`.
    pub ways: Vec<String>,
    /// Which endpoints; none asks who the caller is.
    pub endpoints: Vec<String>,
    /// `bearer` or `basic`.
    pub credential: String,
    /// The user for Basic.
    pub user: Option<String>,
    /// Who it must be.
    pub expected_user: Option<String>,
    /// Whether each token must work as its owner.
    #[serde(default)]
    pub expect_owner: bool,
    /// Whether the admin allowed a secret to travel unencrypted.
    pub allow_plain_http: bool,
    /// Whether the admin allowed a secret to reach a host that it does not belong to.
    #[serde(default)]
    pub allow_foreign: bool,
    /// Whether the admin allowed requests that may change something.
    #[serde(default)]
    pub allow_writes: bool,
}

/// What one cell of a check has to come to; cells without one have to be good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckExpectation {
    /// Which token.
    pub token_id: String,
    /// Which product.
    pub product_id: String,
    /// `direct` or `gateway`.
    pub way: String,
    /// Which endpoint.
    pub endpoint: String,
    /// The verdict's code.
    pub verdict: String,
}

/// A cell that did not come to what was expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Which cell, and what was expected; the verdict is empty where it had to be good.
    pub expected: CheckExpectation,
    /// What the token is called.
    pub token: String,
    /// What the product is called.
    pub product: String,
    /// The verdict's code.
    pub verdict: String,
    /// The verdict in one or two words.
    pub verdict_text: String,
    /// What happened, in a sentence.
    pub message: String,
}

/// What came of running a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckOutcome {
    /// When it ended.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// How many cells there were.
    pub cells: u32,
    /// Those that differ from what was expected.
    pub differences: Vec<Difference>,
    /// Why it could not be run at all.
    pub problem: Option<String>,
}

impl CheckOutcome {
    /// Whether all is as expected.
    pub fn green(&self) -> bool {
        self.problem.is_none() && self.differences.is_empty()
    }
}

/// A test that is run again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedCheck {
    /// Its id.
    pub id: String,
    /// What the admin calls it.
    pub name: String,
    /// What it asks.
    pub selection: CheckSelection,
    /// What has to come of it.
    pub expected: Vec<CheckExpectation>,
    /// How often it runs while the app is open; none runs it only when asked.
    pub every_minutes: Option<u32>,
    /// Since when the schedule counts.
    #[serde(with = "time::serde::rfc3339")]
    pub scheduled_at: OffsetDateTime,
    /// What came of it last.
    pub last: Option<CheckOutcome>,
}

impl SavedCheck {
    /// When it runs next.
    pub fn next_at(&self) -> Option<OffsetDateTime> {
        let every = time::Duration::minutes(i64::from(self.every_minutes?));
        let from = self
            .last
            .as_ref()
            .map_or(self.scheduled_at, |last| last.at.max(self.scheduled_at));
        Some(from + every)
    }
}

impl Workspace {
    /// All saved checks in the order in which they were added.
    pub fn checks(&self) -> Result<Vec<SavedCheck>, StoreError> {
        self.records("checks")
    }

    /// One saved check.
    pub fn check(&self, id: &str) -> Result<Option<SavedCheck>, StoreError> {
        self.record("checks", id)
    }

    /// Adds a check, or replaces the one of the same id in its place.
    pub fn put_check(&self, check: &SavedCheck) -> Result<(), StoreError> {
        self.put_record("checks", &check.id, check)
    }

    /// Removes a check.
    pub fn remove_check(&self, id: &str) -> Result<bool, StoreError> {
        self.remove_record("checks", id)
    }

    /// All endpoints that an admin made, in the order in which they were added.
    pub fn own_endpoints(&self) -> Result<Vec<OwnEndpoint>, StoreError> {
        self.records("own_endpoints")
    }

    /// Adds an endpoint, or replaces the one of the same id in its place.
    pub fn put_own_endpoint(&self, endpoint: &OwnEndpoint) -> Result<(), StoreError> {
        self.put_record("own_endpoints", &endpoint.id, endpoint)
    }

    /// Removes an endpoint.
    pub fn remove_own_endpoint(&self, id: &str) -> Result<bool, StoreError> {
        self.remove_record("own_endpoints", id)
    }
}
