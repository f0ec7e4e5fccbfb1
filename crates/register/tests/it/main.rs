//! The register over a real store.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod uses;
mod world;
