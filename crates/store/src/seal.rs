//! The key under which secrets lie in the database, and the sealing itself.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use gatewright_secret::{Secret, SecretString};

use crate::keys::KeyPepper;

const NONCE: usize = 24;

/// Thirty-two random bytes from a file that only the gateway reads.
pub struct SealKey(Secret<[u8; 32]>);

/// Why there is no seal key.
#[derive(Debug, thiserror::Error)]
pub enum SealKeyError {
    /// The file cannot be read.
    #[error("cannot read the seal key: {}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file cannot be made.
    #[error("cannot make the seal key: {}", path.display())]
    Create {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file holds something else.
    #[error("a seal key is 32 bytes, or 64 hexadecimal digits: {}", path.display())]
    Format {
        /// Which file.
        path: PathBuf,
    },
}

impl SealKey {
    /// Reads a key: 32 bytes, or 64 hexadecimal digits with or without a line end.
    pub fn read(path: &Path) -> Result<Self, SealKeyError> {
        let bytes = fs::read(path).map_err(|source| SealKeyError::Read {
            path: path.to_owned(),
            source,
        })?;
        let bytes = Secret::wrap(bytes);
        parse(bytes.expose())
            .map(|key| Self(Secret::wrap(key)))
            .ok_or_else(|| SealKeyError::Format {
                path: path.to_owned(),
            })
    }

    /// Reads a key, or makes one that only the owner of the file may read.
    ///
    /// Two programs that start at the same time end with the same key: the finished file is
    /// linked into place, and the second link fails.
    pub fn read_or_create(path: &Path) -> Result<Self, SealKeyError> {
        if path.exists() {
            return Self::read(path);
        }
        create(path).map_err(|source| SealKeyError::Create {
            path: path.to_owned(),
            source,
        })?;
        Self::read(path)
    }

    /// A key that came otherwise than in a file of its own: 32 bytes, or 64 hexadecimal digits with
    /// or without a line end.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        parse(bytes).map(|key| Self(Secret::wrap(key)))
    }

    /// A key for tests and for stores that are thrown away.
    pub fn random() -> Self {
        Self(Secret::wrap(rand::random()))
    }

    pub(crate) fn seal(&self, name: &str, value: &[u8]) -> Option<Vec<u8>> {
        let nonce: [u8; NONCE] = rand::random();
        let sealed = self
            .cipher()
            .encrypt(
                XNonce::from_slice(&nonce),
                Payload {
                    msg: value,
                    aad: name.as_bytes(),
                },
            )
            .ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// `None` when the key, the name or a single bit is another.
    pub(crate) fn open(&self, name: &str, sealed: &[u8]) -> Option<SecretString> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        let value = self
            .cipher()
            .decrypt(
                XNonce::from_slice(nonce),
                Payload {
                    msg: sealed,
                    aad: name.as_bytes(),
                },
            )
            .ok()?;
        String::from_utf8(value).ok().map(SecretString::new)
    }

    /// What the tags of API keys are made with: from this key, and good for nothing else.
    pub(crate) fn pepper(&self) -> KeyPepper {
        KeyPepper::derive(self.0.expose())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.expose().into())
    }
}

fn parse(bytes: &[u8]) -> Option<[u8; 32]> {
    if let Ok(key) = <[u8; 32]>::try_from(bytes) {
        return Some(key);
    }
    let text = std::str::from_utf8(bytes).ok()?.trim_end();
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut key = [0; 32];
    for (index, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(key)
}

fn create(path: &Path) -> io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{:016x}", rand::random::<u64>()));
    let draft = PathBuf::from(draft);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    let key: Secret<[u8; 32]> = Secret::wrap(rand::random());
    let written = file.write_all(key.expose()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => Ok(()),
    });
    let removed = fs::remove_file(&draft);
    linked.and(removed)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn opens_what_it_sealed_under_the_same_name_only() {
        let key = SealKey::random();
        let sealed = key.seal("ghes", b"canary").unwrap();
        assert!(key.open("ghes", &sealed).unwrap().matches("canary"));
        assert!(key.open("okta", &sealed).is_none());
        assert!(SealKey::random().open("ghes", &sealed).is_none());
        assert!(key.open("ghes", &sealed[..10]).is_none());
    }

    #[test]
    fn the_same_secret_is_sealed_differently_each_time() {
        let key = SealKey::random();
        assert_ne!(key.seal("a", b"x"), key.seal("a", b"x"));
    }

    #[test]
    fn a_made_key_is_for_its_owner_alone_and_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("seal.key");
        let first = SealKey::read_or_create(&path).unwrap();
        let second = SealKey::read_or_create(&path).unwrap();
        assert_eq!(first.0.expose(), second.0.expose());
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn reads_hexadecimal_and_refuses_other_lengths() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        fs::write(&path, format!("{}\n", "0f".repeat(32))).unwrap();
        assert_eq!(SealKey::read(&path).unwrap().0.expose(), &[15; 32]);
        fs::write(&path, "short").unwrap();
        assert!(matches!(
            SealKey::read(&path),
            Err(SealKeyError::Format { .. })
        ));
    }
}
