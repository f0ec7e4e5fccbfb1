//! Products: what is behind the gateway, and how it acts there.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Leg, TypedSecret};

/// Which product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProductKind {
    /// Jira Data Center.
    Jira,
    /// Confluence Data Center.
    Confluence,
    /// Bitbucket Data Center.
    Bitbucket,
}

/// Looks at an address, without a credential.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DetectProduct {
    /// What was typed or pasted; a page below the product is fine.
    pub url: String,
}

/// What stands at an address.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DetectedProduct {
    /// The product.
    pub kind: ProductKind,
    /// Such as "10.3.2"; empty where it does not say.
    pub version: String,
    /// What it calls itself.
    pub title: String,
    /// Scheme, host, port and context path.
    pub base_url: String,
    /// The context path, such as "/jira"; empty where there is none.
    pub context_path: String,
    /// Whether it offers OAuth 1.0a impersonation, where it says.
    pub impersonation: Option<bool>,
    /// By how many seconds its clock is ahead of ours.
    pub clock_ahead_seconds: Option<i32>,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// How long looking took.
    pub milliseconds: u32,
    /// An identifier for rules and keys that is free.
    pub suggested_id: String,
    /// Where clients will call it, suggested.
    pub suggested_public_url: String,
    /// What was asked, and what answered.
    pub legs: Vec<Leg>,
}

/// How the gateway acts as a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "strategy", rename_all = "snake_case")]
pub enum ActAs {
    /// OAuth 1.0a application link with impersonation.
    Oauth1 {
        /// The consumer key of the link.
        consumer_key: String,
    },
    /// A per-user access token; not available yet.
    AccessTokens,
    /// A header that an authenticator in the product believes.
    Header {
        /// Its name, such as "X-Remote-User".
        name: String,
    },
    /// One account for all.
    Service,
}

/// A product as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Product {
    /// Its name in rules and keys.
    pub id: String,
    /// Which product it is.
    pub kind: ProductKind,
    /// Its version when it was last looked at.
    pub version: String,
    /// What it calls itself.
    pub title: String,
    /// Where the gateway reaches it.
    pub base_url: String,
    /// Where clients call it; a path alone means any host.
    pub public_url: String,
    /// The account that looks up users; none when none was given.
    pub directory_user: Option<String>,
    /// Whether that account's password is sealed here.
    pub directory_password_kept: bool,
    /// How the gateway acts as a user there.
    pub act_as: ActAs,
    /// The key pair of the application link, when one was made.
    pub key_pair: Option<KeyPair>,
    /// Whether a token of the one service account is sealed here.
    pub service_token_kept: bool,
    /// What was found out about it last.
    pub readiness: Readiness,
}

/// Whether a product is ready for the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Readiness {
    /// The directory account works, and acting as a user was proved.
    Ready,
    /// Not all was tried yet.
    NotTried,
    /// Something is in the way.
    Problem {
        /// What it is.
        text: String,
    },
}

/// The public half of a key pair; the private half is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyPair {
    /// The public key, PEM.
    pub public_pem: String,
    /// SHA-256 of the public key, in groups of four.
    pub fingerprint: String,
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// The fields of the application link, in the order of the product's form.
    pub link_fields: Vec<LinkField>,
    /// The page of the product where the link is made.
    pub admin_url: String,
}

/// One field of the product's form for an application link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LinkField {
    /// Its label there.
    pub label: String,
    /// What to enter.
    pub value: String,
}

/// Creates a product or changes it; nothing else of it is touched.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveProduct {
    /// Its name in rules and keys.
    pub id: String,
    /// Whether `id` must be new.
    pub create: bool,
    /// Which product it is.
    pub kind: ProductKind,
    /// Its version, as detected.
    pub version: String,
    /// What it calls itself.
    pub title: String,
    /// Where the gateway reaches it.
    pub base_url: String,
    /// Where clients call it.
    pub public_url: String,
    /// The account that looks up users.
    pub directory_user: Option<String>,
    /// Its password; none leaves the sealed one alone.
    pub directory_password: Option<TypedSecret>,
    /// How the gateway acts as a user there.
    pub act_as: ActAs,
    /// The service account's token; none leaves the sealed one alone.
    pub service_token: Option<TypedSecret>,
}

/// Names a product.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ProductId {
    /// Its id.
    pub id: String,
}

/// All products.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Products {
    /// In the order in which they were added.
    pub products: Vec<Product>,
}

/// Whether the directory account can do its work.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DirectoryCheck {
    /// Whether it can.
    pub good: bool,
    /// What was found out, in a sentence: "Reads users and groups: fred is in 3 groups."
    pub message: String,
    /// What to do when it cannot.
    pub hint: String,
}

/// Uses a key pair that exists already: the application link knows its public half.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ImportKeyPair {
    /// For which product.
    pub id: String,
    /// The RSA private key, PEM.
    pub private_pem: TypedSecret,
}

/// Tries to act as a user.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TryUser {
    /// Which product.
    pub id: String,
    /// A user who exists there.
    pub user: String,
}

/// What came of it: one row for the real user, one for a name that does not exist.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Tried {
    /// The rows.
    pub rows: Vec<TriedRow>,
    /// Whether the gateway can act as users there.
    pub good: bool,
    /// What it means, in a sentence.
    pub message: String,
    /// What to do when it does not work.
    pub hint: String,
}

/// One attempt to act as somebody.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TriedRow {
    /// The name that was sent.
    pub sent_as: String,
    /// "a real user" or "does not exist".
    pub note: String,
    /// How it ended.
    pub outcome: TriedOutcome,
    /// The same in words: "Answers as fred".
    pub text: String,
    /// Status and `X-AUSERNAME`, as the product sent them.
    pub detail: String,
}

/// How an attempt to act as somebody ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TriedOutcome {
    /// As the user that was sent.
    AsUser,
    /// As nobody: the trap, where the name does not exist.
    AsNobody,
    /// As somebody else.
    AsAnother,
    /// Refused.
    Refused,
    /// Not answered.
    Failed,
}
