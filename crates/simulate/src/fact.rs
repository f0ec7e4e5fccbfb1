//! What is recorded of requests, so that other rules can be tried on them.

use std::net::IpAddr;

use gatewright_policy::{Effect, Surface, Way};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

/// Requests that the rules treat alike. No secret, no body, no query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The product.
    pub product: String,
    /// The method.
    pub method: String,
    /// The path with a star for what names one thing.
    pub template: String,
    /// The address, or the network that stands for it.
    pub address: IpAddr,
    /// The door to which it came, if it was judged that far.
    pub surface: Option<Surface>,
    /// Whether it reads or writes, if it was judged that far.
    pub effect: Option<Effect>,
    /// The kind of credential; absent: none, or it was not read.
    pub way: Option<Way>,
    /// The user as whom it went on, or whom it claimed to be.
    pub user: Option<String>,
    /// The kind of program.
    pub client: String,
    /// `permit` or the reason code.
    pub outcome: String,
}

impl Fact {
    /// The name under which alike requests are counted together.
    pub fn key(&self) -> [u8; 32] {
        // Every field is length-prefixed by JSON's own quoting.
        let text = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(text).into()
    }
}

/// A fact, how often it was seen, and one request that shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The fact.
    #[serde(flatten)]
    pub fact: Fact,
    /// The path of one such request, decoded, without the query.
    pub path: String,
    /// The id of that request.
    pub request_id: String,
    /// How many requests.
    #[serde(default)]
    pub requests: u64,
    /// The hour in which the last of them came.
    #[serde(with = "time::serde::rfc3339")]
    pub last: OffsetDateTime,
}
