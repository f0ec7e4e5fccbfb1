#![doc = include_str!("../README.md")]

mod audit;
mod body;
mod connection;
mod counters;
mod gateway;
mod guard;
mod limits;
mod proxy_protocol;
mod screen;
mod server;
mod upstream;

pub use audit::{Audit, AuditWriter};
pub use counters::Counts;
pub use gateway::{Gateway, Running};
pub use limits::Limits;
pub use server::Server;
pub use upstream::UpstreamSetupError;
