#![doc = include_str!("../README.md")]

mod classify;
mod client;
mod error;
mod mask;
mod network;
mod record;
mod request;
mod response;
mod timing;
mod trust;

pub use client::{Client, ClientError, is_loopback};
pub use error::{Fault, SendError, TlsProblem};
pub use mask::{MASK, is_secret_name, masked_json, masked_url};
pub use network::{Network, Proxy};
pub use record::{Leg, Recorder};
pub use request::{Limits, Request};
pub use response::{Response, Timing};
