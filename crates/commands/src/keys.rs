//! API keys of the paired gateway. A new key waits here until the admin has stored it: the window
//! gets it to show it once, and the clipboard gets it from here.

mod check;
mod shown;

use std::fmt::Write as _;

use gatewright_admin_api as api;
use gatewright_config::Format;
use gatewright_config::raw::{Document, Switch};
use gatewright_keys::find_keys;
use gatewright_secret::SecretString;
use gatewright_wire::{
    ApiKey, ApiKeyId, ApiKeyIds, ApiKeys, CheckedOwner, Copied, FailedKey, KeyBasis, KeyOwner,
    KeyProduct, LeakedKeys, LeakedText, ListKeys, LookUpOutcome, LookUpUser, MatchBy, NewKey,
    Nothing, RevokedKeys, RotateKeys, RotatedKeys, ShownKey, WireError,
};
use gatewright_workspace::Product;
use time::Duration;

use crate::app::{App, count, lock};
use crate::convert::rfc3339;
use crate::errors::{self, invalid, not_found};
use crate::publish::parse_document;
use crate::test::public_address;

/// New keys that wait to be stored; more are not made at once.
const MOST_AT_ONCE: usize = 200;
/// How many keys a page may have.
const LARGEST_PAGE: u32 = 1000;

/// A new key that was not stored yet.
pub(crate) struct Fresh {
    key: ApiKey,
    secret: SecretString,
}

impl App {
    /// What keys may be made there, and of what they are made.
    pub async fn key_basis(&self, _: Nothing) -> Result<KeyBasis, WireError> {
        let (client, pairing) = self.admin_client().await?;
        let (status, published) = tokio::join!(client.status(), client.config(api::Notation::Toml));
        let status = status.map_err(|error| errors::call(&error))?;
        let published = published.map_err(|error| errors::call(&error))?;
        let document = if published.version == 0 {
            Document::default()
        } else {
            parse_document(&published.text, Format::Toml)?
        };
        let ours = self
            .workspace
            .products()
            .map_err(|error| errors::store(&error))?;
        let products = document
            .products
            .iter()
            .map(|product| {
                let here = ours.iter().find(|one| one.id == product.id);
                KeyProduct {
                    id: product.id.clone(),
                    title: here.map_or_else(|| product.id.clone(), |one| one.title.clone()),
                    kind: shown::product_kind(product.kind),
                    url: here
                        .and_then(|one| public_address(one, Some(&pairing)).ok())
                        .map(|url| url.to_string())
                        .unwrap_or_default()
                        .trim_end_matches('/')
                        .to_owned(),
                }
            })
            .collect();
        Ok(KeyBasis {
            me: status.admin,
            may_change: match status.role {
                api::Role::Viewer => false,
                api::Role::Editor | api::Role::Owner => true,
            },
            role: status.role.to_string(),
            accepted: match document.settings.api_keys {
                Switch::Allow => true,
                Switch::Deny => false,
            },
            max_lifetime: document.settings.keys.max_lifetime,
            max_per_user: document.settings.keys.max_per_user,
            products,
        })
    }

    /// A page of keys.
    pub async fn keys(&self, request: ListKeys) -> Result<ApiKeys, WireError> {
        let (client, _) = self.admin_client().await?;
        let now = self.host.now();
        let ends_before = request
            .ends_within_days
            .map(|days| now.saturating_add(Duration::days(days.into())));
        let query = api::KeyQuery {
            q: typed(&request.search),
            owner: typed(&request.owner),
            kind: request.kind.map(shown::kept_kind),
            state: request.state.map(shown::kept_state),
            ends_before,
            sort: Some(shown::kept_sort(request.sort)),
            descending: Some(request.descending),
            after: request.after,
            limit: Some(request.limit.clamp(1, LARGEST_PAGE)),
        };
        let page = client
            .keys(&query)
            .await
            .map_err(|error| errors::call(&error))?;
        Ok(ApiKeys {
            keys: page
                .keys
                .into_iter()
                .map(|key| shown::key(key, now))
                .collect(),
            next: page.next,
            read_at: rfc3339(now),
        })
    }

    /// One key.
    pub async fn key(&self, request: ApiKeyId) -> Result<ApiKey, WireError> {
        let (client, _) = self.admin_client().await?;
        let key = client
            .key(&request.id)
            .await
            .map_err(|error| errors::call(&error))?;
        Ok(shown::key(key, self.host.now()))
    }

    /// Who an owner is, as the products' directories and the list of keys say.
    pub async fn check_owner(&self, request: KeyOwner) -> Result<CheckedOwner, WireError> {
        let owner = request.owner.trim().to_owned();
        if owner.is_empty() {
            return Err(no_owner());
        }
        let (client, _) = self.admin_client().await?;
        let living = api::KeyQuery {
            owner: Some(owner.clone()),
            state: Some(api::KeyState::Active),
            limit: Some(LARGEST_PAGE),
            ..api::KeyQuery::default()
        };
        let found = self.found_in(&owner);
        let (found, keys) = tokio::join!(found, client.keys(&living));
        let keys = count(keys.map_err(|error| errors::call(&error))?.keys.len());
        let (name, asked, missing) = found?;
        let has = match keys {
            0 => "no key yet".to_owned(),
            1 => "1 living key".to_owned(),
            more => format!("{more} living keys"),
        };
        let words = if asked == 0 {
            format!("No directory can be asked here; {has}.")
        } else if missing.is_empty() {
            let name = if name.is_empty() { owner } else { name };
            format!("{name}: active in every product that was asked; {has}.")
        } else {
            format!("Not active in {}; {has}.", missing.join(" and "))
        };
        Ok(CheckedOwner {
            words,
            known: (asked > 0).then_some(missing.is_empty()),
            keys,
        })
    }

    /// The name for people, how many directories answered, and the products that do not know them.
    async fn found_in(&self, owner: &str) -> Result<(String, usize, Vec<String>), WireError> {
        let products: Vec<Product> = self
            .workspace
            .products()
            .map_err(|error| errors::store(&error))?
            .into_iter()
            .filter(|product| product.directory_user.is_some())
            .collect();
        let (mut name, mut asked, mut missing) = (String::new(), 0, Vec::new());
        let looks = products.iter().map(|product| {
            self.look_up_user(LookUpUser {
                product_id: product.id.clone(),
                value: owner.to_owned(),
                transform: Vec::new(),
                match_by: MatchBy::Username,
            })
        });
        let looks = futures_util::future::join_all(looks).await;
        for (product, look) in products.iter().zip(looks) {
            // A directory that does not answer says nothing about the user.
            let Ok(look) = look else { continue };
            match look.outcome {
                LookUpOutcome::Found => {
                    asked += 1;
                    name = look.detail;
                }
                LookUpOutcome::NotAsked => {}
                LookUpOutcome::Inactive
                | LookUpOutcome::Ambiguous
                | LookUpOutcome::NotFound
                | LookUpOutcome::InvalidValue => {
                    asked += 1;
                    missing.push(product.title.clone());
                }
            }
        }
        Ok((name, asked, missing))
    }

    /// Makes a key. It waits here to be shown and copied until it is forgotten.
    pub async fn create_key(&self, request: NewKey) -> Result<ApiKey, WireError> {
        if request.owner.trim().is_empty() {
            return Err(no_owner());
        }
        if request.name.trim().is_empty() {
            return Err(invalid(
                "name",
                "The key has no name.",
                "Say in a few words what it is for, such as: nightly build.",
            ));
        }
        let (client, _) = self.admin_client().await?;
        let created = client
            .create_key(&api::CreateKey {
                owner: request.owner.trim().to_owned(),
                name: request.name.trim().to_owned(),
                kind: shown::kept_kind(request.kind),
                expires: Some(check::life(request.end)),
                max_uses: request.max_uses,
                read_only: request.read_only,
                products: request.products,
                paths: trimmed(&request.paths),
                addresses: trimmed(&request.addresses),
            })
            .await
            .map_err(|error| errors::call(&error))?;
        Ok(self.wait(created))
    }

    /// Makes keys in place of others; what failed is told beside what did not.
    pub async fn rotate_keys(&self, request: RotateKeys) -> Result<RotatedKeys, WireError> {
        if request.ids.len() > MOST_AT_ONCE {
            return Err(invalid(
                "ids",
                format!("{} keys are too many at once.", request.ids.len()),
                format!("Choose at most {MOST_AT_ONCE}: each new key has to be stored."),
            ));
        }
        let (client, _) = self.admin_client().await?;
        let how = api::RotateKey {
            overlap: Some(format!("{}h", request.overlap_hours)),
            expires: None,
        };
        let mut done = RotatedKeys {
            made: Vec::new(),
            failed: Vec::new(),
        };
        for id in request.ids {
            match client.rotate_key(&id, &how).await {
                Ok(created) => done.made.push(self.wait(created)),
                Err(error) => {
                    let error = errors::call(&error);
                    done.failed.push(FailedKey {
                        id,
                        message: error.message,
                        hint: error.hint,
                    });
                }
            }
        }
        Ok(done)
    }

    /// Keeps a new key until it is stored elsewhere.
    fn wait(&self, created: api::CreatedKey) -> ApiKey {
        let key = shown::key(created.info, self.host.now());
        lock(&self.fresh_keys).push(Fresh {
            key: key.clone(),
            secret: created.key,
        });
        key
    }

    /// Revokes keys; they are refused from the next request on.
    pub async fn revoke_keys(&self, request: ApiKeyIds) -> Result<RevokedKeys, WireError> {
        let (client, _) = self.admin_client().await?;
        let which = api::RevokeKeys {
            ids: request.ids,
            owner: None,
        };
        let done = client
            .revoke_keys(&which)
            .await
            .map_err(|error| errors::call(&error))?;
        Ok(RevokedKeys {
            revoked: done.revoked,
        })
    }

    /// Revokes every key that stands in a text. Only what looks like a key leaves this computer.
    pub async fn leaked_keys(&self, request: LeakedText) -> Result<LeakedKeys, WireError> {
        let text = SecretString::wrap(request.text.into_text());
        let found = find_keys(text.expose())
            .iter()
            .fold(String::new(), |all, key| all + key.secret().expose() + "\n");
        if found.is_empty() {
            return Err(invalid(
                "text",
                "No API key stands in this text.",
                "A key begins with gw_ and has 36 letters and digits after it; paste it whole.",
            ));
        }
        let (client, _) = self.admin_client().await?;
        let leaked = client
            .leaked_keys(&SecretString::wrap(found))
            .await
            .map_err(|error| errors::call(&error))?;
        let now = self.host.now();
        Ok(LeakedKeys {
            keys: leaked
                .keys
                .into_iter()
                .map(|key| shown::key(key, now))
                .collect(),
            revoked: leaked.revoked,
            unknown: count(leaked.unknown),
        })
    }

    /// A new key in clear, as long as it waits to be stored.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn show_new_key(&self, request: ApiKeyId) -> Result<ShownKey, WireError> {
        lock(&self.fresh_keys)
            .iter()
            .find(|fresh| fresh.key.id == request.id)
            .map(|fresh| ShownKey {
                secret: fresh.secret.expose().clone(),
            })
            .ok_or_else(|| not_found("new key", &request.id))
    }

    /// Puts a new key on the clipboard for a while; several with owner and name, one a line.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn copy_new_keys(&self, request: ApiKeyIds) -> Result<Copied, WireError> {
        let alone = request.ids.len() == 1;
        let mut text = String::new();
        {
            let waiting = lock(&self.fresh_keys);
            for id in &request.ids {
                let fresh = waiting
                    .iter()
                    .find(|fresh| fresh.key.id == *id)
                    .ok_or_else(|| not_found("new key", id))?;
                let (key, secret) = (&fresh.key, fresh.secret.expose());
                // Writing to a text cannot fail.
                if alone {
                    text.push_str(secret);
                } else {
                    let _ = writeln!(text, "{}\t{}\t{secret}", key.owner, key.name);
                }
            }
        }
        self.copy_secret(&SecretString::wrap(text))
    }

    /// Forgets the new keys: they are stored elsewhere.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn forget_new_keys(&self, _: Nothing) -> Result<Nothing, WireError> {
        lock(&self.fresh_keys).clear();
        Ok(Nothing {})
    }
}

fn no_owner() -> WireError {
    invalid(
        "owner",
        "The key is for nobody.",
        "Type the user name in the products as whom it shall act.",
    )
}

fn typed(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn trimmed(list: &[String]) -> Vec<String> {
    list.iter().filter_map(|text| typed(text)).collect()
}
