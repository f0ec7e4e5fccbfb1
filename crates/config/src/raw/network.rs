//! How calls to the identity providers leave this machine.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::BasicAccount;

/// How the identity providers are reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// Certificates of authorities, PEM, that are trusted beside those of the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
    /// The proxy, as `http://proxy.example.com:3128`; `none`: every call is direct; absent: what the
    /// machine says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// Hosts that are reached without the proxy: names with their subdomains, addresses, networks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proxy_bypass: Vec<String>,
    /// The account that the proxy asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_account: Option<BasicAccount>,
}
