//! What is remembered from request to request, and over a change of the configuration.
//!
//! Every key holds what the answer depends on, so that an answer to an old question is never
//! taken for one to a new. Answers are facts only: each request is judged anew by today's rules.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gatewright_jose::KeySet;
use moka::future::Cache;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::attempts::Attempts;
use crate::fetched::Fetched;
use crate::ports::{DirectoryAnswer, DirectoryUnavailable};
use crate::rate::Meter;
use crate::verify::{Answer, Discovered, Refusal};

/// How long a token that was refused is not asked about again.
const REFUSED_FOR: Duration = Duration::from_secs(5);
/// How long a user who is not there is not looked for again.
const NOT_FOUND_FOR: Duration = Duration::from_secs(10);
/// Nothing is remembered longer, whatever it says.
const LONGEST: Duration = Duration::from_hours(24);
/// What a cache is keyed by: a digest of everything that the answer depends on.
pub(crate) type CacheKey = [u8; 32];

/// The key for an answer that depends on these parts.
pub(crate) fn cache_key(parts: &[&str]) -> CacheKey {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_be_bytes());
        digest.update(part.as_bytes());
    }
    digest.finalize().into()
}

/// What is remembered; one for the whole life of the gateway, given to each [`crate::Engine`].
pub struct Shared {
    good: Cache<CacheKey, Arc<Answer>>,
    /// Apart from the good ones, so that junk cannot push them out.
    refused: Cache<CacheKey, (Refusal, OffsetDateTime)>,
    members: Cache<CacheKey, Arc<(DirectoryAnswer, OffsetDateTime)>>,
    /// How far addresses and callers are into their quotas.
    pub(crate) addresses: Meter,
    pub(crate) callers: Meter,
    /// Wrong credentials.
    pub(crate) attempts: Arc<Attempts>,
    keys: Mutex<HashMap<CacheKey, Arc<Fetched<KeySet>>>>,
    discoveries: Mutex<HashMap<CacheKey, Arc<Fetched<Discovered>>>>,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            good: Cache::builder()
                .max_capacity(100_000)
                .time_to_live(LONGEST)
                .build(),
            refused: Cache::builder()
                .max_capacity(20_000)
                .time_to_live(REFUSED_FOR * 2)
                .build(),
            members: Cache::builder()
                .max_capacity(100_000)
                .time_to_live(LONGEST)
                .build(),
            addresses: Meter::default(),
            callers: Meter::default(),
            attempts: Arc::default(),
            keys: Mutex::default(),
            discoveries: Mutex::default(),
        }
    }
}

impl Shared {
    /// Nothing remembered yet.
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// The answer about a token: remembered, or asked for once however many wait for it.
    pub(crate) async fn answer(
        &self,
        key: CacheKey,
        now: OffsetDateTime,
        ask: impl Future<Output = Result<Answer, Refusal>>,
    ) -> Result<Arc<Answer>, Refusal> {
        if let Some((refusal, until)) = self.refused.get(&key).await
            && now < until
        {
            return Err(refusal);
        }
        if let Some(answer) = self.good.get(&key).await {
            if answer.expires.is_some_and(|expires| expires <= now) {
                return Err(Refusal::expired("the token's time is over"));
            }
            if now < answer.good_until {
                return Ok(answer);
            }
            self.good.invalidate(&key).await;
        }
        let asked = async {
            match ask.await {
                Ok(answer) => Ok(Arc::new(answer)),
                Err(refusal) => {
                    if refusal.may_be_remembered() {
                        let until = now + REFUSED_FOR;
                        self.refused.insert(key, (refusal.clone(), until)).await;
                    }
                    Err(refusal)
                }
            }
        };
        self.good
            .try_get_with(key, asked)
            .await
            .map_err(|refusal| (*refusal).clone())
    }

    /// Whether a token was good a moment ago, so that nobody need be asked about it.
    pub(crate) async fn knows(&self, key: &CacheKey, now: OffsetDateTime) -> bool {
        let known = self.good.get(key).await;
        known.is_some_and(|answer| now < answer.good_until)
    }

    /// The answer of a directory: remembered, or asked for once.
    pub(crate) async fn member(
        &self,
        key: CacheKey,
        now: OffsetDateTime,
        cache: Duration,
        ask: impl Future<Output = Result<DirectoryAnswer, DirectoryUnavailable>>,
    ) -> Result<DirectoryAnswer, DirectoryUnavailable> {
        if let Some(entry) = self.members.get(&key).await {
            if now < entry.1 {
                return Ok(entry.0.clone());
            }
            self.members.invalidate(&key).await;
        }
        let asked = async {
            let answer = ask.await?;
            let lasts = match &answer {
                DirectoryAnswer::Found(_) => cache,
                DirectoryAnswer::Inactive
                | DirectoryAnswer::NotFound
                | DirectoryAnswer::Ambiguous => cache.min(NOT_FOUND_FOR),
            };
            Ok(Arc::new((answer, now + lasts)))
        };
        self.members
            .try_get_with(key, asked)
            .await
            .map(|entry| entry.0.clone())
            .map_err(|error: Arc<DirectoryUnavailable>| (*error).clone())
    }

    /// The keys that are fetched from one place.
    pub(crate) fn keys(&self, place: &str) -> Arc<Fetched<KeySet>> {
        one_of(&self.keys, cache_key(&[place]))
    }

    /// The metadata that is fetched from one place.
    pub(crate) fn discovery(&self, place: &str) -> Arc<Fetched<Discovered>> {
        one_of(&self.discoveries, cache_key(&[place]))
    }
}

fn one_of<T>(map: &Mutex<HashMap<CacheKey, Arc<Fetched<T>>>>, key: CacheKey) -> Arc<Fetched<T>> {
    let mut map = map.lock().unwrap_or_else(PoisonError::into_inner);
    // What no engine uses any more is forgotten here: a place has one entry for each engine.
    if map.len() > 256 {
        map.retain(|_, fetched| Arc::strong_count(fetched) > 1);
    }
    Arc::clone(map.entry(key).or_default())
}
