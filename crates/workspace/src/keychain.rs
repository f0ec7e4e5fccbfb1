//! The operating system's keychain, whose calls block and may hang.

use std::time::Duration;

use tokio::sync::oneshot;

/// The service under which keychains show our entries.
const SERVICE: &str = "gatewright";

/// Why a keychain did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// No keychain answers on this computer.
    #[error("no keychain answers: {detail}")]
    Absent {
        /// What the system said.
        detail: String,
    },
    /// It answers, but is locked or refuses.
    #[error("the keychain refused: {detail}")]
    Refused {
        /// What it said.
        detail: String,
    },
    /// It did not answer in time.
    #[error("the keychain did not answer within {} seconds", .after.as_secs())]
    Silent {
        /// How long it was given.
        after: Duration,
    },
}

/// A place outside all files for small secrets.
///
/// Calls block. They run on a thread of their own, through [`with_time_limit`].
pub trait Keychain: Send + Sync + 'static {
    /// The entry of an account; none where there is none.
    fn read(&self, account: &str) -> Result<Option<Vec<u8>>, KeychainError>;
    /// Makes or replaces the entry of an account.
    fn write(&self, account: &str, secret: &[u8]) -> Result<(), KeychainError>;
    /// Removes the entry of an account; one that is not there is no failure.
    fn remove(&self, account: &str) -> Result<(), KeychainError>;
}

/// Runs a call that may hang on a thread of its own, and stops waiting after a while.
///
/// The thread is not one of the runtime's: a call that never returns must not hold up its end.
pub async fn with_time_limit<T: Send + 'static>(
    limit: Duration,
    call: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
) -> Result<T, KeychainError> {
    let (sender, receiver) = oneshot::channel();
    let started = std::thread::Builder::new()
        .name("keychain".to_owned())
        .spawn(move || {
            // Nobody waits any more when the limit has passed.
            let _ = sender.send(call());
        });
    if let Err(error) = started {
        return Err(KeychainError::Absent {
            detail: error.to_string(),
        });
    }
    match tokio::time::timeout(limit, receiver).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(KeychainError::Absent {
            detail: "its call ended early".to_owned(),
        }),
        Err(_) => Err(KeychainError::Silent { after: limit }),
    }
}

/// The keychain of the operating system: Secret Service, Keychain Services or Credential Manager.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemKeychain;

impl SystemKeychain {
    fn entry(account: &str) -> Result<keyring_core::Entry, KeychainError> {
        if let Err(error) = keyring::Entry::store_status() {
            reconnect().map_err(|second| KeychainError::Absent {
                detail: second.unwrap_or_else(|| error.to_string()),
            })?;
        }
        keyring_core::Entry::new(SERVICE, account).map_err(|error| failure(&error))
    }
}

/// Connects again where the first try found nobody: `keyring` tries once per process.
#[cfg(all(
    unix,
    not(any(target_os = "macos", target_os = "ios", target_os = "android"))
))]
fn reconnect() -> Result<(), Option<String>> {
    if keyring_core::get_default_store().is_some() {
        return Ok(());
    }
    let store =
        zbus_secret_service_keyring_store::Store::new().map_err(|error| Some(error.to_string()))?;
    keyring_core::set_default_store(store);
    Ok(())
}

#[cfg(not(all(
    unix,
    not(any(target_os = "macos", target_os = "ios", target_os = "android"))
)))]
fn reconnect() -> Result<(), Option<String>> {
    Err(None)
}

impl Keychain for SystemKeychain {
    fn read(&self, account: &str) -> Result<Option<Vec<u8>>, KeychainError> {
        match Self::entry(account)?.get_secret() {
            Ok(secret) => Ok(Some(secret)),
            Err(keyring_core::Error::NoEntry) => Ok(None),
            Err(error) => Err(failure(&error)),
        }
    }

    fn write(&self, account: &str, secret: &[u8]) -> Result<(), KeychainError> {
        Self::entry(account)?
            .set_secret(secret)
            .map_err(|error| failure(&error))
    }

    fn remove(&self, account: &str) -> Result<(), KeychainError> {
        match Self::entry(account)?.delete_credential() {
            Ok(()) | Err(keyring_core::Error::NoEntry) => Ok(()),
            Err(error) => Err(failure(&error)),
        }
    }
}

/// What a keychain's failure means; its text never holds the secret.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum may grow, and the rest are refusals"
)]
fn failure(error: &keyring_core::Error) -> KeychainError {
    match error {
        keyring_core::Error::NoStorageAccess(cause) => KeychainError::Refused {
            detail: cause.to_string(),
        },
        keyring_core::Error::PlatformFailure(cause) => KeychainError::Absent {
            detail: cause.to_string(),
        },
        keyring_core::Error::NoDefaultStore => KeychainError::Absent {
            detail: "no service is running".to_owned(),
        },
        keyring_core::Error::BadEncoding(_) | keyring_core::Error::BadDataFormat(..) => {
            KeychainError::Refused {
                detail: "the entry is not one of ours".to_owned(),
            }
        }
        keyring_core::Error::Ambiguous(_) => KeychainError::Refused {
            detail: "it holds the entry more than once".to_owned(),
        },
        other => KeychainError::Refused {
            detail: other.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_call_that_hangs_is_given_up() {
        let (release, held) = mpsc::channel::<()>();
        let limit = Duration::from_millis(20);
        let answer = with_time_limit(limit, move || {
            let _ = held.recv();
            Ok(())
        })
        .await;
        assert_eq!(answer, Err(KeychainError::Silent { after: limit }));
        drop(release);
        assert_eq!(
            with_time_limit(Duration::from_mins(1), || Ok(7)).await,
            Ok(7)
        );
    }
}
