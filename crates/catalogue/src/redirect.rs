//! The redirect URI to register, taken apart.

use serde::Serialize;

use crate::provider::{LoopbackRule, Provider};

/// A port that is proposed where a fixed one is needed: high, and of no other known use.
const PROPOSED_PORT: u16 = 47_653;

/// The redirect URI to register, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Redirect {
    /// `127.0.0.1` or `localhost`.
    pub host: &'static str,
    /// The path, possibly empty.
    pub path: &'static str,
    /// Whether the port is registered with it, and so must be a fixed one.
    pub port_is_registered: bool,
    /// The port to propose, where one is registered.
    pub proposed_port: Option<u16>,
    /// Who chooses the path.
    pub path_choice: PathChoice,
}

/// Who chooses the path of the redirect URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PathChoice {
    /// Anybody, as long as it is the registered one.
    Free,
    /// The admin, together with the host.
    Admin,
}

impl Provider {
    /// The redirect URI to register, taken apart.
    pub fn redirect_parts(&self) -> Redirect {
        let rest = self
            .redirect
            .strip_prefix("http://")
            .unwrap_or(self.redirect);
        let (authority, path) = match rest.find('/') {
            Some(slash) => rest.split_at(slash),
            None => (rest, ""),
        };
        let port_is_registered = authority.ends_with(":{port}");
        Redirect {
            host: authority.strip_suffix(":{port}").unwrap_or(authority),
            path,
            port_is_registered,
            proposed_port: port_is_registered.then_some(PROPOSED_PORT),
            path_choice: if self.loopback == LoopbackRule::Ask {
                PathChoice::Admin
            } else {
                PathChoice::Free
            },
        }
    }

    /// The text to register with the provider when the listener uses this host, port and path:
    /// without the port where the provider ignores it.
    pub fn redirect_to_register(&self, host: &str, port: Option<u16>, path: &str) -> String {
        match port {
            Some(port) if self.loopback.port_is_registered() => {
                format!("http://{host}:{port}{path}")
            }
            Some(_) | None => format!("http://{host}{path}"),
        }
    }

    /// The steps of the registration with this redirect URI in them.
    pub fn registration_steps(&self, redirect_uri: &str) -> Vec<String> {
        self.register
            .iter()
            .map(|step| step.replace("{redirect_uri}", redirect_uri))
            .collect()
    }
}
