//! The gateway that an environment publishes to.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::TypedSecret;

/// Pairs with a gateway.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct PairGateway {
    /// The address of the admin API.
    pub url: String,
    /// The code that `gatewright-gateway pair-code` printed.
    pub code: TypedSecret,
    /// Where clients call the gateway; empty where the products' public URLs are whole addresses.
    pub data_url: String,
}

/// A paired gateway and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GatewayState {
    /// The address of the admin API.
    pub url: String,
    /// Where clients call it.
    pub data_url: String,
    /// "owner", "editor" or "viewer".
    pub role: String,
    /// The pinned certificate's SHA-256, in groups of four; none without TLS on loopback.
    pub fingerprint: Option<String>,
    /// Whether it answered last time.
    pub reachable: bool,
    /// What went wrong when it did not.
    pub problem: Option<String>,
    /// Its program's version.
    pub version: Option<String>,
    /// The version of the document that it serves; 0 is none.
    pub serves: Option<u32>,
    /// Since when it runs, RFC 3339.
    pub started_at: Option<String>,
    /// Whether its document comes from a file.
    pub from_file: bool,
    /// By how many seconds its clock is ahead of ours.
    pub clock_ahead_seconds: Option<i32>,
    /// When it was asked last, RFC 3339.
    pub asked_at: Option<String>,
}
