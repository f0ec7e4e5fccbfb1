//! Creates something harmless and deletes it again, when somebody asks for it.

use gatewright_atlassian::{ProbeRequest, ProductKind, create_and_delete, creates, place_of};
use gatewright_wire::{
    CreateAndDelete, Leftover, RoundTrip, RoundTripOffer, RoundTripStep, Way, WireError,
};

use super::cells::Cell;
use super::consent::{refuse_foreign, refuse_plain_http};
use super::result::result_of;
use super::run::Done;
use super::{credential, public_address};
use crate::app::{App, web_address};
use crate::convert;
use crate::errors::{self, invalid, not_found, sentence};
use crate::names;

/// What may be created and deleted in each kind of product.
pub(super) fn offers() -> Vec<RoundTripOffer> {
    ProductKind::ALL
        .into_iter()
        .map(|kind| RoundTripOffer {
            product: convert::detected(kind),
            creates: creates(kind).to_owned(),
            place: place_of(kind).map(str::to_owned),
            example: match kind {
                ProductKind::Jira => "",
                ProductKind::Confluence => "TEAM",
                ProductKind::Bitbucket => "TEAM/repository",
            }
            .to_owned(),
        })
        .collect()
}

impl App {
    /// Creates something harmless, reads it, deletes it, and says what was left.
    pub async fn create_and_delete(&self, asked: CreateAndDelete) -> Result<RoundTrip, WireError> {
        let token = self
            .workspace
            .token(&asked.token_id)
            .map_err(|error| errors::store(&error))?
            .ok_or_else(|| not_found("token", &asked.token_id))?;
        let secret = self
            .secret(&names::access_token(&asked.token_id))
            .await?
            .ok_or_else(|| not_found("token", &asked.token_id))?;
        let product = self.kept_product(&asked.product_id)?;
        let through_gateway = asked.way == Way::Gateway;
        let base_url = if through_gateway {
            let pairing = self
                .workspace
                .gateway()
                .map_err(|error| errors::store(&error))?;
            public_address(&product, pairing.as_ref())?
        } else {
            web_address(&product.base_url, "products")?
        };
        let user = asked.user.as_deref().or(token.user.as_deref());
        let own_hosts = self.own_hosts(&secret, token.provider_id.as_deref())?;
        let request = ProbeRequest {
            kind: convert::product(product.kind),
            base_url,
            endpoint: None,
            credential: credential(asked.credential, user, secret)?,
            expected_user: None,
            through_gateway,
        };
        refuse_plain_http(&request, asked.allow_plain_http)?;
        refuse_foreign(&request, &own_hosts, asked.allow_foreign)?;
        let now = self.host.now();
        let trip = create_and_delete(&self.client()?, &request, &asked.place, now)
            .await
            .map_err(|error| invalid("place", sentence(&error.to_string()), error.hint()))?;
        let mut steps = Vec::new();
        let mut done = Vec::new();
        for step in trip.steps {
            let result = result_of(&step.request, &step.result);
            let title = step.name.words();
            done.push(Done {
                cell: Cell {
                    token_id: asked.token_id.clone(),
                    token: token.name.clone(),
                    product_id: asked.product_id.clone(),
                    way: asked.way,
                    endpoint: format!("create_and_delete {title}"),
                    endpoint_label: format!("Create and delete: {title}"),
                    request: step.request,
                    own_hosts: Vec::new(),
                    unsent: None,
                },
                at: now,
                verdict: step.result.verdict.id(),
                good: step.done,
                result: result.clone(),
            });
            steps.push(RoundTripStep {
                title: title.to_owned(),
                done: step.done,
                result,
            });
        }
        self.remember(&done, None);
        let left = trip.left.map(|left| Leftover {
            what: left.what,
            url: left.url,
            certain: left.certain,
        });
        Ok(RoundTrip {
            message: message(&steps, left.as_ref(), trip.good),
            steps,
            left,
            good: trip.good,
        })
    }
}

/// What came of it, in a sentence.
fn message(steps: &[RoundTripStep], left: Option<&Leftover>, good: bool) -> String {
    if good {
        return "It was created, read and deleted again; nothing is left.".to_owned();
    }
    match left {
        Some(left) if left.certain => format!("Left behind: {}.", left.what),
        Some(left) => format!("Nobody knows whether this was left behind: {}.", left.what),
        None => match steps.iter().find(|step| !step.done) {
            Some(step) => format!(
                "{} failed: {} Nothing is left.",
                step.title, step.result.message
            ),
            None => "Nothing was created.".to_owned(),
        },
    }
}
