#![doc = include_str!("../README.md")]

mod certificate;
mod classify;
mod client;
mod error;
mod mask;
mod network;
mod record;
mod request;
mod response;
mod sent;
mod timing;
mod title;
mod trust;

pub use certificate::ShownCertificate;
pub use client::{Client, ClientError, is_loopback};
pub use error::{Fault, SendError, TlsProblem};
pub use mask::{MASK, is_secret_name, masked_json, masked_url};
pub use network::{Identity, Network, Proxy};
pub use record::{Leg, Recorder};
pub use request::{Limits, Request};
pub use response::{Response, Timing};
pub use sent::SentSecrets;
