//! The command line as scripts use it: the real binary, and everything that it prints.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed step fails the test"
)]

mod browser;
mod checks;
mod crooked;
mod fetch;
mod gateway;
mod help;
mod keys;
mod keys_killed;
mod network;
mod products;
mod program;
mod providers;
mod publish_killed;
mod sandbox;
mod secrets;
mod simulate;
mod tokens;
mod vault;
mod verdicts;
