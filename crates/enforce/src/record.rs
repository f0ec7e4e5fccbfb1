//! What is recorded of a request: one audit line, and the phases for who asks why.

use std::borrow::Cow;
use std::net::IpAddr;

use gatewright_policy::{Effect, ReasonCode, Surface, Way};
use serde::{Deserialize, Serialize};

/// A phase of a request's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Limits and framing.
    Accept,
    /// Who the client is on the network.
    ClientAddress,
    /// Which product and path.
    Target,
    /// Which door, and whether it reads or writes.
    Surface,
    /// The one credential.
    Credentials,
    /// Whether the credential is good.
    Verify,
    /// Which user of the product.
    Identify,
    /// The policy.
    Authorise,
    /// How the request goes on.
    Forward,
}

/// How a phase went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhaseResult {
    /// The request went on.
    Passed,
    /// The request ended here.
    Refused,
    /// The phase had nothing to do.
    Skipped,
    /// A rule would have refused, but is only reported.
    Reported,
}

/// One finding of a phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseTrace {
    /// The phase.
    pub phase: Phase,
    /// How it went.
    pub result: PhaseResult,
    /// What was found, in words; never a secret.
    pub detail: Cow<'static, str>,
}

/// One line of the audit. Who forwards the request fills in the end of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// When the request was judged, RFC 3339 in UTC.
    pub time: String,
    /// The request's id.
    pub request_id: String,
    /// The version of the configuration by which it was judged.
    pub config_version: Option<u64>,
    /// The client's address.
    pub address: IpAddr,
    /// The method.
    pub method: String,
    /// The host that was called.
    pub host: Option<String>,
    /// The product.
    pub product: Option<String>,
    /// The path relative to the product, decoded; never the query.
    pub path: Option<String>,
    /// The door.
    pub surface: Option<Surface>,
    /// Whether it reads or writes.
    pub effect: Option<Effect>,
    /// The kind of credential.
    pub way: Option<Way>,
    /// The identity provider.
    pub provider: Option<String>,
    /// The id of the API key, never the key.
    pub key: Option<String>,
    /// The user as whom the request went on, or whom it claimed to be.
    pub user: Option<String>,
    /// The kind of program that called, without its version.
    #[serde(default)]
    pub client: Option<String>,
    /// `permit` or the reason code.
    pub outcome: String,
    /// The cause of a refusal, in words.
    pub detail: Option<String>,
    /// What would have refused the request, were it not only reported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reported: Vec<ReasonCode>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// Whom the product named in its answer.
    pub product_user: Option<String>,
    /// How long it all took.
    pub milliseconds: Option<u64>,
}
