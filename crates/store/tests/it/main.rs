//! The contract that every form of the store keeps, and what `SQLite` adds to it.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod contract;
mod sqlite;
