//! The only test that writes: create something harmless and delete it again.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{CredentialKind, ProductKind, TestResult, Way};

/// What may be created and deleted again in a kind of product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoundTripOffer {
    /// In which kind.
    pub product: ProductKind,
    /// What is created: "a page in the space".
    pub creates: String,
    /// What has to be named as the place: "Space"; none where nothing has to.
    pub place: Option<String>,
    /// What the place looks like; may be empty.
    pub example: String,
}

/// Creates something and deletes it again, as somebody asked for.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CreateAndDelete {
    /// With which token.
    pub token_id: String,
    /// In which product.
    pub product_id: String,
    /// Which way.
    pub way: Way,
    /// How the token is sent.
    pub credential: CredentialKind,
    /// The user for Basic; none takes the one kept with the token.
    pub user: Option<String>,
    /// A space's key, or a repository as KEY/slug; empty where nothing has to be named.
    pub place: String,
    /// Whether a secret may travel unencrypted to a host that is not this computer.
    pub allow_plain_http: bool,
    /// Whether somebody else's secret may reach a host that it does not belong to.
    pub allow_foreign: bool,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RoundTrip {
    /// The steps that were taken, in their order.
    pub steps: Vec<RoundTripStep>,
    /// What may still be there.
    pub left: Option<Leftover>,
    /// Whether everything went well and nothing was left.
    pub good: bool,
    /// The same in a sentence.
    pub message: String,
}

/// One step.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RoundTripStep {
    /// What it does: "Delete it".
    pub title: String,
    /// Whether it did what it should.
    pub done: bool,
    /// The request and its answer, as for any test.
    pub result: TestResult,
}

/// Something that may still be there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Leftover {
    /// What it is.
    pub what: String,
    /// Where to find it, when that is known.
    pub url: Option<String>,
    /// Whether it is certainly there; otherwise nobody knows.
    pub certain: bool,
}
