//! One API key: made, recognised, digested.

use gatewright_secret::SecretString;
use rand::{CryptoRng, Rng};
use sha2::{Digest, Sha256};

use crate::checksum::{CHECKSUM_LENGTH, DIGITS, checksum};

/// What every key begins with.
pub const KEY_PREFIX: &str = "gw_";

const RANDOM_LENGTH: usize = 30;

/// The characters of a whole key.
pub const KEY_LENGTH: usize = KEY_PREFIX.len() + RANDOM_LENGTH + CHECKSUM_LENGTH;

/// The characters that may be shown of a key, so that people tell theirs apart: `gw_7Qm2`.
const SHOWN_LENGTH: usize = KEY_PREFIX.len() + 4;

/// An API key whose form and checksum are right; whether anybody issued it, only the store knows.
///
/// It holds 178 bits of chance, so an unsalted digest is enough to keep it.
#[derive(Clone, Debug)]
pub struct ApiKey(SecretString);

/// Why a text is not an API key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyFormatError {
    /// It is something else: not a key of ours, mistyped or not.
    #[error("not an API key: it does not begin with {KEY_PREFIX}")]
    Foreign,
    /// It begins like a key and is too short or too long.
    #[error("an API key has {KEY_LENGTH} characters: {found}")]
    Length {
        /// How many characters it has.
        found: usize,
    },
    /// It has a character that no key has.
    #[error("an API key has only letters and digits after {KEY_PREFIX}: character {position}")]
    Character {
        /// Which one, counted from 1.
        position: usize,
    },
    /// The last six characters do not fit the rest.
    #[error("the checksum of the API key does not fit")]
    Checksum,
}

impl KeyFormatError {
    /// What to try.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Foreign => "Paste the key as it was shown when it was made.",
            Self::Length { .. } | Self::Character { .. } => {
                "Copy the key again, whole and without spaces or quotation marks."
            }
            Self::Checksum => "A character is wrong or missing. Copy the key again.",
        }
    }
}

impl ApiKey {
    /// Makes a new key.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut text = String::with_capacity(KEY_LENGTH);
        text.push_str(KEY_PREFIX);
        for _ in 0..RANDOM_LENGTH {
            text.push(char::from(DIGITS[rng.random_range(0..DIGITS.len())]));
        }
        let sum = checksum(&text);
        text.push_str(&sum);
        Self(SecretString::new(text))
    }

    /// Recognises a key by its form and its checksum alone.
    pub fn parse(text: &str) -> Result<Self, KeyFormatError> {
        let digits = text
            .strip_prefix(KEY_PREFIX)
            .ok_or(KeyFormatError::Foreign)?;
        if let Some(index) = digits
            .chars()
            .position(|digit| !digit.is_ascii_alphanumeric())
        {
            return Err(KeyFormatError::Character {
                position: KEY_PREFIX.len() + index + 1,
            });
        }
        if text.len() != KEY_LENGTH {
            return Err(KeyFormatError::Length { found: text.len() });
        }
        let (head, sum) = text.split_at(KEY_LENGTH - CHECKSUM_LENGTH);
        if checksum(head) == sum {
            Ok(Self(SecretString::new(text)))
        } else {
            Err(KeyFormatError::Checksum)
        }
    }

    /// What is stored and looked up instead of the key: its SHA-256.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.expose().as_bytes()).into()
    }

    /// The beginning that may be shown in lists: `gw_7Qm2`.
    pub fn shown_prefix(&self) -> &str {
        &self.0.expose()[..SHOWN_LENGTH]
    }

    /// The key itself: shown once, when it is made.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

#[cfg(test)]
mod tests;
