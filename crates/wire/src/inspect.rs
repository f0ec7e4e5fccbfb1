//! What can be said of a token without sending it, and of a product without a token.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{TypedSecret, Verdict, Way};

/// Looks at a token without sending it: a kept one, or what was typed.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct InspectToken {
    /// A kept token.
    pub token_id: Option<String>,
    /// What was typed, where it is not kept.
    pub secret: Option<TypedSecret>,
    /// Where it would be sent; none when that is not known.
    pub product_id: Option<String>,
    /// Which way it would be sent.
    pub way: Option<Way>,
}

/// What a token's looks say.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct InspectedToken {
    /// What it is: "A JSON Web Token".
    pub label: String,
    /// What a JSON Web Token says of itself; nobody has verified it.
    pub facts: Vec<TokenFact>,
    /// What speaks against it, the worst first.
    pub judgements: Vec<TokenJudgement>,
    /// The warning about a host that it does not belong to.
    pub foreign: Option<String>,
}

/// One thing that a token says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TokenFact {
    /// "Issuer", "Ends" …
    pub name: String,
    /// Its value.
    pub value: String,
}

/// One thing that speaks against a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TokenJudgement {
    /// What it would lead to.
    pub verdict: Verdict,
    /// The claim that says so; empty where it is the form.
    pub claim: String,
    /// What is wrong.
    pub words: String,
    /// What to do.
    pub hint: String,
}

/// Which families of endpoints a product lacks, found without a credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProductApis {
    /// Which product.
    pub product_id: String,
    /// The names of the families that are certainly not there.
    pub absent: Vec<String>,
}
