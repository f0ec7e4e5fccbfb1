//! Access rules: who may call, from where, and what. A draft until it is published.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Change, ProductKind};

/// All rules as they are typed; what is wrong is kept as well.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Rules {
    /// What holds for the whole gateway.
    pub settings: RuleSettings,
    /// Who may call any product, from where, and what.
    pub access: RuleAccess,
    /// Rules of single products.
    pub products: Vec<RulesOfProduct>,
    /// Tests of the rules themselves.
    pub expect: Vec<RuleExpectation>,
    /// How long the audit is kept, as a duration.
    pub audit_keep: String,
    /// How long kinds of requests are kept, so that other rules can be tried on them.
    pub audit_facts: String,
}

/// What holds for the whole gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in the document"
)]
pub struct RuleSettings {
    /// Whether credentials are checked at all.
    pub authentication: bool,
    /// Whether nobody writes.
    pub read_only: bool,
    /// Whether a request without a credential passes as nobody.
    pub anonymous_passes: bool,
    /// Whether API keys are accepted.
    pub api_keys: bool,
    /// Whether tokens of the providers are accepted.
    pub oauth: bool,
    /// Whether user name and password are passed on.
    pub basic_auth: bool,
    /// Users whose password is passed on all the same.
    pub basic_exceptions: Vec<String>,
    /// Whether the products' own tokens are passed on.
    pub product_tokens: bool,
    /// Whether people may make keys for themselves.
    pub users_may_create_keys: bool,
    /// The longest life of a key, as a duration or `never`.
    pub max_lifetime: String,
    /// How many living keys one person may have.
    pub max_per_user: String,
}

/// Who may call any product, from where, and what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RuleAccess {
    /// Only members of these groups; empty: everybody.
    pub groups_allowed: Vec<String>,
    /// Members of these groups read and do not write.
    pub groups_read_only: Vec<String>,
    /// Only members of these groups make keys; empty: everybody who may call.
    pub groups_may_create_keys: Vec<String>,
    /// Only these addresses; empty: all.
    pub addresses_allowed: Vec<String>,
    /// Proxies whose word on the caller's address is believed.
    pub trusted_proxies: Vec<String>,
    /// How many requests from one caller, as `600/m`; empty: any number.
    pub per_caller: String,
    /// How many requests from one address; empty: any number.
    pub per_address: String,
    /// How many wrong credentials from one address are looked at; empty: as usual.
    pub failures_per_address: String,
    /// How many wrong credentials with one user name are looked at; empty: as usual.
    pub failures_per_user: String,
    /// Rules that are only reported.
    pub report_only: Vec<RuleReportOnly>,
    /// Paths that need a credential although anonymous requests pass.
    pub public: Vec<RulePath>,
    /// Paths that are not checked here.
    pub bypass: Vec<RulePath>,
}

/// A rule that is only reported until a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RuleReportOnly {
    /// Which rule.
    pub rule: ReportedRule,
    /// Until when, RFC 3339 in UTC.
    pub until: String,
}

/// The rules that may be only reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReportedRule {
    /// Groups allowed.
    Groups,
    /// Read-only groups, and nobody writes.
    ReadOnly,
    /// Addresses allowed.
    Addresses,
    /// Rates.
    Rate,
    /// The public-API restriction.
    Public,
}

/// A path of one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RulePath {
    /// The product.
    pub product: String,
    /// The pattern; methods may lead.
    pub path: String,
}

/// Rules of one product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RulesOfProduct {
    /// The product.
    pub id: String,
    /// Only members of these groups; empty: everybody.
    pub groups_allowed: Vec<String>,
    /// Members of these groups read and do not write.
    pub groups_read_only: Vec<String>,
    /// Only these addresses; empty: all.
    pub addresses_allowed: Vec<String>,
}

/// A test of the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RuleExpectation {
    /// What is expected, in words.
    pub name: String,
    /// Who calls; empty: nobody.
    pub user: String,
    /// The caller's groups.
    pub groups: Vec<String>,
    /// From where; may be empty where no rule limits addresses.
    pub address: String,
    /// To which product.
    pub product: String,
    /// Method and path.
    pub request: String,
    /// `permit` or a reason.
    pub outcome: String,
}

/// The draft of the rules and what belongs to it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RulesState {
    /// The rules.
    pub rules: Rules,
    /// How they stand.
    pub check: CheckedRules,
    /// The products that rules can be about.
    pub products: Vec<RuleProduct>,
    /// Patterns that are often wanted.
    pub presets: Vec<PatternPreset>,
    /// The version of the gateway's document that they were made against; 0 is none.
    pub based_on: u32,
    /// Whether the gateway runs other rules meanwhile that touch the same places.
    pub conflict: bool,
}

/// How the rules stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckedRules {
    /// What is wrong, each beside its field.
    pub problems: Vec<RuleProblem>,
    /// How many places differ from what the gateway runs, as far as is known.
    pub changes: u32,
}

/// Something wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RuleProblem {
    /// Which field: `access.addresses_allowed[3]`, `products.jira.access.groups_allowed`.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: String,
}

/// A product that rules can be about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RuleProduct {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What it is.
    pub kind: ProductKind,
    /// Whether groups can be looked up from here.
    pub directory: bool,
}

/// Keeps the rules as they are typed.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveRules {
    /// All of them.
    pub rules: Rules,
}

/// Asks what a list of addresses means.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CheckAddresses {
    /// The list, as typed.
    pub entries: Vec<String>,
    /// "Is it inside?"; empty: not asked.
    pub probe: String,
}

/// What a list of addresses means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckedAddresses {
    /// What is to be said of single entries.
    pub notes: Vec<AddressNote>,
    /// The answer to the question.
    pub probe: AddressProbe,
}

/// What is to be said of one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AddressNote {
    /// Which entry, from 0.
    pub index: u32,
    /// Whether it is a mistake; else it only says nothing new.
    pub mistake: bool,
    /// In words.
    pub text: String,
    /// What was meant, where that is likely.
    pub meant: Option<String>,
}

/// Whether an address is inside a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum AddressProbe {
    /// Nothing was asked.
    NotAsked,
    /// What was asked is no address.
    NoAddress,
    /// The list is empty: everything is inside.
    Everything,
    /// It is inside.
    Inside {
        /// By which entry.
        by: String,
    },
    /// It is outside.
    Outside,
}

/// What a pattern is for, which says how it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PatternUse {
    /// It restricts: case, version and suffix make no difference.
    Public,
    /// It permits: it is compared exactly.
    Bypass,
}

/// Asks what a pattern matches.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CheckPattern {
    /// The product that it is about.
    pub product: String,
    /// The pattern, as typed.
    pub path: String,
    /// What it is for.
    pub used_as: PatternUse,
    /// A request to try, as `GET /rest/api/2/issue`; empty: none.
    pub request: String,
}

/// What a pattern matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckedPattern {
    /// What is wrong with it; empty: nothing.
    pub problem: String,
    /// Requests that it matches.
    pub matches: Vec<String>,
    /// Requests near to it that it does not match.
    pub others: Vec<String>,
    /// Whether the request that was tried matches; absent: none was tried, or it is no request.
    pub request_matches: Option<bool>,
}

/// A pattern that is often wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PatternPreset {
    /// For which kind of product.
    pub kind: ProductKind,
    /// What for.
    pub used_as: PatternUse,
    /// The pattern.
    pub path: String,
    /// What it is, in words.
    pub says: String,
}

/// Looks for groups in the products' directories.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FindGroups {
    /// In which product; empty: in all that have a directory.
    pub product: String,
    /// A part of the name.
    pub search: String,
}

/// Groups that were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FoundGroups {
    /// The groups.
    pub groups: Vec<FoundGroup>,
    /// Whether there are more than are shown.
    pub more: bool,
    /// Directories that did not answer, in words.
    pub unasked: Vec<String>,
}

/// A group that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FoundGroup {
    /// Its name.
    pub name: String,
    /// The products that have it.
    pub products: Vec<String>,
    /// How many members it has in the product that has most, where one says so.
    pub members: Option<u32>,
}

/// Asks who is in a group.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct GroupName {
    /// In which product; empty: in all that have a directory.
    pub product: String,
    /// The group.
    pub group: String,
}

/// Who is in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GroupMembers {
    /// The group.
    pub group: String,
    /// Whether any directory has it; absent: none could be asked.
    pub exists: Option<bool>,
    /// The members, over all products that were asked.
    pub members: Vec<GroupMember>,
    /// How many there are, as far as was read.
    pub count: u32,
    /// Whether there are more.
    pub more: bool,
    /// Directories that did not answer, in words.
    pub unasked: Vec<String>,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GroupMember {
    /// The user name.
    pub name: String,
    /// The name for people; empty where there is none.
    pub display_name: String,
}

/// Asks what the rules here say to a request.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TryRules {
    /// The request; its name and outcome are not looked at.
    pub expectation: RuleExpectation,
}

/// What the rules say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TriedRules {
    /// `permit` or a reason.
    pub outcome: String,
    /// Every rule that was looked at and had a say, in words.
    pub steps: Vec<String>,
}

/// Keeps an expectation: "keep it that way".
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct KeepExpectation {
    /// What is expected.
    pub expectation: RuleExpectation,
}

/// Reads a document whose rules take the place of those here.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ImportDocument {
    /// The document, TOML.
    pub text: String,
    /// Whether it is taken over; else it is only looked at.
    pub take: bool,
}

/// What is in a document that was read.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ImportedDocument {
    /// What would be different here.
    pub changes: Vec<Change>,
    /// Products and providers of it that are made here and stay as they are.
    pub kept: Vec<String>,
    /// Products and providers of it that are not here and come with it.
    pub added: Vec<String>,
    /// Whether it was taken over.
    pub taken: bool,
}

/// Writes a document to a file.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ExportDocument {
    /// Where to.
    pub file: String,
    /// Which version of the gateway's; absent: what is here.
    pub version: Option<u32>,
    /// Whether a file that is there is replaced.
    pub replace: bool,
}

/// A document was written.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ExportedDocument {
    /// Where to, in full.
    pub file: String,
}
