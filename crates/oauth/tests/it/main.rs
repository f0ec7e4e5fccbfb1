//! The protocol against servers that behave and misbehave.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod asking;
mod describing;
mod devices;
mod identity;
mod server;
mod tokens;
