//! What an admin typed and nobody else may read.

use std::fmt;

use serde::Deserialize;
use ts_rs::TS;

/// A secret on its way in: a text in TypeScript, never shown again.
#[derive(Clone, Deserialize, TS)]
#[ts(as = "String")]
pub struct TypedSecret(String);

impl TypedSecret {
    /// Wraps what was typed.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Hands the text over to whoever seals it.
    pub fn into_text(self) -> String {
        self.0
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for TypedSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[typed secret]")
    }
}
