//! The decision: rules and facts in, a permit or a denial out.

mod judge;

use std::net::IpAddr;

use serde::Serialize;

use crate::surface::{Effect, Surface};
use crate::{
    AddressSet, Method, Path, Pattern, ProductId, ReasonCode, Rules, Trace, UserName, Way,
};
use judge::Judge;

/// What is known of a request before its credential is.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// The product that it is for.
    pub product: &'a ProductId,
    /// Its method.
    pub method: &'a Method,
    /// Its path, relative to the product.
    pub path: &'a Path,
    /// Its query, as it came.
    pub query: Option<&'a str>,
    /// The client's address.
    pub address: IpAddr,
    /// Whether a page of another site caused it.
    pub cross_site: bool,
}

/// Who calls.
#[derive(Clone, Copy, Debug)]
pub enum Caller<'a> {
    /// There is no credential.
    Nobody,
    /// A credential that only the product can verify.
    Passing {
        /// What kind of credential.
        way: Way,
        /// The name that it claims, if it claims one.
        user: Option<&'a str>,
        /// The groups of whom it claims to be.
        groups: Groups<'a>,
    },
    /// A user whom the gateway verified and found in the product's directory.
    Known {
        /// By what kind of credential.
        way: Way,
        /// The user's name.
        user: &'a UserName,
        /// The user's groups.
        groups: Groups<'a>,
        /// The narrowing of the key, if it is one.
        key: Option<&'a KeyScope>,
    },
}

/// Somebody's groups.
#[derive(Clone, Copy, Debug)]
pub enum Groups<'a> {
    /// They were looked up.
    Known(&'a [String]),
    /// They could not be looked up: what asks for membership refuses, what restricts applies.
    Unknown,
}

/// What an API key is narrowed to; an empty list does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyScope {
    /// Whether it may only read.
    pub read_only: bool,
    /// The products for which it is good.
    pub products: Vec<ProductId>,
    /// The requests for which it is good.
    pub paths: Vec<Pattern>,
    /// The addresses from which it is good.
    pub addresses: AddressSet,
}

/// Rules that are only reported at this time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exemptions {
    /// `groups_allowed`
    pub groups: bool,
    /// `read_only` and `groups_read_only`
    pub read_only: bool,
    /// `addresses_allowed`
    pub addresses: bool,
    /// `rate`
    pub rate: bool,
    /// `public`
    pub public: bool,
}

/// Everything that is known of a request.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// What was known before the credential was.
    pub arrival: Arrival<'a>,
    /// Who calls.
    pub caller: Caller<'a>,
    /// What is only reported.
    pub exemptions: Exemptions,
}

/// As whom a permitted request goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// As this user, by the product's `act_as`.
    ActAs(UserName),
    /// With the credential that came.
    AsItCame,
    /// As nobody.
    Anonymous,
    /// With whatever came: the path is bypassed or authentication is off.
    Unchecked,
}

/// The right to pass a request on. Only [`decide`] makes one.
///
/// ```compile_fail
/// let permit = gatewright_policy::Permit { grant: gatewright_policy::Grant::AsItCame };
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Permit {
    product: ProductId,
    grant: Grant,
    surface: Surface,
    effect: Effect,
    reported: Vec<ReasonCode>,
}

impl Permit {
    /// The product to which the request may go.
    pub fn product(&self) -> &ProductId {
        &self.product
    }

    /// As whom it may go.
    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    /// The door to which it came.
    pub fn surface(&self) -> Surface {
        self.surface
    }

    /// Whether it reads or writes.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// What would have refused it, were it not only reported.
    pub fn reported(&self) -> &[ReasonCode] {
        &self.reported
    }
}

/// A refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Denial {
    /// Why.
    pub reason: ReasonCode,
}

/// What was decided.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The request may go on.
    Permit(Permit),
    /// It may not.
    Denial(Denial),
}

/// What was decided, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct Decision {
    /// What was decided.
    pub outcome: Outcome,
    /// Every rule that was looked at.
    pub trace: Trace,
}

/// What holds for a request whatever its credential says.
#[derive(Debug)]
pub struct Admitted {
    /// The door to which it came.
    pub surface: Surface,
    /// Whether it reads or writes.
    pub effect: Effect,
    /// What was looked at so far.
    pub trace: Trace,
}

/// Judges what needs no credential: target, address, cross-site writes, and which door it is.
///
/// [`decide`] does the same again, so that nothing passes by leaving this out; asking here first
/// spares the provider a question about a request that is refused anyway.
pub fn admit(
    rules: &Rules,
    arrival: &Arrival<'_>,
    exemptions: Exemptions,
) -> Result<Admitted, (Denial, Trace)> {
    let mut judge = Judge::default();
    match judge.admit(rules, arrival, exemptions) {
        Ok((_, surface, effect)) => Ok(Admitted {
            surface,
            effect,
            trace: judge.trace,
        }),
        Err(denial) => Err((denial, judge.trace)),
    }
}

/// Decides about a request.
pub fn decide(rules: &Rules, facts: &Facts<'_>) -> Decision {
    let mut judge = Judge::default();
    let outcome = match judge.decide(rules, facts) {
        Ok((grant, surface, effect)) => Outcome::Permit(Permit {
            product: facts.arrival.product.clone(),
            grant,
            surface,
            effect,
            reported: judge.reported,
        }),
        Err(denial) => Outcome::Denial(denial),
    };
    Decision {
        outcome,
        trace: judge.trace,
    }
}

/// Whether a way in is open to this user.
pub fn way_is_open(rules: &Rules, way: Way, user: Option<&str>) -> Result<(), Denial> {
    let (open, reason) = match way {
        Way::ApiKey => (rules.ways.api_keys, ReasonCode::KeysDisabled),
        Way::Oauth => (rules.ways.oauth, ReasonCode::OauthDisabled),
        Way::ProductToken => (rules.ways.product_tokens, ReasonCode::ProductTokensDisabled),
        Way::Password => {
            let excepted = user.is_some_and(|user| {
                rules
                    .ways
                    .basic_exceptions
                    .iter()
                    .any(|exception| exception.is(user))
            });
            (rules.ways.basic_auth || excepted, ReasonCode::BasicDisabled)
        }
    };
    if open { Ok(()) } else { Err(Denial { reason }) }
}

/// Whether somebody with these groups may make keys.
pub fn may_create_keys(rules: &Rules, groups: Groups<'_>) -> bool {
    rules.users_may_create_keys
        && (rules.groups_may_create_keys.is_empty()
            || match groups {
                Groups::Known(groups) => rules
                    .groups_may_create_keys
                    .exactly_one_of(groups)
                    .is_some(),
                Groups::Unknown => false,
            })
}

#[cfg(test)]
mod tests;
