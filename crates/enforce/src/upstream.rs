//! How the gateway acts as a user towards each product: secrets resolved, keys read.

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatewright_atlassian::Oauth1Signer;
use gatewright_config::{ActAs, Config, Product};
use gatewright_policy::ProductId;
use http::{HeaderName, HeaderValue};

use crate::headers::folded;
use crate::ports::SecretPort;

/// One product with what acting as a user towards it needs.
pub(crate) struct Upstream {
    pub(crate) product: Product,
    /// The way to act as a user, or why there is none, in words.
    pub(crate) acting: Result<Acting, String>,
    /// What answers of its directory depend on.
    pub(crate) directory_generation: String,
}

/// A way to act as a user.
pub(crate) enum Acting {
    /// Signs as an application link.
    Oauth1(Oauth1Signer),
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
                let why = upstream.acting.as_ref().err()?;
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
        Some(ActAs::AccessTokens) => Err("no access tokens of users are kept".to_owned()),
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
