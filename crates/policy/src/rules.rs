//! The compiled rules.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Access, GroupSet, Pattern, ProductId, ProductKind, UserName};

/// A way in: what kind of credential a caller shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// An API key of this gateway.
    ApiKey,
    /// A token of an identity provider.
    Oauth,
    /// User name and password.
    Password,
    /// An access token that the product itself made.
    ProductToken,
}

/// Which ways in are open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaysIn {
    /// API keys of this gateway.
    pub api_keys: bool,
    /// Tokens of identity providers.
    pub oauth: bool,
    /// User name and password.
    pub basic_auth: bool,
    /// Users whose password is passed on although that way is closed.
    pub basic_exceptions: Vec<UserName>,
    /// The products' own tokens.
    pub product_tokens: bool,
}

/// What becomes of a request without a credential.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnonymousRule {
    /// It is refused.
    #[default]
    Deny,
    /// It passes as nobody where no rule says otherwise.
    Product,
}

/// Everything that `decide` knows of the configuration. The default lets nobody in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether credentials are checked at all.
    pub authentication: bool,
    /// Whether nobody writes.
    pub read_only: bool,
    /// What becomes of a request without a credential.
    pub anonymous: AnonymousRule,
    /// Which ways in are open.
    pub ways: WaysIn,
    /// Who may call any product, and from where.
    pub access: Access,
    /// Whether people may make keys for themselves.
    pub users_may_create_keys: bool,
    /// Only members of these groups may make keys; empty: everybody who may call.
    pub groups_may_create_keys: GroupSet,
    /// The products.
    pub products: BTreeMap<ProductId, ProductRules>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            authentication: true,
            read_only: false,
            anonymous: AnonymousRule::Deny,
            ways: WaysIn::default(),
            access: Access::default(),
            users_may_create_keys: false,
            groups_may_create_keys: GroupSet::default(),
            products: BTreeMap::new(),
        }
    }
}

/// The rules of one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductRules {
    /// What it is.
    pub kind: ProductKind,
    /// Who may call it, and from where; the rules for all products must permit as well.
    pub access: Access,
    /// Paths that need a valid credential although anonymous requests pass.
    pub public: Vec<Pattern>,
    /// Paths on which authentication is skipped.
    pub bypass: Vec<Pattern>,
    /// Paths in which an encoded slash is data.
    pub allow_encoded_slash: Vec<Pattern>,
}

impl ProductRules {
    /// A product without rules of its own.
    pub fn new(kind: ProductKind) -> Self {
        Self {
            kind,
            access: Access::default(),
            public: Vec::new(),
            bypass: Vec::new(),
            allow_encoded_slash: Vec::new(),
        }
    }
}

impl Rules {
    /// Whether a rule for this product asks for the caller's groups.
    pub fn asks_for_groups(&self, product: &ProductId) -> bool {
        self.access.asks_for_groups()
            || self
                .products
                .get(product)
                .is_some_and(|rules| rules.access.asks_for_groups())
    }
}
