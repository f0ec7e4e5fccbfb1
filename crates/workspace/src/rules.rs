//! The draft of the rules: what is typed, and the document that it was typed against.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{StoreError, Workspace};

/// Where the draft stands among the settings.
const DRAFT: &str = "rules-draft";

/// The draft of the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesDraft {
    /// What is typed, as the window has it; what is wrong is kept as well.
    pub rules: serde_json::Value,
    /// The gateway's document when it was looked at last, TOML.
    pub base: String,
    /// The version of that document; 0 is none.
    pub base_version: u32,
    /// Whether what is typed says something else than that document.
    #[serde(default)]
    pub touched: bool,
    /// Products and providers that stay as somebody else published them, by place, each until
    /// what is made here is another than this.
    #[serde(default)]
    pub left_to_them: BTreeMap<String, String>,
    /// Products and providers that came with an imported document and are not made here, TOML.
    #[serde(default)]
    pub imported: String,
}

impl Workspace {
    /// The draft of the rules; none until one was begun.
    pub fn rules_draft(&self) -> Result<Option<RulesDraft>, StoreError> {
        self.preference(DRAFT)
    }

    /// Keeps the draft of the rules.
    pub fn set_rules_draft(&self, draft: &RulesDraft) -> Result<(), StoreError> {
        self.set_preference(DRAFT, draft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_there_again_after_the_file_was_opened_anew() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(folder.path()).unwrap();
        assert_eq!(workspace.rules_draft().unwrap(), None);
        let draft = RulesDraft {
            rules: serde_json::json!({ "max_per_user": "ten" }),
            base: "format = 1\n".to_owned(),
            base_version: 3,
            touched: true,
            left_to_them: BTreeMap::from([("products.jira".to_owned(), "{}".to_owned())]),
            imported: String::new(),
        };
        workspace.set_rules_draft(&draft).unwrap();
        drop(workspace);
        let workspace = Workspace::open(folder.path()).unwrap();
        assert_eq!(workspace.rules_draft().unwrap(), Some(draft));
    }
}
