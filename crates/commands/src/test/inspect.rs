//! A token looked at without sending it, and what a product has.

use gatewright_atlassian::{ApiFamily, Inspection, InspectionContext, detect_apis, inspect};
use gatewright_secret::SecretString;
use gatewright_wire::{
    InspectToken, InspectedToken, ProductApis, ProductId, TokenFact, TokenJudgement, Way, WireError,
};
use time::OffsetDateTime;
use url::Url;

use super::public_address;
use super::result::verdict;
use crate::app::{App, lock, web_address};
use crate::convert::{self, rfc3339};
use crate::errors::{self, failure, invalid, not_found, sentence};
use crate::names;

/// Scopes that providers keep to themselves and do not write into access tokens.
const UNSAID: [&str; 6] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
];

impl App {
    /// Looks at a token without sending it.
    pub async fn inspect_token(&self, request: InspectToken) -> Result<InspectedToken, WireError> {
        let (secret, provider) = match (request.secret, &request.token_id) {
            (Some(typed), _) => {
                let typed = typed.into_text();
                (SecretString::wrap(typed.trim().to_owned()), None)
            }
            (None, Some(id)) => {
                let token = self
                    .workspace
                    .token(id)
                    .map_err(|error| errors::store(&error))?
                    .ok_or_else(|| not_found("token", id))?;
                let secret = self
                    .secret(&names::access_token(id))
                    .await?
                    .ok_or_else(|| not_found("token", id))?;
                (secret, token.provider_id)
            }
            (None, None) => {
                return Err(invalid("token_id", "No token is named.", "Name one."));
            }
        };
        let through_gateway = request.way == Some(Way::Gateway);
        let target = match &request.product_id {
            Some(id) => Some(self.target(id, through_gateway)?),
            None => None,
        };
        let hosts = self.own_hosts(&secret, provider.as_deref())?;
        let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
        let provider = match &provider {
            Some(id) => self
                .workspace
                .provider(id)
                .map_err(|error| errors::store(&error))?,
            None => None,
        };
        let issuer = provider
            .as_ref()
            .and_then(|known| self.known_endpoints(&known.preset, &known.inputs).issuer);
        let scopes: Vec<&str> = provider
            .iter()
            .flat_map(|known| &known.scopes)
            .map(String::as_str)
            .filter(|scope| !UNSAID.contains(scope))
            .collect();
        let audiences: Vec<&str> = provider
            .iter()
            .flat_map(|known| &known.audiences)
            .map(String::as_str)
            .collect();
        let issuers: Vec<&str> = issuer.iter().map(String::as_str).collect();
        let context = InspectionContext {
            target: target.as_ref(),
            through_gateway,
            own_hosts: &hosts,
            issuers: &issuers,
            audiences: &audiences,
            scopes: &scopes,
        };
        Ok(shown(inspect(&secret, self.host.now(), &context)))
    }

    fn target(&self, product_id: &str, through_gateway: bool) -> Result<Url, WireError> {
        let product = self.kept_product(product_id)?;
        if !through_gateway {
            return web_address(&product.base_url, "products");
        }
        let pairing = self
            .workspace
            .gateway()
            .map_err(|error| errors::store(&error))?;
        public_address(&product, pairing.as_ref())
    }

    /// Finds out, without a credential, which families of endpoints a product lacks.
    pub async fn product_apis(&self, request: ProductId) -> Result<ProductApis, WireError> {
        let product = self.kept_product(&request.id)?;
        let kind = convert::product(product.kind);
        let base_url = web_address(&product.base_url, "products")?;
        let found = detect_apis(&self.client()?, kind, &base_url)
            .await
            .map_err(|error| {
                failure(
                    errors::send_code(&error),
                    sentence(&error.to_string()),
                    error.hint(),
                )
            })?;
        let absent: Vec<ApiFamily> = found
            .iter()
            .filter(|one| one.there == Some(false))
            .map(|one| one.family)
            .collect();
        let names = absent
            .iter()
            .map(|family| family.name().to_owned())
            .collect();
        lock(&self.absent_apis).insert(product.base_url, absent);
        Ok(ProductApis {
            product_id: request.id,
            absent: names,
        })
    }
}

fn shown(found: Inspection) -> InspectedToken {
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            facts.push(TokenFact {
                name: name.to_owned(),
                value,
            });
        }
    };
    if let Some(claims) = found.claims {
        let at = |time: Option<OffsetDateTime>| time.map(rfc3339);
        fact("Algorithm", claims.algorithm);
        fact("Issuer", claims.issuer);
        fact("Subject", claims.subject);
        fact("Audience", Some(claims.audiences.join(", ")));
        fact("Scopes", Some(claims.scopes.join(" ")));
        fact("Issued", at(claims.issued));
        fact("Begins", at(claims.not_before));
        fact("Ends", at(claims.expires));
    }
    InspectedToken {
        label: sentence(found.label),
        facts,
        judgements: found
            .judgements
            .into_iter()
            .map(|judgement| TokenJudgement {
                verdict: verdict(judgement.verdict),
                claim: judgement.claim.to_owned(),
                words: judgement.words,
                hint: judgement.hint,
            })
            .collect(),
        foreign: found.foreign.map(|foreign| foreign.words()),
    }
}
