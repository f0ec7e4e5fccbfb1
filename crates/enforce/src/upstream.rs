//! How the gateway acts as a user towards each product: secrets resolved, keys read.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatewright_atlassian::Oauth1Signer;
use gatewright_config::{ActAs, Config, Product, ProductTls};
use gatewright_policy::ProductId;
use gatewright_secret::SecretString;
use http::{HeaderName, HeaderValue};

use crate::headers::folded;
use crate::ports::SecretPort;
use crate::shared::cache_key;

/// One product with what acting as a user towards it needs.
pub(crate) struct Upstream {
    pub(crate) product: Product,
    /// The way to act as a user, or why there is none, in words.
    pub(crate) acting: Result<Acting, String>,
    /// What answers of its directory depend on.
    pub(crate) directory_generation: String,
    /// Whom to trust there beside the machine's authorities, if the document says so.
    pub(crate) trust: Option<Arc<Trust>>,
}

/// Whom to trust at a product, and how to prove oneself there.
pub struct Trust {
    /// Certificates of further authorities, PEM.
    pub ca_pem: Option<String>,
    /// The chain and the private key by which the gateway proves itself, PEM.
    pub client: Option<(String, SecretString)>,
    /// Why it cannot be as the document says, in words.
    pub missing: Option<String>,
    /// Another one of the same digest is the same.
    pub digest: [u8; 32],
}

impl Trust {
    fn of(product: &Product, secrets: &dyn SecretPort) -> Option<Arc<Self>> {
        if product.tls == ProductTls::default() {
            return None;
        }
        let ProductTls { ca, client } = &product.tls;
        let mut trust = Self {
            ca_pem: ca.clone(),
            client: None,
            missing: None,
            digest: [0; 32],
        };
        if let Some(client) = client {
            match secrets.secret(&client.key) {
                Some(key) => trust.client = Some((client.chain.clone(), key)),
                None => trust.missing = Some(format!("the secret {} is not stored", client.key)),
            }
        }
        let (chain, key) = trust
            .client
            .as_ref()
            .map_or(("", ""), |(chain, key)| (chain, key.expose()));
        let ca = trust.ca_pem.as_deref().unwrap_or_default();
        let missing = trust.missing.as_deref().unwrap_or_default();
        trust.digest = cache_key(&[ca, chain, key, missing]);
        Some(Arc::new(trust))
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Trust")
            .field("ca", &self.ca_pem.is_some())
            .field("client", &self.client.is_some())
            .finish_non_exhaustive()
    }
}

/// A way to act as a user.
pub(crate) enum Acting {
    /// Signs as an application link.
    Oauth1(Oauth1Signer),
    /// Uses the user's own token of the vault.
    Vault,
    /// Names the user in a header.
    Header(HeaderName),
    /// Uses one account for everybody, whose name may be known.
    Service {
        authorization: HeaderValue,
        user: Option<String>,
    },
}

/// All products.
pub(crate) struct Upstreams {
    by_id: HashMap<ProductId, Upstream>,
    /// Every header that any product believes, folded.
    pub(crate) identity_headers: HashSet<String>,
}

impl Upstreams {
    pub(crate) fn new(config: &Config, secrets: &dyn SecretPort) -> Self {
        let mut identity_headers = HashSet::new();
        let mut by_id = HashMap::new();
        for product in &config.products {
            if let Some(ActAs::Header { name }) = &product.act_as {
                identity_headers.insert(folded(name));
            }
            by_id.insert(
                product.id.clone(),
                Upstream {
                    acting: acting(product.act_as.as_ref(), secrets),
                    directory_generation: format!(
                        "{}\n{}\n{:?}",
                        product.id, product.base_url, product.directory
                    ),
                    trust: Trust::of(product, secrets),
                    product: product.clone(),
                },
            );
        }
        Self {
            by_id,
            identity_headers,
        }
    }

    pub(crate) fn get(&self, id: &ProductId) -> Option<&Upstream> {
        self.by_id.get(id)
    }

    /// What cannot work, by product, in words.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems: Vec<String> = self
            .by_id
            .values()
            .filter_map(|upstream| {
                let untrusted = upstream
                    .trust
                    .as_ref()
                    .and_then(|trust| trust.missing.as_ref());
                let why = upstream.acting.as_ref().err().or(untrusted)?;
                Some(format!("{}: {why}", upstream.product.id))
            })
            .collect();
        problems.sort_unstable();
        problems
    }
}

fn acting(act_as: Option<&ActAs>, secrets: &dyn SecretPort) -> Result<Acting, String> {
    let secret = |name: &str| {
        secrets
            .secret(name)
            .ok_or_else(|| format!("the secret {name} is not stored"))
    };
    let sensitive = |text: String| {
        let mut value = HeaderValue::try_from(text)
            .map_err(|_| "the secret has characters that no header can carry".to_owned())?;
        value.set_sensitive(true);
        Ok::<_, String>(value)
    };
    match act_as {
        None => Err("act_as is not set".to_owned()),
        Some(ActAs::AccessTokens) => Ok(Acting::Vault),
        Some(ActAs::Oauth1 {
            consumer_key,
            private_key,
        }) => Oauth1Signer::new(consumer_key, &secret(private_key)?)
            .map(Acting::Oauth1)
            .map_err(|error| error.to_string()),
        Some(ActAs::Header { name }) => HeaderName::try_from(name.as_str())
            .map(Acting::Header)
            .map_err(|error| error.to_string()),
        Some(ActAs::ServiceToken { token }) => Ok(Acting::Service {
            authorization: sensitive(format!("Bearer {}", secret(token)?.expose()))?,
            user: None,
        }),
        Some(ActAs::ServiceBasic { user, password }) => {
            let pair = format!("{user}:{}", secret(password)?.expose());
            Ok(Acting::Service {
                authorization: sensitive(format!("Basic {}", STANDARD.encode(pair)))?,
                user: Some(user.clone()),
            })
        }
    }
}
