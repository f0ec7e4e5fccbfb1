//! Access rules: a draft that is kept as it is typed, checked, and published with the rest.

mod addresses;
mod groups;
mod patterns;
pub(crate) mod shape;

use gatewright_config::raw::Document;
use gatewright_config::{Config, Format, Problem, run_expectations};
use gatewright_policy::{Finding, Trace};
use gatewright_wire::{
    CheckAddresses, CheckPattern, CheckedAddresses, CheckedPattern, CheckedRules, KeepExpectation,
    Nothing, ProductKind, RuleExpectation, RuleProblem, RuleProduct, RulesState, SaveRules,
    TriedRules, TryRules, WireError,
};

use crate::app::{App, count};
use crate::errors::{self, invalid, sentence};
use crate::publish::{RulesKept, parse_document};

impl App {
    /// The rules as they were typed last, without asking the gateway.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn rules(&self, _: Nothing) -> Result<RulesState, WireError> {
        let kept = self.rules_kept()?;
        self.rules_state(&kept, false)
    }

    /// Asks the gateway what runs there, and takes it in where nothing here contradicts.
    pub async fn refresh_rules(&self, _: Nothing) -> Result<RulesState, WireError> {
        let taken = self.take_in().await?;
        self.rules_state(&taken.kept, taken.merge.is_some_and(|merge| merge.open))
    }

    /// Keeps the rules as they are typed, and says what is wrong with them.
    pub async fn save_rules(&self, request: SaveRules) -> Result<CheckedRules, WireError> {
        let mut kept = self.rules_kept()?;
        let moved = kept.rules != request.rules;
        kept.rules = request.rules;
        let check = self.check_rules(&kept)?;
        if moved {
            self.keep_rules(&kept)?;
            self.changed().await?;
        }
        Ok(check)
    }

    /// What a list of addresses means.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn check_addresses(
        &self,
        request: CheckAddresses,
    ) -> Result<CheckedAddresses, WireError> {
        Ok(addresses::check(&request))
    }

    /// What a pattern matches.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn check_pattern(&self, request: CheckPattern) -> Result<CheckedPattern, WireError> {
        let kept = self.rules_kept()?;
        let products = self.rule_products(&self.document(&kept)?)?;
        let kind = products
            .iter()
            .find(|product| product.id == request.product)
            .map(|product| product.kind)
            .ok_or_else(|| errors::not_found("product", &request.product))?;
        Ok(patterns::check(kind, &request))
    }

    /// What the rules here say to a request.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn try_rules(&self, request: TryRules) -> Result<TriedRules, WireError> {
        let kept = self.rules_kept()?;
        let mut document = self.document(&kept)?;
        // Only this one test is run; the others have their own place.
        document.expect = vec![shape::expect(&RuleExpectation {
            name: "this request".to_owned(),
            outcome: "permit".to_owned(),
            ..request.expectation
        })];
        let config = Config::new(document).map_err(|problems| first(&problems))?;
        let result = run_expectations(&config)
            .into_iter()
            .next()
            .ok_or_else(|| errors::internal("the request was not judged"))?;
        Ok(TriedRules {
            outcome: result.found,
            steps: spoken(&result.trace),
        })
    }

    /// Keeps an expectation with the rules; one of the same name is replaced.
    pub async fn keep_expectation(
        &self,
        request: KeepExpectation,
    ) -> Result<CheckedRules, WireError> {
        let mut wanted = request.expectation;
        wanted.name = wanted.name.trim().to_owned();
        if wanted.name.is_empty() {
            return Err(invalid(
                "name",
                "The expectation has no name.",
                "Say in a few words what shall stay so, such as: contractors cannot write.",
            ));
        }
        let mut rules = self.rules_kept()?.rules;
        match rules.expect.iter_mut().find(|one| one.name == wanted.name) {
            Some(one) => *one = wanted,
            None => rules.expect.push(wanted),
        }
        self.save_rules(SaveRules { rules }).await
    }

    fn rules_state(&self, kept: &RulesKept, conflict: bool) -> Result<RulesState, WireError> {
        Ok(RulesState {
            check: self.check_rules(kept)?,
            products: self.rule_products(&self.document(kept)?)?,
            presets: patterns::presets(),
            based_on: kept.base_version,
            rules: kept.rules.clone(),
            conflict,
        })
    }

    fn check_rules(&self, kept: &RulesKept) -> Result<CheckedRules, WireError> {
        let document = self.document(kept)?;
        let mut problems = typed_problems(kept);
        if let Err(found) = Config::new(document.clone()) {
            problems.extend(
                found
                    .into_iter()
                    .map(|problem| by_id(problem, &document))
                    .filter(|problem| is_about_rules(&problem.path))
                    .map(|problem| RuleProblem {
                        path: problem.path,
                        message: sentence(&problem.message),
                        hint: sentence(&problem.hint),
                    }),
            );
        }
        let before = shape::with_rules(&document, &shape::rules_of(&kept.base));
        Ok(CheckedRules {
            problems,
            changes: count(gatewright_config::diff(&before, &document).len()),
        })
    }

    /// The products that rules can be about: those that are made here, and those that run there.
    fn rule_products(&self, document: &Document) -> Result<Vec<RuleProduct>, WireError> {
        let ours = self
            .workspace
            .products()
            .map_err(|error| errors::store(&error))?;
        Ok(document
            .products
            .iter()
            .map(|product| {
                let here = ours.iter().find(|one| one.id == product.id);
                RuleProduct {
                    id: product.id.clone(),
                    title: here.map_or_else(|| product.id.clone(), |one| one.title.clone()),
                    kind: shown_kind(product.kind),
                    directory: here.is_some_and(|one| one.directory_user.is_some()),
                }
            })
            .collect())
    }
}

fn shown_kind(kind: gatewright_policy::ProductKind) -> ProductKind {
    match kind {
        gatewright_policy::ProductKind::Jira => ProductKind::Jira,
        gatewright_policy::ProductKind::Confluence => ProductKind::Confluence,
        gatewright_policy::ProductKind::Bitbucket => ProductKind::Bitbucket,
    }
}

/// What is wrong with what no document can hold.
pub(crate) fn typed_problems(kept: &RulesKept) -> Vec<RuleProblem> {
    let number = kept.rules.settings.max_per_user.trim();
    if number.parse::<u32>().is_ok() {
        return Vec::new();
    }
    vec![RuleProblem {
        path: "settings.keys.max_per_user".to_owned(),
        message: format!("Not a number: {number}."),
        hint: "Write how many living keys one person may have, such as 10.".to_owned(),
    }]
}

/// A problem that names the product or provider instead of its place in the list.
pub(crate) fn by_id(mut problem: Problem, document: &Document) -> Problem {
    let lists: [(&str, Vec<&String>); 2] = [
        (
            "products[",
            document.products.iter().map(|one| &one.id).collect(),
        ),
        (
            "providers[",
            document.providers.iter().map(|one| &one.id).collect(),
        ),
    ];
    for (list, ids) in lists {
        let Some(rest) = problem.path.strip_prefix(list) else {
            continue;
        };
        let Some((index, rest)) = rest.split_once(']') else {
            continue;
        };
        if let Some(id) = index.parse().ok().and_then(|index: usize| ids.get(index))
            && !id.is_empty()
        {
            problem.path = format!("{}.{id}{rest}", list.trim_end_matches('['));
            break;
        }
    }
    problem
}

fn is_about_rules(path: &str) -> bool {
    ["settings", "access", "expect", "audit"]
        .iter()
        .any(|part| path.starts_with(part))
        || (path.starts_with("products.") && path.contains(".access"))
}

fn first(problems: &[Problem]) -> WireError {
    let problem = problems.first();
    let field = problem.and_then(|problem| problem.path.strip_prefix("expect[0]."));
    WireError {
        field: field.map(str::to_owned),
        ..errors::failure(
            gatewright_wire::ErrorCode::InvalidDocument,
            problem.map_or_else(String::new, |problem| match field {
                Some(_) => sentence(&problem.message),
                None => format!("{}: {}", problem.path, problem.message),
            }),
            problem.map_or_else(String::new, |problem| problem.hint.clone()),
        )
    }
}

/// The rules that had a say, in words; the one that decided stands last.
pub(crate) fn spoken(trace: &Trace) -> Vec<String> {
    trace
        .steps()
        .iter()
        .filter(|step| step.finding != Finding::NotConcerned)
        .map(|step| sentence(&step.detail))
        .collect()
}

/// The document of a text that was written by this program.
pub(crate) fn base_of(text: &str) -> Document {
    if text.is_empty() {
        return Document::default();
    }
    parse_document(text, Format::Toml).unwrap_or_default()
}
