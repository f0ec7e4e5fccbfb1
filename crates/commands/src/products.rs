//! Products: found without a credential, kept, and tried.

mod shown;
mod sound;

use std::collections::BTreeSet;

use gatewright_atlassian::{
    ActAs as Acting, Directory, DirectoryAccount, DirectoryError, KeyPair as NewKeyPair, Lookup,
    Oauth1Signer, detect, try_as_user,
};
use gatewright_secret::SecretString;
use gatewright_wire::{
    DetectProduct, DetectedProduct, DirectoryCheck, ImportKeyPair, KeyPair, Nothing, Product,
    ProductId, Products, Readiness, SaveProduct, Tried, TryUser, WireError,
};
use gatewright_workspace as kept;

use crate::app::{App, lock, web_address};
use crate::convert;
use crate::errors::{self, invalid, not_found};
use crate::names;
use shown::{key_pair, tried};
use sound::{access_tokens_are_later, check_act_as, header_name, sound_id, sound_public_url};

pub(crate) use sound::free_id;

/// What a check of a directory account found.
struct AccountCheck {
    /// Whether the account can do its work.
    good: bool,
    /// What was found, in a sentence.
    message: String,
    /// What to do.
    hint: String,
}

/// Checks that an account can look up a user and that user's groups, itself for example.
async fn check_account(directory: &Directory) -> Result<AccountCheck, DirectoryError> {
    let account = directory.account().await?;
    let found = match directory.user_by_name(&account.name).await? {
        Lookup::Found(found) => found,
        Lookup::Inactive(_) | Lookup::Deleted(_) | Lookup::NotFound | Lookup::Ambiguous { .. } => {
            return Ok(AccountCheck {
                good: false,
                message: format!(
                    "It signs in as {0}, but does not find {0} among the users.",
                    account.name
                ),
                hint: "Give the account the global permission to browse users.".to_owned(),
            });
        }
    };
    let groups = directory.groups_of(&found).await?;
    Ok(AccountCheck {
        good: true,
        message: format!(
            "Reads users and groups: {} is in {}.",
            found.name,
            counted(groups.len(), "group", "groups")
        ),
        hint: String::new(),
    })
}

/// A number with its noun.
pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

impl App {
    /// All products.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn products(&self, _: Nothing) -> Result<Products, WireError> {
        let products = self
            .workspace
            .products()
            .map_err(|error| errors::store(&error))?;
        Ok(Products {
            products: products
                .into_iter()
                .map(|product| self.product(product))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Looks at an address.
    pub async fn detect_product(
        &self,
        request: DetectProduct,
    ) -> Result<DetectedProduct, WireError> {
        let (client, recorder) = self.recorded_client()?;
        let found = detect(&client, &request.url, self.host.now())
            .await
            .map_err(|error| errors::detect(&error))?;
        let taken: BTreeSet<String> = self
            .workspace
            .products()
            .map_err(|error| errors::store(&error))?
            .into_iter()
            .map(|product| product.id)
            .collect();
        let suggested_id = free_id(found.kind.id(), &taken);
        Ok(DetectedProduct {
            kind: convert::detected(found.kind),
            version: found.version.unwrap_or_default(),
            title: found.title.unwrap_or_default(),
            tls: found.base_url.scheme() == "https",
            base_url: found.base_url.as_str().trim_end_matches('/').to_owned(),
            suggested_public_url: format!("/{suggested_id}"),
            suggested_id,
            context_path: found.context_path,
            impersonation: found.impersonation_announced,
            clock_ahead_seconds: found.clock_skew.and_then(|skew| i32::try_from(skew).ok()),
            milliseconds: convert::milliseconds(found.elapsed),
            legs: convert::legs(&recorder),
        })
    }

    /// Creates a product or changes it.
    pub async fn save_product(&self, request: SaveProduct) -> Result<Product, WireError> {
        let id = sound_id(&request.id)?;
        let others: Vec<kept::Product> = self
            .workspace
            .products()
            .map_err(|error| errors::store(&error))?
            .into_iter()
            .filter(|product| product.id != id)
            .collect();
        let old = self
            .workspace
            .product(&id)
            .map_err(|error| errors::store(&error))?;
        if request.create && old.is_some() {
            return Err(invalid(
                "id",
                format!("There is a product {id} already."),
                "Choose another name; rules and keys mean the product by it.",
            ));
        }
        if !request.create && old.is_none() {
            return Err(not_found("product", &id));
        }
        let base_url = web_address(&request.base_url, "base_url")?;
        let base_url = base_url.as_str().trim_end_matches('/').to_owned();
        let public_url = sound_public_url(&request.public_url)?;
        if let Some(other) = others.iter().find(|other| other.public_url == public_url) {
            return Err(invalid(
                "public_url",
                format!("Clients call {} there already: {public_url}", other.title),
                "Give each product an address or a path of its own, such as /jira.",
            ));
        }
        check_act_as(&request.act_as)?;
        let directory_user = request
            .directory_user
            .map(|user| user.trim().to_owned())
            .filter(|user| !user.is_empty());
        if directory_user
            .as_ref()
            .is_some_and(|user| user.contains(':'))
        {
            return Err(invalid(
                "directory_user",
                "A user name with a colon cannot be sent.",
                "Use an account without a colon in its name.",
            ));
        }

        let password = request
            .directory_password
            .filter(|password| !password.is_empty());
        let service = request.service_token.filter(|token| !token.is_empty());
        let (new_password, new_service) = (password.is_some(), service.is_some());
        if let Some(password) = password {
            let password = SecretString::wrap(password.into_text());
            self.put_secret(&names::directory_password(&id), &password)
                .await?;
        }
        if let Some(token) = service {
            let token = SecretString::wrap(token.into_text().trim().to_owned());
            self.put_secret(&names::service_token(&id), &token).await?;
        }
        if directory_user.is_none() {
            self.workspace
                .remove_secret(&names::directory_password(&id))
                .map_err(|error| errors::store(&error))?;
        }

        let act_as = convert::kept_act_as(request.act_as);
        let same_place = old.as_ref().is_some_and(|old| old.base_url == base_url);
        let same_account = same_place
            && !new_password
            && old
                .as_ref()
                .is_some_and(|old| old.directory_user == directory_user);
        let same_acting =
            same_place && !new_service && old.as_ref().is_some_and(|old| old.act_as == act_as);
        let old = old.as_ref();
        let product = kept::Product {
            kind: convert::kept_product_kind(request.kind),
            version: request.version,
            title: if request.title.trim().is_empty() {
                convert::product(convert::kept_product_kind(request.kind))
                    .name()
                    .to_owned()
            } else {
                request.title
            },
            base_url,
            public_url,
            directory_user,
            act_as,
            key_pair: old.and_then(|old| old.key_pair.clone()),
            directory_check: old
                .filter(|_| same_account)
                .and_then(|old| old.directory_check.clone()),
            act_as_check: old
                .filter(|_| same_acting)
                .and_then(|old| old.act_as_check.clone()),
            id,
        };
        self.workspace
            .put_product(&product)
            .map_err(|error| errors::store(&error))?;
        if !same_account {
            lock(&self.directories).remove(&product.id);
        }
        self.changed().await?;
        self.product(product)
    }

    /// Removes a product and its secrets.
    pub async fn remove_product(&self, request: ProductId) -> Result<Products, WireError> {
        let id = &request.id;
        if !self
            .workspace
            .remove_product(id)
            .map_err(|error| errors::store(&error))?
        {
            return Err(not_found("product", id));
        }
        for secret in [
            names::directory_password(id),
            names::private_key(id),
            names::service_token(id),
        ] {
            self.workspace
                .remove_secret(&secret)
                .map_err(|error| errors::store(&error))?;
        }
        lock(&self.directories).remove(id);
        self.changed().await?;
        self.products(Nothing {}).await
    }

    /// Checks that the directory account can do its work.
    pub async fn check_directory(&self, request: ProductId) -> Result<DirectoryCheck, WireError> {
        let mut product = self.kept_product(&request.id)?;
        let directory = self.directory(&product).await?;
        // The admin asks for it: a refusal of before does not hold it up.
        directory.try_again();
        let check = match check_account(&directory).await {
            Ok(check) => check,
            Err(error) => {
                let shown = errors::directory(&error);
                AccountCheck {
                    good: false,
                    message: shown.message,
                    hint: shown.hint,
                }
            }
        };
        product.directory_check = Some(kept::Outcome {
            good: check.good,
            message: check.message.clone(),
            at: self.host.now(),
        });
        self.workspace
            .put_product(&product)
            .map_err(|error| errors::store(&error))?;
        self.changed().await?;
        Ok(DirectoryCheck {
            good: check.good,
            message: check.message,
            hint: check.hint,
        })
    }

    /// Makes a key pair for the application link; one that is there is replaced.
    pub async fn make_key_pair(&self, request: ProductId) -> Result<KeyPair, WireError> {
        let product = self.kept_product(&request.id)?;
        // Looking for primes keeps a core busy for a while.
        let pair = tokio::task::spawn_blocking(NewKeyPair::generate)
            .await
            .map_err(|_| errors::internal("no key pair was made"))?
            .map_err(|error| errors::key(&error))?;
        self.keep_key_pair(product, pair).await
    }

    /// Uses a key pair whose public half the application link knows already.
    pub async fn import_key_pair(&self, request: ImportKeyPair) -> Result<KeyPair, WireError> {
        let product = self.kept_product(&request.id)?;
        let pem = SecretString::wrap(request.private_pem.into_text());
        let pair = NewKeyPair::from_private_pem(&pem).map_err(|error| WireError {
            field: Some("private_pem".to_owned()),
            ..errors::key(&error)
        })?;
        self.keep_key_pair(product, pair).await
    }

    async fn keep_key_pair(
        &self,
        mut product: kept::Product,
        pair: NewKeyPair,
    ) -> Result<KeyPair, WireError> {
        self.put_secret(&names::private_key(&product.id), &pair.private_pem)
            .await?;
        product.key_pair = Some(kept::KeyPair {
            public_pem: pair.public_pem,
            fingerprint: pair.fingerprint_sha256,
            made_at: self.host.now(),
        });
        product.act_as_check = None;
        self.workspace
            .put_product(&product)
            .map_err(|error| errors::store(&error))?;
        self.changed().await?;
        self.product(product)?
            .key_pair
            .ok_or_else(|| errors::internal("the key pair was not kept"))
    }

    /// Tries to act as a user and as somebody who does not exist.
    pub async fn try_user(&self, request: TryUser) -> Result<Tried, WireError> {
        let mut product = self.kept_product(&request.id)?;
        let user = request.user.trim();
        if user.is_empty() {
            return Err(invalid(
                "user",
                "There is no user to try.",
                "Enter the name of somebody who exists there.",
            ));
        }
        let acting = self.acting(&product).await?;
        let base_url = web_address(&product.base_url, "base_url")?;
        let kind = convert::product(product.kind);
        let trial = try_as_user(
            &self.client()?,
            kind,
            &base_url,
            &acting,
            user,
            self.host.now(),
        )
        .await;
        let tried = tried(&trial, &acting);
        product.act_as_check = Some(kept::Outcome {
            good: tried.good,
            message: tried.message.clone(),
            at: self.host.now(),
        });
        self.workspace
            .put_product(&product)
            .map_err(|error| errors::store(&error))?;
        self.changed().await?;
        Ok(tried)
    }

    /// A product as it is kept.
    pub(crate) fn kept_product(&self, id: &str) -> Result<kept::Product, WireError> {
        self.workspace
            .product(id)
            .map_err(|error| errors::store(&error))?
            .ok_or_else(|| not_found("product", id))
    }

    /// The directory of a product. The same one each time, so that a refused password is not sent
    /// again with the next look-up.
    pub(crate) async fn directory(&self, product: &kept::Product) -> Result<Directory, WireError> {
        let Some(user) = product.directory_user.clone() else {
            return Err(invalid(
                "directory_user",
                format!("{} has no directory account yet.", product.title),
                "Enter an account that may browse users, and its password.",
            ));
        };
        if let Some(directory) = lock(&self.directories).get(&product.id) {
            return Ok(directory.clone());
        }
        let Some(password) = self.secret(&names::directory_password(&product.id)).await? else {
            return Err(invalid(
                "directory_password",
                format!("The password of {user} is not kept yet."),
                "Enter the password of the directory account.",
            ));
        };
        let directory = Directory::new(
            convert::product(product.kind),
            web_address(&product.base_url, "base_url")?,
            DirectoryAccount::Basic { user, password },
            self.client()?,
        );
        lock(&self.directories).insert(product.id.clone(), directory.clone());
        Ok(directory)
    }

    async fn acting(&self, product: &kept::Product) -> Result<Acting, WireError> {
        match &product.act_as {
            kept::ActAs::Oauth1 { consumer_key } => {
                let key = self
                    .secret(&names::private_key(&product.id))
                    .await?
                    .ok_or_else(|| {
                        invalid(
                            "act_as",
                            "There is no key pair yet.",
                            "Make a key pair and enter its public half in the application link.",
                        )
                    })?;
                let signer =
                    Oauth1Signer::new(consumer_key, &key).map_err(|error| errors::key(&error))?;
                Ok(Acting::OAuth1 { signer })
            }
            kept::ActAs::Header { name } => Ok(Acting::Header {
                name: header_name(name)?,
            }),
            kept::ActAs::Service => {
                let token = self.secret(&names::service_token(&product.id)).await?;
                token.map(|token| Acting::Service { token }).ok_or_else(|| {
                    invalid(
                        "service_token",
                        "The token of the service account is not kept yet.",
                        "Enter an access token of that account.",
                    )
                })
            }
            kept::ActAs::AccessTokens => Err(access_tokens_are_later()),
        }
    }

    /// A product as the window shows it.
    pub(crate) fn product(&self, product: kept::Product) -> Result<Product, WireError> {
        let password_kept = self.has_secret(&names::directory_password(&product.id))?;
        let key_kept = self.has_secret(&names::private_key(&product.id))?;
        let service_kept = self.has_secret(&names::service_token(&product.id))?;
        let readiness = readiness(&product);
        let environment = self
            .workspace
            .environment()
            .map_err(|error| errors::store(&error))?
            .map_or_else(String::new, |environment| environment.name.to_lowercase());
        let key_pair = product
            .key_pair
            .clone()
            .filter(|_| key_kept)
            .map(|pair| key_pair(&product, pair, &environment));
        Ok(Product {
            kind: convert::product_kind(product.kind),
            version: product.version,
            title: product.title,
            base_url: product.base_url,
            public_url: product.public_url,
            directory_user: product.directory_user,
            directory_password_kept: password_kept,
            act_as: convert::act_as(product.act_as),
            key_pair,
            service_token_kept: service_kept,
            readiness,
            id: product.id,
        })
    }
}

/// Whether a product is ready for the gateway.
pub(crate) fn readiness(product: &kept::Product) -> Readiness {
    let bad = [&product.directory_check, &product.act_as_check]
        .into_iter()
        .flatten()
        .find(|check| !check.good);
    if let Some(check) = bad {
        return Readiness::Problem {
            text: check.message.clone(),
        };
    }
    if product.directory_check.is_some() && product.act_as_check.is_some() {
        Readiness::Ready
    } else {
        Readiness::NotTried
    }
}
