//! How much one client may ask of the gateway.

use std::time::Duration;

/// Limits of connections and requests.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at the same time; further ones are told to come back and closed.
    pub connections: usize,
    /// Headers of one request.
    pub headers: usize,
    /// Bytes of one request's head.
    pub head_bytes: usize,
    /// From the first byte of a head to its last; also for the TLS handshake.
    pub head_time: Duration,
    /// Without a request on a kept connection.
    pub idle_time: Duration,
    /// Without a byte in the middle of a body, and while the client takes nothing of an answer.
    pub body_idle_time: Duration,
    /// To connect to a product; the TLS handshake belongs to the time for the answer.
    pub connect_time: Duration,
    /// From the last byte that was sent to a product to its answer's head, and without a byte in
    /// the middle of the answer.
    pub answer_time: Duration,
    /// A form body that is held to be inspected and signed.
    pub held_body: usize,
    /// For requests in flight when the gateway stops.
    pub drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            headers: 100,
            head_bytes: 64 * 1024,
            head_time: Duration::from_secs(15),
            idle_time: Duration::from_secs(75),
            body_idle_time: Duration::from_mins(1),
            connect_time: Duration::from_secs(10),
            answer_time: Duration::from_mins(2),
            held_body: 256 * 1024,
            drain_time: Duration::from_secs(30),
        }
    }
}
