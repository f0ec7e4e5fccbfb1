//! How a key is shown to the gateway, and the public name of its record.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// In which header form a key is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// As the password of its owner: `Authorization: Basic`.
    Basic,
    /// Alone: `Authorization: Bearer`.
    Bearer,
}

impl KeyKind {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Bearer => "bearer",
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A word that names neither kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key is basic or bearer")]
pub struct UnknownKind;

impl FromStr for KeyKind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        match word {
            "basic" => Ok(Self::Basic),
            "bearer" => Ok(Self::Bearer),
            _ => Err(UnknownKind),
        }
    }
}

const ID_PREFIX: &str = "key_";
const ID_DIGITS: usize = 16;

/// The public name of a key's record, `key_00c0ffee00c0ffee`: random, not secret, and no part of
/// the key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(u64);

/// A text that is no key's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key's id is {ID_PREFIX} and {ID_DIGITS} hexadecimal digits")]
pub struct NotAKeyId;

impl KeyId {
    /// A new one, random.
    pub fn random() -> Self {
        // Databases count with a sign.
        Self(rand::random::<u64>() >> 1)
    }

    /// The id of this number.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{ID_PREFIX}{:016x}", self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for KeyId {
    type Err = NotAKeyId;

    fn from_str(text: &str) -> Result<Self, NotAKeyId> {
        let digits = text.strip_prefix(ID_PREFIX).ok_or(NotAKeyId)?;
        let well_formed = digits.len() == ID_DIGITS
            && digits
                .bytes()
                .all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit));
        if !well_formed {
            return Err(NotAKeyId);
        }
        u64::from_str_radix(digits, 16)
            .map(Self)
            .map_err(|_| NotAKeyId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_nothing_else_does() {
        let id = KeyId::random();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(i64::try_from(id.number()).is_ok());
        for wrong in [
            "",
            "key_",
            "key_12",
            "key_00C0FFEE00C0FFEE",
            "adm_00c0ffee00c0ffee",
        ] {
            assert_eq!(wrong.parse::<KeyId>(), Err(NotAKeyId), "{wrong}");
        }
    }

    #[test]
    fn a_kind_reads_back() {
        for kind in [KeyKind::Basic, KeyKind::Bearer] {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("Basic".parse::<KeyKind>(), Err(UnknownKind));
    }
}
