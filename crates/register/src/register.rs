//! The register itself.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration as Span;

use gatewright_keys::{ApiKey, KeyId, KeyKind};
use gatewright_store::{
    AddKeyError, IssuedKey, KeyLease, KeyPepper, KeyTag, Narrowing, NewKey, RotateKeyError,
    Rotation, Store, StoreError,
};
use time::{Duration, OffsetDateTime};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::entry::{Card, Entry, Limited};
use crate::index::Index;
use crate::narrowing::NarrowingError;
use crate::uses::Uses;

/// How often uses are written down.
const FLUSH: Span = Span::from_secs(10);
/// How long a key that was revoked or has ended is kept for who asks what it was.
const KEPT_DEAD: Duration = Duration::days(90);
/// Every how many batches dead keys are dropped, and how many at a time.
const PRUNE_EVERY: u32 = 360;
const PRUNE_AT_ONCE: usize = 2000;
/// The most uses that are set aside at once.
const BLOCK: u64 = 256;
/// Of what is left of a key an eighth is set aside: so much of the rest a crash may lose.
const SHARE: u64 = 8;

/// The keys that this gateway issued.
pub struct Register {
    store: Arc<dyn Store>,
    pepper: KeyPepper,
    index: Index,
    uses: Uses,
    /// One change at a time: a key cannot be taken into the index after it was revoked.
    turn: Mutex<()>,
}

/// How a key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is good.
    Good(Card),
    /// Nobody issued it, or it was revoked.
    Unknown,
    /// Its time is over.
    Expired(Card),
    /// It was used as often as it may be.
    Exhausted(Card),
}

/// A key that is to be made.
#[derive(Clone, Debug)]
pub struct Order {
    /// In which header form it is good.
    pub kind: KeyKind,
    /// The user as whom it acts.
    pub owner: String,
    /// What its owner calls it.
    pub name: String,
    /// Its end, if it has one.
    pub expires_at: Option<OffsetDateTime>,
    /// How often it may be used.
    pub max_uses: Option<u64>,
    /// What it is narrowed to.
    pub narrowing: Narrowing,
    /// Who makes it.
    pub by: String,
    /// When.
    pub at: OffsetDateTime,
}

/// A key that was made: shown this once.
#[derive(Debug)]
pub struct Made {
    /// The key itself.
    pub key: ApiKey,
    /// What is kept of it.
    pub record: IssuedKey,
}

/// What is known of a key's use that is not written down yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// Uses beyond those that are written down.
    pub uses: u64,
    /// Uses that are set aside and not handed out.
    pub available: u64,
    /// When it was last used since the start.
    pub last_used_at: Option<OffsetDateTime>,
}

/// Why a key was not made or replaced.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// It would be narrowed to nothing that is one.
    #[error(transparent)]
    Narrowing(#[from] NarrowingError),
    /// The owner has as many as one may have.
    #[error("the owner has as many keys as one may have: {most}")]
    TooMany {
        /// How many one may have.
        most: u32,
    },
    /// There is no such key.
    #[error("there is no such key")]
    Unknown,
    /// It is not good any more, or it was replaced before.
    #[error("the key was revoked, has ended or was replaced before")]
    Dead,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AddKeyError> for RegisterError {
    fn from(error: AddKeyError) -> Self {
        match error {
            AddKeyError::TooMany { most } => Self::TooMany { most },
            AddKeyError::Store(error) => Self::Store(error),
        }
    }
}

impl From<RotateKeyError> for RegisterError {
    fn from(error: RotateKeyError) -> Self {
        match error {
            RotateKeyError::Unknown => Self::Unknown,
            RotateKeyError::Dead => Self::Dead,
            RotateKeyError::Store(error) => Self::Store(error),
        }
    }
}

impl Register {
    /// Reads all keys that could be good. It blocks.
    pub fn open(store: Arc<dyn Store>, now: OffsetDateTime) -> Result<Arc<Self>, StoreError> {
        let index = Index::default();
        // One that has ended is still told from one that nobody issued.
        store.living_keys(now - KEPT_DEAD, &mut |key| match Entry::new(&key) {
            Ok(entry) => index.insert(&key.tag, entry),
            Err(error) => tracing::error!(id = %key.id, %error, "a key is not usable"),
        })?;
        Ok(Arc::new(Self {
            pepper: store.key_pepper()?,
            store,
            index,
            uses: Uses::default(),
            turn: Mutex::default(),
        }))
    }

    /// How the key with this digest stands. Nothing is taken, and nobody waits.
    pub fn look(&self, digest: &[u8; 32], now: OffsetDateTime) -> Standing {
        match self.index.get(&self.pepper.tag(digest)) {
            Some(entry) => standing(&entry, now),
            None => Standing::Unknown,
        }
    }

    /// Takes a use of the key with this digest. Only a key that may be used only so often waits,
    /// and only when what was set aside for it is used up.
    pub async fn redeem(
        &self,
        digest: &[u8; 32],
        address: IpAddr,
        now: OffsetDateTime,
    ) -> Result<Standing, StoreError> {
        let Some(entry) = self.index.get(&self.pepper.tag(digest)) else {
            return Ok(Standing::Unknown);
        };
        let standing = standing(&entry, now);
        if !matches!(standing, Standing::Good(_)) {
            return Ok(standing);
        }
        if let Some(limited) = &entry.limited
            && !limited.take()
            && !self.take_from_store(&entry, limited).await?
        {
            return Ok(Standing::Exhausted(entry.card.clone()));
        }
        let (first, moved) = entry.usage.note(address, now);
        self.uses.note(&entry, first, moved.then_some(address));
        Ok(standing)
    }

    /// Has uses set aside until one could be taken, or none is left.
    async fn take_from_store(
        &self,
        entry: &Arc<Entry>,
        limited: &Limited,
    ) -> Result<bool, StoreError> {
        let _turn = limited.turn.lock().await;
        loop {
            if limited.take() {
                return Ok(true);
            }
            if limited.is_spent() {
                return Ok(false);
            }
            let (store, leased) = (Arc::clone(&self.store), Arc::clone(entry));
            // What was set aside is in memory even if nobody waits for it any more.
            let lease = blocking(move || {
                let limited = leased.limited.as_deref();
                let left =
                    limited.map_or(0, |one| one.left.load(std::sync::atomic::Ordering::Acquire));
                let block = (left / SHARE).clamp(1, BLOCK);
                let lease = store.lease_uses(leased.card.id, block)?;
                match (lease, limited) {
                    (KeyLease::Granted(uses), Some(limited)) => limited.granted(uses),
                    (KeyLease::Exhausted, Some(limited)) => limited.spend(),
                    (KeyLease::Granted(_) | KeyLease::Exhausted | KeyLease::Gone, _) => {}
                }
                Ok(lease)
            })
            .await?;
            if lease == KeyLease::Gone {
                return Ok(false);
            }
        }
    }

    /// Makes a key; when this returns it is kept, and it is good.
    pub async fn make(self: &Arc<Self>, order: Order, most: u32) -> Result<Made, RegisterError> {
        let register = Arc::clone(self);
        changing(move || {
            let _turn = register.turn.lock().unwrap_or_else(PoisonError::into_inner);
            let (key, new) = register.new_key(order);
            let record = issued(&new, None);
            let entry = Entry::new(&record)?;
            register.store.add_key(&new, most)?;
            register.index.insert(&new.tag, entry);
            Ok(Made { key, record })
        })
        .await
    }

    /// Makes a key in place of another, which stays good until `overlap_until`; gives both.
    pub async fn rotate(
        self: &Arc<Self>,
        old: KeyId,
        order: Order,
        overlap_until: OffsetDateTime,
    ) -> Result<(Made, IssuedKey), RegisterError> {
        let register = Arc::clone(self);
        changing(move || {
            let _turn = register.turn.lock().unwrap_or_else(PoisonError::into_inner);
            let (key, new) = register.new_key(order);
            let record = issued(&new, Some(old));
            let entry = Entry::new(&record)?;
            let tag = new.tag;
            let old = register.store.rotate_key(&Rotation {
                old,
                new,
                overlap_until,
            })?;
            register.index.insert(&tag, entry);
            if let Some(entry) = register.index.get(&old.tag) {
                entry.ends_with(&old);
            }
            Ok((Made { key, record }, old))
        })
        .await
    }

    /// Revokes keys; when this returns that is kept, and none of them is good. Gives those that
    /// were not revoked before.
    pub async fn revoke(
        self: &Arc<Self>,
        keys: Vec<IssuedKey>,
        by: String,
        at: OffsetDateTime,
    ) -> Result<Vec<KeyId>, RegisterError> {
        let register = Arc::clone(self);
        changing(move || {
            let _turn = register.turn.lock().unwrap_or_else(PoisonError::into_inner);
            let ids: Vec<KeyId> = keys.iter().map(|key| key.id).collect();
            let revoked = register.store.revoke_keys(&ids, &by, at)?;
            for key in &keys {
                register.index.remove(&key.tag);
            }
            Ok(revoked)
        })
        .await
    }

    /// The tag by which the store finds a key.
    pub fn tag(&self, key: &ApiKey) -> KeyTag {
        self.pepper.tag(&key.digest())
    }

    /// What is known of a key's use beyond what is written down.
    pub fn live(&self, key: &IssuedKey) -> Live {
        self.index
            .get(&key.tag)
            .map_or_else(Live::default, |entry| Live {
                uses: u64::from(entry.usage.pending()),
                available: entry.limited.as_ref().map_or(0, |one| one.available()),
                last_used_at: entry.usage.last(),
            })
    }

    /// Writes down how keys were used.
    pub async fn flush(self: &Arc<Self>) -> Result<(), StoreError> {
        let register = Arc::clone(self);
        blocking(move || {
            let batch = register.uses.drain();
            if batch.uses.is_empty() {
                return Ok(());
            }
            let written = register.store.note_key_uses(&batch.uses);
            if written.is_err() {
                register.uses.put_back(batch);
            }
            written
        })
        .await
    }

    /// Gives back what was set aside and not handed out, and writes down the last uses. No request
    /// may come after that.
    pub async fn close(self: &Arc<Self>) -> Result<(), StoreError> {
        let noted = self.flush().await;
        let register = Arc::clone(self);
        let returned = blocking(move || {
            let mut unused = Vec::new();
            register.index.each(|entry| {
                if let Some(limited) = &entry.limited {
                    let uses = limited.drain();
                    if uses > 0 {
                        unused.push((entry.card.id, uses));
                    }
                }
            });
            if unused.is_empty() {
                return Ok(());
            }
            register.store.return_uses(&unused)
        })
        .await;
        noted.and(returned)
    }

    /// Drops keys that are dead for long.
    pub async fn prune(self: &Arc<Self>, now: OffsetDateTime) -> Result<usize, StoreError> {
        let register = Arc::clone(self);
        blocking(move || {
            let before = now - KEPT_DEAD;
            register.index.retain(|entry| !entry.has_ended(before));
            let mut all = 0;
            loop {
                match register.store.prune_keys(before, PRUNE_AT_ONCE)? {
                    0 => return Ok(all),
                    some => all += some,
                }
            }
        })
        .await
    }

    /// Writes down uses in batches, and drops dead keys, until `stop`.
    pub async fn run(
        self: Arc<Self>,
        clock: impl Fn() -> OffsetDateTime + Send,
        stop: CancellationToken,
    ) {
        let mut turns = interval(FLUSH);
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut batches: u32 = 0;
        while stop.run_until_cancelled(turns.tick()).await.is_some() {
            if let Err(error) = self.flush().await {
                tracing::warn!(%error, "the use of keys is not written down yet");
            }
            if batches.is_multiple_of(PRUNE_EVERY) {
                match self.prune(clock()).await {
                    Ok(0) => {}
                    Ok(keys) => tracing::info!(keys, "keys that are dead for long were dropped"),
                    Err(error) => tracing::warn!(%error, "dead keys stay for now"),
                }
            }
            batches = batches.wrapping_add(1);
        }
    }

    fn new_key(&self, order: Order) -> (ApiKey, NewKey) {
        let key = ApiKey::generate(&mut rand::rng());
        let new = NewKey {
            id: KeyId::random(),
            tag: self.tag(&key),
            shown: key.shown_prefix().to_owned(),
            kind: order.kind,
            owner: order.owner,
            name: order.name,
            at: order.at,
            by: order.by,
            expires_at: order.expires_at,
            max_uses: order.max_uses,
            narrowing: order.narrowing,
        };
        (key, new)
    }
}

fn standing(entry: &Entry, now: OffsetDateTime) -> Standing {
    let card = entry.card.clone();
    if entry.has_ended(now) {
        Standing::Expired(card)
    } else if entry.is_spent() {
        Standing::Exhausted(card)
    } else {
        Standing::Good(card)
    }
}

fn issued(new: &NewKey, replaces: Option<KeyId>) -> IssuedKey {
    IssuedKey {
        id: new.id,
        tag: new.tag,
        shown: new.shown.clone(),
        kind: new.kind,
        owner: new.owner.clone(),
        name: new.name.clone(),
        created_at: new.at,
        created_by: new.by.clone(),
        expires_at: new.expires_at,
        overlap_until: None,
        max_uses: new.max_uses,
        leased: 0,
        uses: 0,
        narrowing: new.narrowing.clone(),
        revoked_at: None,
        revoked_by: None,
        replaces,
        replaced_by: None,
        last_used_at: None,
        addresses_seen: Vec::new(),
    }
}

/// A change goes on to its end even if nobody waits for it any more.
async fn changing<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RegisterError> + Send + 'static,
) -> Result<T, RegisterError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StoreError::Database(Box::new(error)))?
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StoreError::Database(Box::new(error)))?
}
