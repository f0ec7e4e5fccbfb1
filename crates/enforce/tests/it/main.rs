//! The engine over ports that the tests fill.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed step fails the test"
)]

mod authorization;
mod client_address;
mod doors;
mod forwarding;
mod headers;
mod identity;
mod jwt;
mod opaque;
mod paths;
mod throttling;
mod world;
