//! Whole sign-ins at authorization servers that nobody here wrote, through the real listener.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed step fails the test"
)]

mod authlib;
mod certified;
mod node_oauth;
mod server;
mod sign_in;
mod visitor;
