//! The cells of a test: which token goes where, and how.

use gatewright_atlassian::{ProbeRequest, token_kind};
use gatewright_wire::{CredentialKind, StartTest, Way, WireError};

use super::endpoints::{Chosen, WHO_AM_I};
use super::{credential, public_address};
use crate::app::{App, lock, web_address};
use crate::convert;
use crate::errors::{self, not_found};
use crate::names;

/// One credential against one endpoint of one product, one way.
pub(super) struct Cell {
    pub token_id: String,
    /// What the token is called.
    pub token: String,
    pub product_id: String,
    pub way: Way,
    /// As it was chosen.
    pub endpoint: String,
    /// The same in words.
    pub endpoint_label: String,
    pub request: ProbeRequest,
    /// Hosts that the token belongs to.
    pub own_hosts: Vec<String>,
    /// Why it is not sent, where that is clear beforehand.
    pub unsent: Option<String>,
}

impl App {
    /// Every combination of what was chosen, as far as the products have it.
    pub(super) async fn cells(&self, request: &StartTest) -> Result<Vec<Cell>, WireError> {
        let pairing = self
            .workspace
            .gateway()
            .map_err(|error| errors::store(&error))?;
        let chosen = self.chosen_endpoints(&request.endpoints)?;
        let expected_user = request
            .expected_user
            .clone()
            .filter(|user| !user.trim().is_empty());
        let mut cells = Vec::new();
        for token_id in &request.tokens {
            let token = self
                .workspace
                .token(token_id)
                .map_err(|error| errors::store(&error))?
                .ok_or_else(|| not_found("token", token_id))?;
            let secret = self
                .secret(&names::access_token(token_id))
                .await?
                .ok_or_else(|| not_found("token", token_id))?;
            let user = request.user.as_deref().or(token.user.as_deref());
            let credential = credential(request.credential, user, secret.clone())?;
            let own_hosts = self.own_hosts(&secret, token.provider_id.as_deref())?;
            let expected_user = match &expected_user {
                None if request.expect_owner => {
                    let basic = user.filter(|_| request.credential == CredentialKind::Basic);
                    self.owner_of(&token, basic.map(str::trim)).await
                }
                named => named.clone(),
            };
            let own_key = token_kind::recognise(&secret) == token_kind::TokenKind::GatewrightKey;
            for (id, chosen) in &chosen {
                for product_id in &request.products {
                    let product = self.kept_product(product_id)?;
                    let kind = convert::product(product.kind);
                    if chosen.family(kind).is_some_and(|family| {
                        lock(&self.absent_apis)
                            .get(&product.base_url)
                            .is_some_and(|absent| absent.contains(&family))
                    }) {
                        continue;
                    }
                    let Some((label, endpoint)) = chosen.at(kind)? else {
                        continue;
                    };
                    for way in &request.ways {
                        let through_gateway = *way == Way::Gateway;
                        let base_url = if through_gateway {
                            public_address(&product, pairing.as_ref())?
                        } else {
                            web_address(&product.base_url, "products")?
                        };
                        cells.push(Cell {
                            token_id: token_id.clone(),
                            token: token.name.clone(),
                            product_id: product_id.clone(),
                            way: *way,
                            endpoint: id.clone(),
                            endpoint_label: label.clone(),
                            request: ProbeRequest {
                                kind,
                                base_url,
                                endpoint: endpoint.clone(),
                                credential: credential.clone(),
                                expected_user: expected_user.clone(),
                                through_gateway,
                            },
                            own_hosts: own_hosts.clone(),
                            unsent: (own_key && !through_gateway).then(|| {
                                "Not sent: this is an API key of the gateway, and only the gateway knows it.".to_owned()
                            }),
                        });
                    }
                }
            }
        }
        Ok(cells)
    }

    /// What was chosen, each once; nothing chosen asks who the caller is.
    fn chosen_endpoints(&self, ids: &[String]) -> Result<Vec<(String, Chosen)>, WireError> {
        let own = self
            .workspace
            .own_endpoints()
            .map_err(|error| errors::store(&error))?;
        let mut chosen: Vec<(String, Chosen)> = Vec::new();
        for id in ids {
            let id = id.trim();
            if !id.is_empty() && !chosen.iter().any(|(other, _)| other == id) {
                chosen.push((id.to_owned(), Chosen::find(id, &own)?));
            }
        }
        if chosen.is_empty() {
            chosen.push((WHO_AM_I.to_owned(), Chosen::WhoAmI));
        }
        Ok(chosen)
    }
}
