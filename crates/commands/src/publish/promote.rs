//! From one environment to another: rules, providers without their secrets, and products by id,
//! of which the target keeps its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use gatewright_config::to_toml;
use gatewright_wire::{Promote, Promotion, WireError};
use gatewright_workspace as kept;

use super::document::Ours;
use super::draft::over;
use super::words;
use crate::app::App;
use crate::errors::{self, invalid};
use crate::names;
use crate::rules::shape;

impl App {
    /// Shows what would go from one environment to another, or takes it over there. Nothing is
    /// published.
    pub async fn promote(&self, request: Promote) -> Result<Promotion, WireError> {
        if request.from == request.into {
            return Err(invalid(
                "into",
                "That is the same environment.",
                "Choose another one to take this over to.",
            ));
        }
        let from = self.environment_app(&request.from)?;
        let into = self.environment_app(&request.into)?;
        into.take_over(&from, request.take, request.with_secrets)
            .await
    }

    async fn take_over(
        &self,
        from: &Arc<Self>,
        take: bool,
        with_secrets: bool,
    ) -> Result<Promotion, WireError> {
        let store = |error| errors::store(&error);
        let theirs = from.document(&from.rules_kept()?)?;
        let mut rules = self.rules_kept()?;
        let before = self.document(&rules)?;

        let own = self.workspace.products().map_err(store)?;
        let own_ids: BTreeSet<&str> = own.iter().map(|product| product.id.as_str()).collect();
        let (products_kept, products_missing) = theirs
            .products
            .iter()
            .map(|product| product.id.clone())
            .partition(|id: &String| own_ids.contains(id.as_str()));

        let mut providers = self.workspace.providers().map_err(store)?;
        let mut taken = Vec::new();
        let mut secrets = Vec::new();
        for provider in from.workspace.providers().map_err(store)? {
            let name = names::client_secret(&provider.id);
            if from.has_secret(&name)? && !self.has_secret(&name)? {
                secrets.push((name, format!("Client secret of {}", provider.name)));
            }
            let provider = laid_over(provider, &mut providers);
            taken.push(provider);
        }

        rules.rules = shape::rules_of(&theirs);
        let mut sealed = BTreeSet::new();
        for provider in &providers {
            let name = names::client_secret(&provider.id);
            let comes = with_secrets && secrets.iter().any(|(secret, _)| *secret == name);
            if comes || self.has_secret(&name)? {
                sealed.insert(provider.id.clone());
            }
        }
        let ours = Ours::new(&own, &providers, &sealed);
        let after = over(&rules.base, &rules, &ours, &self.last_published()?);

        if take {
            for (name, _) in secrets.iter().filter(|_| with_secrets) {
                if let Some(secret) = from.secret(name).await? {
                    self.put_secret(name, &secret).await?;
                }
            }
            for provider in &taken {
                self.workspace.put_provider(provider).map_err(store)?;
            }
            self.keep_rules(&rules)?;
            self.changed().await?;
        }
        Ok(Promotion {
            changes: words::changes(&before, &after, &to_toml(&after), self.host.now()),
            products_kept,
            products_missing,
            providers: taken.into_iter().map(|provider| provider.name).collect(),
            secrets: secrets.into_iter().map(|(_, what)| what).collect(),
            taken: take,
        })
    }
}

/// The provider as it becomes in the target, also put among those there: where there is one of
/// this id it keeps its addresses and its client.
fn laid_over(theirs: kept::Provider, there: &mut Vec<kept::Provider>) -> kept::Provider {
    if let Some(own) = there
        .iter_mut()
        .find(|own| own.id == theirs.id && own.preset == theirs.preset)
    {
        *own = kept::Provider {
            inputs: own.inputs.clone(),
            client_id: own.client_id.clone(),
            redirect: own.redirect.clone(),
            audiences: own.audiences.clone(),
            name: own.name.clone(),
            ..theirs
        };
        return own.clone();
    }
    there.retain(|own| own.id != theirs.id);
    there.push(theirs.clone());
    theirs
}
