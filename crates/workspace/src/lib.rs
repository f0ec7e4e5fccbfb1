#![doc = include_str!("../README.md")]

mod backup;
mod checks;
mod database;
mod environments;
mod history;
mod keychain;
mod record;
mod rules;
mod seal;
mod vault;

pub use backup::{BackupError, BackupSummary};
pub use checks::{
    CheckExpectation, CheckOutcome, CheckSelection, Difference, OwnEndpoint, SavedCheck,
};
pub use database::{OpenError, StoreError, Workspace};
pub use history::{Cursor, HistoryFilter, HistoryPage, NewRecord, Record, Retention};
pub use keychain::{Keychain, KeychainError, SystemKeychain, with_time_limit};
pub use record::{
    ActAs, ClientAuth, ConnectionSettings, Environment, EnvironmentKind, GatewayPairing, KeyPair,
    MatchBy, Outcome, Product, ProductKind, Provider, ProxyChoice, Redirect, TestOutcome, Token,
    TokenOrigin, Transform, UsernameRule, UsernameSource, Verification,
};
pub use rules::RulesDraft;
pub use seal::{SealKey, random_id};
pub use vault::{SecretError, VaultError, VaultState};
