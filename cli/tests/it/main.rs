//! The command line as scripts use it: the real binary, and everything that it prints.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed step fails the test"
)]

mod browser;
mod crooked;
mod fetch;
mod gateway;
mod help;
mod network;
mod products;
mod program;
mod providers;
mod sandbox;
mod secrets;
mod tokens;
mod verdicts;
