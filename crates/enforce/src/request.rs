//! What is known of a request when it arrives.

use std::fmt;
use std::net::IpAddr;

use http::{HeaderMap, Method, Version};

/// A request as it was accepted, before anything of it is believed.
#[derive(Clone, Copy)]
pub struct RequestFacts<'a> {
    /// The id under which it is recorded.
    pub request_id: &'a str,
    /// Its method.
    pub method: &'a Method,
    /// Its path and query, byte for byte as they came.
    pub target: &'a str,
    /// The authority of an absolute target or of HTTP/2's `:authority`.
    pub authority: Option<&'a str>,
    /// The version of HTTP.
    pub version: Version,
    /// Its headers, as they came.
    pub headers: &'a HeaderMap,
    /// The address of the connection's other end.
    pub peer: IpAddr,
    /// Whether the connection is encrypted.
    pub tls: bool,
}

/// Headers and query are not shown: a credential is among them.
impl fmt::Debug for RequestFacts<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RequestFacts")
            .field("request_id", &self.request_id)
            .field("method", &self.method)
            .field("path", &self.target.split('?').next())
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}
