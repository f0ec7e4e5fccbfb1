//! Pairing codes and credentials: how they are made, and how often one may guess.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gatewright_admin_api::{Fingerprint, PairingCode};
use gatewright_secret::SecretString;
use gatewright_store::{Digest, PairCode, Role, Store, StoreError};
use rand::Rng as _;
use time::OffsetDateTime;
use tokio::time::Instant;

/// How long a pairing code is good.
pub const PAIR_CODE_LIFE: time::Duration = time::Duration::minutes(10);

/// Wrong codes in a minute, whoever sends them, before the gateway asks to wait.
const WRONG_PER_MINUTE: usize = 30;
const MINUTE: Duration = Duration::from_mins(1);

const CREDENTIAL_PREFIX: &str = "gwa_";
const CREDENTIAL_LETTERS: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Forty-three letters of 62 carry 256 bits.
const CREDENTIAL_LENGTH: usize = 43;

/// Makes a pairing code for an admin of this role, good once, for ten minutes.
pub fn make_pair_code(
    store: &dyn Store,
    role: Role,
    fingerprint: Option<Fingerprint>,
    now: OffsetDateTime,
) -> Result<PairingCode, StoreError> {
    let code = PairingCode::from_bits(rand::random(), fingerprint);
    store.add_pair_code(&PairCode {
        digest: Digest::of(code.canonical().expose()),
        role,
        expires_at: now + PAIR_CODE_LIFE,
    })?;
    Ok(code)
}

/// A new credential, random.
pub(crate) fn make_credential() -> SecretString {
    let mut random = rand::rng();
    let mut credential = String::with_capacity(CREDENTIAL_PREFIX.len() + CREDENTIAL_LENGTH);
    credential.push_str(CREDENTIAL_PREFIX);
    for _ in 0..CREDENTIAL_LENGTH {
        let letter = CREDENTIAL_LETTERS[random.random_range(0..CREDENTIAL_LETTERS.len())];
        credential.push(char::from(letter));
    }
    SecretString::new(credential)
}

/// Counts wrong codes of the last minute.
#[derive(Debug, Default)]
pub(crate) struct WrongCodes(Mutex<VecDeque<Instant>>);

impl WrongCodes {
    /// Whether one more may be tried.
    pub(crate) fn may_try(&self) -> bool {
        let mut wrong = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while wrong.front().is_some_and(|first| first.elapsed() >= MINUTE) {
            wrong.pop_front();
        }
        wrong.len() < WRONG_PER_MINUTE
    }

    pub(crate) fn note(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_long_and_differ() {
        let one = make_credential();
        assert_eq!(one.length(), 47);
        assert!(one.expose().starts_with("gwa_"));
        assert!(!one.matches(make_credential().expose()));
    }

    #[tokio::test(start_paused = true)]
    async fn after_too_many_wrong_codes_one_has_to_wait_a_minute() {
        let wrong = WrongCodes::default();
        for _ in 0..WRONG_PER_MINUTE {
            assert!(wrong.may_try());
            wrong.note();
        }
        assert!(!wrong.may_try());
        tokio::time::advance(MINUTE).await;
        assert!(wrong.may_try());
    }
}
