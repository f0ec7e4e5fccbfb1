//! The username: which attribute holds it, and whether the products know it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Leg;

/// What the provider says of the owner of a token.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Userinfo {
    /// Of which token.
    pub token_id: String,
    /// The answer.
    #[ts(type = "unknown")]
    pub userinfo: serde_json::Value,
    /// Its status.
    pub status: u16,
    /// How long it took.
    pub milliseconds: u32,
    /// Likely usernames, the likeliest first.
    pub candidates: Vec<Candidate>,
    /// The access token's claims as an object, where it is a JWT the gateway can read.
    #[ts(type = "unknown")]
    pub token_claims: Option<serde_json::Value>,
    /// The ID token's claims, which the gateway will not be able to see.
    #[ts(type = "unknown")]
    pub id_token_claims: Option<serde_json::Value>,
    /// The rule in force for this provider, if one was chosen.
    pub rule: Option<UsernameRule>,
    /// What to know about this provider's attributes; may be empty.
    pub warning: String,
    /// The request.
    pub legs: Vec<Leg>,
}

/// A value that may be the username.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Candidate {
    /// Where it is, a JSON Pointer (RFC 6901).
    pub pointer: String,
    /// The value as text.
    pub value: String,
    /// Where it is read from.
    pub from: UsernameSource,
    /// Whether the gateway will see it; an ID token's claim it will not.
    pub gateway_sees_it: bool,
}

/// Where the username is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UsernameSource {
    /// The userinfo answer.
    Userinfo,
    /// The access token's own claims.
    Token,
    /// The ID token's claims: only to look at.
    IdToken,
}

/// A step between the attribute and the username.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// In lower case.
    Lowercase,
    /// In upper case.
    Uppercase,
    /// Without white space around.
    Trim,
    /// What stands before the first `@`.
    BeforeAt,
}

/// How the products are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MatchBy {
    /// By user name.
    Username,
    /// By e-mail.
    Email,
}

/// The rule that the gateway will use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsernameRule {
    /// Where it is read from.
    pub from: UsernameSource,
    /// The attribute, a JSON Pointer.
    pub pointer: String,
    /// Steps in order.
    pub transform: Vec<Transform>,
    /// How the products are asked.
    pub match_by: MatchBy,
}

/// Keeps the rule of a provider.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveUsernameRule {
    /// Of which provider.
    pub provider_id: String,
    /// The rule.
    pub rule: UsernameRule,
}

/// Looks a value up in one product.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LookUpUser {
    /// In which product.
    pub product_id: String,
    /// The value of the attribute, untransformed.
    pub value: String,
    /// Steps in order.
    pub transform: Vec<Transform>,
    /// How the product is asked.
    pub match_by: MatchBy,
}

/// What the directory said.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LookedUp {
    /// How it ended.
    pub outcome: LookUpOutcome,
    /// The same in words: "found as fred".
    pub text: String,
    /// The second line: display name, or why.
    pub detail: String,
    /// The value after the steps.
    pub username: String,
    /// How many groups that user is in, where that is known.
    pub groups: Option<Vec<String>>,
}

/// How a look-up ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LookUpOutcome {
    /// One active user.
    Found,
    /// One user, who is not active.
    Inactive,
    /// More than one.
    Ambiguous,
    /// None.
    NotFound,
    /// The value cannot be a username.
    InvalidValue,
    /// The directory could not be asked.
    NotAsked,
}
