//! Running the tests of the rules.

use gatewright_policy::{
    Arrival, Caller, Exemptions, Facts, Groups, Outcome, Trace, UserName, Way, decide,
};
use serde::Serialize;

use crate::Config;

/// How one test of the rules went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExpectationResult {
    /// What is expected, in words.
    pub name: String,
    /// As whom; absent: nobody.
    pub user: Option<String>,
    /// `permit` or a reason code.
    pub expected: String,
    /// `permit` or a reason code.
    pub found: String,
    /// Whether both are the same.
    pub holds: bool,
    /// Every rule that was looked at.
    pub trace: Trace,
}

/// Runs all tests of a configuration's rules. What is only reported does not count: a test says
/// what shall be, not what is let through for now.
pub fn run_expectations(config: &Config) -> Vec<ExpectationResult> {
    let expectations = config.expectations.iter();
    expectations
        .map(|expectation| {
            let user = expectation.user.as_ref().map(UserName::new);
            let caller = match &user {
                Some(user) => Caller::Known {
                    // By the way in that is open, so that a closed one is not what is tested.
                    way: if config.rules.ways.oauth {
                        Way::Oauth
                    } else {
                        Way::ApiKey
                    },
                    user,
                    groups: Groups::Known(&expectation.groups),
                    key: None,
                },
                None => Caller::Nobody,
            };
            let decision = decide(
                &config.rules,
                &Facts {
                    arrival: Arrival {
                        product: &expectation.product,
                        method: &expectation.method,
                        path: &expectation.path,
                        query: expectation.query.as_deref(),
                        address: expectation.address,
                        cross_site: false,
                    },
                    caller,
                    exemptions: Exemptions::default(),
                },
            );
            let found = match &decision.outcome {
                Outcome::Permit(_) => "permit",
                Outcome::Denial(denial) => denial.reason.as_str(),
            };
            ExpectationResult {
                name: expectation.name.clone(),
                user: expectation.user.clone(),
                expected: expectation.outcome().to_owned(),
                found: found.to_owned(),
                holds: found == expectation.outcome(),
                trace: decision.trace,
            }
        })
        .collect()
}
