//! Wrong credentials, counted by address and by user name.
//!
//! What can be judged here (keys, JWTs, whatever was good a moment ago) is always judged, so that
//! a good one always passes. What somebody outside must be asked about (a provider about a new
//! token, a product about a new password) waits while too many of the same origin were wrong.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use gatewright_config::{FailureLimits, Quota};
use http::{HeaderMap, StatusCode};
use moka::sync::Cache;
use time::OffsetDateTime;

use crate::rate::{Meter, address_key};
use crate::shared::{CacheKey, cache_key};

/// How long a password that a product took passes whatever happens around it.
const GOOD_FOR: Duration = Duration::from_hours(24);

/// What is remembered of wrong credentials, and of passwords that were right.
pub(crate) struct Attempts {
    addresses: Meter,
    users: Meter,
    /// Digests of passwords that a product took, and of the user with the address they came from.
    good: Cache<CacheKey, ()>,
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            addresses: Meter::default(),
            users: Meter::default(),
            good: Cache::builder()
                .max_capacity(50_000)
                .time_to_live(GOOD_FOR)
                .build(),
        }
    }
}

impl Attempts {
    /// Counts a wrong credential; how long to wait, if there were too many.
    pub(crate) fn failed(
        &self,
        limits: FailureLimits,
        address: IpAddr,
        user: Option<&str>,
        now: OffsetDateTime,
    ) -> Option<Duration> {
        let taken = |meter: &Meter, key, quota: Option<Quota>| {
            quota.and_then(|quota| meter.take(key, quota, now).err())
        };
        let by_address = taken(&self.addresses, address_key(address), limits.per_address);
        let by_user = user.and_then(|user| taken(&self.users, user_key(user), limits.per_user));
        by_address.max(by_user)
    }

    /// How long this address must wait before somebody is asked for it.
    pub(crate) fn wait_of_address(
        &self,
        limits: FailureLimits,
        address: IpAddr,
        now: OffsetDateTime,
    ) -> Option<Duration> {
        self.addresses
            .wait(&address_key(address), limits.per_address?, now)
    }

    /// How long a password must wait before a product is asked about it. One that a product took
    /// before never waits, nor does a user who comes from where the user came before because of
    /// what others do elsewhere with the user's name.
    pub(crate) fn wait_of_password(
        &self,
        limits: FailureLimits,
        attempt: &Attempt,
        now: OffsetDateTime,
    ) -> Option<Duration> {
        let by_address = self.wait_of_address(limits, attempt.address, now);
        let by_user = attempt.user.as_deref().and_then(|user| {
            let wait = self.users.wait(&user_key(user), limits.per_user?, now)?;
            (!self.good.contains_key(&place_key(user, attempt.address))).then_some(wait)
        });
        let wait = by_address.max(by_user)?;
        (!self.good.contains_key(&attempt.credential)).then_some(wait)
    }

    /// Notes what a product said of a password.
    pub(crate) fn settle(&self, attempt: &Attempt, worth: Worth) {
        match worth {
            Worth::Wrong => {
                let user = attempt.user.as_deref();
                self.failed(attempt.limits, attempt.address, user, attempt.at);
                self.good.invalidate(&attempt.credential);
            }
            Worth::Good => {
                self.good.insert(attempt.credential, ());
                if let Some(user) = &attempt.user {
                    self.good.insert(place_key(user, attempt.address), ());
                }
            }
            Worth::Unknown => {}
        }
    }
}

fn user_key(user: &str) -> CacheKey {
    cache_key(&["user", &user.to_lowercase()])
}

fn place_key(user: &str, address: IpAddr) -> CacheKey {
    let address = String::from_utf8_lossy(&address_key(address)).into_owned();
    cache_key(&["place", &user.to_lowercase(), &address])
}

/// A password or token of a product that goes on for the product to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) credential: CacheKey,
    pub(crate) user: Option<String>,
    pub(crate) address: IpAddr,
    pub(crate) limits: FailureLimits,
    pub(crate) at: OffsetDateTime,
}

/// What a product's answer tells of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    /// The product took it.
    Good,
    /// The product refused it.
    Wrong,
    /// The answer would be the same for somebody else.
    Unknown,
}

impl Worth {
    /// What the head of an answer tells; `named` is whom the product took the caller for.
    pub(crate) fn told(status: StatusCode, headers: &HeaderMap, named: Option<&str>) -> Self {
        let refused = headers
            .get_all("x-seraph-loginreason")
            .iter()
            .any(|reason| {
                let reason = String::from_utf8_lossy(reason.as_bytes());
                reason.contains("AUTHENTICATED_FAILED") || reason.contains("AUTHENTICATION_DENIED")
            });
        if refused || status == StatusCode::UNAUTHORIZED {
            Self::Wrong
        } else if named.is_some_and(|name| !name.eq_ignore_ascii_case("anonymous")) {
            Self::Good
        } else {
            Self::Unknown
        }
    }
}

/// What a product's answer settles.
#[derive(Clone)]
pub(crate) struct Pending {
    pub(crate) attempt: Attempt,
    pub(crate) attempts: Arc<Attempts>,
}

impl Pending {
    pub(crate) fn settle(&self, worth: Worth) {
        self.attempts.settle(&self.attempt, worth);
    }
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Pending")
            .field("user", &self.attempt.user)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Pending {
    fn eq(&self, other: &Self) -> bool {
        self.attempt == other.attempt
    }
}

impl Eq for Pending {}

#[cfg(test)]
mod tests {
    use super::*;

    const START: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn limits(per_address: u32, per_user: u32) -> FailureLimits {
        let quota = |requests| {
            Some(Quota {
                requests,
                per: Duration::from_mins(1),
            })
        };
        FailureLimits {
            per_address: quota(per_address),
            per_user: quota(per_user),
        }
    }

    fn attempt(credential: u8, user: &str, address: &str) -> Attempt {
        Attempt {
            credential: [credential; 32],
            user: Some(user.to_owned()),
            address: address.parse().unwrap(),
            limits: limits(5, 3),
            at: START,
        }
    }

    #[test]
    fn a_password_that_was_good_passes_while_others_wait() {
        let (attempts, limits) = (Attempts::default(), limits(5, 3));
        let good = attempt(1, "alice", "192.0.2.1");
        attempts.settle(&good, Worth::Good);
        for guess in 10..15 {
            attempts.settle(&attempt(guess, "alice", "198.51.100.1"), Worth::Wrong);
        }
        let wait = |one: &Attempt| attempts.wait_of_password(limits, one, START);
        // The guesser's address, and the name that was guessed at, wait.
        assert!(wait(&attempt(20, "alice", "198.51.100.1")).is_some());
        assert!(wait(&attempt(20, "bob", "198.51.100.1")).is_some());
        assert!(wait(&attempt(20, "Alice", "203.0.113.1")).is_some());
        // The user passes with the good password from anywhere, and with a new one from home.
        assert_eq!(wait(&good), None);
        assert_eq!(wait(&attempt(1, "alice", "203.0.113.1")), None);
        assert_eq!(wait(&attempt(2, "alice", "192.0.2.1")), None);
        assert_eq!(wait(&attempt(20, "bob", "203.0.113.1")), None);
        let later = START + Duration::from_mins(1);
        let guesser = attempt(20, "alice", "198.51.100.1");
        assert_eq!(attempts.wait_of_password(limits, &guesser, later), None);
    }

    #[test]
    fn an_answer_tells_the_worth_of_a_password_by_its_status_or_by_whom_it_names() {
        let told = |status, reason: Option<&'static str>, named| {
            let mut headers = HeaderMap::new();
            if let Some(reason) = reason {
                headers.insert(
                    "x-seraph-loginreason",
                    http::HeaderValue::from_static(reason),
                );
            }
            Worth::told(status, &headers, named)
        };
        assert_eq!(told(StatusCode::UNAUTHORIZED, None, None), Worth::Wrong);
        let captcha = Some("AUTHENTICATION_DENIED");
        assert_eq!(told(StatusCode::FORBIDDEN, captcha, None), Worth::Wrong);
        assert_eq!(told(StatusCode::OK, Some("OK"), Some("alice")), Worth::Good);
        assert_eq!(
            told(StatusCode::NOT_FOUND, None, Some("alice")),
            Worth::Good
        );
        assert_eq!(
            told(StatusCode::OK, None, Some("anonymous")),
            Worth::Unknown
        );
        assert_eq!(told(StatusCode::OK, None, None), Worth::Unknown);
    }

    #[test]
    fn without_limits_nobody_waits() {
        let attempts = Attempts::default();
        let off = FailureLimits {
            per_address: None,
            per_user: None,
        };
        let address = "192.0.2.1".parse().unwrap();
        for _ in 0..1000 {
            assert_eq!(attempts.failed(off, address, Some("alice"), START), None);
        }
        assert_eq!(attempts.wait_of_address(off, address, START), None);
    }
}
