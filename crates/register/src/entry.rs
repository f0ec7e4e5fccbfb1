//! One key in memory, as small as it can be: there may be a hundred thousand.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};

use gatewright_keys::{KeyId, KeyKind};
use gatewright_policy::KeyScope;
use gatewright_store::IssuedKey;
use time::OffsetDateTime;

use crate::narrowing::{NarrowingError, narrowed};

/// The end of a key that has none.
const NEVER: i64 = i64::MAX;

/// What a request needs to know of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its id.
    pub id: KeyId,
    /// In which header form it is good.
    pub kind: KeyKind,
    /// The user as whom it acts.
    pub owner: Box<str>,
    /// When it was made.
    pub made_at: OffsetDateTime,
    /// What it is narrowed to; absent: nothing.
    pub scope: Option<Arc<KeyScope>>,
}

/// A key in memory.
pub(crate) struct Entry {
    pub(crate) card: Card,
    /// Milliseconds since 1970; an overlap moves it.
    ends_at: AtomicI64,
    pub(crate) limited: Option<Box<Limited>>,
    pub(crate) usage: Usage,
}

/// The uses of a key that may be used only so often.
pub(crate) struct Limited {
    /// Set aside in the store and not handed out.
    available: AtomicU64,
    /// Neither handed out nor set aside.
    pub(crate) left: AtomicU64,
    /// The store has none left.
    spent: AtomicBool,
    /// One question to the store at a time.
    pub(crate) turn: tokio::sync::Mutex<()>,
}

/// How a key was used since that was last written down.
#[derive(Default)]
pub(crate) struct Usage {
    pending: AtomicU32,
    /// Milliseconds since 1970.
    last: AtomicI64,
    /// A hash of the address from which it was last used: most keys have one.
    address: AtomicU64,
}

impl Entry {
    pub(crate) fn new(key: &IssuedKey) -> Result<Self, NarrowingError> {
        let scope = narrowed(&key.narrowing)?;
        let limited = key.max_uses.map(|most| {
            let left = most.saturating_sub(key.leased);
            Box::new(Limited {
                available: AtomicU64::new(0),
                left: AtomicU64::new(left),
                spent: AtomicBool::new(left == 0),
                turn: tokio::sync::Mutex::default(),
            })
        });
        Ok(Self {
            card: Card {
                id: key.id,
                kind: key.kind,
                owner: key.owner.as_str().into(),
                made_at: key.created_at,
                scope: (scope != KeyScope::default()).then(|| Arc::new(scope)),
            },
            ends_at: AtomicI64::new(end_of(key)),
            limited,
            usage: Usage::default(),
        })
    }

    /// Takes over an end that was changed in the store.
    pub(crate) fn ends_with(&self, key: &IssuedKey) {
        self.ends_at.store(end_of(key), Ordering::Release);
    }

    pub(crate) fn has_ended(&self, now: OffsetDateTime) -> bool {
        self.ends_at.load(Ordering::Acquire) <= milliseconds(now)
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.limited
            .as_ref()
            .is_some_and(|limited| limited.is_spent())
    }
}

impl Limited {
    /// Takes a use that was set aside.
    pub(crate) fn take(&self) -> bool {
        self.available
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |uses| {
                uses.checked_sub(1)
            })
            .is_ok()
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.spent.load(Ordering::Acquire) && self.available.load(Ordering::Acquire) == 0
    }

    /// Uses that the store set aside just now.
    pub(crate) fn granted(&self, uses: u64) {
        let _ = self
            .left
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| {
                Some(left.saturating_sub(uses))
            });
        self.available.fetch_add(uses, Ordering::AcqRel);
    }

    pub(crate) fn spend(&self) {
        self.spent.store(true, Ordering::Release);
    }

    /// Takes out all that is not handed out, to give it back.
    pub(crate) fn drain(&self) -> u64 {
        self.available.swap(0, Ordering::AcqRel)
    }

    pub(crate) fn available(&self) -> u64 {
        self.available.load(Ordering::Acquire)
    }
}

impl Usage {
    /// Notes a use; says whether it is the first since the last look, and whether it is from
    /// another address than the one before.
    pub(crate) fn note(&self, address: IpAddr, now: OffsetDateTime) -> (bool, bool) {
        self.last.fetch_max(milliseconds(now), Ordering::AcqRel);
        let hashed = hash_of(address);
        let moved = self.address.load(Ordering::Relaxed) != hashed
            && self.address.swap(hashed, Ordering::Relaxed) != hashed;
        (self.pending.fetch_add(1, Ordering::AcqRel) == 0, moved)
    }

    pub(crate) fn take(&self) -> (u32, i64) {
        let uses = self.pending.swap(0, Ordering::AcqRel);
        (uses, self.last.load(Ordering::Acquire))
    }

    /// Puts back what could not be written down; says whether nothing was noted meanwhile.
    pub(crate) fn put_back(&self, uses: u32) -> bool {
        self.pending.fetch_add(uses, Ordering::AcqRel) == 0
    }

    pub(crate) fn pending(&self) -> u32 {
        self.pending.load(Ordering::Acquire)
    }

    /// When it was last used since the start.
    pub(crate) fn last(&self) -> Option<OffsetDateTime> {
        match self.last.load(Ordering::Acquire) {
            0 => None,
            last => moment(last),
        }
    }
}

fn end_of(key: &IssuedKey) -> i64 {
    key.ends_at().map_or(NEVER, milliseconds)
}

pub(crate) fn milliseconds(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

pub(crate) fn moment(milliseconds: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000).ok()
}

/// Not for keeping apart what an attacker chooses: two addresses of one hash are one line less.
fn hash_of(address: IpAddr) -> u64 {
    let bits = match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    };
    let [high, low] = [bits >> 64, bits & u128::from(u64::MAX)]
        .map(|half| u64::try_from(half).unwrap_or_default());
    (high.rotate_left(17) ^ low).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1
}
