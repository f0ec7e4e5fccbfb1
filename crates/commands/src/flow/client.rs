//! The client as a provider knows it, with what it proves itself by.

use gatewright_oauth::{
    ClientAssertion, ClientAuthentication, ClientCredentials, Clock, ServerMetadata, SigningKey,
};
use gatewright_secret::SecretString;
use gatewright_wire::{ClientAuth, WireError};

use super::Resolved;
use crate::errors::{self, invalid};

/// Providers whose documents demand the token endpoint as the audience of an assertion.
const WANT_THE_TOKEN_ENDPOINT: [&str; 2] = ["entra", "okta"];

/// What a client proves itself by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proof {
    /// Its secret.
    pub(crate) secret: Option<SecretString>,
    /// Its private key.
    pub(crate) key: Option<SecretString>,
    /// The name of that key.
    pub(crate) key_id: Option<String>,
    /// Whom its assertions are for, where the usual choice does not do.
    pub(crate) audience: Option<String>,
}

/// The client for calls to a provider; without a choice it authenticates as the provider wants it.
pub(crate) fn credentials(
    resolved: &Resolved,
    client_id: &str,
    authentication: Option<ClientAuthentication>,
    proof: Proof,
    clock: Clock,
) -> Result<ClientCredentials, WireError> {
    let usual = || match (&proof.secret, &proof.key) {
        (_, Some(_)) => ClientAuthentication::PrivateKeyJwt,
        (None, None) => ClientAuthentication::None,
        (Some(_), None) => resolved
            .metadata
            .as_ref()
            .filter(|metadata| !metadata.token_endpoint_auth_methods_supported.is_empty())
            .map_or(
                resolved.provider.default_client_auth,
                ServerMetadata::preferred_authentication,
            ),
    };
    let authentication = authentication.unwrap_or_else(usual);
    if authentication != ClientAuthentication::PrivateKeyJwt {
        return Ok(ClientCredentials {
            client_id: client_id.to_owned(),
            secret: proof.secret,
            authentication,
            assertion: None,
        });
    }
    let key = proof.key.ok_or_else(|| {
        invalid(
            "client_key",
            "The client's private key is missing.",
            "Make or paste one under Provider; its public half has to be registered there.",
        )
    })?;
    let token_endpoint = resolved.needed(resolved.endpoints.token.as_ref(), "token")?;
    let audience = proof.audience.unwrap_or_else(|| {
        let issuer = resolved.metadata.as_ref().map(|found| found.issuer.clone());
        issuer
            .filter(|_| !WANT_THE_TOKEN_ENDPOINT.contains(&resolved.provider.id))
            .unwrap_or_else(|| token_endpoint.to_string())
    });
    let assertion = ClientAssertion::read(&key, None, proof.key_id, audience, clock)
        .map_err(|error| errors::signing_key(&error))?;
    Ok(ClientCredentials::signing(client_id, assertion))
}

/// A private key that can sign assertions, read to be kept.
pub(crate) fn signing_key(key: &SecretString, id: Option<String>) -> Result<SigningKey, WireError> {
    SigningKey::read(key, None, id).map_err(|error| errors::signing_key(&error))
}

/// How a client authenticates, as the protocol's library has it.
pub(crate) fn authentication(auth: ClientAuth) -> ClientAuthentication {
    match auth {
        ClientAuth::Basic => ClientAuthentication::Basic,
        ClientAuth::Body => ClientAuthentication::Body,
        ClientAuth::None => ClientAuthentication::None,
        ClientAuth::PrivateKeyJwt => ClientAuthentication::PrivateKeyJwt,
    }
}

/// How a client authenticates, as the window has it.
pub(crate) fn client_auth(auth: ClientAuthentication) -> ClientAuth {
    match auth {
        ClientAuthentication::Basic => ClientAuth::Basic,
        ClientAuthentication::Body => ClientAuth::Body,
        ClientAuthentication::None => ClientAuth::None,
        ClientAuthentication::PrivateKeyJwt => ClientAuth::PrivateKeyJwt,
    }
}
