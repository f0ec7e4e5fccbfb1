//! What is to be written down of how keys were used.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gatewright_keys::KeyId;
use gatewright_store::KeyUse;

use crate::entry::{Entry, moment};

const SHARDS: usize = 16;
/// Addresses that wait in one part; more are not noted until the next batch.
const WAITING: usize = 4096;
/// Addresses of one key that a batch takes along.
const OF_ONE_KEY: usize = 8;

/// Keys that were used, and from where. A use after the first of a batch, from the same address,
/// takes no lock here.
#[derive(Default)]
pub(crate) struct Uses([Mutex<Waiting>; SHARDS]);

#[derive(Default)]
struct Waiting {
    used: Vec<Arc<Entry>>,
    addresses: Vec<(KeyId, IpAddr)>,
}

impl Uses {
    pub(crate) fn note(&self, entry: &Arc<Entry>, first: bool, from: Option<IpAddr>) {
        if !first && from.is_none() {
            return;
        }
        let id = entry.card.id;
        let mut waiting = self.shard(id);
        if first {
            waiting.used.push(Arc::clone(entry));
        }
        if let Some(address) = from
            && waiting.addresses.len() < WAITING
        {
            waiting.addresses.push((id, address));
        }
    }

    /// Takes out what waits.
    pub(crate) fn drain(&self) -> Batch {
        let mut entries = Vec::new();
        let mut addresses: HashMap<KeyId, Vec<IpAddr>> = HashMap::new();
        for shard in &self.0 {
            let mut waiting = shard.lock().unwrap_or_else(PoisonError::into_inner);
            entries.append(&mut waiting.used);
            for (id, address) in waiting.addresses.drain(..) {
                let seen = addresses.entry(id).or_default();
                seen.retain(|one| *one != address);
                seen.push(address);
                if seen.len() > OF_ONE_KEY {
                    seen.remove(0);
                }
            }
        }
        let mut batch = Batch::default();
        for entry in entries {
            let (uses, last) = entry.usage.take();
            let id = entry.card.id;
            if let Some(last_used_at) = moment(last) {
                batch.uses.push(KeyUse {
                    id,
                    uses: u64::from(uses),
                    last_used_at,
                    addresses: addresses.remove(&id).unwrap_or_default(),
                });
                batch.entries.push((entry, uses));
            }
        }
        batch
    }

    /// Puts back what could not be written down.
    pub(crate) fn put_back(&self, batch: Batch) {
        for ((entry, uses), noted) in batch.entries.into_iter().zip(batch.uses) {
            let first = entry.usage.put_back(uses);
            self.note(&entry, first, None);
            for address in noted.addresses {
                self.note(&entry, false, Some(address));
            }
        }
    }

    fn shard(&self, id: KeyId) -> MutexGuard<'_, Waiting> {
        let shard = usize::try_from(id.number() % SHARDS as u64).unwrap_or_default();
        self.0[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is written down at once.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) uses: Vec<KeyUse>,
    entries: Vec<(Arc<Entry>, u32)>,
}
