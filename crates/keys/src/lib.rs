#![doc = include_str!("../README.md")]

mod checksum;
mod key;

pub use key::{ApiKey, KEY_LENGTH, KEY_PREFIX, KeyFormatError};
