//! Versions of the document.

use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};

use super::{count, milliseconds, moment, signed};
use crate::record::{ConfigInfo, ConfigVersion, NewConfig};
use crate::store::{AppendError, StoreError};

struct Found {
    version: i64,
    format: String,
    text: String,
    author: String,
    comment: String,
    at: i64,
}

impl Found {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            version: row.get(0)?,
            format: row.get(1)?,
            text: row.get(2)?,
            author: row.get(3)?,
            comment: row.get(4)?,
            at: row.get(5)?,
        })
    }

    fn into_version(self) -> Result<ConfigVersion, StoreError> {
        let format = self.format.parse().map_err(|_| StoreError::Unreadable {
            what: "config format",
        })?;
        let info = info(self.version, self.author, self.comment, self.at)?;
        Ok(ConfigVersion {
            info,
            text: self.text,
            format,
        })
    }
}

fn info(version: i64, by: String, comment: String, at: i64) -> Result<ConfigInfo, StoreError> {
    Ok(ConfigInfo {
        version: count(version, "config version")?,
        by,
        comment,
        at: moment(at)?,
    })
}

pub(super) fn latest(connection: &Connection) -> Result<Option<ConfigVersion>, StoreError> {
    connection
        .prepare_cached(
            "SELECT version, format, text, author, comment, at FROM configs \
             ORDER BY version DESC LIMIT 1",
        )?
        .query_row([], Found::from_row)
        .optional()?
        .map(Found::into_version)
        .transpose()
}

pub(super) fn one(
    connection: &Connection,
    version: u64,
) -> Result<Option<ConfigVersion>, StoreError> {
    connection
        .prepare_cached(
            "SELECT version, format, text, author, comment, at FROM configs WHERE version = ?1",
        )?
        .query_row([signed(version)], Found::from_row)
        .optional()?
        .map(Found::into_version)
        .transpose()
}

pub(super) fn list(
    connection: &Connection,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<ConfigInfo>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT version, author, comment, at FROM configs WHERE version < ?1 \
         ORDER BY version DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(
        params![before.map_or(i64::MAX, signed), signed(limit as u64)],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    rows.map(|row| {
        let (version, by, comment, at) = row?;
        info(version, by, comment, at)
    })
    .collect()
}

/// Takes the write lock before it looks, so that two writers cannot both find the same newest.
pub(super) fn append(
    connection: &mut Connection,
    expected: u64,
    config: &NewConfig,
) -> Result<u64, AppendError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let newest: i64 =
        transaction.query_row("SELECT COALESCE(MAX(version), 0) FROM configs", [], |row| {
            row.get(0)
        })?;
    let current = count(newest, "config version")?;
    if current != expected {
        return Err(AppendError::Stale { current });
    }
    transaction.execute(
        "INSERT INTO configs (version, format, text, author, comment, at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            newest + 1,
            config.format.as_str(),
            config.text,
            config.by,
            config.comment,
            milliseconds(config.at)
        ],
    )?;
    transaction.commit()?;
    Ok(current + 1)
}
