//! Sealing: XChaCha20-Poly1305 with a random nonce, and the name of the secret authenticated.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use gatewright_secret::Secret;
use rand::TryRngCore;
use rand::rngs::OsRng;

/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;
/// Bytes of a nonce: long enough to be drawn at random for every seal.
pub(crate) const NONCE_BYTES: usize = 24;

/// The key that every secret of one workspace is sealed with.
#[derive(Clone, Debug)]
pub struct SealKey(Secret<Vec<u8>>);

impl SealKey {
    /// Takes the bytes of a key; none if they are not thirty-two.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        (bytes.len() == KEY_BYTES).then(|| Self(Secret::wrap(bytes)))
    }

    /// A new random key; none where the operating system gives no random bytes.
    pub(crate) fn random() -> Option<Self> {
        random_bytes::<KEY_BYTES>().map(|bytes| Self(Secret::wrap(bytes.to_vec())))
    }

    /// The bytes, for the keychain.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// Seals a text under a name.
    pub(crate) fn seal(&self, name: &str, plain: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        let nonce = random_bytes::<NONCE_BYTES>()?;
        let cipher = XChaCha20Poly1305::new_from_slice(self.expose()).ok()?;
        let payload = Payload {
            msg: plain,
            aad: name.as_bytes(),
        };
        let sealed = cipher.encrypt(XNonce::from_slice(&nonce), payload).ok()?;
        Some((nonce.to_vec(), sealed))
    }

    /// Opens what was sealed under that name; none if key, name or bytes do not fit.
    pub(crate) fn open(&self, name: &str, nonce: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        if nonce.len() != NONCE_BYTES {
            return None;
        }
        let cipher = XChaCha20Poly1305::new_from_slice(self.expose()).ok()?;
        let payload = Payload {
            msg: sealed,
            aad: name.as_bytes(),
        };
        cipher.decrypt(XNonce::from_slice(nonce), payload).ok()
    }
}

/// A random id that no other record has; none where the operating system gives no random bytes.
pub fn random_id() -> Option<String> {
    let bytes = random_bytes::<12>()?;
    let id = u128::from_be_bytes(std::array::from_fn(
        |at| if at < 4 { 0 } else { bytes[at - 4] },
    ));
    Some(format!("{id:024x}"))
}

/// Random bytes of the operating system.
pub(crate) fn random_bytes<const COUNT: usize>() -> Option<[u8; COUNT]> {
    let mut bytes = [0; COUNT];
    OsRng.try_fill_bytes(&mut bytes).ok().map(|()| bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn opens_what_it_sealed_and_nothing_that_was_touched(
            plain in proptest::collection::vec(any::<u8>(), 0..200),
            flip in any::<prop::sample::Index>(),
        ) {
            let key = SealKey::random().unwrap();
            let (nonce, sealed) = key.seal("name", &plain).unwrap();
            prop_assert_eq!(key.open("name", &nonce, &sealed), Some(plain));
            prop_assert_eq!(key.open("other", &nonce, &sealed), None);
            let mut touched = sealed.clone();
            let at = flip.index(touched.len());
            touched[at] ^= 1;
            prop_assert_eq!(key.open("name", &nonce, &touched), None);
            prop_assert_eq!(SealKey::random().unwrap().open("name", &nonce, &sealed), None);
        }
    }
}
