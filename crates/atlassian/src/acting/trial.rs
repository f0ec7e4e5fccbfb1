//! What came of a try.

use serde::Serialize;

use crate::verdict::Evidence;

/// What came of a try with two names.
#[derive(Debug, Clone, Serialize)]
pub struct Trial {
    /// The row of the name that was asked about.
    pub real: TrialRow,
    /// The row of a name that nobody has.
    pub unknown: TrialRow,
    /// What happens to unknown names.
    pub trap: Trap,
    /// Whether the product really acts as the user who is named, and as nobody known for a name
    /// that nobody has.
    pub impersonates: bool,
    /// All of it in a sentence.
    pub message: String,
    /// What to do; empty when there is nothing to do.
    pub hint: String,
}

/// One name that was tried.
#[derive(Debug, Clone, Serialize)]
pub struct TrialRow {
    /// The name.
    pub sent_as: String,
    /// `a real user` or `does not exist`.
    pub note: String,
    /// What came of it.
    pub outcome: TrialOutcome,
    /// The status; `None` when nobody answered.
    pub status: Option<u16>,
    /// `X-AUSERNAME`, decoded; `None` when it was not sent.
    pub user_header: Option<String>,
    /// The path that told.
    pub endpoint: String,
    /// What happened, in a sentence.
    pub message: String,
    /// What to do; empty when there is nothing to do.
    pub hint: String,
    /// What the outcome rests on.
    pub evidence: Vec<Evidence>,
    /// How long it took.
    pub milliseconds: u64,
}

/// What a product made of a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum TrialOutcome {
    /// It answered as this user.
    AnswersAs {
        /// The name as the product writes it.
        user: String,
    },
    /// It answered as somebody else.
    AnswersAsAnother {
        /// Who.
        user: String,
    },
    /// It let the request in, as nobody.
    AnswersAsNobody,
    /// It refused.
    Refused {
        /// The code of an OAuth 1.0 refusal.
        oauth_problem: Option<String>,
    },
    /// Nobody answered.
    Unreachable,
    /// The answer tells nothing.
    Unexpected,
}

/// What happens to a name that nobody has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Trap {
    /// It runs as nobody, without a word: the gateway must refuse unknown names itself.
    RunsAsNobody,
    /// It runs as a real account.
    RunsAs {
        /// Whose.
        user: String,
    },
    /// It is refused by the product.
    Refused,
    /// The try did not show it.
    NotShown,
}
