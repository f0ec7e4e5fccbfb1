#![doc = include_str!("../README.md")]

mod facts;
mod keys;
mod record;
mod seal;
mod sqlite;
mod store;
mod vault;

pub use facts::{FactRow, FactStore};
pub use keys::{
    AddKeyError, IssuedKey, KeyFilter, KeyLease, KeyPepper, KeySort, KeyState, KeyStore, KeyTag,
    KeyUse, Narrowing, NewKey, RotateKeyError, Rotation,
};
pub use record::{
    Admin, AdminId, AuditEntry, AuditFigure, AuditFilter, AuditKind, AuditLine, ConfigInfo,
    ConfigVersion, Digest, DocumentFormat, NewAdmin, NewConfig, PairCode, Role, SecretInfo,
};
pub use seal::{SealKey, SealKeyError};
pub use sqlite::{OpenError, SqliteStore};
pub use store::{AdminChange, AppendError, PAIR_CODE_TRIES, RedeemError, Store, StoreError};
pub use vault::{VaultEntry, VaultStore};
