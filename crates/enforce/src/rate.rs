//! How many requests are taken: the generic cell rate algorithm, for addresses and for callers.
//!
//! Of each caller one time is kept: when the quota would be whole again. A request moves it on by
//! its share and is refused if that would lie further ahead than the quota's span.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gatewright_config::Quota;
use time::OffsetDateTime;

use crate::shared::CacheKey;

/// More callers are not kept; those whose quota is nearest to whole are forgotten first.
const MOST: usize = 100_000;

/// Whom an address stands for: an IPv4 address for itself, an IPv6 address for its /64, which is
/// the least that one customer gets.
pub(crate) fn address_key(address: IpAddr) -> CacheKey {
    let mut key = [0; 32];
    match address {
        IpAddr::V4(address) => {
            key[0] = 4;
            key[1..5].copy_from_slice(&address.octets());
        }
        IpAddr::V6(address) => {
            key[0] = 6;
            key[1..9].copy_from_slice(&address.octets()[..8]);
        }
    }
    key
}

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
        let mut whole_at = self.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
        let next = next(whole_at.get(&caller), quota, now)?;
        if whole_at.len() >= MOST && !whole_at.contains_key(&caller) {
            make_room(&mut whole_at, now);
        }
        whole_at.insert(caller, next);
        Ok(())
    }

    /// How long a caller must wait, if nothing would be taken now; takes nothing.
    pub(crate) fn wait(
        &self,
        caller: &CacheKey,
        quota: Quota,
        now: OffsetDateTime,
    ) -> Option<Duration> {
        let whole_at = self.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
        let at = whole_at.get(caller)?;
        next(Some(at), quota, now).err()
    }
}

/// When the quota is whole again after one more request.
fn next(
    whole_at: Option<&OffsetDateTime>,
    quota: Quota,
    now: OffsetDateTime,
) -> Result<OffsetDateTime, Duration> {
    let share = quota.per / quota.requests.max(1);
    let next = whole_at.map_or(now, |at| (*at).max(now)) + share;
    let ahead = next - now;
    if ahead > quota.per {
        return Err((ahead - quota.per).try_into().unwrap_or(quota.per));
    }
    Ok(next)
}

/// A flood of addresses must not cost the memory, and must not make everybody's quota whole: a
/// quarter goes, and those that used their quota up stay.
fn make_room(whole_at: &mut HashMap<CacheKey, OffsetDateTime>, now: OffsetDateTime) {
    whole_at.retain(|_, at| *at > now);
    if whole_at.len() < MOST - MOST / 4 {
        return;
    }
    let mut times: Vec<OffsetDateTime> = whole_at.values().copied().collect();
    let quarter = times.len() / 4;
    let (_, border, _) = times.select_nth_unstable(quarter);
    let border = *border;
    whole_at.retain(|_, at| *at > border);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u32) -> CacheKey {
        address_key(IpAddr::V4(number.into()))
    }

    #[test]
    fn a_flood_of_addresses_neither_costs_memory_nor_makes_a_used_up_quota_whole() {
        let meter = Meter::default();
        let quota = Quota {
            requests: 3,
            per: Duration::from_mins(1),
        };
        let start = OffsetDateTime::UNIX_EPOCH;
        for _ in 0..3 {
            assert_eq!(meter.take(key(0), quota, start), Ok(()));
        }
        for number in 1..250_000 {
            assert_eq!(meter.take(key(number), quota, start), Ok(()));
        }
        assert!(meter.whole_at.lock().unwrap().len() <= MOST);
        assert!(meter.take(key(0), quota, start).is_err());
        assert!(meter.wait(&key(0), quota, start).is_some());
        assert_eq!(meter.wait(&key(250_001), quota, start), None);
    }

    #[test]
    fn an_ipv6_customer_is_one_caller_and_two_are_two() {
        let key = |text: &str| address_key(text.parse().unwrap());
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }

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
