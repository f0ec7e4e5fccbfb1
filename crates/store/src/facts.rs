//! What is kept of requests so that other rules can be tried on them.

use serde_json::Value;
use time::OffsetDateTime;

use crate::store::StoreError;

/// Requests of one kind, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRow {
    /// The hour in which they came; in what [`FactStore::facts`] answers, the last of several.
    pub hour: OffsetDateTime,
    /// The name of the kind.
    pub key: [u8; 32],
    /// The kind, and one request that shows it; of several, one is kept.
    pub json: Value,
    /// How many.
    pub requests: u64,
}

/// Recorded kinds of requests, hour by hour.
pub trait FactStore {
    /// Adds to what was counted, all or nothing. `left_out` are requests of the hour that were not
    /// recorded.
    fn add_facts(
        &self,
        facts: &[FactRow],
        left_out: Option<(OffsetDateTime, u64)>,
    ) -> Result<(), StoreError>;

    /// Kinds since an hour, each once with the sum of its requests, ordered by key, from behind
    /// `after`, at most `limit`.
    fn facts(
        &self,
        since: OffsetDateTime,
        after: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Vec<FactRow>, StoreError>;

    /// Requests since an hour that were not recorded.
    fn facts_left_out(&self, since: OffsetDateTime) -> Result<u64, StoreError>;

    /// The first hour that is recorded.
    fn first_fact(&self) -> Result<Option<OffsetDateTime>, StoreError>;

    /// Drops what is older than `before`, and then whole hours, the oldest first, until at most
    /// `most` rows remain; returns how many rows went.
    fn prune_facts(&self, before: OffsetDateTime, most: usize) -> Result<usize, StoreError>;
}
