//! Something public that a provider serves: fetched seldom, and kept through its outages.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

/// Attempts are at least this far apart, whatever came of the last one.
const COOLDOWN: Duration = Duration::from_secs(30);
/// What is older is fetched again in the background.
const REFRESH: Duration = Duration::from_mins(10);
/// What is older is not used any more.
const TOO_OLD: Duration = Duration::from_hours(24);

/// Something fetched.
pub(crate) struct Fetched<T> {
    held: Mutex<Held<T>>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

struct Held<T> {
    value: Option<(Arc<T>, OffsetDateTime)>,
    attempted: Option<OffsetDateTime>,
}

impl<T> Default for Fetched<T> {
    fn default() -> Self {
        Self {
            held: Mutex::new(Held {
                value: None,
                attempted: None,
            }),
            turn: Arc::default(),
        }
    }
}

/// What is wanted of something fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Whatever is held and not too old.
    Held,
    /// Something newer than what was held, because that did not do.
    Newer,
}

impl<T: Send + Sync + 'static> Fetched<T> {
    /// The value. It is fetched when there is none, or when a newer one is wanted and the last
    /// attempt is long enough ago.
    ///
    /// An attempt that began is finished, also when the request that caused it went away: it
    /// counts for the cooldown, so its answer must not be lost.
    pub(crate) async fn get<F, R>(
        self: &Arc<Self>,
        now: OffsetDateTime,
        wanted: Wanted,
        fetch: F,
    ) -> Result<Arc<T>, String>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Future<Output = Result<T, String>> + Send + 'static,
    {
        let seen = self.held_now(now);
        if let (Some((value, at)), Wanted::Held) = (&seen, wanted) {
            let is_due = now - *at >= REFRESH;
            if is_due
                && let Ok(turn) = Arc::clone(&self.turn).try_lock_owned()
                && self.may_attempt(now)
            {
                drop(self.attempt(now, turn, fetch));
            }
            return Ok(Arc::clone(value));
        }
        let turn = Arc::clone(&self.turn).lock_owned().await;
        // Somebody else may have fetched it while this request waited for its turn.
        let held = self.held_now(now);
        if let Some((value, at)) = &held
            && seen.as_ref().is_none_or(|(_, before)| at > before)
        {
            return Ok(Arc::clone(value));
        }
        let attempted = if self.may_attempt(now) {
            let outcome = self.attempt(now, turn, fetch).await;
            outcome.unwrap_or_else(|_| Err("the attempt was broken off".to_owned()))
        } else {
            Err("the last attempt was a moment ago".to_owned())
        };
        match (attempted, held) {
            (Ok(value), _) | (Err(_), Some((value, _))) => Ok(value),
            (Err(error), None) => Err(error),
        }
    }

    fn held_now(&self, now: OffsetDateTime) -> Option<(Arc<T>, OffsetDateTime)> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.value.clone().filter(|(_, at)| now - *at < TOO_OLD)
    }

    /// Whether an attempt may be made; if so it counts as made, before anything is sent.
    fn may_attempt(&self, now: OffsetDateTime) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let may = held
            .attempted
            .is_none_or(|at| now - at >= COOLDOWN || now < at);
        if may {
            held.attempted = Some(now);
        }
        may
    }

    fn attempt<F, R>(
        self: &Arc<Self>,
        now: OffsetDateTime,
        turn: tokio::sync::OwnedMutexGuard<()>,
        fetch: F,
    ) -> tokio::task::JoinHandle<Result<Arc<T>, String>>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Future<Output = Result<T, String>> + Send + 'static,
    {
        let this = Arc::clone(self);
        tokio::spawn(async move {
            let value = Arc::new(fetch().await?);
            let mut held = this.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.value = Some((Arc::clone(&value), now));
            drop(held);
            drop(turn);
            Ok(value)
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    const START: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    #[tokio::test]
    async fn what_a_request_that_went_away_began_is_finished_for_the_next() {
        let fetched = Arc::new(Fetched::<u8>::default());
        let (open, gate) = oneshot::channel::<()>();
        let (began, beginning) = oneshot::channel::<()>();
        let first = tokio::spawn({
            let fetched = Arc::clone(&fetched);
            async move {
                let fetch = move || async move {
                    let _ = began.send(());
                    let _ = gate.await;
                    Ok(7)
                };
                fetched.get(START, Wanted::Held, fetch).await
            }
        });
        beginning.await.unwrap();
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        open.send(()).unwrap();
        let never = || async { Err("a second attempt".to_owned()) };
        assert_eq!(*fetched.get(START, Wanted::Held, never).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn what_is_old_is_served_while_it_is_fetched_again_and_not_when_it_is_too_old() {
        let fetched = Arc::new(Fetched::<u8>::default());
        let (done, finished) = oneshot::channel::<()>();
        let first = fetched.get(START, Wanted::Held, || async { Ok(1) }).await;
        assert_eq!(*first.unwrap(), 1);
        let later = START + REFRESH;
        let stale = fetched.get(later, Wanted::Held, move || async move {
            let _ = done.send(());
            Ok(2)
        });
        assert_eq!(*stale.await.unwrap(), 1);
        finished.await.unwrap();
        let turn = fetched.turn.lock().await;
        let fresh = fetched.get(later, Wanted::Held, || async { Ok(3) }).await;
        assert_eq!(*fresh.unwrap(), 2);
        drop(turn);
        let gone = fetched.get(later + TOO_OLD, Wanted::Held, || async {
            Err("down".to_owned())
        });
        assert_eq!(gone.await.unwrap_err(), "down");
    }
}
