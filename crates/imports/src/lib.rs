#![doc = include_str!("../README.md")]

mod connection;
mod curl;
mod guess;
mod imported;
mod note;
mod postman;
mod token_call;

pub mod fuzz;

pub use connection::{FORMAT, FormatError, connection, export};
pub use curl::{CurlError, WordError, curl};
pub use guess::{Endpoint, Guess, guess};
pub use imported::{Connection, Credential, Imported, NamedSecret, Request, SecretName, Secrets};
pub use note::Note;
pub use postman::{PostmanError, postman};

/// The largest file or command that is read, in bytes.
pub const LARGEST: usize = gatewright_limits::size::IMPORT;
