//! API keys.

use std::net::IpAddr;

use gatewright_keys::KeyId;
use rusqlite::types::Value;
use rusqlite::{
    Connection, OptionalExtension as _, Row, TransactionBehavior, params, params_from_iter,
};
use time::OffsetDateTime;

use super::{SqliteStore, count, milliseconds, moment, signed};
use crate::keys::{
    AddKeyError, IssuedKey, KeyFilter, KeyLease, KeyPepper, KeySort, KeyState, KeyStore, KeyTag,
    KeyUse, Narrowing, NewKey, RotateKeyError, Rotation,
};
use crate::store::StoreError;

/// How a tag is made: see `KeyTag`.
const SCHEME: i64 = 1;
/// The end of a key that has none.
const NEVER: i64 = i64::MAX;
/// More addresses of one key are not kept.
const ADDRESSES: usize = 8;

const COLUMNS: &str = "id, tag, shown, kind, owner, name, created_at, created_by, expires_at, \
    overlap_until, max_uses, leased, uses, scope, revoked_at, revoked_by, replaces, replaced_by, \
    last_used_at, addresses_seen";

/// A row before its values are understood.
struct Found {
    id: i64,
    tag: [u8; 32],
    shown: String,
    kind: String,
    owner: String,
    name: String,
    created_at: i64,
    created_by: String,
    expires_at: Option<i64>,
    overlap_until: Option<i64>,
    max_uses: Option<i64>,
    leased: i64,
    uses: i64,
    scope: String,
    revoked_at: Option<i64>,
    revoked_by: Option<String>,
    replaces: Option<i64>,
    replaced_by: Option<i64>,
    last_used_at: Option<i64>,
    addresses_seen: String,
}

impl Found {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            tag: row.get(1)?,
            shown: row.get(2)?,
            kind: row.get(3)?,
            owner: row.get(4)?,
            name: row.get(5)?,
            created_at: row.get(6)?,
            created_by: row.get(7)?,
            expires_at: row.get(8)?,
            overlap_until: row.get(9)?,
            max_uses: row.get(10)?,
            leased: row.get(11)?,
            uses: row.get(12)?,
            scope: row.get(13)?,
            revoked_at: row.get(14)?,
            revoked_by: row.get(15)?,
            replaces: row.get(16)?,
            replaced_by: row.get(17)?,
            last_used_at: row.get(18)?,
            addresses_seen: row.get(19)?,
        })
    }

    fn into_key(self) -> Result<IssuedKey, StoreError> {
        let unreadable = |what| StoreError::Unreadable { what };
        let key_id = |number| count(number, "id of a key").map(KeyId::new);
        Ok(IssuedKey {
            id: key_id(self.id)?,
            tag: KeyTag::new(self.tag),
            shown: self.shown,
            kind: self.kind.parse().map_err(|_| unreadable("kind of a key"))?,
            owner: self.owner,
            name: self.name,
            created_at: moment(self.created_at)?,
            created_by: self.created_by,
            expires_at: self.expires_at.map(moment).transpose()?,
            overlap_until: self.overlap_until.map(moment).transpose()?,
            max_uses: self
                .max_uses
                .map(|number| count(number, "uses of a key"))
                .transpose()?,
            leased: count(self.leased, "uses of a key")?,
            uses: count(self.uses, "uses of a key")?,
            narrowing: serde_json::from_str::<Narrowing>(&self.scope)
                .map_err(|_| unreadable("narrowing of a key"))?,
            revoked_at: self.revoked_at.map(moment).transpose()?,
            revoked_by: self.revoked_by,
            replaces: self.replaces.map(key_id).transpose()?,
            replaced_by: self.replaced_by.map(key_id).transpose()?,
            last_used_at: self.last_used_at.map(moment).transpose()?,
            addresses_seen: addresses(&self.addresses_seen)?,
        })
    }
}

fn addresses(json: &str) -> Result<Vec<IpAddr>, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::Unreadable {
        what: "addresses of a key",
    })
}

fn written(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Database(Box::new(error)))
}

fn number(id: KeyId) -> i64 {
    signed(id.number())
}

fn one(connection: &Connection, id: KeyId) -> Result<Option<IssuedKey>, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM keys WHERE id = ?1"))?
        .query_row([number(id)], Found::from_row)
        .optional()?
        .map(Found::into_key)
        .transpose()
}

fn insert(
    connection: &Connection,
    key: &NewKey,
    replaces: Option<KeyId>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO keys (id, scheme, tag, shown, kind, owner, owner_folded, name, \
             created_at, created_by, expires_at, ends_at, max_uses, scope, replaces) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute(params![
            number(key.id),
            SCHEME,
            key.tag.as_bytes(),
            key.shown,
            key.kind.as_str(),
            key.owner,
            key.owner.to_lowercase(),
            key.name,
            milliseconds(key.at),
            key.by,
            key.expires_at.map(milliseconds),
            key.expires_at.map_or(NEVER, milliseconds),
            key.max_uses.map(signed),
            written(&key.narrowing)?,
            replaces.map(number),
        ])?;
    Ok(())
}

/// The living keys of an owner; one that waits for the end of its overlap does not count.
fn living_of(connection: &Connection, owner: &str, now: OffsetDateTime) -> rusqlite::Result<u32> {
    connection
        .prepare_cached(
            "SELECT COUNT(*) FROM keys WHERE owner_folded = ?1 AND revoked_at IS NULL \
             AND ends_at > ?2 AND replaced_by IS NULL \
             AND (max_uses IS NULL OR uses < max_uses)",
        )?
        .query_row(params![owner.to_lowercase(), milliseconds(now)], |row| {
            row.get(0)
        })
}

/// The condition of a list, with its values.
#[derive(Default)]
struct Condition {
    text: String,
    values: Vec<Value>,
}

impl Condition {
    fn and(&mut self, text: &str, values: impl IntoIterator<Item = Value>) {
        self.text.push_str(if self.text.is_empty() {
            " WHERE "
        } else {
            " AND "
        });
        self.text.push_str(text);
        self.values.extend(values);
    }
}

fn column(sort: KeySort) -> &'static str {
    match sort {
        KeySort::Created => "created_at",
        KeySort::Ends => "ends_at",
        KeySort::Owner => "owner_folded",
        KeySort::Name => "name",
        KeySort::LastUsed => "COALESCE(last_used_at, 0)",
    }
}

fn list(connection: &Connection, filter: &KeyFilter) -> Result<Vec<IssuedKey>, StoreError> {
    let mut condition = Condition::default();
    let now = Value::Integer(milliseconds(filter.now));
    if let Some(text) = &filter.text {
        if let Ok(id) = text.parse::<KeyId>() {
            condition.and("id = ?", [Value::Integer(number(id))]);
        } else {
            let escaped = text
                .to_lowercase()
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            let pattern = Value::Text(format!("%{escaped}%"));
            condition.and(
                "(owner_folded LIKE ? ESCAPE '\\' OR name LIKE ? ESCAPE '\\' \
                 OR shown LIKE ? ESCAPE '\\')",
                [pattern.clone(), pattern.clone(), pattern],
            );
        }
    }
    if let Some(owner) = &filter.owner {
        condition.and("owner_folded = ?", [Value::Text(owner.to_lowercase())]);
    }
    if let Some(kind) = filter.kind {
        condition.and("kind = ?", [Value::Text(kind.as_str().to_owned())]);
    }
    match filter.state {
        Some(KeyState::Active) => condition.and(
            "revoked_at IS NULL AND ends_at > ? AND (max_uses IS NULL OR leased < max_uses)",
            [now],
        ),
        Some(KeyState::Exhausted) => condition.and(
            "revoked_at IS NULL AND ends_at > ? AND leased >= max_uses",
            [now],
        ),
        Some(KeyState::Expired) => condition.and("revoked_at IS NULL AND ends_at <= ?", [now]),
        Some(KeyState::Revoked) => condition.and("revoked_at IS NOT NULL", []),
        None => {}
    }
    if let Some(before) = filter.ends_before {
        condition.and("ends_at < ?", [Value::Integer(milliseconds(before))]);
    }
    let sort = column(filter.sort);
    let (order, beyond) = if filter.descending {
        ("DESC", "<")
    } else {
        ("ASC", ">")
    };
    if let Some(after) = filter.after {
        // A key that was dropped meanwhile ends the list.
        condition.and(
            &format!("({sort}, id) {beyond} (SELECT {sort}, id FROM keys WHERE id = ?)"),
            [Value::Integer(number(after))],
        );
    }
    condition.values.push(Value::Integer(
        i64::try_from(filter.limit).unwrap_or(i64::MAX),
    ));
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM keys{} ORDER BY {sort} {order}, id {order} LIMIT ?",
        condition.text
    ))?;
    let rows = statement.query_map(params_from_iter(condition.values), Found::from_row)?;
    rows.map(|row| row?.into_key()).collect()
}

fn write(connection: &mut Connection) -> rusqlite::Result<rusqlite::Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

impl From<rusqlite::Error> for AddKeyError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<rusqlite::Error> for RotateKeyError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl KeyStore for SqliteStore {
    fn key_pepper(&self) -> Result<KeyPepper, StoreError> {
        Ok(self.key()?.pepper())
    }

    fn add_key(&self, key: &NewKey, most: u32) -> Result<(), AddKeyError> {
        let mut connection = self.connection();
        let transaction = write(&mut connection)?;
        if living_of(&transaction, &key.owner, key.at)? >= most {
            return Err(AddKeyError::TooMany { most });
        }
        insert(&transaction, key, None)?;
        Ok(transaction.commit()?)
    }

    fn key(&self, id: KeyId) -> Result<Option<IssuedKey>, StoreError> {
        one(&self.connection(), id)
    }

    fn keys_by_tag(&self, tags: &[KeyTag]) -> Result<Vec<IssuedKey>, StoreError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare_cached(&format!("SELECT {COLUMNS} FROM keys WHERE tag = ?1"))?;
        let mut keys = Vec::new();
        for tag in tags {
            let found = statement
                .query_row([tag.as_bytes()], Found::from_row)
                .optional()?;
            keys.extend(found.map(Found::into_key).transpose()?);
        }
        Ok(keys)
    }

    fn keys(&self, filter: &KeyFilter) -> Result<Vec<IssuedKey>, StoreError> {
        list(&self.connection(), filter)
    }

    fn living_keys(
        &self,
        now: OffsetDateTime,
        each: &mut dyn FnMut(IssuedKey),
    ) -> Result<(), StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare(&format!(
            "SELECT {COLUMNS} FROM keys WHERE revoked_at IS NULL AND ends_at > ?1"
        ))?;
        let rows = statement.query_map([milliseconds(now)], Found::from_row)?;
        for row in rows {
            each(row?.into_key()?);
        }
        Ok(())
    }

    fn revoke_keys(
        &self,
        ids: &[KeyId],
        by: &str,
        at: OffsetDateTime,
    ) -> Result<Vec<KeyId>, StoreError> {
        let mut connection = self.connection();
        let transaction = write(&mut connection)?;
        let mut revoked = Vec::new();
        {
            let mut statement = transaction.prepare_cached(
                "UPDATE keys SET revoked_at = ?2, revoked_by = ?3 \
                 WHERE id = ?1 AND revoked_at IS NULL",
            )?;
            for id in ids {
                if statement.execute(params![number(*id), milliseconds(at), by])? > 0 {
                    revoked.push(*id);
                }
            }
        }
        transaction.commit()?;
        Ok(revoked)
    }

    fn rotate_key(&self, rotation: &Rotation) -> Result<IssuedKey, RotateKeyError> {
        let mut connection = self.connection();
        let transaction = write(&mut connection)?;
        let old = one(&transaction, rotation.old)?.ok_or(RotateKeyError::Unknown)?;
        let is_dead = matches!(
            old.state(rotation.new.at),
            KeyState::Expired | KeyState::Revoked
        );
        if is_dead || old.replaced_by.is_some() {
            return Err(RotateKeyError::Dead);
        }
        insert(&transaction, &rotation.new, Some(old.id))?;
        let until = milliseconds(rotation.overlap_until);
        transaction.execute(
            "UPDATE keys SET replaced_by = ?2, overlap_until = ?3, ends_at = MIN(ends_at, ?3) \
             WHERE id = ?1",
            params![number(old.id), number(rotation.new.id), until],
        )?;
        let old = one(&transaction, old.id)?.ok_or(RotateKeyError::Unknown)?;
        transaction.commit()?;
        Ok(old)
    }

    fn lease_uses(&self, id: KeyId, block: u64) -> Result<KeyLease, StoreError> {
        let mut connection = self.connection();
        let transaction = write(&mut connection)?;
        let found: Option<(Option<i64>, i64)> = transaction
            .prepare_cached(
                "SELECT max_uses, leased FROM keys WHERE id = ?1 AND revoked_at IS NULL",
            )?
            .query_row([number(id)], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((most, leased)) = found else {
            return Ok(KeyLease::Gone);
        };
        let block = most.map_or(block, |most| {
            block.min(u64::try_from(most.saturating_sub(leased)).unwrap_or(0))
        });
        if block == 0 {
            return Ok(KeyLease::Exhausted);
        }
        transaction.execute(
            "UPDATE keys SET leased = leased + ?2 WHERE id = ?1",
            params![number(id), signed(block)],
        )?;
        transaction.commit()?;
        Ok(KeyLease::Granted(block))
    }

    fn return_uses(&self, unused: &[(KeyId, u64)]) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = write(&mut connection)?;
        for (id, uses) in unused {
            transaction.execute(
                "UPDATE keys SET leased = MAX(leased - ?2, 0) WHERE id = ?1",
                params![number(*id), signed(*uses)],
            )?;
        }
        Ok(transaction.commit()?)
    }

    fn note_key_uses(&self, uses: &[KeyUse]) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = write(&mut connection)?;
        {
            let mut read =
                transaction.prepare_cached("SELECT addresses_seen FROM keys WHERE id = ?1")?;
            let mut note = transaction.prepare_cached(
                "UPDATE keys SET uses = uses + ?2, \
                 last_used_at = MAX(COALESCE(last_used_at, 0), ?3), addresses_seen = ?4 \
                 WHERE id = ?1",
            )?;
            for used in uses {
                let kept: Option<String> = read
                    .query_row([number(used.id)], |row| row.get(0))
                    .optional()?;
                let Some(kept) = kept else { continue };
                let mut seen = addresses(&kept)?;
                for address in &used.addresses {
                    seen.retain(|one| one != address);
                    seen.push(*address);
                }
                let surplus = seen.len().saturating_sub(ADDRESSES);
                seen.drain(..surplus);
                note.execute(params![
                    number(used.id),
                    signed(used.uses),
                    milliseconds(used.last_used_at),
                    written(&seen)?
                ])?;
            }
        }
        Ok(transaction.commit()?)
    }

    fn prune_keys(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StoreError> {
        Ok(self.connection().execute(
            "DELETE FROM keys WHERE id IN (SELECT id FROM keys \
             WHERE revoked_at < ?1 OR ends_at < ?1 LIMIT ?2)",
            params![
                milliseconds(before),
                i64::try_from(limit).unwrap_or(i64::MAX)
            ],
        )?)
    }
}
