//! Audit lines.

use rusqlite::{Connection, TransactionBehavior, params};
use time::OffsetDateTime;

use super::{count, milliseconds, moment, signed};
use crate::record::{AuditEntry, AuditFigure, AuditFilter, AuditKind, AuditLine};
use crate::store::StoreError;

pub(super) fn append(connection: &mut Connection, lines: &[AuditLine]) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut statement = transaction.prepare_cached(
            "INSERT INTO audit (at, kind, request_id, json) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for line in lines {
            statement.execute(params![
                milliseconds(line.at),
                line.kind.as_str(),
                line.request_id,
                line.json.to_string()
            ])?;
        }
    }
    Ok(transaction.commit()?)
}

pub(super) fn list(
    connection: &Connection,
    filter: &AuditFilter,
) -> Result<Vec<AuditEntry>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT sequence, at, kind, request_id, json FROM audit \
         WHERE sequence < ?1 AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR request_id = ?3) \
         AND (?4 IS NULL OR json_extract(json, '$.user') = ?4) \
         AND (?5 IS NULL OR json_extract(json, '$.outcome') = ?5) \
         AND (?6 IS NULL OR json_extract(json, '$.product') = ?6) \
         AND (?7 IS NULL OR at >= ?7) AND (?8 IS NULL OR at < ?8) \
         AND (?9 = 0 OR (kind = 'request' AND json_extract(json, '$.outcome') \
             NOT IN ('permit', 'abandoned'))) \
         AND sequence > ?10 \
         ORDER BY sequence DESC LIMIT ?11",
    )?;
    let rows = statement.query_map(
        params![
            filter.before.map_or(i64::MAX, signed),
            filter.kind.map(AuditKind::as_str),
            filter.request_id,
            filter.user,
            filter.outcome,
            filter.product,
            filter.since.map(milliseconds),
            filter.until.map(milliseconds),
            filter.refused,
            filter.after.map_or(0, signed),
            signed(filter.limit as u64)
        ],
        |row| {
            let kind: String = row.get(2)?;
            let json: String = row.get(4)?;
            Ok((row.get(0)?, row.get(1)?, kind, row.get(3)?, json))
        },
    )?;
    rows.map(|row| {
        let (sequence, at, kind, request_id, json) = row?;
        let unreadable = StoreError::Unreadable { what: "audit line" };
        Ok(AuditEntry {
            sequence: count(sequence, "audit line")?,
            line: AuditLine {
                at: moment(at)?,
                kind: kind
                    .parse()
                    .map_err(|_| StoreError::Unreadable { what: "audit line" })?,
                request_id,
                json: serde_json::from_str(&json).map_err(|_| unreadable)?,
            },
        })
    })
    .collect()
}

pub(super) fn figures(
    connection: &Connection,
    since: OffsetDateTime,
    until: OffsetDateTime,
    limit: usize,
) -> Result<Vec<AuditFigure>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT at, json_extract(json, '$.outcome'), json_extract(json, '$.user'), \
         json_extract(json, '$.milliseconds') FROM audit \
         WHERE kind = 'request' AND at >= ?1 AND at < ?2 ORDER BY at DESC LIMIT ?3",
    )?;
    let rows = statement.query_map(
        params![
            milliseconds(since),
            milliseconds(until),
            signed(limit as u64)
        ],
        |row| {
            let outcome: Option<String> = row.get(1)?;
            let took: Option<i64> = row.get(3)?;
            Ok((row.get(0)?, outcome, row.get(2)?, took))
        },
    )?;
    rows.map(|row| {
        let (at, outcome, user, took) = row?;
        Ok(AuditFigure {
            at: moment(at)?,
            outcome: outcome.unwrap_or_default(),
            user,
            milliseconds: took.and_then(|took| u64::try_from(took).ok()),
        })
    })
    .collect()
}

pub(super) fn prune(
    connection: &Connection,
    before: OffsetDateTime,
    limit: usize,
) -> Result<usize, StoreError> {
    Ok(connection.execute(
        "DELETE FROM audit WHERE sequence IN (SELECT sequence FROM audit WHERE at < ?1 LIMIT ?2)",
        params![milliseconds(before), signed(limit as u64)],
    )?)
}
