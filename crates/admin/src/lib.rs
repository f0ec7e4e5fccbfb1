#![doc = include_str!("../README.md")]

mod api;
mod document;
mod own_keys;
mod pairing;
mod publish;
mod reply;
mod routes;
mod secrets;
mod server;
mod traffic;

use std::sync::Arc;

use gatewright_config::Config;
use gatewright_enforce::{Engine, SecretPort};

pub use api::{Api, ChangeHook};
pub use document::{ApplyError, check};
pub use own_keys::OwnRequest;
pub use pairing::{PAIR_CODE_LIFE, make_pair_code};
pub use publish::{Applied, Publisher, Running};
pub use secrets::{SecretSource, SecretSourceError};
pub use server::{BindError, Server};
pub use traffic::Traffic;

/// Makes an engine for a configuration and the secrets that it names. It may block.
pub type MakeEngine = Arc<dyn Fn(Arc<Config>, Arc<dyn SecretPort>) -> Engine + Send + Sync>;
