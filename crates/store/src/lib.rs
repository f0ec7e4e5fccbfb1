#![doc = include_str!("../README.md")]

mod record;
mod seal;
mod sqlite;
mod store;

pub use record::{
    Admin, AdminId, AuditEntry, AuditFilter, AuditKind, AuditLine, ConfigInfo, ConfigVersion,
    Digest, DocumentFormat, NewAdmin, NewConfig, PairCode, Role, SecretInfo,
};
pub use seal::{SealKey, SealKeyError};
pub use sqlite::{OpenError, SqliteStore};
pub use store::{AppendError, PAIR_CODE_TRIES, RedeemError, Store, StoreError};
