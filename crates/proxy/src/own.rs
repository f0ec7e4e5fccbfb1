//! What the gateway answers itself on the data path: people look after their own keys.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use gatewright_enforce::OwnCaller;
use http::{HeaderMap, Method, Response};

/// Paths below this one are the gateway's on every host.
pub const OWN_PATH: &str = "/.gatewright/";

/// The most of a body that is read.
pub(crate) const LARGEST: usize = 64 * 1024;

/// A call to the gateway itself, by somebody who was verified.
#[derive(Debug)]
pub struct OwnCall {
    /// Who calls.
    pub caller: OwnCaller,
    /// From where.
    pub address: IpAddr,
    /// Under which id it is recorded.
    pub request_id: String,
    /// The method.
    pub method: Method,
    /// The path, without [`OWN_PATH`].
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// Answers such calls.
pub type OwnAnswer =
    Arc<dyn Fn(OwnCall) -> Pin<Box<dyn Future<Output = Response<Bytes>> + Send>> + Send + Sync>;
