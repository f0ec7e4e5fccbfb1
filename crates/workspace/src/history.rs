//! The history of tests: what was asked and what came back, found again quickly among many.

use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, Row, params, params_from_iter};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::database::{StoreError, Workspace, parse, write};

/// The second layout of the file: history, saved checks and own endpoints.
///
/// Each index ends with the time and, as all do, with the row's number: a page of what one filter
/// leaves is read from it in its order, without sorting.
pub(crate) const SCHEMA: &str = "
CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,
    verdict TEXT NOT NULL, product TEXT NOT NULL, token TEXT NOT NULL, user TEXT, way TEXT NOT NULL,
    place TEXT NOT NULL, summary TEXT NOT NULL, record TEXT NOT NULL
);
CREATE INDEX history_at ON history (at);
CREATE INDEX history_verdict ON history (verdict, at);
CREATE INDEX history_product ON history (product, at);
CREATE INDEX history_token ON history (token, at);
CREATE INDEX history_user ON history (user, at);
CREATE INDEX history_way ON history (way, at);
CREATE INDEX history_place ON history (place, at);
CREATE VIRTUAL TABLE history_words USING fts5(
    words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER history_removed AFTER DELETE ON history BEGIN
    DELETE FROM history_words WHERE rowid = old.id;
END;
CREATE TABLE checks (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, record TEXT NOT NULL
);
CREATE TABLE own_endpoints (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, record TEXT NOT NULL
);
";

/// A test to be kept.
#[derive(Clone, Debug)]
pub struct NewRecord<'a, S, R> {
    /// When.
    pub at: OffsetDateTime,
    /// The verdict's code.
    pub verdict: &'a str,
    /// The product's id.
    pub product: &'a str,
    /// The token's name.
    pub token: &'a str,
    /// Whom the product named.
    pub user: Option<&'a str>,
    /// `direct` or `gateway`.
    pub way: &'a str,
    /// The same token at the same product, way and endpoint has the same place.
    pub place: &'a str,
    /// What a search looks through.
    pub words: &'a str,
    /// What a line of the list shows.
    pub summary: &'a S,
    /// All of it.
    pub record: &'a R,
}

/// A kept test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<T> {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: OffsetDateTime,
    /// Where it stands among the others of the same.
    pub place: String,
    /// What is kept.
    pub value: T,
}

/// Which tests are wanted; what is left out does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryFilter {
    /// Verdicts' codes.
    pub verdicts: Vec<String>,
    /// A product's id.
    pub product: Option<String>,
    /// A token's name.
    pub token: Option<String>,
    /// Whom the product named.
    pub user: Option<String>,
    /// `direct` or `gateway`.
    pub way: Option<String>,
    /// Not before this.
    pub since: Option<OffsetDateTime>,
    /// Before this.
    pub until: Option<OffsetDateTime>,
    /// Words, or their beginnings, all of which have to be there.
    pub search: String,
}

/// Where a page ends: the next one begins after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Milliseconds since 1970.
    at: i64,
    id: i64,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}-{}", self.at, self.id)
    }
}

impl std::str::FromStr for Cursor {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (at, id) = text.split_once('-').unwrap_or((text, ""));
        Ok(Self {
            at: at.parse()?,
            id: id.parse()?,
        })
    }
}

/// A page of tests, the newest first.
#[derive(Clone, Debug)]
pub struct HistoryPage<T> {
    /// The tests.
    pub records: Vec<Record<T>>,
    /// Where the next page begins; none at the end.
    pub next: Option<Cursor>,
}

/// How much of the history is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// At most so many tests.
    pub rows: u32,
    /// For at most so many days.
    pub days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            rows: 100_000,
            days: 180,
        }
    }
}

impl Workspace {
    /// Keeps tests, all or none of them.
    pub fn add_history<S: Serialize, R: Serialize>(
        &self,
        records: &[NewRecord<'_, S, R>],
    ) -> Result<(), StoreError> {
        let texts: Vec<(String, String)> = records
            .iter()
            .map(|new| {
                Ok((
                    write("history", new.summary)?,
                    write("history", new.record)?,
                ))
            })
            .collect::<Result<_, StoreError>>()?;
        self.with(|connection| {
            let transaction = connection.transaction()?;
            {
                let mut row = transaction.prepare_cached(
                    "INSERT INTO history
                     (at, verdict, product, token, user, way, place, summary, record)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                )?;
                let mut words = transaction
                    .prepare_cached("INSERT INTO history_words (rowid, words) VALUES (?1, ?2)")?;
                for (new, (summary, record)) in records.iter().zip(&texts) {
                    row.execute(params![
                        milliseconds(new.at),
                        new.verdict,
                        new.product,
                        new.token,
                        new.user,
                        new.way,
                        new.place,
                        summary,
                        record
                    ])?;
                    words.execute(params![transaction.last_insert_rowid(), new.words])?;
                }
            }
            transaction.commit()
        })
    }

    /// A page of what the filter leaves, the newest first; `T` is what a line shows.
    pub fn history<T: serde::de::DeserializeOwned>(
        &self,
        filter: &HistoryFilter,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<HistoryPage<T>, StoreError> {
        self.page(filter, after, limit, "summary")
    }

    /// The same with all that is kept of each test, for an export.
    pub fn history_in_full<T: serde::de::DeserializeOwned>(
        &self,
        filter: &HistoryFilter,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<HistoryPage<T>, StoreError> {
        self.page(filter, after, limit, "record")
    }

    fn page<T: serde::de::DeserializeOwned>(
        &self,
        filter: &HistoryFilter,
        after: Option<Cursor>,
        limit: u32,
        column: &str,
    ) -> Result<HistoryPage<T>, StoreError> {
        let (sql, values) = page_query(filter, after, limit, column);
        let mut rows: Vec<(i64, i64, String, String)> = self.with(|connection| {
            connection
                .prepare_cached(&sql)?
                .query_map(params_from_iter(values), four)?
                .collect()
        })?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        let next = rows
            .last()
            .filter(|_| more)
            .map(|(id, at, _, _)| Cursor { at: *at, id: *id });
        Ok(HistoryPage {
            records: rows.into_iter().map(record).collect::<Result<_, _>>()?,
            next,
        })
    }

    /// How many tests the filter leaves.
    pub fn history_count(&self, filter: &HistoryFilter) -> Result<u64, StoreError> {
        let (conditions, values) = conditions(filter);
        let sql = format!("SELECT count(*) FROM history{conditions}");
        let count: i64 = self.with(|connection| {
            connection
                .prepare_cached(&sql)?
                .query_row(params_from_iter(values), |row| row.get(0))
        })?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// All that is kept of one test.
    pub fn history_record<T: serde::de::DeserializeOwned>(
        &self,
        id: i64,
    ) -> Result<Option<Record<T>>, StoreError> {
        let row = self.with(|connection| {
            connection
                .query_row(
                    "SELECT id, at, place, record FROM history WHERE id = ?1",
                    [id],
                    four,
                )
                .optional()
        })?;
        row.map(record).transpose()
    }

    /// What a line shows of the test before this one at the same place.
    pub fn history_before<T: serde::de::DeserializeOwned>(
        &self,
        place: &str,
        id: i64,
    ) -> Result<Option<Record<T>>, StoreError> {
        let row = self.with(|connection| {
            connection
                .query_row(
                    "SELECT id, at, place, summary FROM history
                     WHERE place = ?1 AND id < ?2 ORDER BY at DESC, id DESC LIMIT 1",
                    params![place, id],
                    four,
                )
                .optional()
        })?;
        row.map(record).transpose()
    }

    /// The names of tokens and products that have a history, for filters.
    pub fn history_names(&self) -> Result<(Vec<String>, Vec<String>), StoreError> {
        // A step in the index for each name, and not one for each row.
        let names = |column: &str| {
            let sql = format!(
                "WITH RECURSIVE names (name) AS (
                     SELECT min({column}) FROM history
                     UNION ALL
                     SELECT (SELECT min({column}) FROM history WHERE {column} > name)
                     FROM names WHERE name IS NOT NULL
                 )
                 SELECT name FROM names WHERE name IS NOT NULL LIMIT 500"
            );
            self.with(|connection| {
                connection
                    .prepare_cached(&sql)?
                    .query_map([], |row| row.get(0))?
                    .collect()
            })
        };
        Ok((names("token")?, names("product")?))
    }

    /// Removes what is older, or more, than is to be kept; answers how much that was.
    pub fn prune_history(
        &self,
        retention: Retention,
        now: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let oldest = milliseconds(now - time::Duration::days(i64::from(retention.days)));
        self.with(|connection| {
            let transaction = connection.transaction()?;
            let mut removed = transaction.execute("DELETE FROM history WHERE at < ?1", [oldest])?;
            let last: Option<(i64, i64)> = transaction
                .query_row(
                    "SELECT at, id FROM history ORDER BY at DESC, id DESC LIMIT 1 OFFSET ?1",
                    [retention.rows],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            if let Some((at, id)) = last {
                removed += transaction.execute(
                    "DELETE FROM history WHERE (at, id) <= (?1, ?2)",
                    params![at, id],
                )?;
            }
            transaction.commit()?;
            Ok(removed)
        })
    }

    /// Removes all of the history.
    pub fn clear_history(&self) -> Result<usize, StoreError> {
        self.with(|connection| connection.execute("DELETE FROM history", []))
    }
}

fn four(row: &Row<'_>) -> rusqlite::Result<(i64, i64, String, String)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn record<T: serde::de::DeserializeOwned>(
    (id, at, place, text): (i64, i64, String, String),
) -> Result<Record<T>, StoreError> {
    Ok(Record {
        id,
        at: OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH),
        place,
        value: parse("history", &text)?,
    })
}

fn milliseconds(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or_default()
}

/// One row more than asked for tells whether there are more.
fn page_query(
    filter: &HistoryFilter,
    after: Option<Cursor>,
    limit: u32,
    column: &str,
) -> (String, Vec<Sql>) {
    let (mut conditions, mut values) = conditions(filter);
    if let Some(after) = after {
        conditions.push_str(if conditions.is_empty() {
            " WHERE (at, id) < (?, ?)"
        } else {
            " AND (at, id) < (?, ?)"
        });
        values.extend([Sql::Integer(after.at), Sql::Integer(after.id)]);
    }
    values.push(Sql::Integer(i64::from(limit) + 1));
    let sql = format!(
        "SELECT id, at, place, {column} FROM history{conditions} ORDER BY at DESC, id DESC LIMIT ?"
    );
    (sql, values)
}

fn conditions(filter: &HistoryFilter) -> (String, Vec<Sql>) {
    let mut parts: Vec<String> = Vec::new();
    let mut values: Vec<Sql> = Vec::new();
    let equal = [
        ("product", &filter.product),
        ("token", &filter.token),
        ("user", &filter.user),
        ("way", &filter.way),
    ];
    for (column, value) in equal {
        if let Some(value) = value {
            parts.push(format!("{column} = ?"));
            values.push(Sql::Text(value.clone()));
        }
    }
    if !filter.verdicts.is_empty() {
        let marks = vec!["?"; filter.verdicts.len()].join(", ");
        parts.push(format!("verdict IN ({marks})"));
        values.extend(filter.verdicts.iter().cloned().map(Sql::Text));
    }
    for (sign, at) in [(">=", filter.since), ("<", filter.until)] {
        if let Some(at) = at {
            parts.push(format!("at {sign} ?"));
            values.push(Sql::Integer(milliseconds(at)));
        }
    }
    if let Some(words) = words_query(&filter.search) {
        parts
            .push("id IN (SELECT rowid FROM history_words WHERE history_words MATCH ?)".to_owned());
        values.push(Sql::Text(words));
    }
    let text = if parts.is_empty() {
        String::new()
    } else {
        format!(" WHERE {}", parts.join(" AND "))
    };
    (text, values)
}

/// What was typed as a query: each word may be a beginning, and none has a meaning of its own.
fn words_query(search: &str) -> Option<String> {
    let words: Vec<String> = search
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| format!("\"{word}\"*"))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests;
