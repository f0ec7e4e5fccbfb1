//! The client against servers that behave and misbehave.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod answers;
mod proxies;
mod recording;
mod server;
mod tls;
