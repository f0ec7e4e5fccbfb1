//! The file: opened with care, and read and written record by record.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::record::{Environment, GatewayPairing, Product, Provider, TestOutcome, Token};
use crate::seal::{SealKey, random_id};

/// What each version of the layout adds to the one before, the first first. Never changed, only
/// added to.
const LAYOUTS: &[&str] = &[SCHEMA, crate::history::SCHEMA];
/// Marks the file as ours: `GWws`.
pub(crate) const APPLICATION_ID: i32 = 0x4757_7773;
/// What the names of settings begin with that belong to no environment.
pub(crate) const COMPUTER: &str = "computer.";
/// The name of the file in its folder.
pub(crate) const FILE_NAME: &str = "workspace.db";

const SCHEMA: &str = "
CREATE TABLE identity (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL);
CREATE TABLE vault (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    source TEXT NOT NULL CHECK (source IN ('keychain', 'passphrase')),
    verifier_nonce BLOB NOT NULL, verifier BLOB NOT NULL,
    salt BLOB, memory INTEGER, passes INTEGER, lanes INTEGER, nonce BLOB, wrapped BLOB
);
CREATE TABLE secrets (name TEXT PRIMARY KEY, nonce BLOB NOT NULL, ciphertext BLOB NOT NULL);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE products (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, record TEXT NOT NULL
);
CREATE TABLE providers (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, record TEXT NOT NULL
);
CREATE TABLE tokens (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, record TEXT NOT NULL
);
CREATE TABLE test_outcomes (
    token_id TEXT NOT NULL, product_id TEXT NOT NULL, way TEXT NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (token_id, product_id, way)
);
";

/// Why a workspace could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder or file cannot be made, read or written.
    #[error("the workspace cannot be used: {path}")]
    Io {
        /// Which path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A newer program wrote it; nothing was changed.
    #[error("the workspace is of layout {found}, this program knows up to {known}: {path}")]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its layout.
        found: u32,
        /// The newest known one.
        known: u32,
    },
    /// It is another program's file, or damaged; nothing was changed.
    #[error("this is no workspace of this program: {path}")]
    NotOurs {
        /// Which file.
        path: PathBuf,
    },
    /// The file could not be read or written.
    #[error("the workspace file could not be used: {path}")]
    Store {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: StoreError,
    },
}

/// Why the file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `SQLite` failed.
    #[error("the database failed")]
    Database(#[from] rusqlite::Error),
    /// What stands in a record cannot be understood.
    #[error("a record cannot be understood: {table}")]
    Record {
        /// In which table.
        table: &'static str,
        /// Why.
        source: serde_json::Error,
    },
}

/// What the desktop remembers. Calls block for the time of a small local query.
pub struct Workspace {
    connection: Mutex<Connection>,
    path: PathBuf,
    id: String,
    /// Whose vault seals the secrets; none for the first.
    first: Option<Arc<Self>>,
    key: Mutex<Option<SealKey>>,
    keychain_problem: Mutex<Option<String>>,
}

impl std::fmt::Debug for Workspace {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Workspace")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Workspace {
    /// Opens the workspace in a folder, which is made if it is not there.
    ///
    /// A backup that waits to be restored takes the place of what is there.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        crate::backup::put_in_place(folder)?;
        Self::open_file(folder, folder.join(FILE_NAME), None)
    }

    /// Opens the file of another environment in the folder of the first.
    pub(crate) fn open_beside(first: Arc<Self>, file: &str) -> Result<Self, OpenError> {
        let folder = first.folder().to_owned();
        let path = folder.join(file);
        Self::open_file(&folder, path, Some(first))
    }

    fn open_file(
        folder: &Path,
        path: PathBuf,
        first: Option<Arc<Self>>,
    ) -> Result<Self, OpenError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| OpenError::Io { path, source }
        };
        make_private_folder(folder).map_err(io(folder))?;
        make_private_file(&path).map_err(io(&path))?;
        if !may_be_database(&path).map_err(io(&path))? {
            return Err(OpenError::NotOurs { path });
        }
        let fail = |source: StoreError| match source {
            StoreError::Database(rusqlite::Error::SqliteFailure(cause, _))
                if cause.code == rusqlite::ErrorCode::NotADatabase =>
            {
                OpenError::NotOurs { path: path.clone() }
            }
            source @ (StoreError::Database(_) | StoreError::Record { .. }) => OpenError::Store {
                path: path.clone(),
                source,
            },
        };
        let mut connection = Connection::open(&path)
            .map_err(StoreError::from)
            .map_err(&fail)?;
        let (application, version) = prepare(&connection).map_err(&fail)?;
        let known = known_layouts();
        if version > known {
            return Err(OpenError::Newer {
                path,
                found: version,
                known,
            });
        }
        if version == 0 {
            if application != 0 || !is_empty(&connection).map_err(&fail)? {
                return Err(OpenError::NotOurs { path });
            }
        } else if application != APPLICATION_ID {
            return Err(OpenError::NotOurs { path });
        }
        bring_up(&mut connection, version, known).map_err(&fail)?;
        let id = connection
            .query_row("SELECT id FROM identity", [], |row| row.get(0))
            .map_err(StoreError::from)
            .map_err(&fail)?;
        Ok(Self {
            connection: Mutex::new(connection),
            path,
            id,
            first,
            key: Mutex::new(None),
            keychain_problem: Mutex::new(None),
        })
    }

    /// The random id of this workspace, by which its key is found in the keychain.
    pub fn id(&self) -> &str {
        &self.first().id
    }

    /// The workspace that holds the vault: this one, or the one that this one stands beside.
    pub(crate) fn first(&self) -> &Self {
        self.first.as_deref().unwrap_or(self)
    }

    /// The name that a seal authenticates: a secret moved to another environment does not open.
    pub(crate) fn seal_name(&self, name: &str) -> String {
        if self.first.is_some() {
            format!("{}/{name}", self.id)
        } else {
            name.to_owned()
        }
    }

    /// The folder of all files.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is being worked on; none until it was named.
    pub fn environment(&self) -> Result<Option<Environment>, StoreError> {
        self.setting("environment")
    }

    /// Names what is being worked on.
    pub fn set_environment(&self, environment: &Environment) -> Result<(), StoreError> {
        self.set_setting("environment", environment)
    }

    /// The paired gateway.
    pub fn gateway(&self) -> Result<Option<GatewayPairing>, StoreError> {
        self.setting("gateway")
    }

    /// Remembers the paired gateway.
    pub fn set_gateway(&self, gateway: &GatewayPairing) -> Result<(), StoreError> {
        self.set_setting("gateway", gateway)
    }

    /// Forgets the paired gateway.
    pub fn remove_gateway(&self) -> Result<(), StoreError> {
        self.remove_setting("gateway")
    }

    /// A preference.
    pub fn preference<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StoreError> {
        self.setting(&format!("preference.{name}"))
    }

    /// Remembers a preference.
    pub fn set_preference<T: Serialize>(&self, name: &str, value: &T) -> Result<(), StoreError> {
        self.set_setting(&format!("preference.{name}"), value)
    }

    /// A preference for this computer, whatever the environment.
    pub fn computer_preference<T: DeserializeOwned>(
        &self,
        name: &str,
    ) -> Result<Option<T>, StoreError> {
        self.first().setting(&format!("{COMPUTER}{name}"))
    }

    /// Remembers a preference for this computer, whatever the environment.
    pub fn set_computer_preference<T: Serialize>(
        &self,
        name: &str,
        value: &T,
    ) -> Result<(), StoreError> {
        self.first()
            .set_setting(&format!("{COMPUTER}{name}"), value)
    }

    /// All products in the order in which they were added.
    pub fn products(&self) -> Result<Vec<Product>, StoreError> {
        self.records("products")
    }

    /// One product.
    pub fn product(&self, id: &str) -> Result<Option<Product>, StoreError> {
        self.record("products", id)
    }

    /// Adds a product, or replaces the one of the same id in its place.
    pub fn put_product(&self, product: &Product) -> Result<(), StoreError> {
        self.put_record("products", &product.id, product)
    }

    /// Removes a product and the results of its tests; its secrets are the caller's to remove.
    pub fn remove_product(&self, id: &str) -> Result<bool, StoreError> {
        self.with(|connection| {
            connection.execute("DELETE FROM test_outcomes WHERE product_id = ?1", [id])
        })?;
        self.remove_record("products", id)
    }

    /// All providers in the order in which they were added.
    pub fn providers(&self) -> Result<Vec<Provider>, StoreError> {
        self.records("providers")
    }

    /// One provider.
    pub fn provider(&self, id: &str) -> Result<Option<Provider>, StoreError> {
        self.record("providers", id)
    }

    /// Adds a provider, or replaces the one of the same id in its place.
    pub fn put_provider(&self, provider: &Provider) -> Result<(), StoreError> {
        self.put_record("providers", &provider.id, provider)
    }

    /// Removes a provider; its secrets are the caller's to remove.
    pub fn remove_provider(&self, id: &str) -> Result<bool, StoreError> {
        self.remove_record("providers", id)
    }

    /// All tokens, the newest first.
    pub fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let mut tokens: Vec<Token> = self.records("tokens")?;
        tokens.reverse();
        Ok(tokens)
    }

    /// One token.
    pub fn token(&self, id: &str) -> Result<Option<Token>, StoreError> {
        self.record("tokens", id)
    }

    /// Adds a token, or replaces the one of the same id in its place.
    pub fn put_token(&self, token: &Token) -> Result<(), StoreError> {
        self.put_record("tokens", &token.id, token)
    }

    /// Removes a token and the results of its tests; its secrets are the caller's to remove.
    pub fn remove_token(&self, id: &str) -> Result<bool, StoreError> {
        self.with(|connection| {
            connection.execute("DELETE FROM test_outcomes WHERE token_id = ?1", [id])
        })?;
        self.remove_record("tokens", id)
    }

    /// What came of the last test of each token at each product, each way.
    pub fn test_outcomes(&self) -> Result<Vec<TestOutcome>, StoreError> {
        let texts: Vec<String> = self.with(|connection| {
            connection
                .prepare("SELECT record FROM test_outcomes ORDER BY token_id, product_id, way")?
                .query_map([], |row| row.get(0))?
                .collect()
        })?;
        texts
            .iter()
            .map(|text| parse("test_outcomes", text))
            .collect()
    }

    /// Keeps what came of a test, all of it or nothing.
    pub fn put_test_outcomes(&self, outcomes: &[TestOutcome]) -> Result<(), StoreError> {
        let texts: Vec<String> = outcomes
            .iter()
            .map(|outcome| write("test_outcomes", outcome))
            .collect::<Result<_, StoreError>>()?;
        self.with(|connection| {
            let transaction = connection.transaction()?;
            for (outcome, text) in outcomes.iter().zip(&texts) {
                transaction
                    .prepare_cached(
                        "INSERT OR REPLACE INTO test_outcomes (token_id, product_id, way, record)
                         VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![
                        outcome.token_id,
                        outcome.product_id,
                        outcome.way,
                        text
                    ])?;
            }
            transaction.commit()
        })
    }

    /// Runs a query with the connection.
    pub(crate) fn with<T>(
        &self,
        query: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        // A panic inside a query leaves SQLite's own transaction handling intact.
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Ok(query(&mut connection)?)
    }

    /// The key, when the vault is open.
    pub(crate) fn key(&self) -> Option<SealKey> {
        lock(&self.first().key).clone()
    }

    pub(crate) fn set_key(&self, key: SealKey) {
        *lock(&self.first().key) = Some(key);
    }

    pub(crate) fn keychain_problem(&self) -> Option<String> {
        lock(&self.first().keychain_problem).clone()
    }

    pub(crate) fn set_keychain_problem(&self, problem: Option<String>) {
        *lock(&self.first().keychain_problem) = problem;
    }

    pub(crate) fn setting<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StoreError> {
        let text: Option<String> = self.with(|connection| {
            connection
                .query_row(
                    "SELECT value FROM settings WHERE name = ?1",
                    [name],
                    |row| row.get(0),
                )
                .optional()
        })?;
        text.map(|text| parse("settings", &text)).transpose()
    }

    pub(crate) fn set_setting<T: Serialize>(
        &self,
        name: &str,
        value: &T,
    ) -> Result<(), StoreError> {
        let text = write("settings", value)?;
        self.with(|connection| {
            connection.execute(
                "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)",
                params![name, text],
            )
        })?;
        Ok(())
    }

    fn remove_setting(&self, name: &str) -> Result<(), StoreError> {
        self.with(|connection| connection.execute("DELETE FROM settings WHERE name = ?1", [name]))?;
        Ok(())
    }

    pub(crate) fn records<T: DeserializeOwned>(
        &self,
        table: &'static str,
    ) -> Result<Vec<T>, StoreError> {
        let texts: Vec<String> = self.with(|connection| {
            connection
                .prepare(&format!("SELECT record FROM {table} ORDER BY position"))?
                .query_map([], |row| row.get(0))?
                .collect()
        })?;
        texts.iter().map(|text| parse(table, text)).collect()
    }

    pub(crate) fn record<T: DeserializeOwned>(
        &self,
        table: &'static str,
        id: &str,
    ) -> Result<Option<T>, StoreError> {
        let text: Option<String> = self.with(|connection| {
            connection
                .query_row(
                    &format!("SELECT record FROM {table} WHERE id = ?1"),
                    [id],
                    |row| row.get(0),
                )
                .optional()
        })?;
        text.map(|text| parse(table, &text)).transpose()
    }

    pub(crate) fn put_record<T: Serialize>(
        &self,
        table: &'static str,
        id: &str,
        record: &T,
    ) -> Result<(), StoreError> {
        let text = write(table, record)?;
        self.with(|connection| {
            connection.execute(
                &format!(
                    "INSERT INTO {table} (id, record) VALUES (?1, ?2)
                     ON CONFLICT (id) DO UPDATE SET record = ?2"
                ),
                params![id, text],
            )
        })?;
        Ok(())
    }

    pub(crate) fn remove_record(&self, table: &'static str, id: &str) -> Result<bool, StoreError> {
        let removed = self.with(|connection| {
            connection.execute(&format!("DELETE FROM {table} WHERE id = ?1"), [id])
        })?;
        Ok(removed > 0)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn parse<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|source| StoreError::Record { table, source })
}

pub(crate) fn write<T: Serialize>(table: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|source| StoreError::Record { table, source })
}

/// How many layouts are known.
pub(crate) fn known_layouts() -> u32 {
    u32::try_from(LAYOUTS.len()).unwrap_or(u32::MAX)
}

/// Sets the connection up and reads whose file it is.
fn prepare(connection: &Connection) -> Result<(i32, u32), StoreError> {
    connection.busy_timeout(Duration::from_secs(5))?;
    let application = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    // What is deleted is overwritten; the journal is removed with every transaction.
    connection.execute_batch("PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;")?;
    Ok((application, version))
}

fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    let tables: u32 =
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    Ok(tables == 0)
}

/// Makes a new file, or brings an older one to this layout: all of it or nothing.
fn bring_up(connection: &mut Connection, from: u32, to: u32) -> Result<(), StoreError> {
    if from == to {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    for layout in LAYOUTS
        .iter()
        .skip(usize::try_from(from).unwrap_or(usize::MAX))
    {
        transaction.execute_batch(layout)?;
    }
    if from == 0 {
        let id = random_id().ok_or(rusqlite::Error::InvalidQuery)?;
        transaction.execute("INSERT INTO identity (one, id) VALUES (1, ?1)", [id])?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    transaction.pragma_update(None, "user_version", to)?;
    transaction.commit()?;
    Ok(())
}

fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Whether `SQLite` may touch it: it takes a file of a few bytes for an empty database.
fn may_be_database(path: &Path) -> std::io::Result<bool> {
    let mut head = Vec::new();
    std::fs::File::open(path)?.take(16).read_to_end(&mut head)?;
    Ok(head.is_empty() || head == b"SQLite format 3\0")
}

pub(crate) fn make_private_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    drop(file);
    Ok(())
}
