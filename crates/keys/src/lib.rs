#![doc = include_str!("../README.md")]

mod checksum;
mod key;
mod kind;
mod scan;

pub use key::{ApiKey, KEY_LENGTH, KEY_PREFIX, KeyFormatError};
pub use kind::{KeyId, KeyKind, NotAKeyId, UnknownKind};
pub use scan::find_keys;
