//! Sealed secrets.

use gatewright_secret::SecretString;
use rusqlite::{Connection, OptionalExtension as _, params};
use time::OffsetDateTime;

use super::{milliseconds, moment};
use crate::record::SecretInfo;
use crate::seal::SealKey;
use crate::store::StoreError;

/// Bound into the check record; no secret may have this name, since names have no space.
const CHECK: &str = "seal check";

/// Whether the key is the one with which this database was first used; the first use settles it.
pub(super) fn key_fits(connection: &Connection, key: &SealKey) -> rusqlite::Result<bool> {
    if let Some(sealed) = key.seal(CHECK, CHECK.as_bytes()) {
        connection.execute(
            "INSERT OR IGNORE INTO seal_check (only, sealed) VALUES (1, ?1)",
            [sealed],
        )?;
    }
    let sealed: Vec<u8> =
        connection.query_row("SELECT sealed FROM seal_check", [], |row| row.get(0))?;
    Ok(key.open(CHECK, &sealed).is_some())
}

pub(super) fn put(
    connection: &Connection,
    key: &SealKey,
    name: &str,
    value: &SecretString,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let sealed = key
        .seal(name, value.expose().as_bytes())
        .ok_or_else(|| StoreError::Sealed {
            name: name.to_owned(),
        })?;
    connection.execute(
        "INSERT INTO secrets (name, sealed, created_at, updated_at) VALUES (?1, ?2, ?3, ?3) \
         ON CONFLICT (name) DO UPDATE SET sealed = ?2, updated_at = ?3",
        params![name, sealed, milliseconds(at)],
    )?;
    Ok(())
}

pub(super) fn one(
    connection: &Connection,
    key: &SealKey,
    name: &str,
) -> Result<Option<SecretString>, StoreError> {
    let sealed: Option<Vec<u8>> = connection
        .prepare_cached("SELECT sealed FROM secrets WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    sealed
        .map(|sealed| {
            key.open(name, &sealed).ok_or_else(|| StoreError::Sealed {
                name: name.to_owned(),
            })
        })
        .transpose()
}

pub(super) fn list(connection: &Connection) -> Result<Vec<SecretInfo>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT name, created_at, updated_at FROM secrets ORDER BY name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.map(|row| {
        let (name, created, updated) = row?;
        Ok(SecretInfo {
            name,
            created_at: moment(created)?,
            updated_at: moment(updated)?,
        })
    })
    .collect()
}
