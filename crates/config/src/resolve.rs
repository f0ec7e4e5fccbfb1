//! What the catalogue says of a provider.

use std::collections::BTreeMap;

use gatewright_catalogue::{Endpoints, IssuerRule, Verification, canonical, providers};

use crate::raw::ClientAuth;

/// What the catalogue gives for a preset and its inputs.
#[derive(Debug, Default)]
pub(crate) struct Preset {
    pub(crate) endpoints: Endpoints,
    /// Whether discovery must name the issuer exactly as it is here.
    pub(crate) issuer_is_exact: bool,
    /// Whether the provider is one of GitHub's, which can check tokens.
    pub(crate) checks_tokens: bool,
    pub(crate) client_auth: Option<ClientAuth>,
}

/// Why there is no such preset.
#[derive(Debug)]
pub(crate) enum PresetError {
    Unknown {
        known: Vec<&'static str>,
    },
    UnknownInput {
        key: String,
        known: Vec<&'static str>,
    },
    Input {
        key: &'static str,
        message: &'static str,
    },
}

pub(crate) fn preset(id: &str, inputs: &BTreeMap<String, String>) -> Result<Preset, PresetError> {
    let Some(provider) = canonical(id, inputs) else {
        return Err(PresetError::Unknown {
            known: providers().iter().map(|provider| provider.id).collect(),
        });
    };
    // The inputs are those of the entry that was written, which may not be the one meant.
    let written = gatewright_catalogue::provider(id).unwrap_or(provider);
    let known = || written.inputs.iter().map(|input| input.key);
    if let Some(key) = inputs
        .keys()
        .find(|key| !known().any(|one| one == key.as_str()))
    {
        return Err(PresetError::UnknownInput {
            key: key.clone(),
            known: known().collect(),
        });
    }
    let endpoints = provider
        .endpoints(inputs)
        .map_err(|error| PresetError::Input {
            key: error.key,
            message: error.message,
        })?;
    let verify = &provider.verify;
    Ok(Preset {
        endpoints,
        issuer_is_exact: provider.issuer_rule == IssuerRule::Exact,
        checks_tokens: verify.recommended == Verification::GithubTokenCheck
            || verify
                .alternatives
                .contains(&Verification::GithubTokenCheck),
        client_auth: match provider.default_client_auth.name() {
            "body" => Some(ClientAuth::Body),
            "none" => Some(ClientAuth::None),
            _ => None,
        },
    })
}
