//! The protocol against servers that behave and misbehave.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod asking;
mod describing;
mod devices;
mod fuzz;
mod identity;
mod keys;
mod network;
mod proving;
mod refreshing;
mod server;
mod tokens;
