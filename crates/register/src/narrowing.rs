//! What a key is narrowed to, from text.

use gatewright_policy::{AddressSet, AddressSetError, KeyScope, Pattern, PatternError, ProductId};
use gatewright_store::Narrowing;

/// Why a text narrows nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NarrowingError {
    /// A path is no pattern.
    #[error("not a path pattern: {text}: {problem}")]
    Path {
        /// As it was written.
        text: String,
        /// Why.
        problem: PatternError,
    },
    /// An address is none.
    #[error(transparent)]
    Address(#[from] AddressSetError),
}

/// Reads what a key is narrowed to.
pub fn narrowed(narrowing: &Narrowing) -> Result<KeyScope, NarrowingError> {
    let paths: Result<Vec<Pattern>, NarrowingError> = narrowing
        .paths
        .iter()
        .map(|text| {
            Pattern::parse(text).map_err(|problem| NarrowingError::Path {
                text: text.clone(),
                problem,
            })
        })
        .collect();
    Ok(KeyScope {
        read_only: narrowing.read_only,
        products: narrowing.products.iter().map(ProductId::new).collect(),
        paths: paths?,
        addresses: AddressSet::parse(&narrowing.addresses)?,
    })
}
