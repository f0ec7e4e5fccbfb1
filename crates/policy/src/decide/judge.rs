//! The rules, one after the other.

use std::net::IpAddr;

use super::{Arrival, Caller, Denial, Exemptions, Facts, Grant, Groups, KeyScope, way_is_open};
use crate::surface::{Effect, Surface, effect};
use crate::trace::Finding::{NotConcerned, Passed, Refused, Reported};
use crate::{Access, AnonymousRule, ProductRules, ReasonCode, RuleName, Rules, Trace, Way};

/// Looks at the rules one after the other.
#[derive(Default)]
pub(super) struct Judge {
    pub(super) trace: Trace,
    pub(super) reported: Vec<ReasonCode>,
}

impl Judge {
    pub(super) fn admit<'r>(
        &mut self,
        rules: &'r Rules,
        arrival: &Arrival<'_>,
        exemptions: Exemptions,
    ) -> Result<(&'r ProductRules, Surface, Effect), Denial> {
        let product = self.target(rules, arrival)?;
        for (scope, access) in [
            ("all products", &rules.access),
            ("this product", &product.access),
        ] {
            self.address(scope, access, arrival.address, exemptions)?;
        }
        let effect = effect(product.kind, arrival.method, arrival.path, arrival.query);
        if !rules.authentication {
            self.trace.note(
                RuleName::Authentication,
                NotConcerned,
                "authentication is off",
            );
            return Ok((product, Surface::Off, effect));
        }
        if arrival.cross_site && effect == Effect::Write {
            self.trace.note(
                RuleName::CrossSite,
                Refused,
                "a page of another site writes",
            );
            return Err(Denial {
                reason: ReasonCode::CrossSite,
            });
        }
        let surface = self.surface(rules, product, arrival, exemptions);
        Ok((product, surface, effect))
    }

    fn target<'r>(
        &mut self,
        rules: &'r Rules,
        arrival: &Arrival<'_>,
    ) -> Result<&'r ProductRules, Denial> {
        let Some(product) = rules.products.get(arrival.product) else {
            self.trace
                .note(RuleName::Target, Refused, "no such product");
            return Err(Denial {
                reason: ReasonCode::UnknownProduct,
            });
        };
        let slash_is_data = product
            .allow_encoded_slash
            .iter()
            .any(|pattern| pattern.permits(arrival.method, arrival.path));
        if arrival.path.has_encoded_slash() && !slash_is_data {
            self.trace
                .note(RuleName::Target, Refused, "a slash is encoded in the path");
            return Err(Denial {
                reason: ReasonCode::MalformedRequest,
            });
        }
        if arrival.path.is_rewritten() {
            self.trace.note(
                RuleName::Target,
                Refused,
                "the product would rewrite the path",
            );
            return Err(Denial {
                reason: ReasonCode::MalformedRequest,
            });
        }
        Ok(product)
    }

    fn address(
        &mut self,
        scope: &'static str,
        access: &Access,
        address: IpAddr,
        exemptions: Exemptions,
    ) -> Result<(), Denial> {
        if access.addresses_allowed.is_empty() {
            return Ok(());
        }
        if let Some(range) = access.addresses_allowed.range_of(address) {
            self.trace.note(
                RuleName::Addresses,
                Passed,
                format!("{address} is in {range}"),
            );
            return Ok(());
        }
        let detail = format!("{address} is in no range allowed for {scope}");
        self.refuse(
            RuleName::Addresses,
            ReasonCode::AddressNotAllowed,
            exemptions.addresses,
            detail,
        )
    }

    fn surface(
        &mut self,
        rules: &Rules,
        product: &ProductRules,
        arrival: &Arrival<'_>,
        exemptions: Exemptions,
    ) -> Surface {
        let (method, path) = (arrival.method, arrival.path);
        if let Some(pattern) = product.bypass.iter().find(|one| one.permits(method, path)) {
            self.trace
                .note(RuleName::Bypass, Passed, format!("matches {pattern}"));
            return Surface::Bypass;
        }
        if rules.anonymous == AnonymousRule::Deny {
            self.trace.note(
                RuleName::Public,
                NotConcerned,
                "a credential is needed everywhere",
            );
            return Surface::Protected;
        }
        if let Some(pattern) = product
            .public
            .iter()
            .find(|one| one.restricts(method, path))
        {
            let detail = format!("a credential is needed by {pattern}");
            if !exemptions.public {
                self.trace.note(RuleName::Public, Passed, detail);
                return Surface::Protected;
            }
            self.trace.note(RuleName::Public, Reported, detail);
        }
        self.trace.note(
            RuleName::Public,
            Passed,
            "who shows no credential passes as nobody",
        );
        Surface::Public
    }

    pub(super) fn decide(
        &mut self,
        rules: &Rules,
        facts: &Facts<'_>,
    ) -> Result<(Grant, Surface, Effect), Denial> {
        let (product, surface, effect) = self.admit(rules, &facts.arrival, facts.exemptions)?;
        let scopes = [
            ("all products", &rules.access),
            ("this product", &product.access),
        ];
        let (grant, groups, key) = match (surface, facts.caller) {
            (Surface::Off | Surface::Bypass, _) => {
                self.global_read_only(rules, effect, facts.exemptions)?;
                return Ok((Grant::Unchecked, surface, effect));
            }
            (Surface::Public, Caller::Nobody) => {
                if scopes
                    .iter()
                    .any(|(_, access)| !access.groups_allowed.is_empty())
                {
                    self.refuse(
                        RuleName::GroupsAllowed,
                        ReasonCode::MissingCredentials,
                        facts.exemptions.groups,
                        "nobody is in no group".to_owned(),
                    )?;
                }
                self.global_read_only(rules, effect, facts.exemptions)?;
                return Ok((Grant::Anonymous, surface, effect));
            }
            (Surface::Protected, Caller::Nobody) => {
                self.trace
                    .note(RuleName::Public, Refused, "there is no credential");
                return Err(Denial {
                    reason: ReasonCode::MissingCredentials,
                });
            }
            (_, Caller::Passing { way, user, groups }) => {
                self.way(rules, way, user)?;
                (Grant::AsItCame, groups, None)
            }
            (
                _,
                Caller::Known {
                    way,
                    user,
                    groups,
                    key,
                },
            ) => {
                self.way(rules, way, Some(user.as_str()))?;
                (Grant::ActAs(user.clone()), groups, key)
            }
        };
        for (scope, access) in scopes {
            self.groups_allowed(scope, access, groups, facts.exemptions)?;
        }
        if let Some(key) = key {
            self.key(key, &facts.arrival)?;
        }
        self.global_read_only(rules, effect, facts.exemptions)?;
        if key.is_some_and(|key| key.read_only) && effect == Effect::Write {
            self.trace
                .note(RuleName::KeyScope, Refused, "the key may only read");
            return Err(Denial {
                reason: ReasonCode::ReadOnly,
            });
        }
        for (scope, access) in scopes {
            self.groups_read_only(scope, access, groups, effect, facts.exemptions)?;
        }
        Ok((grant, surface, effect))
    }

    fn way(&mut self, rules: &Rules, way: Way, user: Option<&str>) -> Result<(), Denial> {
        let answer = way_is_open(rules, way, user);
        let (finding, detail) = match answer {
            Ok(()) => (Passed, "this way in is open"),
            Err(_) => (Refused, "this way in is closed"),
        };
        self.trace.note(RuleName::WayIn, finding, detail);
        answer
    }

    fn groups_allowed(
        &mut self,
        scope: &'static str,
        access: &Access,
        groups: Groups<'_>,
        exemptions: Exemptions,
    ) -> Result<(), Denial> {
        if access.groups_allowed.is_empty() {
            return Ok(());
        }
        let member = match groups {
            Groups::Known(groups) => access.groups_allowed.exactly_one_of(groups),
            Groups::Unknown => None,
        };
        if let Some(group) = member {
            self.trace
                .note(RuleName::GroupsAllowed, Passed, format!("is in {group}"));
            return Ok(());
        }
        let detail = match groups {
            Groups::Known(_) => format!("is in no group allowed for {scope}"),
            Groups::Unknown => format!("the groups are not known, and {scope} asks for one"),
        };
        self.refuse(
            RuleName::GroupsAllowed,
            ReasonCode::GroupNotAllowed,
            exemptions.groups,
            detail,
        )
    }

    fn key(&mut self, key: &KeyScope, arrival: &Arrival<'_>) -> Result<(), Denial> {
        let outside = if !key.products.is_empty() && !key.products.contains(arrival.product) {
            Some("the key is not for this product")
        } else if !key.paths.is_empty()
            && !key
                .paths
                .iter()
                .any(|one| one.permits(arrival.method, arrival.path))
        {
            Some("the key is not for this path and method")
        } else if !key.addresses.is_empty() && !key.addresses.contains(arrival.address) {
            Some("the key is not good from this address")
        } else {
            None
        };
        if let Some(detail) = outside {
            self.trace.note(RuleName::KeyScope, Refused, detail);
            return Err(Denial {
                reason: ReasonCode::KeyScope,
            });
        }
        self.trace
            .note(RuleName::KeyScope, Passed, "the key is good for this");
        Ok(())
    }

    fn global_read_only(
        &mut self,
        rules: &Rules,
        effect: Effect,
        exemptions: Exemptions,
    ) -> Result<(), Denial> {
        if !rules.read_only {
            return Ok(());
        }
        if effect == Effect::Read {
            self.trace.note(RuleName::ReadOnly, Passed, "it reads");
            return Ok(());
        }
        self.refuse(
            RuleName::ReadOnly,
            ReasonCode::ReadOnly,
            exemptions.read_only,
            "nobody writes through the gateway".to_owned(),
        )
    }

    fn groups_read_only(
        &mut self,
        scope: &'static str,
        access: &Access,
        groups: Groups<'_>,
        effect: Effect,
        exemptions: Exemptions,
    ) -> Result<(), Denial> {
        if access.groups_read_only.is_empty() {
            return Ok(());
        }
        if effect == Effect::Read {
            self.trace
                .note(RuleName::GroupsReadOnly, Passed, "it reads");
            return Ok(());
        }
        let detail = match groups {
            Groups::Known(groups) => {
                let Some(group) = access.groups_read_only.any_like_one_of(groups) else {
                    let detail = format!("is in no group that may only read {scope}");
                    self.trace.note(RuleName::GroupsReadOnly, Passed, detail);
                    return Ok(());
                };
                format!("{group} may only read {scope}")
            }
            Groups::Unknown => format!("the groups are not known, and one may only read {scope}"),
        };
        self.refuse(
            RuleName::GroupsReadOnly,
            ReasonCode::ReadOnly,
            exemptions.read_only,
            detail,
        )
    }

    fn refuse(
        &mut self,
        rule: RuleName,
        reason: ReasonCode,
        only_reported: bool,
        detail: String,
    ) -> Result<(), Denial> {
        if only_reported {
            self.trace.note(rule, Reported, detail);
            self.reported.push(reason);
            return Ok(());
        }
        self.trace.note(rule, Refused, detail);
        Err(Denial { reason })
    }
}
