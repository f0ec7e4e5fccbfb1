//! Between the rules as they are typed and the document that has them.

use gatewright_config::raw::{
    self, Anonymous, Audit, Document, Expect, Failures, KeySettings, PathRule, ProductAccess, Rate,
    ReportOnly, ReportOnlyRule, Settings, Switch,
};
use gatewright_wire as wire;

/// The rules of a document.
pub(crate) fn rules_of(document: &Document) -> wire::Rules {
    let settings = &document.settings;
    let access = &document.access;
    let open = |switch: Switch| switch == Switch::Allow;
    let paths = |rules: &[PathRule]| -> Vec<wire::RulePath> {
        rules
            .iter()
            .map(|rule| wire::RulePath {
                product: rule.product.clone(),
                path: rule.path.clone(),
            })
            .collect()
    };
    wire::Rules {
        settings: wire::RuleSettings {
            authentication: settings.authentication,
            read_only: settings.read_only,
            anonymous_passes: settings.anonymous == Anonymous::Product,
            api_keys: open(settings.api_keys),
            oauth: open(settings.oauth),
            basic_auth: open(settings.basic_auth),
            basic_exceptions: settings.basic_exceptions.clone(),
            product_tokens: open(settings.product_tokens),
            users_may_create_keys: settings.users_may_create_keys,
            max_lifetime: settings.keys.max_lifetime.clone(),
            max_per_user: settings.keys.max_per_user.to_string(),
        },
        access: wire::RuleAccess {
            groups_allowed: access.groups_allowed.clone(),
            groups_read_only: access.groups_read_only.clone(),
            groups_may_create_keys: access.groups_may_create_keys.clone(),
            addresses_allowed: access.addresses_allowed.clone(),
            trusted_proxies: access.trusted_proxies.clone(),
            per_caller: access.rate.per_caller.clone().unwrap_or_default(),
            per_address: access.rate.per_address.clone().unwrap_or_default(),
            failures_per_address: access.failures.per_address.clone().unwrap_or_default(),
            failures_per_user: access.failures.per_user.clone().unwrap_or_default(),
            report_only: access
                .report_only
                .iter()
                .map(|entry| wire::RuleReportOnly {
                    rule: reported(entry.rule),
                    until: entry.until.clone(),
                })
                .collect(),
            public: paths(&access.public),
            bypass: paths(&access.bypass),
        },
        products: document
            .products
            .iter()
            .filter(|product| product.access != ProductAccess::default())
            .map(|product| wire::RulesOfProduct {
                id: product.id.clone(),
                groups_allowed: product.access.groups_allowed.clone(),
                groups_read_only: product.access.groups_read_only.clone(),
                addresses_allowed: product.access.addresses_allowed.clone(),
            })
            .collect(),
        expect: document
            .expect
            .iter()
            .map(|expect| wire::RuleExpectation {
                name: expect.name.clone(),
                user: expect.user.clone().unwrap_or_default(),
                groups: expect.groups.clone(),
                address: expect.address.clone().unwrap_or_default(),
                product: expect.product.clone(),
                request: expect.request.clone(),
                outcome: expect.outcome.clone(),
            })
            .collect(),
        audit_keep: document.audit.keep.clone(),
        audit_facts: document.audit.facts.clone(),
    }
}

/// A document with these rules in the place of its own. A number that is none stays as it was.
pub(crate) fn with_rules(document: &Document, rules: &wire::Rules) -> Document {
    let mut after = document.clone();
    after.settings = settings(&rules.settings, &document.settings);
    after.access = access(&rules.access);
    for product in &mut after.products {
        product.access = rules
            .products
            .iter()
            .find(|one| one.id == product.id)
            .map_or_else(ProductAccess::default, |one| ProductAccess {
                groups_allowed: one.groups_allowed.clone(),
                groups_read_only: one.groups_read_only.clone(),
                addresses_allowed: one.addresses_allowed.clone(),
            });
    }
    after.expect = rules.expect.iter().map(expect).collect();
    after.audit = Audit {
        keep: rules.audit_keep.trim().to_owned(),
        facts: rules.audit_facts.trim().to_owned(),
    };
    after
}

fn settings(rules: &wire::RuleSettings, before: &Settings) -> Settings {
    let switch = |open: bool| if open { Switch::Allow } else { Switch::Deny };
    Settings {
        authentication: rules.authentication,
        read_only: rules.read_only,
        anonymous: if rules.anonymous_passes {
            Anonymous::Product
        } else {
            Anonymous::Deny
        },
        api_keys: switch(rules.api_keys),
        oauth: switch(rules.oauth),
        basic_auth: switch(rules.basic_auth),
        basic_exceptions: rules.basic_exceptions.clone(),
        product_tokens: switch(rules.product_tokens),
        users_may_create_keys: rules.users_may_create_keys,
        keys: KeySettings {
            max_lifetime: rules.max_lifetime.trim().to_owned(),
            max_per_user: rules
                .max_per_user
                .trim()
                .parse()
                .unwrap_or(before.keys.max_per_user),
        },
    }
}

fn access(rules: &wire::RuleAccess) -> raw::Access {
    let paths = |rules: &[wire::RulePath]| -> Vec<PathRule> {
        rules
            .iter()
            .map(|rule| PathRule {
                product: rule.product.clone(),
                path: rule.path.trim().to_owned(),
            })
            .collect()
    };
    raw::Access {
        groups_allowed: rules.groups_allowed.clone(),
        groups_read_only: rules.groups_read_only.clone(),
        groups_may_create_keys: rules.groups_may_create_keys.clone(),
        addresses_allowed: rules.addresses_allowed.clone(),
        trusted_proxies: rules.trusted_proxies.clone(),
        rate: Rate {
            per_caller: given(&rules.per_caller),
            per_address: given(&rules.per_address),
        },
        failures: Failures {
            per_address: given(&rules.failures_per_address),
            per_user: given(&rules.failures_per_user),
        },
        report_only: rules
            .report_only
            .iter()
            .map(|entry| ReportOnly {
                rule: match entry.rule {
                    wire::ReportedRule::Groups => ReportOnlyRule::Groups,
                    wire::ReportedRule::ReadOnly => ReportOnlyRule::ReadOnly,
                    wire::ReportedRule::Addresses => ReportOnlyRule::Addresses,
                    wire::ReportedRule::Rate => ReportOnlyRule::Rate,
                    wire::ReportedRule::Public => ReportOnlyRule::Public,
                },
                until: entry.until.trim().to_owned(),
            })
            .collect(),
        public: paths(&rules.public),
        bypass: paths(&rules.bypass),
    }
}

/// One test of the rules as the document has it.
pub(crate) fn expect(expectation: &wire::RuleExpectation) -> Expect {
    Expect {
        name: expectation.name.trim().to_owned(),
        user: given(&expectation.user),
        groups: expectation.groups.clone(),
        address: given(&expectation.address),
        product: expectation.product.clone(),
        request: expectation.request.trim().to_owned(),
        outcome: expectation.outcome.trim().to_owned(),
    }
}

fn reported(rule: ReportOnlyRule) -> wire::ReportedRule {
    match rule {
        ReportOnlyRule::Groups => wire::ReportedRule::Groups,
        ReportOnlyRule::ReadOnly => wire::ReportedRule::ReadOnly,
        ReportOnlyRule::Addresses => wire::ReportedRule::Addresses,
        ReportOnlyRule::Rate => wire::ReportedRule::Rate,
        ReportOnlyRule::Public => wire::ReportedRule::Public,
    }
}

fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use gatewright_config::{Format, parse};

    use super::*;

    #[test]
    fn the_rules_of_a_document_make_the_same_document() {
        let text = include_str!("../../../config/fixtures/example.toml");
        let document = parse(text, Format::Toml).unwrap();
        let rules = rules_of(&document);
        assert_eq!(with_rules(&document, &rules), document);
        let mut bare = document.clone();
        bare.access = raw::Access::default();
        bare.settings = Settings::default();
        bare.expect = Vec::new();
        for product in &mut bare.products {
            product.access = ProductAccess::default();
        }
        assert_eq!(with_rules(&bare, &rules), document);
    }

    #[test]
    fn a_number_that_is_none_stays_as_it_was() {
        let document = Document::default();
        let mut rules = rules_of(&document);
        rules.settings.max_per_user = "ten".to_owned();
        assert_eq!(
            with_rules(&document, &rules).settings.keys.max_per_user,
            document.settings.keys.max_per_user
        );
    }
}
