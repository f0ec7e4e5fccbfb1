//! The commands over a host that only remembers, against small servers of raw sockets.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod desk;
mod frame;
mod gateway;
mod product;
mod server;
mod sign_in;
mod test;
mod token;
