//! A provider of the catalogue with what was given for it on the command line.

use std::collections::BTreeMap;
use std::sync::Arc;

use gatewright_catalogue::canonical;
use gatewright_http::Client;
use gatewright_oauth::{ClientAuthentication, ClientCredentials, UnknownAuthentication};
use gatewright_secret::SecretString;
use gatewright_wire::WireError;

use super::{Surroundings, unknown_provider};
use crate::errors::invalid;
use crate::flow::{self, Resolved};

/// A provider of the catalogue and its inputs.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its id in the catalogue.
    pub provider: String,
    /// What was given, by input key.
    pub inputs: BTreeMap<String, String>,
}

/// The client as the provider knows it.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    id: String,
    secret: Option<SecretString>,
    key: Option<SecretString>,
    audience: Option<String>,
    /// The provider's usual way when left out.
    authentication: Option<ClientAuthentication>,
}

impl ClientOptions {
    /// A client with its secret and the name of the way in which it authenticates.
    pub fn new(
        id: String,
        secret: Option<SecretString>,
        authentication: Option<&str>,
    ) -> Result<Self, WireError> {
        let authentication: Option<ClientAuthentication> = authentication
            .map(str::parse)
            .transpose()
            .map_err(|error: UnknownAuthentication| {
                invalid(
                    "client-auth",
                    format!("There is no client authentication {}.", error.name),
                    "Use basic, body, none or private-key-jwt.",
                )
            })?;
        let needs_secret = matches!(
            authentication,
            Some(ClientAuthentication::Basic | ClientAuthentication::Body)
        );
        if secret.is_none() && needs_secret {
            return Err(invalid(
                "client-secret",
                "The client secret is missing.",
                "Give it with --client-secret-stdin, --client-secret-file or --client-secret-env, or use --client-auth none.",
            ));
        }
        Ok(Self {
            id,
            secret,
            key: None,
            audience: None,
            authentication,
        })
    }

    /// A client that signs with its private key, PEM or JWK. The assertions are for the provider's
    /// issuer or its token endpoint, as it wants it, unless their audience is given.
    pub fn signing(
        id: String,
        key: SecretString,
        audience: Option<String>,
    ) -> Result<Self, WireError> {
        flow::signing_key(&key, None).map_err(|error| WireError {
            field: Some("client-key-file".to_owned()),
            ..error
        })?;
        Ok(Self {
            id,
            secret: None,
            key: Some(key),
            audience,
            authentication: Some(ClientAuthentication::PrivateKeyJwt),
        })
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn authentication(&self) -> Option<ClientAuthentication> {
        self.authentication
    }

    /// The client with what it proves itself by.
    pub(crate) fn credentials(
        &self,
        around: &Surroundings,
        resolved: &Resolved,
    ) -> Result<ClientCredentials, WireError> {
        let proof = flow::Proof {
            secret: self.secret.clone(),
            key: self.key.clone(),
            key_id: None,
            audience: self.audience.clone(),
        };
        let now = around.now;
        flow::credentials(
            resolved,
            &self.id,
            self.authentication,
            proof,
            Arc::new(now),
        )
    }
}

impl Known {
    /// Fills the catalogue's templates and asks the provider to describe itself where it can.
    pub(crate) async fn find(&self, client: &Client) -> Result<Resolved, WireError> {
        let (preset, inputs) = self.canonical()?;
        flow::resolve(client, preset, &inputs)
            .await
            .map_err(in_options)
    }

    /// The entry that is meant, with its inputs.
    pub(crate) fn canonical(&self) -> Result<(&'static str, BTreeMap<String, String>), WireError> {
        let named = flow::known(&self.provider).map_err(|_| unknown_provider(&self.provider))?;
        let provider = canonical(&self.provider, &self.inputs).unwrap_or(named);
        if provider.id == named.id {
            return Ok((provider.id, self.inputs.clone()));
        }
        // What was meant for another entry has no input here, and yet has to be sound there.
        flow::entered_endpoints(named.id, &self.inputs).map_err(in_options)?;
        Ok((provider.id, BTreeMap::new()))
    }
}

/// Names the option of an input that cannot be used.
fn in_options(error: WireError) -> WireError {
    let Some(key) = error
        .field
        .as_deref()
        .and_then(|field| field.strip_prefix("inputs."))
    else {
        return error;
    };
    WireError {
        field: Some("input".to_owned()),
        hint: format!("{} The option is --input {key}=VALUE.", error.hint),
        ..error
    }
}
