//! A provider of the catalogue with what was given for it on the command line.

use std::collections::BTreeMap;

use gatewright_catalogue::{Endpoints, Provider, canonical, provider};
use gatewright_http::Client;
use gatewright_oauth::{
    ClientAuthentication, ClientCredentials, ServerMetadata, UnknownAuthentication, discover_as,
};
use gatewright_secret::SecretString;
use gatewright_wire::WireError;
use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::unknown_provider;
use crate::errors::{self, invalid};

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
                    format!("Client authentication {} is not available yet.", error.name),
                    "Use basic, body or none.",
                )
            })?;
        let needs_secret =
            authentication.is_some_and(|method| method != ClientAuthentication::None);
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
            authentication,
        })
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}

/// A provider with its endpoints, as it was found.
pub(crate) struct Found {
    pub(crate) provider: &'static Provider,
    pub(crate) endpoints: Endpoints,
    pub(crate) metadata: Option<ServerMetadata>,
}

impl Known {
    /// Fills the catalogue's templates and asks the provider to describe itself where it can.
    pub(crate) async fn find(&self, client: &Client) -> Result<Found, WireError> {
        let mut found = self.without_asking()?;
        if let Some(issuer) = found.issuer_to_ask() {
            let metadata = discover_as(client, &issuer, found.provider.issuer_match())
                .await
                .map_err(|error| errors::discovery(&error))?;
            found.endpoints = found.endpoints.discovered(&metadata);
            found.metadata = Some(metadata);
        }
        Ok(found)
    }

    fn without_asking(&self) -> Result<Found, WireError> {
        let named = provider(&self.provider).ok_or_else(|| unknown_provider(&self.provider))?;
        for key in self.inputs.keys() {
            if !named.inputs.iter().any(|input| input.key == key) {
                let keys: Vec<&str> = named.inputs.iter().map(|input| input.key).collect();
                return Err(invalid(
                    "input",
                    format!("{} has no input {key}.", named.name),
                    if keys.is_empty() {
                        "It needs none.".to_owned()
                    } else {
                        format!("It has: {}.", keys.join(", "))
                    },
                ));
            }
        }
        let provider = canonical(&self.provider, &self.inputs).unwrap_or(named);
        // What was meant for another entry has no input here.
        let inputs = if provider.id == named.id {
            self.inputs.clone()
        } else {
            BTreeMap::new()
        };
        let endpoints = provider.endpoints(&inputs).map_err(|error| {
            let example = provider
                .inputs
                .iter()
                .find(|input| input.key == error.key)
                .map_or("", |input| input.example);
            invalid(
                error.key,
                format!("--input {}: {}", error.key, error.message),
                format!("Such as --input {}={example}", error.key),
            )
        })?;
        Ok(Found {
            provider,
            endpoints,
            metadata: None,
        })
    }
}

impl Found {
    fn issuer_to_ask(&self) -> Option<String> {
        let discovery = self.endpoints.discovery.as_ref()?;
        let issuer = self.endpoints.issuer.clone();
        Some(issuer.unwrap_or_else(|| discovery.to_string()))
    }

    pub(crate) fn announces_issuer(&self) -> bool {
        self.metadata
            .as_ref()
            .is_some_and(|metadata| metadata.announces_issuer_in_answers)
    }

    /// What the provider wants beside the token when it is asked whose the token is.
    pub(crate) fn userinfo_headers(&self) -> HeaderMap {
        self.provider
            .quirks
            .userinfo_headers
            .iter()
            .filter_map(|(name, value)| {
                let name = HeaderName::try_from(*name).ok()?;
                Some((name, HeaderValue::from_static(value)))
            })
            .collect()
    }

    /// An endpoint that has to be there.
    pub(crate) fn needed(
        &self,
        endpoint: Option<&Url>,
        what: &str,
        hint: &str,
    ) -> Result<Url, WireError> {
        endpoint.cloned().ok_or_else(|| {
            invalid(
                "provider",
                format!("{} has no {what} endpoint.", self.provider.name),
                hint,
            )
        })
    }

    /// The client with the way in which it authenticates.
    pub(crate) fn credentials(&self, client: &ClientOptions) -> ClientCredentials {
        let usual = self.provider.default_client_auth;
        let authentication = client.authentication.unwrap_or_else(|| {
            if client.secret.is_none() {
                return ClientAuthentication::None;
            }
            self.metadata
                .as_ref()
                .filter(|metadata| !metadata.token_endpoint_auth_methods_supported.is_empty())
                .map_or(usual, ServerMetadata::preferred_authentication)
        });
        ClientCredentials {
            client_id: client.id.clone(),
            secret: client.secret.clone(),
            authentication,
        }
    }
}
