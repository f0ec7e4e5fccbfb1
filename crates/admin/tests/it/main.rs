//! The admin API over real sockets, through the client that the desktop uses and past it.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod documents;
mod keys;
mod people;
mod world;
