//! What was looked at on the way to a decision.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A rule that `decide` looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleName {
    /// The product and its path.
    Target,
    /// `addresses_allowed`
    Addresses,
    /// Writes that a foreign page caused.
    CrossSite,
    /// `settings.authentication`
    Authentication,
    /// `access.bypass`
    Bypass,
    /// `access.public` and `settings.anonymous`
    Public,
    /// The ways in: `api_keys`, `oauth`, `basic_auth`, `product_tokens`.
    WayIn,
    /// `groups_allowed`
    GroupsAllowed,
    /// The narrowing of an API key.
    KeyScope,
    /// `settings.read_only`
    ReadOnly,
    /// `groups_read_only`
    GroupsReadOnly,
}

/// What a rule said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// The rule lets the request on.
    Passed,
    /// The rule refuses the request.
    Refused,
    /// The rule would refuse the request, but is only reported for now.
    Reported,
    /// The rule does not concern the request.
    NotConcerned,
}

/// One rule and what it said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The rule.
    pub rule: RuleName,
    /// What it said.
    pub finding: Finding,
    /// Why, in words.
    pub detail: Cow<'static, str>,
}

/// Every rule that was looked at, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Trace {
    steps: Vec<Step>,
}

impl Trace {
    /// The steps, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(crate) fn note(
        &mut self,
        rule: RuleName,
        finding: Finding,
        detail: impl Into<Cow<'static, str>>,
    ) {
        self.steps.push(Step {
            rule,
            finding,
            detail: detail.into(),
        });
    }
}
