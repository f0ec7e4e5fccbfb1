//! Who may call, from where, and what.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::serialise::is_default;

/// Rules of one product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProductAccess {
    /// Only members of these groups may call; empty: everybody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups_allowed: Vec<String>,
    /// Members of these groups may read and not write.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups_read_only: Vec<String>,
    /// Only these addresses may call; empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses_allowed: Vec<String>,
}

/// Rules for all products.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Access {
    /// Only members of these groups may call; empty: everybody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups_allowed: Vec<String>,
    /// Members of these groups may read and not write.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups_read_only: Vec<String>,
    /// Only members of these groups may make keys; empty: everybody who may call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups_may_create_keys: Vec<String>,
    /// Only these addresses may call; empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses_allowed: Vec<String>,
    /// Proxies whose `Forwarded` and `X-Forwarded-For` are believed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trusted_proxies: Vec<String>,
    /// How many requests are taken.
    #[serde(skip_serializing_if = "is_default")]
    pub rate: Rate,
    /// How many credentials that turn out to be wrong are looked at.
    #[serde(skip_serializing_if = "is_default")]
    pub failures: Failures,
    /// Rules that are only reported and not enforced, each until its end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub report_only: Vec<ReportOnly>,
    /// Paths that need a valid credential although anonymous requests pass.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub public: Vec<PathRule>,
    /// Paths on which the gateway's authentication is skipped.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bypass: Vec<PathRule>,
}

/// How many requests are taken, as `600/m`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rate {
    /// From one caller, over all of the caller's credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_caller: Option<String>,
    /// From one address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_address: Option<String>,
}

/// How many wrong credentials are looked at, as `120/m`; `off` looks at all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Failures {
    /// From one address; `120/m` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_address: Option<String>,
    /// With one user name; `30/m` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_user: Option<String>,
}

/// A rule that is only reported until a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportOnly {
    /// Which rule.
    pub rule: ReportOnlyRule,
    /// Until when, RFC 3339 in UTC.
    pub until: String,
}

/// The rules that may be only reported; verification and identity never are.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReportOnlyRule {
    /// `groups_allowed`
    Groups,
    /// `groups_read_only` and `read_only`
    ReadOnly,
    /// `addresses_allowed`
    Addresses,
    /// `rate`
    Rate,
    /// `public`
    Public,
}

/// A path of one product; methods may lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PathRule {
    /// The product.
    pub product: String,
    /// The path pattern, as `GET,POST /rest/api/2/issue/**`.
    pub path: String,
}
