//! A backup: one file with a copy of every environment, secrets sealed as they are.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, params};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::database::{
    APPLICATION_ID, FILE_NAME, OpenError, Workspace, known_layouts, make_private_file,
};
use crate::environments::is_file;

/// Marks a file as a backup: `GWbk`.
const BACKUP_ID: i32 = 0x4757_626b;
/// The newest known form of backups.
const FORMAT: u32 = 1;
/// Where a backup waits until the program starts.
const WAITING: &str = "restore.gwbackup";
/// Where what it replaced is put.
const REPLACED: &str = "before-restore";

/// Why a backup could not be made, read or put in place.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file could not be read or written.
    #[error("the file could not be used: {path}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no backup, or damaged.
    #[error("this is no backup of this program: {path}")]
    NotOurs {
        /// Which file.
        path: PathBuf,
    },
    /// A newer program made it.
    #[error("a newer program made the backup")]
    Newer,
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] rusqlite::Error),
}

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSummary {
    /// When it was made.
    pub made_at: OffsetDateTime,
    /// The version of the program that made it.
    pub program: String,
    /// What its environments are called.
    pub environments: Vec<String>,
    /// Whether a passphrase opens its secrets; else the keychain of the computer that made it.
    pub passphrase: bool,
    /// Whether its key is the one of this workspace.
    pub same_workspace: bool,
}

impl Workspace {
    /// Writes a backup. The file must not be there yet.
    pub fn back_up(
        &self,
        file: &Path,
        now: OffsetDateTime,
        program: &str,
    ) -> Result<(), BackupError> {
        if file.exists() {
            return Err(io(file, std::io::ErrorKind::AlreadyExists.into()));
        }
        make_private_file(file).map_err(|source| io(file, source))?;
        let written = self.write_backup(file, now, program);
        if written.is_err() {
            // What is half written is of no use.
            let _ = std::fs::remove_file(file);
        }
        written
    }

    fn write_backup(
        &self,
        file: &Path,
        now: OffsetDateTime,
        program: &str,
    ) -> Result<(), BackupError> {
        let mut backup = Connection::open(file)?;
        let transaction = backup.transaction()?;
        transaction.execute_batch(
            "CREATE TABLE about (format INTEGER, made_at TEXT, program TEXT);
             CREATE TABLE files (name TEXT PRIMARY KEY, content BLOB NOT NULL);",
        )?;
        transaction.pragma_update(None, "application_id", BACKUP_ID)?;
        transaction.execute(
            "INSERT INTO about VALUES (?1, ?2, ?3)",
            params![FORMAT, now.format(&Rfc3339).unwrap_or_default(), program],
        )?;
        let mut names = vec![FILE_NAME.to_owned()];
        names.extend(
            self.environment_files()
                .map_err(|_| BackupError::NotOurs {
                    path: self.path().to_owned(),
                })?
                .iter()
                .map(|id| format!("environment-{id}.db")),
        );
        for name in names {
            transaction.execute(
                "INSERT INTO files VALUES (?1, ?2)",
                params![name, self.copy_of(&name)?],
            )?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// One of the files as it is at one moment.
    fn copy_of(&self, name: &str) -> Result<Vec<u8>, BackupError> {
        let copy = self.folder().join("backup.tmp");
        let _ = std::fs::remove_file(&copy);
        make_private_file(&copy).map_err(|source| io(&copy, source))?;
        let from = Connection::open_with_flags(
            self.folder().join(name),
            OpenFlags::SQLITE_OPEN_READ_WRITE,
        )?;
        let bytes = from
            .execute("VACUUM INTO ?1", [copy.display().to_string()])
            .map_err(BackupError::from)
            .and_then(|_| std::fs::read(&copy).map_err(|source| io(&copy, source)));
        let _ = std::fs::remove_file(&copy);
        bytes
    }

    /// What a backup holds, if this program can restore it.
    pub fn look_at_backup(&self, file: &Path) -> Result<BackupSummary, BackupError> {
        let scratch = self.folder().join("look.tmp");
        let (summary, _) = read(file, &scratch, Some(self.id()))?;
        Ok(summary)
    }

    /// Lays a backup ready: it takes the place of everything here with the next start.
    pub fn restore_at_next_start(&self, file: &Path) -> Result<BackupSummary, BackupError> {
        let summary = self.look_at_backup(file)?;
        let waiting = self.folder().join(WAITING);
        make_private_file(&waiting).map_err(|source| io(&waiting, source))?;
        std::fs::copy(file, &waiting).map_err(|source| io(&waiting, source))?;
        Ok(summary)
    }

    /// Takes a backup back that waits for the next start.
    pub fn forget_restore(&self) -> Result<(), BackupError> {
        let waiting = self.folder().join(WAITING);
        match std::fs::remove_file(&waiting) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io(&waiting, error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Whether a backup waits for the next start.
    pub fn restore_waits(&self) -> bool {
        self.folder().join(WAITING).exists()
    }
}

/// Puts a waiting backup in the place of what is there; what it replaces is kept once.
pub(crate) fn put_in_place(folder: &Path) -> Result<(), OpenError> {
    let waiting = folder.join(WAITING);
    if !waiting.exists() {
        return Ok(());
    }
    let open_error = |path: &Path, source: std::io::Error| OpenError::Io {
        path: path.to_owned(),
        source,
    };
    let Ok((_, files)) = read(&waiting, &folder.join("look.tmp"), None) else {
        // It was good when it was laid ready: better to start with what is there.
        let _ = std::fs::remove_file(&waiting);
        return Ok(());
    };
    let replaced = folder.join(REPLACED);
    let _ = std::fs::remove_dir_all(&replaced);
    std::fs::create_dir(&replaced).map_err(|source| open_error(&replaced, source))?;
    for entry in std::fs::read_dir(folder).map_err(|source| open_error(folder, source))? {
        let entry = entry.map_err(|source| open_error(folder, source))?;
        let name = entry.file_name();
        if name
            .to_str()
            .is_some_and(|name| name == FILE_NAME || is_file(name))
        {
            std::fs::rename(entry.path(), replaced.join(&name))
                .map_err(|source| open_error(&replaced, source))?;
        }
    }
    for (name, content) in files {
        let path = folder.join(name);
        make_private_file(&path)
            .and_then(|()| std::fs::write(&path, content))
            .map_err(|source| open_error(&path, source))?;
    }
    std::fs::remove_file(&waiting).map_err(|source| open_error(&waiting, source))
}

type Files = Vec<(String, Vec<u8>)>;

/// Reads a backup and refuses what this program cannot open. `scratch` is a file to look into
/// each part with.
fn read(
    file: &Path,
    scratch: &Path,
    here: Option<&str>,
) -> Result<(BackupSummary, Files), BackupError> {
    let not_ours = || BackupError::NotOurs {
        path: file.to_owned(),
    };
    std::fs::metadata(file).map_err(|source| io(file, source))?;
    let backup = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let id: i32 = backup
        .query_row("PRAGMA application_id", [], |row| row.get(0))
        .map_err(|_| not_ours())?;
    if id != BACKUP_ID {
        return Err(not_ours());
    }
    let (format, made_at, program): (u32, String, String) = backup
        .query_row("SELECT format, made_at, program FROM about", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .map_err(|_| not_ours())?;
    if format > FORMAT {
        return Err(BackupError::Newer);
    }
    let files: Files = backup
        .prepare("SELECT name, content FROM files ORDER BY name DESC")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()
        .map_err(|_| not_ours())?;
    let mut summary = BackupSummary {
        made_at: OffsetDateTime::parse(&made_at, &Rfc3339).map_err(|_| not_ours())?,
        program,
        environments: Vec::new(),
        passphrase: false,
        same_workspace: false,
    };
    let mut first = false;
    for (name, content) in &files {
        let is_first = name == FILE_NAME;
        if !is_first && !is_file(name) {
            return Err(not_ours());
        }
        let _ = std::fs::remove_file(scratch);
        let looked = make_private_file(scratch)
            .and_then(|()| std::fs::write(scratch, content))
            .map_err(|source| io(scratch, source))
            .and_then(|()| look(scratch, is_first, here, &mut summary, &not_ours));
        let _ = std::fs::remove_file(scratch);
        looked?;
        first |= is_first;
    }
    if !first {
        return Err(not_ours());
    }
    Ok((summary, files))
}

/// Looks into one part of a backup.
fn look(
    part: &Path,
    first: bool,
    here: Option<&str>,
    summary: &mut BackupSummary,
    not_ours: &impl Fn() -> BackupError,
) -> Result<(), BackupError> {
    let part = Connection::open(part)?;
    let one = |query: &str| part.query_row(query, [], |row| row.get::<_, i64>(0));
    if one("PRAGMA application_id").map_err(|_| not_ours())? != i64::from(APPLICATION_ID) {
        return Err(not_ours());
    }
    if one("PRAGMA user_version").map_err(|_| not_ours())? > i64::from(known_layouts()) {
        return Err(BackupError::Newer);
    }
    let whole: String = part
        .query_row("PRAGMA quick_check", [], |row| row.get(0))
        .map_err(|_| not_ours())?;
    if whole != "ok" {
        return Err(not_ours());
    }
    if first {
        summary.passphrase = one("SELECT count(*) FROM vault WHERE source = 'passphrase'")
            .map_err(|_| not_ours())?
            > 0;
        let id: String = part
            .query_row("SELECT id FROM identity", [], |row| row.get(0))
            .map_err(|_| not_ours())?;
        summary.same_workspace = here == Some(id.as_str());
    }
    let name = part.query_row(
        "SELECT value ->> 'name' FROM settings WHERE name = 'environment'",
        [],
        |row| row.get::<_, String>(0),
    );
    summary.environments.extend(name.ok());
    Ok(())
}

fn io(path: &Path, source: std::io::Error) -> BackupError {
    BackupError::Io {
        path: path.to_owned(),
        source,
    }
}
