//! The data path over real sockets: what clients send, and what arrives at the product.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed step fails the test"
)]

mod attacks;
mod backend;
mod connections;
mod differential;
mod everyday;
mod git;
mod passing;
mod product;
mod world;
