//! The commands over a host that only remembers, against small servers of raw sockets.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod checks;
mod connection;
mod desk;
mod environments;
mod frame;
mod gateway;
mod history;
mod operations;
mod product;
mod rules;
mod server;
mod sign_in;
mod test;
mod token;
