//! The vault's part of a request: fetching the user's own token, and the calls by which it gets
//! there.

use std::sync::Arc;

use gatewright_policy::{Arrival, Grant, Permit, ReasonCode, UserName};
use http::HeaderValue;

use super::judge::Judging;
use crate::authorise::Identified;
use crate::denial::Denial;
use crate::target::Target;
use crate::upstream::{Acting, Upstream};
use crate::vault::{ENROLMENT_PATH, Enrolment, Wish};

/// What is below the reserved path is one call, and no page of another site makes it.
pub(super) fn enrolment_is_sound(arrival: &Arrival<'_>) -> Result<(), Denial> {
    if arrival.cross_site {
        let detail = "a page of another site asks for a change in the vault";
        return Err(Denial::new(ReasonCode::CrossSite, None, detail));
    }
    let is_call = arrival.path.to_string() == ENROLMENT_PATH
        && matches!(arrival.method.as_str(), "PUT" | "DELETE");
    if is_call {
        return Ok(());
    }
    let detail = format!("below /.gatewright there is only PUT and DELETE {ENROLMENT_PATH}");
    Err(Denial::new(ReasonCode::MalformedRequest, None, detail))
}

impl Judging<'_> {
    /// Only a user whom the gateway itself verified has a place in the vault.
    pub(super) fn enrolment(
        &self,
        permit: &Permit,
        who: &Identified,
        target: &Target<'_>,
        upstream: &Upstream,
    ) -> Result<Box<Enrolment>, Denial> {
        let refused = |reason, detail| Err(Denial::new(reason, Some(target.kind), detail));
        let Grant::ActAs(user) = permit.grant() else {
            return refused(
                ReasonCode::MissingCredentials,
                "the vault takes an identity provider's token or an API key",
            );
        };
        if let Identified::Known { key: Some(key), .. } = who
            && key.scope.read_only
        {
            return refused(ReasonCode::ReadOnly, "the key may only read");
        }
        let Some(vault) = &self.engine.vault else {
            return refused(ReasonCode::NotConfigured, "there is no vault");
        };
        let ports = &self.engine.ports;
        Ok(Box::new(Enrolment {
            vault: vault.clone(),
            product: upstream.product.clone(),
            user: UserName::new(user.as_str()),
            wish: if target.method.as_str() == "PUT" {
                Wish::Keep
            } else {
                Wish::Remove
            },
            secrets: Arc::clone(&ports.secrets),
            clock: Arc::clone(&ports.clock),
        }))
    }

    /// The header with the user's own token, where the product is acted towards with it. What is
    /// not forwarded needs none, so it gets one that is never sent.
    pub(super) async fn own_token(
        &self,
        permit: &Permit,
        upstream: &Upstream,
        enrols: bool,
    ) -> Result<Option<HeaderValue>, Denial> {
        let (Grant::ActAs(user), Ok(Acting::Vault)) = (permit.grant(), &upstream.acting) else {
            return Ok(None);
        };
        if enrols {
            return Ok(Some(HeaderValue::from_static("not sent")));
        }
        let kind = Some(upstream.product.kind);
        let Some(vault) = &self.engine.vault else {
            let detail = "there is no vault";
            return Err(Denial::new(ReasonCode::NotConfigured, kind, detail));
        };
        let token = vault.port.token(&upstream.product.id, user).await;
        let token = token
            .map_err(|error| Denial::new(ReasonCode::NotConfigured, kind, error.to_string()))?;
        token
            .map(|token| {
                let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose()))
                    .map_err(|_| {
                        let detail = "the token in the vault cannot stand in a header";
                        Denial::new(ReasonCode::NotConfigured, kind, detail)
                    })?;
                value.set_sensitive(true);
                Ok(value)
            })
            .transpose()
    }
}
