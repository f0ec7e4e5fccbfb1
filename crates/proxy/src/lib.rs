#![doc = include_str!("../README.md")]

mod audit;
mod audit_file;
mod body;
mod connection;
mod counters;
mod facts;
mod gateway;
mod guard;
mod limits;
mod own;
mod proxy_protocol;
mod screen;
mod server;
mod upstream;

pub use audit::{Audit, AuditTail, AuditWriter};
pub use audit_file::AuditFile;
pub use counters::Counts;
pub use gateway::{Gateway, Running};
pub use limits::Limits;
pub use own::{OWN_PATH, OwnAnswer, OwnCall};
pub use server::Server;
pub use upstream::UpstreamSetupError;
