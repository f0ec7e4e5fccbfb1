//! What every form of the store answers.

use gatewright_secret::SecretString;
use time::OffsetDateTime;

use crate::facts::FactStore;
use crate::keys::KeyStore;
use crate::record::{
    Admin, AdminId, AuditEntry, AuditFigure, AuditFilter, AuditLine, ConfigInfo, ConfigVersion,
    Digest, NewAdmin, NewConfig, PairCode, Role, SecretInfo,
};
use crate::vault::VaultStore;

/// After so many wrong codes, every code that is waiting is void.
pub const PAIR_CODE_TRIES: u32 = 5;

/// What the gateway keeps. The methods block: async callers run them on a blocking thread.
///
/// A method that returned `Ok` has its effect on disk.
pub trait Store: KeyStore + FactStore + VaultStore + Send + Sync + 'static {
    /// The newest version, `None` before the first.
    fn latest_config(&self) -> Result<Option<ConfigVersion>, StoreError>;

    /// One version.
    fn config(&self, version: u64) -> Result<Option<ConfigVersion>, StoreError>;

    /// Versions, newest first, at most `limit`, only those below `before`.
    fn configs(&self, before: Option<u64>, limit: usize) -> Result<Vec<ConfigInfo>, StoreError>;

    /// Appends a version if `expected` is the newest (0: none yet) and returns its number. Of two
    /// writers with the same expectation, one gets [`AppendError::Stale`].
    fn append_config(&self, expected: u64, config: &NewConfig) -> Result<u64, AppendError>;

    /// Sets a secret; the value before it is gone.
    fn put_secret(
        &self,
        name: &str,
        value: &SecretString,
        at: OffsetDateTime,
    ) -> Result<(), StoreError>;

    /// A secret's value.
    fn secret(&self, name: &str) -> Result<Option<SecretString>, StoreError>;

    /// Names and dates, by name.
    fn secrets(&self) -> Result<Vec<SecretInfo>, StoreError>;

    /// Admits an admin.
    fn add_admin(&self, admin: &NewAdmin, role: Role) -> Result<(), StoreError>;

    /// All admins, oldest first.
    fn admins(&self) -> Result<Vec<Admin>, StoreError>;

    /// The admin whose credential has this digest; notes the use, to the minute.
    fn admin_by_credential(
        &self,
        credential: &Digest,
        now: OffsetDateTime,
    ) -> Result<Option<Admin>, StoreError>;

    /// Takes an admin's access away; the last owner stays.
    fn remove_admin(&self, id: &AdminId) -> Result<AdminChange, StoreError>;

    /// Gives an admin another role; the last owner stays one.
    fn change_role(&self, id: &AdminId, role: Role) -> Result<AdminChange, StoreError>;

    /// Gives an admin another credential; the one before is good no more.
    fn replace_credential(
        &self,
        id: &AdminId,
        credential: &Digest,
        at: OffsetDateTime,
    ) -> Result<AdminChange, StoreError>;

    /// Keeps a pairing code until it is used or void.
    fn add_pair_code(&self, code: &PairCode) -> Result<(), StoreError>;

    /// Uses a pairing code up and admits the admin with the code's role, both or neither. A code
    /// that does not exist counts as a wrong try against every code that is waiting.
    fn redeem_pair_code(&self, code: &Digest, admin: &NewAdmin) -> Result<Role, RedeemError>;

    /// Appends audit lines, all or none.
    fn append_audit(&self, lines: &[AuditLine]) -> Result<(), StoreError>;

    /// Audit lines, newest first.
    fn audit(&self, filter: &AuditFilter) -> Result<Vec<AuditEntry>, StoreError>;

    /// Figures of requests from `since` on and before `until`, the newest first, at most `limit`.
    fn audit_figures(
        &self,
        since: OffsetDateTime,
        until: OffsetDateTime,
        limit: usize,
    ) -> Result<Vec<AuditFigure>, StoreError>;

    /// Drops audit lines older than `before`, at most `limit` at a time; returns how many.
    fn prune_audit(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StoreError>;

    /// Whether the store answers.
    fn ping(&self) -> Result<(), StoreError>;
}

/// What became of a change of an admin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminChange {
    /// It was made.
    Done,
    /// There is no admin of this id.
    Missing,
    /// Nobody would be left who may admit admins.
    LastOwner,
}

/// Why the store did not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Full, locked for too long, or broken: ours to repair; a retry is sensible when locked.
    #[error("the gateway's database did not answer")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A record that this program cannot read.
    #[error("a record in the gateway's database is unreadable: {what}")]
    Unreadable {
        /// Which kind of record.
        what: &'static str,
    },
    /// The secret was sealed with another key, or moved to another name.
    #[error("the secret does not open with this seal key: {name}")]
    Sealed {
        /// The secret's name.
        name: String,
    },
    /// The store was opened without a seal key.
    #[error("the store was opened without its seal key")]
    NoSealKey,
}

impl StoreError {
    /// What to try.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Database(_) => "check free space and the permissions of the data directory",
            Self::Unreadable { .. } => "restore the database from a backup",
            Self::Sealed { .. } => {
                "start with the seal key that was in use, or set the secret again"
            }
            Self::NoSealKey => "name the seal key file",
        }
    }
}

/// Why a version was not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Somebody else published meanwhile.
    #[error("the newest version is {current}")]
    Stale {
        /// The newest version.
        current: u64,
    },
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a pairing code was not taken.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// Never existed, used, too old, or void after wrong tries; deliberately not told apart.
    #[error("the pairing code is unknown, used or too old")]
    Unknown,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
