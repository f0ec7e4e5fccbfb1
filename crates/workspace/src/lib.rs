#![doc = include_str!("../README.md")]

mod database;
mod keychain;
mod record;
mod seal;
mod vault;

pub use database::{OpenError, StoreError, Workspace};
pub use keychain::{Keychain, KeychainError, SystemKeychain, with_time_limit};
pub use record::{
    ActAs, ClientAuth, Environment, EnvironmentKind, GatewayPairing, KeyPair, MatchBy, Outcome,
    Product, ProductKind, Provider, Redirect, TestOutcome, Token, TokenOrigin, Transform,
    UsernameRule, UsernameSource,
};
pub use seal::{SealKey, random_id};
pub use vault::{SecretError, VaultError, VaultState};
