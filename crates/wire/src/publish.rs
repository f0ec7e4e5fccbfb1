//! Publishing: what is here against what runs there.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The difference between what the gateway runs and what is here.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Difference {
    /// The version that runs there; 0 is none.
    pub runs_version: u32,
    /// Who published that, and when; empty for version 0.
    pub runs_published: String,
    /// The document that runs there, TOML.
    pub runs: String,
    /// The document that is here, TOML.
    pub here: String,
    /// What is different, in words.
    pub changes: Vec<Change>,
    /// What is wrong with what is here; publishing is not possible while there is any.
    pub problems: Vec<Problem>,
    /// Secrets that travel with it, by name.
    pub secrets: Vec<SecretState>,
    /// Whether the gateway's document has parts that were not made here and are kept.
    pub foreign_parts: bool,
    /// The tests of the rules, and how they went; none while the document is not valid.
    pub expectations: Vec<ExpectationResult>,
    /// What somebody else published meanwhile, beside what was made here.
    pub merge: Option<Merge>,
}

/// How one test of the rules went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExpectationResult {
    /// What is expected, in words.
    pub name: String,
    /// Who calls; empty: nobody.
    pub user: String,
    /// Method and path, with the product before it.
    pub request: String,
    /// `permit` or a reason.
    pub expected: String,
    /// `permit` or a reason.
    pub found: String,
    /// Whether both are the same.
    pub holds: bool,
    /// Whether the gateway does not run it yet.
    pub new: bool,
    /// What decided, in words.
    pub decided: String,
}

/// What somebody else published meanwhile, place by place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Merge {
    /// The version that what is here was made against.
    pub base_version: u32,
    /// The version that runs now.
    pub their_version: u32,
    /// Who published it, and when.
    pub their_published: String,
    /// What they said of it.
    pub their_comment: String,
    /// Whether places wait for a choice; else theirs was taken in beside what is here.
    pub open: bool,
    /// Every place that one of both changed.
    pub places: Vec<MergePlace>,
}

/// A place that one of both changed, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MergePlace {
    /// Where: `settings.keys.max_lifetime`, `products.jira`.
    pub path: String,
    /// What it is, in words.
    pub title: String,
    /// What they changed.
    pub theirs: Vec<Change>,
    /// What was changed here.
    pub yours: Vec<Change>,
    /// Whether both changed it, and not to the same.
    pub clash: bool,
    /// Whether both can be taken: it is a list.
    pub list: bool,
}

/// Says what becomes of the places that both changed.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ResolveMerge {
    /// The version that runs, as it was looked at.
    pub their_version: u32,
    /// One for each place that both changed.
    pub choices: Vec<MergeChoice>,
}

/// What becomes of one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MergeChoice {
    /// Which place.
    pub path: String,
    /// What is taken.
    pub take: MergeTake,
}

/// What is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MergeTake {
    /// What was published meanwhile.
    Theirs,
    /// What is here.
    Yours,
    /// What either added, without what either removed.
    Both,
}

/// Asks for published versions.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct VersionsBefore {
    /// Only those before this one; absent: from the newest.
    pub before: Option<u32>,
}

/// Published versions, the newest first.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Versions {
    /// The versions.
    pub versions: Vec<VersionEntry>,
    /// What to ask for next; absent: there are no more.
    pub next: Option<u32>,
    /// The version that runs.
    pub runs: u32,
}

/// A published version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VersionEntry {
    /// Its number.
    pub version: u32,
    /// When it was published, RFC 3339.
    pub at: String,
    /// By whom.
    pub by: String,
    /// What they said of it.
    pub comment: String,
}

/// Asks for the difference between two versions.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct CompareVersions {
    /// The older one.
    pub from: u32,
    /// The newer one.
    pub to: u32,
}

/// The difference between two versions.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ComparedVersions {
    /// The document of the older one, TOML.
    pub from: String,
    /// The document of the newer one, TOML.
    pub to: String,
    /// What is different, in words.
    pub changes: Vec<Change>,
}

/// Publishes an old version anew.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct RestoreVersion {
    /// Which one.
    pub version: u32,
    /// The version that runs, as it was looked at; another one there is a conflict.
    pub expect_version: u32,
}

/// One difference in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Change {
    /// Where: `products.jira.base_url`.
    pub path: String,
    /// What it is about: "Provider".
    pub title: String,
    /// What is different: "ghes added".
    pub detail: String,
    /// Who may do more, or less, because of it.
    pub effect: Effect,
    /// A request that shows it, in words; empty where none does.
    pub example: String,
    /// The line of the document here that it begins at, from 1.
    pub line: Option<u32>,
}

/// Who may do more or less because of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Fewer may do something.
    Narrower,
    /// More may do something.
    Wider,
    /// Some may do more, others less.
    Mixed,
    /// Nobody may do more or less.
    None,
    /// The rules cannot tell: it is about another part of the gateway.
    Unknown,
}

/// Something wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Problem {
    /// Where, such as `products[0].act_as`.
    pub path: String,
    /// In which line, from 1, where that is known.
    pub line: Option<u32>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: String,
}

/// A secret that the document names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SecretState {
    /// Its name.
    pub name: String,
    /// What it is for: "client secret of GitHub Enterprise".
    pub purpose: String,
    /// Whether it is sealed here and would be sent.
    pub here: bool,
    /// Whether the gateway has one of that name.
    pub there: bool,
}

/// Publishes what is here.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Publish {
    /// The version that was looked at; another one there is a conflict.
    pub expect_version: u32,
    /// What to remember of it.
    pub comment: String,
}

/// It was published.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct Published {
    /// The new version.
    pub version: u32,
}

/// Tries what is here on the requests that the gateway recorded.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct Simulate {
    /// Those of so many hours; 0: all that are recorded.
    pub hours: u32,
}

/// Who would notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Simulated {
    /// Requests that were looked at.
    pub requests: u32,
    /// Requests that pass and would be refused.
    pub refused: Vec<SimulatedDifference>,
    /// Requests that are refused and would pass.
    pub allowed: Vec<SimulatedDifference>,
    /// Requests that could not be judged, by why not.
    pub not_judged: Vec<SimulatedRest>,
    /// Requests that would be refused for another reason than now.
    pub refused_otherwise: u32,
    /// Requests beyond the lists.
    pub more: u32,
    /// The first hour that was looked at, RFC 3339.
    pub since: String,
    /// Whether everything recorded was looked at.
    pub complete: bool,
}

/// Requests of one user and one kind of program with which one rule would deal differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SimulatedDifference {
    /// The user; empty: nobody showed a name.
    pub user: String,
    /// The kind of program.
    pub client: String,
    /// The product.
    pub product: String,
    /// The reason of the refusal that comes, or that goes.
    pub reason: String,
    /// What the rule says.
    pub detail: String,
    /// The setting that does it: `access.groups_read_only`; empty where none does.
    pub setting: String,
    /// How many requests.
    pub requests: u32,
    /// Some of them: "POST /rest/api/2/issue from 10.1.2.3".
    pub examples: Vec<String>,
}

/// Requests that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SimulatedRest {
    /// Why not.
    pub detail: String,
    /// How many.
    pub requests: u32,
}
