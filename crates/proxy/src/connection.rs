//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::{Request, Version};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::gateway::Gateway;
use crate::guard::{Guard, Shared};
use crate::limits::Limits;

/// Bytes of the headers of one HTTP/2 request, after their compression was undone.
const HEADER_LIST: u32 = 64 * 1024;
const STREAMS: u32 = 128;

/// Who is at the other end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    pub(crate) tls: bool,
}

/// Serves a connection until it ends, or until the gateway stops and its requests are answered.
pub(crate) async fn serve<C>(
    connection: C,
    peer: Peer,
    gateway: Arc<Gateway>,
    stop: CancellationToken,
) where
    C: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = *gateway.limits();
    let _open = Open::new(&gateway);
    let shared = Arc::new(Shared::default());
    let guard = Guard::new(connection, Arc::clone(&shared), limits);
    let service = service_fn(|request: Request<Incoming>| {
        // Judged in the order in which the requests came, before anything waits.
        let verdict = match request.version() {
            Version::HTTP_2 => Ok(()),
            _ => shared.verdict(),
        };
        let gateway = Arc::clone(&gateway);
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(gateway.handle(request, verdict, peer, shared).await) }
    });
    let builder = builder(&limits);
    let connection = builder.serve_connection(TokioIo::new(guard), service);
    tokio::pin!(connection);
    let mut idle = interval(limits.idle_time.max(Duration::from_secs(1)));
    idle.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut stopping, mut told) = (false, false);
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(peer = %peer.address, %error, "connection ended");
                }
                return;
            }
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            _ = idle.tick() => {
                if shared.is_idle_for(limits.idle_time) {
                    if told {
                        // The client keeps the connection open although it was told.
                        return;
                    }
                    told = true;
                    stopping = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

/// Counts a connection as open while it lives.
struct Open<'a>(&'a Gateway);

impl<'a> Open<'a> {
    fn new(gateway: &'a Gateway) -> Self {
        gateway
            .counters()
            .connections
            .fetch_add(1, Ordering::Relaxed);
        Self(gateway)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0
            .counters()
            .connections
            .fetch_sub(1, Ordering::Relaxed);
    }
}

fn builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // Heads are limited and timed by the guard. A client that has sent everything may close its
    // side and still gets its answer.
    builder
        .http1()
        .header_read_timeout(None)
        .half_close(true)
        .max_headers(limits.headers + 1)
        .max_buf_size(limits.head_bytes + 64 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADER_LIST)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}
