//! The listener over real sockets, against browsers, strangers and idlers.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod binding;
mod ending;
mod fuzz;
mod leaking;
mod lying;
mod passing_by;
#[path = "../../../oauth/tests/it/server.rs"]
mod provider;
mod quitting;
mod support;
mod whole;
mod world;
