//! The products' directories over the network.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use gatewright_atlassian::{
    Directory, DirectoryAccount, DirectoryError, Lookup, Oauth1Signer, ProductKind, User,
};
use gatewright_config::{Config, DirectoryAccount as Account, Product, ProductTls};
use gatewright_http::{Client, Identity, Network};
use gatewright_policy::{ProductId, ProductKind as Kind, UserName};

use super::{Clock, DirectoryAnswer, DirectoryPort, DirectoryUnavailable, Member, SecretPort};

/// The products' directories over the network.
pub struct AtlassianDirectories {
    by_product: HashMap<ProductId, Result<Directory, String>>,
}

impl AtlassianDirectories {
    /// The directories of all products of a configuration.
    pub fn new(
        config: &Config,
        secrets: &dyn SecretPort,
        clock: &Arc<dyn Clock>,
        client: &Client,
    ) -> Self {
        let directories = config.products.iter().filter_map(|product| {
            let account = account(&product.directory.as_ref()?.account, secrets, clock);
            let client = client_for(product, secrets, client);
            let directory = account.and_then(|account| {
                let client = client?;
                Ok(Directory::new(
                    kind(product),
                    product.base_url.clone(),
                    account,
                    client,
                ))
            });
            Some((product.id.clone(), directory))
        });
        Self {
            by_product: directories.collect(),
        }
    }

    fn directory(&self, product: &ProductId) -> Result<&Directory, DirectoryUnavailable> {
        match self.by_product.get(product) {
            Some(Ok(directory)) => Ok(directory),
            Some(Err(detail)) => Err(DirectoryUnavailable {
                detail: detail.clone(),
            }),
            None => Err(DirectoryUnavailable {
                detail: format!("{product} has none"),
            }),
        }
    }
}

#[async_trait]
impl DirectoryPort for AtlassianDirectories {
    async fn by_name(
        &self,
        product: &ProductId,
        name: &str,
        with_groups: bool,
    ) -> Result<DirectoryAnswer, DirectoryUnavailable> {
        let directory = self.directory(product)?;
        let found = directory
            .user_by_name(name)
            .await
            .map_err(|error| unavailable(&error))?;
        answer(directory, found, with_groups).await
    }

    async fn by_email(
        &self,
        product: &ProductId,
        email: &str,
        with_groups: bool,
    ) -> Result<DirectoryAnswer, DirectoryUnavailable> {
        let directory = self.directory(product)?;
        let found = directory
            .users_by_email(email)
            .await
            .map_err(|error| unavailable(&error))?;
        answer(directory, found, with_groups).await
    }
}

async fn answer(
    directory: &Directory,
    found: Lookup,
    with_groups: bool,
) -> Result<DirectoryAnswer, DirectoryUnavailable> {
    match found {
        Lookup::Found(user) => {
            let groups = if with_groups {
                Some(groups(directory, &user).await?)
            } else {
                None
            };
            Ok(DirectoryAnswer::Found(Member {
                name: UserName::new(user.name),
                groups,
            }))
        }
        Lookup::Inactive(_) | Lookup::Deleted(_) => Ok(DirectoryAnswer::Inactive),
        Lookup::NotFound => Ok(DirectoryAnswer::NotFound),
        Lookup::Ambiguous { .. } => Ok(DirectoryAnswer::Ambiguous),
    }
}

async fn groups(directory: &Directory, user: &User) -> Result<Vec<String>, DirectoryUnavailable> {
    directory
        .groups_of(user)
        .await
        .map_err(|error| unavailable(&error))
}

fn unavailable(error: &DirectoryError) -> DirectoryUnavailable {
    DirectoryUnavailable {
        detail: error.to_string(),
    }
}

/// The client that trusts what the product's settings say, and shows the certificate that they name.
pub(crate) fn client_for(
    product: &Product,
    secrets: &dyn SecretPort,
    client: &Client,
) -> Result<Client, String> {
    if product.tls == ProductTls::default() {
        return Ok(client.clone());
    }
    let identity = product
        .tls
        .client
        .as_ref()
        .map(|client| {
            let key_pem = secrets
                .secret(&client.key)
                .ok_or_else(|| format!("the secret {} is not stored", client.key))?;
            Ok::<_, String>(Identity {
                chain_pem: client.chain.clone(),
                key_pem,
            })
        })
        .transpose()?;
    let network = Network {
        ca_pem: product.tls.ca.clone(),
        identity,
        ..Network::default()
    };
    Client::new(&network).map_err(|error| error.to_string())
}

fn kind(product: &Product) -> ProductKind {
    match product.kind {
        Kind::Jira => ProductKind::Jira,
        Kind::Confluence => ProductKind::Confluence,
        Kind::Bitbucket => ProductKind::Bitbucket,
    }
}

fn account(
    account: &Account,
    secrets: &dyn SecretPort,
    clock: &Arc<dyn Clock>,
) -> Result<DirectoryAccount, String> {
    let secret = |name: &str| {
        secrets
            .secret(name)
            .ok_or_else(|| format!("the secret {name} is not stored"))
    };
    match account {
        Account::Basic { user, password } => Ok(DirectoryAccount::Basic {
            user: user.clone(),
            password: secret(password)?,
        }),
        Account::Token { token } => Ok(DirectoryAccount::Token(secret(token)?)),
        Account::Oauth1As {
            user,
            consumer_key,
            private_key,
        } => {
            let signer = Oauth1Signer::new(consumer_key, &secret(private_key)?)
                .map_err(|error| error.to_string())?;
            let clock = Arc::clone(clock);
            Ok(DirectoryAccount::OAuth1As {
                signer,
                user: user.clone(),
                clock: Arc::new(move || clock.now()),
            })
        }
    }
}
