#![doc = include_str!("../README.md")]

mod algorithm;
mod keys;
mod signing;
mod strict;
mod token;
mod verify;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use keys::{KeySet, KeySetError, Skipped};
pub use signing::{SigningError, SigningKey, SigningKeyError};
pub use token::{Claims, DecodeError, Header, Unverified, decode};
pub use verify::{Expectations, TokenClass, VerifyError, verify};
