//! What the command line does: the same abilities without a workspace.
//!
//! Each function gives an [`Answer`]: what `--json` prints, the same for people, and its exit code.
//! A failure is a [`WireError`]; [`exit_code`] says which exit code it has.

mod check;
mod document;
mod fetch;
mod gateway;
mod keys;
mod known;
mod product;
mod provider;
mod simulation;
mod test;
mod token;

use std::path::Path;

use gatewright_http::{Client, Network, Proxy};
use gatewright_secret::SecretString;
use gatewright_wire::{ErrorCode, WireError};
use serde_json::Value;
use time::OffsetDateTime;
use url::Url;

pub use check::{list_checks, run_checks};
pub use document::{diff, diff_versions, push, restore, show, simulate, validate, versions};
pub use fetch::{Fetch, Grant, Redirect, Started, fetch};
pub use gateway::{Gateway, audit, explain, pair, secrets, set_secret, status};
pub use gatewright_admin_api::{AuditQuery, Explain, Notation};
pub use gatewright_admin_api::{CreateKey, KeyKind, KeyQuery, KeySort, KeyState, RotateKey};
pub use keys::{create_key, leaked_keys, list_keys, revoke_keys, rotate_key, show_key};
pub use known::{ClientOptions, Known};
pub use product::{ActingOptions, CheckProduct, check_product};
pub use provider::{discover, export_connection, import, list_providers, show_provider};
pub use test::{TestToken, test_token};
pub use token::{inspect, revoke, userinfo};

use crate::errors::{self, invalid, not_found};

/// What a command of the command line gives.
#[derive(Debug)]
pub struct Answer {
    /// What `--json` prints.
    pub json: Value,
    /// The same for people.
    pub text: String,
    /// The exit code: 0 where it is the answer that was hoped for, 1 where the answer is no, 3 where
    /// there is something to print though nobody answered.
    pub exit: u8,
    /// Why nobody answered, where that is so.
    pub failure: Option<WireError>,
}

impl Answer {
    pub(crate) fn judged(json: Value, text: impl Into<String>, good: bool) -> Self {
        Self {
            json,
            text: text.into(),
            exit: u8::from(!good),
            failure: None,
        }
    }

    pub(crate) fn good(json: Value, text: impl Into<String>) -> Self {
        Self::judged(json, text, true)
    }
}

/// How outgoing calls are made, as the command line says.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Proxy and certificates.
    pub network: Network,
    /// The clock.
    pub now: fn() -> OffsetDateTime,
}

impl Surroundings {
    /// Reads a CA file and a proxy's address; `proxy_login` is its `USER:PASSWORD`.
    pub fn new(
        ca_file: Option<&Path>,
        proxy: Option<&str>,
        proxy_login: Option<&SecretString>,
        now: fn() -> OffsetDateTime,
    ) -> Result<Self, WireError> {
        let mut network = Network::default();
        if let Some(path) = ca_file {
            let pem = std::fs::read_to_string(path).map_err(|error| {
                invalid(
                    "ca-file",
                    format!("The CA file cannot be read: {}: {error}", path.display()),
                    "Give a file with certificates in PEM form.",
                )
            })?;
            network = network.with_ca_pem(pem);
        }
        if let Some(proxy) = proxy {
            network.proxy = read_proxy(proxy)?;
        }
        if let Some(login) = proxy_login {
            network.proxy = with_login(network.proxy, login)?;
        }
        Ok(Self { network, now })
    }

    pub(crate) fn client(&self) -> Result<Client, WireError> {
        Client::new(&self.network).map_err(|error| errors::client(&error))
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        (self.now)()
    }
}

fn read_proxy(text: &str) -> Result<Proxy, WireError> {
    if text == "none" {
        return Ok(Proxy::None);
    }
    let refused = || {
        invalid(
            "proxy",
            "The proxy's address cannot be used.",
            "Write it as http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, or none.",
        )
    };
    let mut url = Url::parse(text).map_err(|_| refused())?;
    let user = percent_decoded(url.username());
    let password = url.password().map(percent_decoded);
    url.set_username("").map_err(|()| refused())?;
    url.set_password(None).map_err(|()| refused())?;
    Ok(Proxy::Set {
        url,
        user: (!user.is_empty()).then_some(user),
        password: password.map(SecretString::new),
        bypass: Vec::new(),
    })
}

/// The proxy with a name and a password that do not stand in its address.
fn with_login(proxy: Proxy, login: &SecretString) -> Result<Proxy, WireError> {
    let (Proxy::Set { url, bypass, .. }, Some((user, password))) =
        (proxy, login.expose().split_once(':'))
    else {
        return Err(invalid(
            "proxy-login-env",
            "The proxy's name and password cannot be used.",
            "Write USER:PASSWORD into the variable, and give the proxy's address with --proxy.",
        ));
    };
    Ok(Proxy::Set {
        url,
        user: Some(user.to_owned()),
        password: Some(SecretString::new(password)),
        bypass,
    })
}

fn percent_decoded(text: &str) -> String {
    url::form_urlencoded::parse(format!("x={}", text.replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// No such provider in the catalogue.
pub(crate) fn unknown_provider(id: &str) -> WireError {
    WireError {
        hint: "`gatewright provider list` shows all of them.".to_owned(),
        field: Some("provider".to_owned()),
        ..not_found("provider", id)
    }
}

/// The exit code of a failure: 1 where the answer is no, 2 where the command was used wrongly, 3
/// where it could not be asked.
pub fn exit_code(error: &WireError) -> u8 {
    match error.code {
        // Without a field it was somebody else who looked and found nothing.
        ErrorCode::NotFound if error.field.is_none() => 1,
        ErrorCode::ProviderRefused
        | ErrorCode::UnexpectedAnswer
        | ErrorCode::ForeignCallback
        | ErrorCode::CredentialRefused
        | ErrorCode::AccountLocked
        | ErrorCode::Forbidden
        | ErrorCode::WrongPassphrase
        | ErrorCode::InvalidDocument
        | ErrorCode::Stale
        | ErrorCode::ConfigFromFile
        | ErrorCode::UnknownSecrets
        | ErrorCode::PairingRefused => 1,
        ErrorCode::InvalidInput
        | ErrorCode::NotFound
        | ErrorCode::NotPaired
        | ErrorCode::PlainHttp
        | ErrorCode::ForeignSecret
        | ErrorCode::WouldWrite => 2,
        ErrorCode::Cancelled
        | ErrorCode::TimedOut
        | ErrorCode::Dns
        | ErrorCode::Connect
        | ErrorCode::Tls
        | ErrorCode::Proxy
        | ErrorCode::PortTaken
        | ErrorCode::NoBrowser
        | ErrorCode::Keychain
        | ErrorCode::Workspace
        | ErrorCode::Internal => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_password_is_taken_out_of_its_address() {
        let Proxy::Set {
            url,
            user,
            password,
            ..
        } = read_proxy("http://fred:p%40ss@proxy.example:3128").unwrap()
        else {
            panic!("a proxy was set");
        };
        assert_eq!(url.as_str(), "http://proxy.example:3128/");
        assert_eq!(user.as_deref(), Some("fred"));
        assert!(password.unwrap().matches("p@ss"));
    }
}
