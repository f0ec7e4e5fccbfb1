//! The store for one machine: one `SQLite` file.

mod admins;
mod audit;
mod configs;
mod facts;
mod keys;
mod schema;
mod secrets;
mod vault;

use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gatewright_secret::SecretString;
use rusqlite::Connection;
use time::OffsetDateTime;

use crate::record::{
    Admin, AdminId, AuditEntry, AuditFigure, AuditFilter, AuditLine, ConfigInfo, ConfigVersion,
    Digest, NewAdmin, NewConfig, PairCode, Role, SecretInfo,
};
use crate::seal::SealKey;
use crate::store::{AdminChange, AppendError, RedeemError, Store, StoreError};

/// How long a writer waits for another process (`pair-code` beside `serve`) before it gives up.
const BUSY: Duration = Duration::from_secs(5);

/// `DIR/gatewright.db`, in WAL mode; an acknowledged write survives a crash of the machine.
pub struct SqliteStore {
    connection: Mutex<Connection>,
    key: Option<SealKey>,
}

/// Why the store was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data directory cannot be made or used.
    #[error("cannot use the data directory: {}", path.display())]
    Directory {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A newer program wrote it; it is left as it is.
    #[error(
        "the database was written by a newer gateway: {} has format {found}, this program knows {known}",
        path.display()
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// The database's format.
        found: i64,
        /// The newest format that this program knows.
        known: i64,
    },
    /// Secrets lie in it that were sealed with another key.
    #[error("the seal key is not the one that sealed the secrets in {}", path.display())]
    OtherSealKey {
        /// Which file.
        path: PathBuf,
    },
    /// It is no database, or it cannot be written.
    #[error("cannot open the database: {}", path.display())]
    Database {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
}

impl OpenError {
    /// What to try.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Directory { .. } => "give the gateway a directory that it may write, with --data",
            Self::Newer { .. } => "start the newer gateway, or go back to a backup of its data",
            Self::OtherSealKey { .. } => "start with the seal key that was in use before",
            Self::Database { .. } => "check the file's owner, its permissions and free space",
        }
    }
}

impl SqliteStore {
    /// Opens `directory`'s database and makes what is missing. Without a key everything works but
    /// secrets: that is what `pair-code` needs beside a running gateway.
    pub fn open(directory: &Path, key: Option<SealKey>) -> Result<Self, OpenError> {
        let path = directory.join("gatewright.db");
        prepare(directory, &path).map_err(|source| OpenError::Directory {
            path: directory.to_owned(),
            source,
        })?;
        let failed = |source| OpenError::Database {
            path: path.clone(),
            source,
        };
        let mut connection = Connection::open(&path).map_err(failed)?;
        connection.busy_timeout(BUSY).map_err(failed)?;
        let found = schema::format(&connection).map_err(failed)?;
        if found > schema::FORMAT {
            return Err(OpenError::Newer {
                path,
                found,
                known: schema::FORMAT,
            });
        }
        schema::configure(&connection).map_err(failed)?;
        schema::migrate(&mut connection).map_err(failed)?;
        if let Some(key) = &key
            && !secrets::key_fits(&connection, key).map_err(failed)?
        {
            return Err(OpenError::OtherSealKey { path });
        }
        Ok(Self {
            connection: Mutex::new(connection),
            key,
        })
    }

    /// A panic while the lock was held left no half transaction: `SQLite` rolled it back.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self) -> Result<&SealKey, StoreError> {
        self.key.as_ref().ok_or(StoreError::NoSealKey)
    }
}

/// The directory, and the file before `SQLite` makes it, so that only their owner may read them
/// (`SQLite` gives its `-wal` and `-shm` files the mode of the database).
fn prepare(directory: &Path, path: &Path) -> io::Result<()> {
    if !directory.is_dir() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)?;
    }
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => fs::metadata(path).map(drop),
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(Box::new(error))
    }
}

impl From<rusqlite::Error> for AppendError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<rusqlite::Error> for RedeemError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Milliseconds since 1970: what the database keeps of a time.
fn milliseconds(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

fn moment(milliseconds: i64) -> Result<OffsetDateTime, StoreError> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000)
        .map_err(|_| StoreError::Unreadable { what: "time" })
}

fn count(number: i64, what: &'static str) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Unreadable { what })
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Store for SqliteStore {
    fn latest_config(&self) -> Result<Option<ConfigVersion>, StoreError> {
        configs::latest(&self.connection())
    }

    fn config(&self, version: u64) -> Result<Option<ConfigVersion>, StoreError> {
        configs::one(&self.connection(), version)
    }

    fn configs(&self, before: Option<u64>, limit: usize) -> Result<Vec<ConfigInfo>, StoreError> {
        configs::list(&self.connection(), before, limit)
    }

    fn append_config(&self, expected: u64, config: &NewConfig) -> Result<u64, AppendError> {
        configs::append(&mut self.connection(), expected, config)
    }

    fn put_secret(
        &self,
        name: &str,
        value: &SecretString,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        secrets::put(&self.connection(), self.key()?, name, value, at)
    }

    fn secret(&self, name: &str) -> Result<Option<SecretString>, StoreError> {
        secrets::one(&self.connection(), self.key()?, name)
    }

    fn secrets(&self) -> Result<Vec<SecretInfo>, StoreError> {
        secrets::list(&self.connection())
    }

    fn add_admin(&self, admin: &NewAdmin, role: Role) -> Result<(), StoreError> {
        Ok(admins::add(&self.connection(), admin, role)?)
    }

    fn admins(&self) -> Result<Vec<Admin>, StoreError> {
        admins::list(&self.connection())
    }

    fn admin_by_credential(
        &self,
        credential: &Digest,
        now: OffsetDateTime,
    ) -> Result<Option<Admin>, StoreError> {
        admins::by_credential(&self.connection(), credential, now)
    }

    fn remove_admin(&self, id: &AdminId) -> Result<AdminChange, StoreError> {
        admins::remove(&mut self.connection(), id)
    }

    fn change_role(&self, id: &AdminId, role: Role) -> Result<AdminChange, StoreError> {
        admins::change_role(&mut self.connection(), id, role)
    }

    fn replace_credential(
        &self,
        id: &AdminId,
        credential: &Digest,
        at: OffsetDateTime,
    ) -> Result<AdminChange, StoreError> {
        admins::replace_credential(&self.connection(), id, credential, at)
    }

    fn add_pair_code(&self, code: &PairCode) -> Result<(), StoreError> {
        admins::add_code(&self.connection(), code)
    }

    fn redeem_pair_code(&self, code: &Digest, admin: &NewAdmin) -> Result<Role, RedeemError> {
        admins::redeem(&mut self.connection(), code, admin)
    }

    fn append_audit(&self, lines: &[AuditLine]) -> Result<(), StoreError> {
        audit::append(&mut self.connection(), lines)
    }

    fn audit(&self, filter: &AuditFilter) -> Result<Vec<AuditEntry>, StoreError> {
        audit::list(&self.connection(), filter)
    }

    fn audit_figures(
        &self,
        since: OffsetDateTime,
        until: OffsetDateTime,
        limit: usize,
    ) -> Result<Vec<AuditFigure>, StoreError> {
        audit::figures(&self.connection(), since, until, limit)
    }

    fn prune_audit(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StoreError> {
        audit::prune(&self.connection(), before, limit)
    }

    fn ping(&self) -> Result<(), StoreError> {
        Ok(schema::format(&self.connection()).map(drop)?)
    }
}
