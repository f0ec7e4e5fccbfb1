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
}

/// One difference in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Change {
    /// What it is about: "Provider".
    pub title: String,
    /// What is different: "ghes added".
    pub detail: String,
    /// Who may do more, or less, because of it.
    pub effect: Effect,
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
    /// Nobody may do more or less.
    None,
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
