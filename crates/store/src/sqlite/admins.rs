//! Admins, and the codes by which they pair.

use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};
use time::OffsetDateTime;

use super::{milliseconds, moment};
use crate::record::{Admin, AdminId, Digest, NewAdmin, PairCode, Role};
use crate::store::{AdminChange, PAIR_CODE_TRIES, RedeemError, StoreError};

/// The last use is written at most this often, so that reading stays reading.
const NOTE_USE_EVERY: i64 = 60_000;

struct Found {
    id: String,
    name: String,
    role: String,
    created_at: i64,
    last_used_at: Option<i64>,
}

impl Found {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            role: row.get(2)?,
            created_at: row.get(3)?,
            last_used_at: row.get(4)?,
        })
    }

    fn into_admin(self) -> Result<Admin, StoreError> {
        Ok(Admin {
            id: AdminId::new(self.id),
            name: self.name,
            role: self
                .role
                .parse()
                .map_err(|_| StoreError::Unreadable { what: "role" })?,
            created_at: moment(self.created_at)?,
            last_used_at: self.last_used_at.map(moment).transpose()?,
        })
    }
}

pub(super) fn add(connection: &Connection, admin: &NewAdmin, role: Role) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO admins (id, name, role, credential, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            admin.id.as_str(),
            admin.name,
            role.as_str(),
            admin.credential.as_bytes(),
            milliseconds(admin.at)
        ],
    )?;
    Ok(())
}

pub(super) fn list(connection: &Connection) -> Result<Vec<Admin>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, role, created_at, last_used_at FROM admins ORDER BY created_at, id",
    )?;
    let rows = statement.query_map([], Found::from_row)?;
    rows.map(|row| row?.into_admin()).collect()
}

pub(super) fn by_credential(
    connection: &Connection,
    credential: &Digest,
    now: OffsetDateTime,
) -> Result<Option<Admin>, StoreError> {
    let admin = connection
        .prepare_cached(
            "SELECT id, name, role, created_at, last_used_at FROM admins WHERE credential = ?1",
        )?
        .query_row([credential.as_bytes()], Found::from_row)
        .optional()?
        .map(Found::into_admin)
        .transpose()?;
    if let Some(admin) = &admin {
        connection
            .prepare_cached(
                "UPDATE admins SET last_used_at = ?2 \
                 WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at <= ?2 - ?3)",
            )?
            .execute(params![
                admin.id.as_str(),
                milliseconds(now),
                NOTE_USE_EVERY
            ])?;
    }
    Ok(admin)
}

/// Makes a change, and keeps it only if an owner is left.
fn leaving_an_owner(
    connection: &mut Connection,
    change: impl FnOnce(&Connection) -> rusqlite::Result<usize>,
) -> Result<AdminChange, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let owners = "SELECT COUNT(*) FROM admins WHERE role = 'owner'";
    let before: i64 = transaction.query_row(owners, [], |row| row.get(0))?;
    if change(&transaction)? == 0 {
        return Ok(AdminChange::Missing);
    }
    let after: i64 = transaction.query_row(owners, [], |row| row.get(0))?;
    if after == 0 && before > 0 {
        return Ok(AdminChange::LastOwner);
    }
    transaction.commit()?;
    Ok(AdminChange::Done)
}

pub(super) fn remove(connection: &mut Connection, id: &AdminId) -> Result<AdminChange, StoreError> {
    leaving_an_owner(connection, |connection| {
        connection.execute("DELETE FROM admins WHERE id = ?1", [id.as_str()])
    })
}

pub(super) fn change_role(
    connection: &mut Connection,
    id: &AdminId,
    role: Role,
) -> Result<AdminChange, StoreError> {
    leaving_an_owner(connection, |connection| {
        connection.execute(
            "UPDATE admins SET role = ?2 WHERE id = ?1",
            [id.as_str(), role.as_str()],
        )
    })
}

pub(super) fn replace_credential(
    connection: &Connection,
    id: &AdminId,
    credential: &Digest,
    at: OffsetDateTime,
) -> Result<AdminChange, StoreError> {
    let changed = connection.execute(
        "UPDATE admins SET credential = ?2, created_at = ?3, last_used_at = NULL WHERE id = ?1",
        params![id.as_str(), credential.as_bytes(), milliseconds(at)],
    )?;
    Ok(if changed > 0 {
        AdminChange::Done
    } else {
        AdminChange::Missing
    })
}

pub(super) fn add_code(connection: &Connection, code: &PairCode) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO pair_codes (digest, role, expires_at) VALUES (?1, ?2, ?3)",
        params![
            code.digest.as_bytes(),
            code.role.as_str(),
            milliseconds(code.expires_at)
        ],
    )?;
    Ok(())
}

/// The code goes and the admin comes in one transaction; a wrong try is counted in one as well,
/// so that a crash cannot give a try back.
pub(super) fn redeem(
    connection: &mut Connection,
    code: &Digest,
    admin: &NewAdmin,
) -> Result<Role, RedeemError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute(
        "DELETE FROM pair_codes WHERE expires_at <= ?1 OR wrong_tries >= ?2",
        params![milliseconds(admin.at), PAIR_CODE_TRIES],
    )?;
    let role: Option<String> = transaction
        .query_row(
            "DELETE FROM pair_codes WHERE digest = ?1 RETURNING role",
            [code.as_bytes()],
            |row| row.get(0),
        )
        .optional()?;
    let Some(role) = role else {
        transaction.execute("UPDATE pair_codes SET wrong_tries = wrong_tries + 1", [])?;
        transaction.commit()?;
        return Err(RedeemError::Unknown);
    };
    let role = role
        .parse()
        .map_err(|_| StoreError::Unreadable { what: "role" })?;
    add(&transaction, admin, role)?;
    transaction.commit()?;
    Ok(role)
}
