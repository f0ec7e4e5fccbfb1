//! How many requests are taken: the generic cell rate algorithm, for addresses and for callers.
//!
//! Of each caller one time is kept: when the quota would be whole again. A request moves it on by
//! its share and is refused if that would lie further ahead than the quota's span.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gatewright_config::Quota;
use time::OffsetDateTime;

use crate::shared::CacheKey;

/// More callers are not kept; the whole ones among them are forgotten first.
const MOST: usize = 100_000;

/// How far each caller is into its quota.
#[derive(Default)]
pub(crate) struct Meter {
    whole_at: Mutex<HashMap<CacheKey, OffsetDateTime>>,
}

impl Meter {
    /// Takes one request of a caller, or says how long to wait.
    pub(crate) fn take(
        &self,
        caller: CacheKey,
        quota: Quota,
        now: OffsetDateTime,
    ) -> Result<(), Duration> {
        let share = quota.per / quota.requests.max(1);
        let mut whole_at = self.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
        let since = whole_at.get(&caller).copied().map_or(now, |at| at.max(now));
        let next = since + share;
        let ahead = next - now;
        if ahead > quota.per {
            return Err((ahead - quota.per).try_into().unwrap_or(quota.per));
        }
        if whole_at.len() >= MOST && !whole_at.contains_key(&caller) {
            whole_at.retain(|_, at| *at > now);
            if whole_at.len() >= MOST {
                // A flood of addresses must not cost the memory, nor shut out everybody else.
                whole_at.clear();
            }
        }
        whole_at.insert(caller, next);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_as_many_as_the_quota_and_then_one_for_each_share_of_time() {
        let meter = Meter::default();
        let quota = Quota {
            requests: 3,
            per: Duration::from_mins(1),
        };
        let start = OffsetDateTime::UNIX_EPOCH;
        for _ in 0..3 {
            assert_eq!(meter.take([1; 32], quota, start), Ok(()));
        }
        assert_eq!(
            meter.take([1; 32], quota, start),
            Err(Duration::from_secs(20))
        );
        assert_eq!(meter.take([2; 32], quota, start), Ok(()));
        let later = start + Duration::from_secs(20);
        assert_eq!(meter.take([1; 32], quota, later), Ok(()));
        assert!(meter.take([1; 32], quota, later).is_err());
        let much_later = start + Duration::from_mins(10);
        for _ in 0..3 {
            assert_eq!(meter.take([1; 32], quota, much_later), Ok(()));
        }
        assert!(meter.take([1; 32], quota, much_later).is_err());
    }
}
