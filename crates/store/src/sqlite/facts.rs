//! Recorded kinds of requests.

use rusqlite::{OptionalExtension as _, TransactionBehavior, params};
use time::OffsetDateTime;

use super::{SqliteStore, count, milliseconds, moment, signed};
use crate::facts::{FactRow, FactStore};
use crate::store::StoreError;

impl FactStore for SqliteStore {
    fn add_facts(
        &self,
        facts: &[FactRow],
        left_out: Option<(OffsetDateTime, u64)>,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut statement = transaction.prepare_cached(
                "INSERT INTO facts (hour, key, json, requests) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (hour, key) DO UPDATE SET requests = requests + ?4",
            )?;
            for fact in facts {
                statement.execute(params![
                    milliseconds(fact.hour),
                    fact.key,
                    fact.json.to_string(),
                    signed(fact.requests)
                ])?;
            }
        }
        if let Some((hour, requests)) = left_out {
            transaction.execute(
                "INSERT INTO facts_left_out (hour, requests) VALUES (?1, ?2) \
                 ON CONFLICT (hour) DO UPDATE SET requests = requests + ?2",
                params![milliseconds(hour), signed(requests)],
            )?;
        }
        Ok(transaction.commit()?)
    }

    fn facts(
        &self,
        since: OffsetDateTime,
        after: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Vec<FactRow>, StoreError> {
        let connection = self.connection();
        // With one MAX, SQLite takes the bare columns from the row that has it.
        let mut statement = connection.prepare_cached(
            "SELECT key, json, SUM(requests), MAX(hour) FROM facts \
             WHERE hour >= ?1 AND key > ?2 GROUP BY key ORDER BY key LIMIT ?3",
        )?;
        let after: Vec<u8> = after.map_or_else(Vec::new, |key| key.to_vec());
        let rows = statement.query_map(
            params![milliseconds(since), after, signed(limit as u64)],
            |row| {
                let key: Vec<u8> = row.get(0)?;
                let json: String = row.get(1)?;
                let requests: i64 = row.get(2)?;
                let hour: i64 = row.get(3)?;
                Ok((key, json, requests, hour))
            },
        )?;
        let unreadable = || StoreError::Unreadable { what: "fact" };
        rows.map(|row| {
            let (key, json, requests, hour) = row?;
            Ok(FactRow {
                hour: moment(hour)?,
                key: key.try_into().map_err(|_| unreadable())?,
                json: serde_json::from_str(&json).map_err(|_| unreadable())?,
                requests: count(requests, "fact")?,
            })
        })
        .collect()
    }

    fn facts_left_out(&self, since: OffsetDateTime) -> Result<u64, StoreError> {
        let sum: i64 = self.connection().query_row(
            "SELECT COALESCE(SUM(requests), 0) FROM facts_left_out WHERE hour >= ?1",
            [milliseconds(since)],
            |row| row.get(0),
        )?;
        count(sum, "fact")
    }

    fn first_fact(&self) -> Result<Option<OffsetDateTime>, StoreError> {
        let hour: Option<i64> = self
            .connection()
            .query_row("SELECT hour FROM facts ORDER BY hour LIMIT 1", [], |row| {
                row.get(0)
            })
            .optional()?;
        hour.map(moment).transpose()
    }

    fn prune_facts(&self, before: OffsetDateTime, most: usize) -> Result<usize, StoreError> {
        let connection = self.connection();
        let before = milliseconds(before);
        let mut gone = connection.execute("DELETE FROM facts WHERE hour < ?1", [before])?;
        connection.execute("DELETE FROM facts_left_out WHERE hour < ?1", [before])?;
        loop {
            let rows: i64 =
                connection.query_row("SELECT COUNT(*) FROM facts", [], |row| row.get(0))?;
            if rows <= signed(most as u64) {
                return Ok(gone);
            }
            gone += connection.execute(
                "DELETE FROM facts WHERE hour = (SELECT MIN(hour) FROM facts)",
                [],
            )?;
        }
    }
}
