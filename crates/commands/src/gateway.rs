//! The gateway that this environment publishes to.

use gatewright_admin_api::{
    Client as AdminClient, Credential, Fingerprint, Mode, PairingCode, Status,
};
use gatewright_http::Network;
use gatewright_secret::SecretString;
use gatewright_wire::{AppState, ErrorCode, GatewayState, Nothing, PairGateway, WireError};
use gatewright_workspace::{GatewayPairing, VaultState};
use time::OffsetDateTime;

use crate::app::{App, lock, web_address};
use crate::convert::rfc3339;
use crate::errors::{self, failure};
use crate::names;

/// Turns a pairing code into a credential and the role that it has.
async fn pair(
    network: &Network,
    url: &str,
    code: &SecretString,
    name: Option<&str>,
) -> Result<(Credential, String), WireError> {
    let url = web_address(url, "url")?;
    let code: PairingCode = code
        .expose()
        .trim()
        .parse()
        .map_err(|error| errors::call(&gatewright_admin_api::CallError::PairingCode(error)))?;
    let (credential, paired) = AdminClient::pair(network, &url, &code, name)
        .await
        .map_err(|error| errors::call(&error))?;
    Ok((credential, paired.role.to_string()))
}

impl App {
    /// Pairs with a gateway.
    pub async fn pair_gateway(&self, request: PairGateway) -> Result<GatewayState, WireError> {
        let data_url = match request.data_url.trim() {
            "" => String::new(),
            text => web_address(text, "data_url")?
                .as_str()
                .trim_end_matches('/')
                .to_owned(),
        };
        self.vault().await?;
        // The code is good once: it must not be used up for a credential that cannot be kept.
        match self
            .workspace
            .vault_state()
            .map_err(|error| errors::store(&error))?
        {
            VaultState::Keychain | VaultState::Passphrase => {}
            VaultState::NoKeychain { .. } | VaultState::Locked => {
                return Err(errors::secret(gatewright_workspace::SecretError::Locked));
            }
        }
        let code = SecretString::wrap(request.code.into_text());
        let person = self.host.person();
        let (credential, role) =
            pair(&self.host.network(), &request.url, &code, person.as_deref()).await?;
        self.put_secret(names::GATEWAY_CREDENTIAL, &credential.token)
            .await?;
        let pairing = GatewayPairing {
            url: credential.url.as_str().trim_end_matches('/').to_owned(),
            data_url,
            role,
            fingerprint: credential
                .fingerprint
                .map(|fingerprint| fingerprint.to_string()),
        };
        self.workspace
            .set_gateway(&pairing)
            .map_err(|error| errors::store(&error))?;
        self.forget_published()?;
        *lock(&self.gateway) = None;
        self.gateway_state(Nothing {}).await
    }

    /// Forgets the gateway; its credential there lives until an owner takes it away.
    pub async fn unpair_gateway(&self, _: Nothing) -> Result<AppState, WireError> {
        self.workspace
            .remove_gateway()
            .map_err(|error| errors::store(&error))?;
        self.workspace
            .remove_secret(names::GATEWAY_CREDENTIAL)
            .map_err(|error| errors::store(&error))?;
        self.forget_published()?;
        *lock(&self.gateway) = None;
        self.changed().await
    }

    /// Asks the gateway how it is.
    pub async fn gateway_state(&self, _: Nothing) -> Result<GatewayState, WireError> {
        let (client, pairing) = self.admin_client().await?;
        let answer = client.status().await;
        let now = self.host.now();
        let state = match answer {
            Ok(status) => answered(&pairing, &status, now),
            Err(error) => {
                let shown = errors::call(&error);
                let before = lock(&self.gateway).clone();
                GatewayState {
                    reachable: false,
                    problem: Some(
                        format!("{} {}", shown.message, shown.hint)
                            .trim()
                            .to_owned(),
                    ),
                    asked_at: Some(rfc3339(now)),
                    ..before.unwrap_or_else(|| unasked(&pairing))
                }
            }
        };
        *lock(&self.gateway) = Some(state.clone());
        self.changed().await?;
        Ok(state)
    }

    /// What is known of the gateway without asking it.
    pub(crate) fn known_gateway(&self, pairing: &GatewayPairing) -> GatewayState {
        lock(&self.gateway)
            .clone()
            .unwrap_or_else(|| unasked(pairing))
    }

    /// A client of the paired gateway.
    pub(crate) async fn admin_client(&self) -> Result<(AdminClient, GatewayPairing), WireError> {
        let pairing = self
            .workspace
            .gateway()
            .map_err(|error| errors::store(&error))?
            .ok_or_else(not_paired)?;
        let token = self
            .secret(names::GATEWAY_CREDENTIAL)
            .await?
            .ok_or_else(not_paired)?;
        let fingerprint: Option<Fingerprint> = pairing
            .fingerprint
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|error| errors::call(&gatewright_admin_api::CallError::PairingCode(error)))?;
        let url = web_address(&pairing.url, "url")?;
        let client = AdminClient::new(
            &self.host.network(),
            Credential {
                url,
                token,
                fingerprint,
            },
        )
        .map_err(|error| errors::call(&error))?;
        Ok((client, pairing))
    }
}

fn not_paired() -> WireError {
    failure(
        ErrorCode::NotPaired,
        "No gateway is paired.",
        "Get a code on the gateway's host with `gatewright-gateway pair-code` and pair.",
    )
}

fn unasked(pairing: &GatewayPairing) -> GatewayState {
    GatewayState {
        url: pairing.url.clone(),
        data_url: pairing.data_url.clone(),
        role: pairing.role.clone(),
        fingerprint: pairing.fingerprint.as_deref().map(in_groups),
        reachable: false,
        problem: None,
        version: None,
        serves: None,
        started_at: None,
        from_file: false,
        clock_ahead_seconds: None,
        asked_at: None,
    }
}

fn answered(pairing: &GatewayPairing, status: &Status, now: OffsetDateTime) -> GatewayState {
    GatewayState {
        role: status.role.to_string(),
        reachable: true,
        problem: status.problem.clone(),
        version: Some(status.program.clone()),
        serves: Some(u32::try_from(status.version).unwrap_or(u32::MAX)),
        started_at: Some(rfc3339(status.started_at)),
        from_file: match status.mode {
            Mode::File => true,
            Mode::Store => false,
        },
        clock_ahead_seconds: i32::try_from((status.now - now).whole_seconds()).ok(),
        asked_at: Some(rfc3339(now)),
        ..unasked(pairing)
    }
}

/// A hexadecimal text in groups of four capitals.
pub(crate) fn in_groups(hex: &str) -> String {
    let digits: Vec<char> = hex.to_uppercase().chars().collect();
    let groups: Vec<String> = digits
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_shown_in_groups_of_four() {
        assert_eq!(in_groups("3fa10c775e92"), "3FA1 0C77 5E92");
    }
}
