//! The keys in memory, by tag.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

use gatewright_store::KeyTag;

use crate::entry::Entry;

/// So many parts that a change holds up one reader in sixty-four, and each for the time of a move.
const SHARDS: usize = 64;

/// Half of a tag: 128 bits under a secret pepper are enough to find one key and no other.
type Short = [u8; 16];
type Shard = RwLock<HashMap<Short, Arc<Entry>, BuildHasherDefault<Spread>>>;

/// The keys that could be good.
pub(crate) struct Index(Vec<Shard>);

impl Default for Index {
    fn default() -> Self {
        Self((0..SHARDS).map(|_| Shard::default()).collect())
    }
}

impl Index {
    pub(crate) fn get(&self, tag: &KeyTag) -> Option<Arc<Entry>> {
        let shard = self.shard(tag);
        let keys = shard.read().unwrap_or_else(PoisonError::into_inner);
        keys.get(&short(tag)).map(Arc::clone)
    }

    pub(crate) fn insert(&self, tag: &KeyTag, entry: Entry) {
        let entry = Arc::new(entry);
        self.write(tag, |keys| keys.insert(short(tag), entry));
    }

    pub(crate) fn remove(&self, tag: &KeyTag) {
        self.write(tag, |keys| keys.remove(&short(tag)));
    }

    /// Drops what does not hold.
    pub(crate) fn retain(&self, holds: impl Fn(&Entry) -> bool) {
        for shard in &self.0 {
            let mut keys = shard.write().unwrap_or_else(PoisonError::into_inner);
            keys.retain(|_, entry| holds(entry));
        }
    }

    /// Looks at all keys, one part after the other.
    pub(crate) fn each(&self, mut look: impl FnMut(&Entry)) {
        for shard in &self.0 {
            let keys = shard.read().unwrap_or_else(PoisonError::into_inner);
            keys.values().for_each(|entry| look(entry));
        }
    }

    fn write<T>(
        &self,
        tag: &KeyTag,
        change: impl FnOnce(&mut HashMap<Short, Arc<Entry>, BuildHasherDefault<Spread>>) -> T,
    ) {
        let shard = self.shard(tag);
        let mut keys = shard.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut keys);
    }

    fn shard(&self, tag: &KeyTag) -> &Shard {
        // A byte that the map's own hash does not use.
        &self.0[usize::from(tag.as_bytes()[31]) % SHARDS]
    }
}

fn short(tag: &KeyTag) -> Short {
    let mut short = Short::default();
    short.copy_from_slice(&tag.as_bytes()[..16]);
    short
}

/// Tags are spread evenly already, and nobody without the pepper can choose one.
#[derive(Default)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut eight = [0; 8];
            eight[..chunk.len()].copy_from_slice(chunk);
            self.0 ^= u64::from_le_bytes(eight);
        }
    }

    fn write_usize(&mut self, _length: usize) {}
}

#[cfg(test)]
mod tests {
    use gatewright_keys::{KeyId, KeyKind};
    use gatewright_store::{IssuedKey, Narrowing};
    use time::OffsetDateTime;

    use super::*;

    fn key(number: u64) -> (KeyTag, Entry) {
        let mut tag = [0; 32];
        for (place, byte) in tag.iter_mut().enumerate() {
            let mixed = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15 ^ (place as u64) << 40);
            *byte = mixed.to_le_bytes()[place % 8] ^ mixed.to_le_bytes()[7];
        }
        let tag = KeyTag::new(tag);
        let entry = Entry::new(&IssuedKey {
            id: KeyId::new(number),
            tag,
            shown: String::new(),
            kind: KeyKind::Bearer,
            owner: format!("user{number}"),
            name: String::new(),
            created_at: OffsetDateTime::UNIX_EPOCH,
            created_by: String::new(),
            expires_at: None,
            overlap_until: None,
            max_uses: number.is_multiple_of(10).then_some(100),
            leased: 0,
            uses: 0,
            narrowing: Narrowing::default(),
            revoked_at: None,
            revoked_by: None,
            replaces: None,
            replaced_by: None,
            last_used_at: None,
            addresses_seen: Vec::new(),
        });
        (tag, entry.unwrap())
    }

    fn resident() -> usize {
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        let pages: usize = statm.split(' ').nth(1).unwrap().parse().unwrap();
        pages * 4096
    }

    #[test]
    fn a_hundred_thousand_keys_are_found_and_take_less_than_thirty_megabytes() {
        const KEYS: u64 = 100_000;
        let index = Index::default();
        let before = resident();
        for number in 0..KEYS {
            let (tag, entry) = key(number);
            index.insert(&tag, entry);
        }
        let taken = resident().saturating_sub(before);
        println!("{} bytes for each key", taken / 100_000);
        assert!(taken < 30_000_000, "{taken}");
        let mut all = 0;
        index.each(|_| all += 1);
        assert_eq!(all, KEYS);
        for number in (0..KEYS).step_by(997) {
            let (tag, _) = key(number);
            assert_eq!(index.get(&tag).unwrap().card.id.number(), number);
            index.remove(&tag);
            assert!(index.get(&tag).is_none());
        }
    }
}
