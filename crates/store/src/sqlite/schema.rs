//! The tables, and how an older database becomes a newer one.

use rusqlite::{Connection, TransactionBehavior};

/// The newest format that this program knows: the number of migrations.
#[expect(clippy::cast_possible_wrap, reason = "there are a handful")]
pub(super) const FORMAT: i64 = MIGRATIONS.len() as i64;

const MIGRATIONS: &[&str] = &[
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
];

pub(super) fn format(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// WAL lets `pair-code` write beside readers; FULL puts every commit on disk before it returns.
pub(super) fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")
}

/// One transaction, taken for writing before the format is read again: of two programs that start
/// on the same directory, one migrates and the other finds it done.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    if format(connection)? == FORMAT {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = usize::try_from(format(&transaction)?).unwrap_or(0);
    for migration in MIGRATIONS.iter().skip(found) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()
}
