//! How the providers are reached, as the document says.

use gatewright_config::{Network as Written, Proxy as WrittenProxy};
use gatewright_enforce::{HttpProviders, SecretPort};
use gatewright_http::{Client, Network, Proxy};

/// The providers by way of the document's network; with the machine's own they share a client.
pub(crate) fn providers(
    written: &Written,
    secrets: &dyn SecretPort,
    client: &Client,
) -> HttpProviders {
    if *written == Written::default() {
        return HttpProviders::new(client.clone());
    }
    let made = network(written, secrets)
        .and_then(|network| Client::new(&network).map_err(|error| error.to_string()));
    match made {
        Ok(client) => HttpProviders::new(client),
        Err(detail) => {
            tracing::error!(detail, "the document's network cannot be used");
            HttpProviders::unusable(format!("the document's network cannot be used: {detail}"))
        }
    }
}

fn network(written: &Written, secrets: &dyn SecretPort) -> Result<Network, String> {
    let proxy = match &written.proxy {
        WrittenProxy::System => Proxy::System,
        WrittenProxy::None => Proxy::None,
        WrittenProxy::Set {
            url,
            account,
            bypass,
        } => {
            let (user, password) = match account {
                None => (None, None),
                Some((user, name)) => {
                    let password = secrets
                        .secret(name)
                        .ok_or_else(|| format!("the secret {name} is not stored"))?;
                    (Some(user.clone()), Some(password))
                }
            };
            Proxy::Set {
                url: url.clone(),
                user,
                password,
                bypass: bypass.clone(),
            }
        }
    };
    Ok(Network {
        proxy,
        ca_pem: written.ca.clone(),
        ..Network::default()
    })
}
