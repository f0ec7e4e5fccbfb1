//! Whose a token is, so that a test can expect nobody else.

use std::time::Duration;

use gatewright_wire::{MatchBy, TokenId, UsernameSource};
use gatewright_workspace as kept;

use crate::app::{App, lock};
use crate::username::transformed;

/// How long a test waits for a provider to say whose a token is.
const PATIENCE: Duration = Duration::from_secs(5);

impl App {
    /// The name that the products have to answer with; `None` when nobody knows it.
    ///
    /// For Basic it is the user, unless that is an e-mail address, by which people may sign in
    /// too. For a provider's token it is what the username rule reads.
    pub(super) async fn owner_of(
        &self,
        token: &kept::Token,
        basic_user: Option<&str>,
    ) -> Option<String> {
        if let Some(user) = basic_user {
            return (!user.contains('@') && !is_a_placeholder(user)).then(|| user.to_owned());
        }
        if let Some(known) = lock(&self.owners).get(&token.id) {
            return Some(known.clone());
        }
        let provider = token.provider_id.as_deref()?;
        self.workspace.provider(provider).ok()??.username?;
        let asked = self.userinfo(TokenId {
            id: token.id.clone(),
        });
        let told = tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()?;
        let rule = told.rule?;
        if rule.match_by != MatchBy::Username {
            return None;
        }
        let read = match rule.from {
            UsernameSource::Userinfo => told.userinfo,
            UsernameSource::Token => told.token_claims?,
            UsernameSource::IdToken => told.id_token_claims?,
        };
        let value = read.pointer(&rule.pointer)?.as_str()?.to_owned();
        let owner = transformed(&value, &rule.transform);
        if owner.is_empty() {
            return None;
        }
        lock(&self.owners).insert(token.id.clone(), owner.clone());
        Some(owner)
    }
}

/// What stands in the user's place where the password is a token that names its user itself.
fn is_a_placeholder(user: &str) -> bool {
    matches!(user, "oauth2" | "OAUTH_USERNAME" | "x-token-auth")
}
