//! The vault: where the key comes from, and what is sealed with it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use gatewright_secret::SecretString;
use rusqlite::{OptionalExtension, params};
use zeroize::Zeroizing;

use crate::database::{StoreError, Workspace};
use crate::keychain::{Keychain, KeychainError, with_time_limit};
use crate::seal::{KEY_BYTES, SealKey, random_bytes};

/// What is sealed to recognise the right key.
const VERIFIER: &[u8] = b"gatewright workspace 1";
/// The name under which it is sealed.
const VERIFIER_NAME: &str = "verifier";
/// The name under which a passphrase's key seals the workspace's.
const WRAPPED_NAME: &str = "wrapped key";
/// Memory in KiB, passes and lanes of Argon2id for new passphrases.
const COST: (u32, u32, u32) = (64 * 1024, 3, 1);
/// Held while a key is made and put into the keychain.
static MAKING: Mutex<()> = Mutex::new(());
/// How many characters a new passphrase has at least.
const PASSPHRASE_CHARACTERS: usize = 12;

/// Where the vault stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultState {
    /// Open, with the key from the keychain.
    Keychain,
    /// Open, with a passphrase.
    Passphrase,
    /// No key: the keychain does not answer and no passphrase was chosen.
    NoKeychain {
        /// What the keychain said.
        detail: String,
    },
    /// A passphrase was chosen and has to be given.
    Locked,
}

/// Why the vault did not open.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The passphrase is wrong.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The chosen passphrase is too short.
    #[error("the passphrase has fewer than {PASSPHRASE_CHARACTERS} characters")]
    ShortPassphrase,
    /// Secrets are sealed here with a key from the keychain, which a passphrase cannot replace.
    #[error("the secrets of this workspace are sealed with a key from the keychain")]
    KeyIsInKeychain,
    /// The keychain did not do its part.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The system gave no random bytes, or the key could not be derived.
    #[error("no key could be made")]
    NoKey,
    /// The file could not be read or written.
    #[error("the workspace file could not be used")]
    Store(#[from] StoreError),
}

/// Why a secret could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The vault is not open.
    #[error("the vault is not open")]
    Locked,
    /// What is there was not sealed with this key, or was changed.
    #[error("the sealed secret does not open: {name}")]
    Damaged {
        /// Its name.
        name: String,
    },
    /// The file could not be read or written.
    #[error("the workspace file could not be used")]
    Store(#[from] StoreError),
}

/// Where the key comes from, as the file says.
enum KeySource {
    /// Nothing was sealed yet.
    Unset,
    Keychain,
    Passphrase {
        salt: Vec<u8>,
        cost: (u32, u32, u32),
        nonce: Vec<u8>,
        wrapped: Vec<u8>,
    },
}

impl Workspace {
    /// Where the vault stands now.
    pub fn vault_state(&self) -> Result<VaultState, StoreError> {
        let source = self.key_source()?;
        Ok(match (self.key().is_some(), source) {
            (true, KeySource::Passphrase { .. }) => VaultState::Passphrase,
            (true, KeySource::Keychain | KeySource::Unset) => VaultState::Keychain,
            (false, KeySource::Passphrase { .. }) => VaultState::Locked,
            (false, KeySource::Keychain | KeySource::Unset) => VaultState::NoKeychain {
                detail: self
                    .keychain_problem()
                    .unwrap_or_else(|| "it was not asked".to_owned()),
            },
        })
    }

    /// Opens the vault with the keychain's key; makes one where nothing is sealed yet.
    ///
    /// A workspace that a passphrase protects stays as it is, and so does one whose key the
    /// keychain does not have: the state says which.
    pub async fn open_with_keychain(
        &self,
        keychain: Arc<dyn Keychain>,
        limit: Duration,
    ) -> Result<VaultState, VaultError> {
        match self.key_source()? {
            KeySource::Passphrase { .. } => return Ok(self.vault_state()?),
            KeySource::Unset | KeySource::Keychain if self.key().is_some() => {
                return Ok(self.vault_state()?);
            }
            KeySource::Unset | KeySource::Keychain => {}
        }
        let may_make = matches!(self.key_source()?, KeySource::Unset);
        let account = format!("workspace-{}", self.id());
        let outcome = with_time_limit(limit, move || {
            if let Some(found) = keychain.read(&account)? {
                return Ok(SealKey::from_bytes(found));
            }
            if !may_make {
                return Ok(None);
            }
            // Of two calls only one makes a key; the other finds it.
            let _turn = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(found) = keychain.read(&account)? {
                return Ok(SealKey::from_bytes(found));
            }
            let Some(key) = SealKey::random() else {
                return Ok(None);
            };
            keychain.write(&account, key.expose())?;
            // A keychain that only pretends to keep something is found out here.
            Ok(keychain.read(&account)?.and_then(SealKey::from_bytes))
        })
        .await;
        let problem = match outcome {
            Ok(Some(key)) => {
                if self.adopt(key)? {
                    self.set_keychain_problem(None);
                    return Ok(self.vault_state()?);
                }
                "it holds another key than the one that sealed this workspace".to_owned()
            }
            Ok(None) if may_make => "it did not keep the key it was given".to_owned(),
            Ok(None) => "it does not hold the key that sealed this workspace".to_owned(),
            Err(KeychainError::Absent { detail } | KeychainError::Refused { detail }) => detail,
            Err(silent @ KeychainError::Silent { .. }) => silent.to_string(),
        };
        self.set_keychain_problem(Some(problem));
        Ok(self.vault_state()?)
    }

    /// Opens the vault with its passphrase, or chooses one where nothing is sealed yet.
    ///
    /// Deriving the key takes a good part of a second and blocks: call it on a thread for that.
    pub fn open_with_passphrase(&self, passphrase: &SecretString) -> Result<(), VaultError> {
        match self.key_source()? {
            KeySource::Passphrase {
                salt,
                cost,
                nonce,
                wrapped,
            } => {
                let outer = derive(passphrase, &salt, cost)?;
                let key = outer
                    .open(WRAPPED_NAME, &nonce, &wrapped)
                    .and_then(SealKey::from_bytes)
                    .ok_or(VaultError::WrongPassphrase)?;
                if self.adopt(key)? {
                    Ok(())
                } else {
                    Err(VaultError::WrongPassphrase)
                }
            }
            KeySource::Keychain if self.any_secret()? => Err(VaultError::KeyIsInKeychain),
            KeySource::Unset | KeySource::Keychain => self.choose_passphrase(passphrase),
        }
    }

    fn choose_passphrase(&self, passphrase: &SecretString) -> Result<(), VaultError> {
        let key = SealKey::random().ok_or(VaultError::NoKey)?;
        self.wrap(&key, passphrase)?;
        self.set_key(key);
        Ok(())
    }

    /// Keeps the key under a passphrase and nowhere else.
    fn wrap(&self, key: &SealKey, passphrase: &SecretString) -> Result<(), VaultError> {
        if passphrase.length() < PASSPHRASE_CHARACTERS {
            return Err(VaultError::ShortPassphrase);
        }
        let salt = random_bytes::<16>().ok_or(VaultError::NoKey)?;
        let outer = derive(passphrase, &salt, COST)?;
        let (nonce, wrapped) = outer
            .seal(WRAPPED_NAME, key.expose())
            .ok_or(VaultError::NoKey)?;
        let (check_nonce, check) = key.seal(VERIFIER_NAME, VERIFIER).ok_or(VaultError::NoKey)?;
        self.first().with(|connection| {
            connection.execute(
                "INSERT OR REPLACE INTO vault
                 (one, source, verifier_nonce, verifier, salt, memory, passes, lanes, nonce, wrapped)
                 VALUES (1, 'passphrase', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![check_nonce, check, salt, COST.0, COST.1, COST.2, nonce, wrapped],
            )
        })?;
        Ok(())
    }

    /// Puts another passphrase before the vault, or one in the place of the keychain. The
    /// passphrase of now is asked for where there is one; what is sealed stays as it is.
    ///
    /// Deriving the keys takes up to a second or two and blocks: call it on a thread for that.
    pub fn change_passphrase(
        &self,
        now: Option<&SecretString>,
        then: &SecretString,
    ) -> Result<(), VaultError> {
        let key = match self.key_source()? {
            KeySource::Passphrase {
                salt,
                cost,
                nonce,
                wrapped,
            } => derive(now.ok_or(VaultError::WrongPassphrase)?, &salt, cost)?
                .open(WRAPPED_NAME, &nonce, &wrapped)
                .and_then(SealKey::from_bytes)
                .ok_or(VaultError::WrongPassphrase)?,
            KeySource::Keychain | KeySource::Unset => self.key().ok_or(VaultError::NoKey)?,
        };
        self.wrap(&key, then)
    }

    /// Moves the key of an open vault from its passphrase into the keychain, once the keychain
    /// has shown that it keeps it.
    pub async fn move_into_keychain(
        &self,
        keychain: Arc<dyn Keychain>,
        limit: Duration,
    ) -> Result<(), VaultError> {
        let key = self.key().ok_or(VaultError::NoKey)?;
        let account = format!("workspace-{}", self.id());
        let bytes = Zeroizing::new(key.expose().to_vec());
        let kept = with_time_limit(limit, move || {
            keychain.write(&account, &bytes)?;
            Ok(keychain.read(&account)?.map(Zeroizing::new).as_deref() == Some(&*bytes))
        })
        .await?;
        if !kept {
            return Err(VaultError::NoKey);
        }
        self.first().with(|connection| {
            connection.execute(
                "UPDATE vault SET source = 'keychain', salt = NULL, memory = NULL, passes = NULL,
                 lanes = NULL, nonce = NULL, wrapped = NULL",
                [],
            )
        })?;
        Ok(())
    }

    /// Takes a key into use if it is the one that sealed this workspace; the first always is.
    fn adopt(&self, key: SealKey) -> Result<bool, VaultError> {
        let known: Option<(Vec<u8>, Vec<u8>)> = self.first().with(|connection| {
            connection
                .query_row("SELECT verifier_nonce, verifier FROM vault", [], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()
        })?;
        if let Some((nonce, sealed)) = known {
            if key.open(VERIFIER_NAME, &nonce, &sealed).as_deref() != Some(VERIFIER) {
                return Ok(false);
            }
        } else {
            let (nonce, sealed) = key.seal(VERIFIER_NAME, VERIFIER).ok_or(VaultError::NoKey)?;
            self.first().with(|connection| {
                connection.execute(
                    "INSERT INTO vault (one, source, verifier_nonce, verifier)
                     VALUES (1, 'keychain', ?1, ?2)",
                    params![nonce, sealed],
                )
            })?;
        }
        self.set_key(key);
        Ok(true)
    }

    fn key_source(&self) -> Result<KeySource, StoreError> {
        let row = self.first().with(|connection| {
            connection
                .query_row(
                    "SELECT source, salt, memory, passes, lanes, nonce, wrapped FROM vault",
                    [],
                    |row| {
                        if row.get::<_, String>(0)? != "passphrase" {
                            return Ok(KeySource::Keychain);
                        }
                        Ok(KeySource::Passphrase {
                            salt: row.get(1)?,
                            cost: (row.get(2)?, row.get(3)?, row.get(4)?),
                            nonce: row.get(5)?,
                            wrapped: row.get(6)?,
                        })
                    },
                )
                .optional()
        })?;
        Ok(row.unwrap_or(KeySource::Unset))
    }

    /// Whether anything is sealed, in any environment: the vault was used once one was added.
    fn any_secret(&self) -> Result<bool, StoreError> {
        if !self.first().environment_files()?.is_empty() {
            return Ok(true);
        }
        self.first().with(|connection| {
            connection.query_row("SELECT EXISTS (SELECT 1 FROM secrets)", [], |row| {
                row.get(0)
            })
        })
    }

    /// Seals a secret under a name; one that is there is replaced.
    pub fn put_secret(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        let key = self.key().ok_or(SecretError::Locked)?;
        let (nonce, sealed) = key
            .seal(&self.seal_name(name), secret.expose().as_bytes())
            .ok_or_else(|| SecretError::Damaged {
                name: name.to_owned(),
            })?;
        self.with(|connection| {
            connection.execute(
                "INSERT INTO secrets (name, nonce, ciphertext) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name) DO UPDATE SET nonce = ?2, ciphertext = ?3",
                params![name, nonce, sealed],
            )
        })?;
        Ok(())
    }

    /// Seals several secrets, all or none; those that are there are replaced.
    pub fn put_secrets(&self, secrets: &[(String, &SecretString)]) -> Result<(), SecretError> {
        let key = self.key().ok_or(SecretError::Locked)?;
        let sealed = secrets
            .iter()
            .map(|(name, secret)| {
                let damaged = || SecretError::Damaged { name: name.clone() };
                let (nonce, sealed) = key
                    .seal(name, secret.expose().as_bytes())
                    .ok_or_else(damaged)?;
                Ok((name, nonce, sealed))
            })
            .collect::<Result<Vec<_>, SecretError>>()?;
        self.with(|connection| {
            let whole = connection.unchecked_transaction()?;
            for (name, nonce, sealed) in &sealed {
                whole.execute(
                    "INSERT INTO secrets (name, nonce, ciphertext) VALUES (?1, ?2, ?3)
                     ON CONFLICT (name) DO UPDATE SET nonce = ?2, ciphertext = ?3",
                    params![name, nonce, sealed],
                )?;
            }
            whole.commit()
        })?;
        Ok(())
    }

    /// The secret of that name; none where there is none.
    pub fn secret(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        let found: Option<(Vec<u8>, Vec<u8>)> = self.with(|connection| {
            connection
                .query_row(
                    "SELECT nonce, ciphertext FROM secrets WHERE name = ?1",
                    [name],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()
        })?;
        let Some((nonce, sealed)) = found else {
            return Ok(None);
        };
        let key = self.key().ok_or(SecretError::Locked)?;
        key.open(&self.seal_name(name), &nonce, &sealed)
            .and_then(|plain| String::from_utf8(plain).ok())
            .map(|plain| Some(SecretString::wrap(plain)))
            .ok_or_else(|| SecretError::Damaged {
                name: name.to_owned(),
            })
    }

    /// A secret of this computer, whatever the environment.
    pub fn computer_secret(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        self.first().secret(name)
    }

    /// Whether a secret of that name is sealed here; needs no open vault.
    pub fn has_secret(&self, name: &str) -> Result<bool, StoreError> {
        self.with(|connection| {
            connection.query_row(
                "SELECT EXISTS (SELECT 1 FROM secrets WHERE name = ?1)",
                [name],
                |row| row.get(0),
            )
        })
    }

    /// A mark of a sealed secret that changes whenever it is sealed anew, and says nothing of it.
    pub fn secret_mark(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.with(|connection| {
            connection
                .query_row(
                    "SELECT hex(nonce) FROM secrets WHERE name = ?1",
                    [name],
                    |row| row.get(0),
                )
                .optional()
        })
    }

    /// Removes a secret; one that is not there is no failure.
    pub fn remove_secret(&self, name: &str) -> Result<(), StoreError> {
        self.with(|connection| connection.execute("DELETE FROM secrets WHERE name = ?1", [name]))?;
        Ok(())
    }
}

/// The key of a passphrase.
fn derive(
    passphrase: &SecretString,
    salt: &[u8],
    (memory, passes, lanes): (u32, u32, u32),
) -> Result<SealKey, VaultError> {
    let cost =
        Params::new(memory, passes, lanes, Some(KEY_BYTES)).map_err(|_| VaultError::NoKey)?;
    let mut key = Zeroizing::new([0_u8; KEY_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, cost)
        .hash_password_into(passphrase.expose().as_bytes(), salt, key.as_mut())
        .map_err(|_| VaultError::NoKey)?;
    SealKey::from_bytes(key.to_vec()).ok_or(VaultError::NoKey)
}
