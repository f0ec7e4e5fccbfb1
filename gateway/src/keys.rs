//! The register of keys as the data path sees it.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use gatewright_admin::{Api, OwnRequest};
use gatewright_enforce::{KeyAnswer, KeyPort, KeyRecord, KeyStoreUnavailable};
use gatewright_policy::UserName;
use gatewright_proxy::{OwnAnswer, OwnCall};
use gatewright_register::{Card, Register, Standing};
use http::{Response, StatusCode};
use time::OffsetDateTime;

/// The keys that this gateway issued.
pub(crate) struct IssuedKeys(pub(crate) Arc<Register>);

#[async_trait]
impl KeyPort for IssuedKeys {
    async fn look(
        &self,
        digest: &[u8; 32],
        now: OffsetDateTime,
    ) -> Result<KeyAnswer, KeyStoreUnavailable> {
        Ok(answer(self.0.look(digest, now)))
    }

    async fn redeem(
        &self,
        digest: &[u8; 32],
        address: IpAddr,
        now: OffsetDateTime,
    ) -> Result<KeyAnswer, KeyStoreUnavailable> {
        let redeemed = self.0.redeem(digest, address, now).await;
        redeemed.map(answer).map_err(|error| KeyStoreUnavailable {
            detail: error.to_string(),
        })
    }
}

/// Calls about own keys, from the data path to the API.
pub(crate) fn own_keys(api: &Arc<Api>) -> OwnAnswer {
    // The API looks at the traffic of the data path: one of both holds the other.
    let api = Arc::downgrade(api);
    Arc::new(move |call: OwnCall| {
        let request = OwnRequest {
            user: call.caller.user,
            may_create: call.caller.may_create_keys,
            address: call.address,
            request_id: call.request_id,
            method: call.method,
            path: call.path,
            headers: call.headers,
            body: call.body,
        };
        let api = api.upgrade();
        Box::pin(async move {
            if let Some(api) = api {
                return api.own_keys(request).await;
            }
            let mut stopping = Response::new(Bytes::new());
            *stopping.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            stopping
        })
    })
}

fn answer(standing: Standing) -> KeyAnswer {
    match standing {
        Standing::Good(card) => KeyAnswer::Good(record(card)),
        Standing::Unknown => KeyAnswer::Unknown,
        Standing::Expired(card) => KeyAnswer::Expired(record(card)),
        Standing::Exhausted(card) => KeyAnswer::Exhausted(record(card)),
    }
}

fn record(card: Card) -> KeyRecord {
    KeyRecord {
        id: card.id.to_string(),
        kind: card.kind,
        owner: UserName::new(card.owner),
        made_at: card.made_at,
        scope: card.scope.unwrap_or_default(),
    }
}
