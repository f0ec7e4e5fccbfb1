//! The listener of the admin API.

use std::future::Future as _;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{Instant, Sleep, sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::api::{Api, Peer};
use crate::routes;

const CONNECTIONS: usize = 256;
const PATIENCE: Duration = Duration::from_secs(15);
/// Without a byte in either direction a connection ends: there are few, and one that says nothing
/// would keep its place for ever.
const SILENCE: Duration = Duration::from_mins(1);
/// However much it says, a connection makes room after that time.
const AGE: Duration = Duration::from_mins(10);
const DRAIN: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);

/// The socket of the admin API.
pub struct Server {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
}

/// Why the admin API does not listen.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Credentials would travel in clear.
    #[error("the admin API listens on {address} only with TLS")]
    NeedsTls {
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be taken.
    #[error("cannot listen on {address}")]
    Taken {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl BindError {
    /// What to try.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NeedsTls { .. } => {
                "give --admin-tls-cert and --admin-tls-key, or listen on 127.0.0.1"
            }
            Self::Taken { .. } => "stop what listens there, or choose another with --admin-listen",
        }
    }
}

impl Server {
    /// Takes the address; port 0 lets the operating system choose. Without TLS only loopback is
    /// taken, since every call carries a credential.
    pub async fn bind(
        address: SocketAddr,
        tls: Option<Arc<rustls::ServerConfig>>,
    ) -> Result<Self, BindError> {
        if tls.is_none() && !address.ip().to_canonical().is_loopback() {
            return Err(BindError::NeedsTls { address });
        }
        let listener = TcpListener::bind(address)
            .await
            .map_err(|source| BindError::Taken { address, source })?;
        Ok(Self {
            listener,
            tls: tls.map(TlsAcceptor::from),
        })
    }

    /// A socket that somebody else opened, as systemd does; anything but loopback needs TLS too.
    pub fn from_std(
        listener: std::net::TcpListener,
        tls: Option<Arc<rustls::ServerConfig>>,
    ) -> Result<Self, BindError> {
        let unknown = SocketAddr::from(([0, 0, 0, 0], 0));
        let address = listener.local_addr().unwrap_or(unknown);
        if tls.is_none() && !address.ip().to_canonical().is_loopback() {
            return Err(BindError::NeedsTls { address });
        }
        let listener = listener
            .set_nonblocking(true)
            .and_then(|()| TcpListener::from_std(listener))
            .map_err(|source| BindError::Taken { address, source })?;
        Ok(Self {
            listener,
            tls: tls.map(TlsAcceptor::from),
        })
    }

    /// The address that was taken.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop`, and then finishes the calls that are being answered.
    pub async fn run(self, api: Arc<Api>, stop: CancellationToken) {
        let router = routes::router(api);
        let room = Arc::new(Semaphore::new(CONNECTIONS));
        let connections = TaskTracker::new();
        loop {
            let Some(Ok(place)) = stop
                .run_until_cancelled(Arc::clone(&room).acquire_owned())
                .await
            else {
                break;
            };
            let Some(accepted) = stop.run_until_cancelled(self.listener.accept()).await else {
                break;
            };
            let (stream, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "no admin connection could be accepted");
                    sleep(PAUSE).await;
                    continue;
                }
            };
            let router = router.clone();
            let (tls, stop) = (self.tls.clone(), stop.clone());
            connections.spawn(async move {
                match tls {
                    None => serve(stream, address, router, stop).await,
                    Some(tls) => {
                        if let Ok(Ok(stream)) = timeout(PATIENCE, tls.accept(stream)).await {
                            serve(stream, address, router, stop).await;
                        }
                    }
                }
                drop(place);
            });
        }
        drop(self.listener);
        connections.close();
        // Whoever still reads an answer after that has lost it.
        let _ = timeout(DRAIN, connections.wait()).await;
    }
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    address: SocketAddr,
    router: Router,
    stop: CancellationToken,
) {
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(address));
        request.map(axum::body::Body::new)
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .half_close(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(32);
    let connection = builder.serve_connection(
        TokioIo::new(Patient::new(stream)),
        TowerToHyperService::new(service),
    );
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => Ok(ended),
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            Ok(connection.await)
        }
        () = sleep(AGE) => {
            connection.as_mut().graceful_shutdown();
            timeout(DRAIN, connection).await
        }
    };
    if let Ok(Err(error)) = ended {
        tracing::debug!(peer = %address, %error, "admin connection ended");
    }
}

/// A connection that ends when nothing moves on it.
struct Patient<C> {
    connection: C,
    timer: Pin<Box<Sleep>>,
}

impl<C> Patient<C> {
    fn new(connection: C) -> Self {
        Self {
            connection,
            timer: Box::pin(sleep(SILENCE)),
        }
    }

    /// Starts the time anew when something moved, and ends the wait when it is over.
    fn judge<T>(
        &mut self,
        moved: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if moved.is_ready() {
            self.timer.as_mut().reset(Instant::now() + SILENCE);
            return moved;
        }
        ready!(self.timer.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<C: AsyncRead + Unpin> AsyncRead for Patient<C> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let moved = Pin::new(&mut this.connection).poll_read(context, buffer);
        this.judge(moved, context)
    }
}

impl<C: AsyncWrite + Unpin> AsyncWrite for Patient<C> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let moved = Pin::new(&mut this.connection).poll_write(context, bytes);
        this.judge(moved, context)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().connection).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().connection).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_says_nothing_gives_its_place_back() {
        let (mut client, server) = duplex(64);
        let peer = "127.0.0.1:1".parse().unwrap();
        let serving = tokio::spawn(serve(server, peer, Router::new(), CancellationToken::new()));
        let mut rest = Vec::new();
        timeout(SILENCE * 2, client.read_to_end(&mut rest))
            .await
            .unwrap()
            .unwrap();
        serving.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_talks_all_the_time_is_ended_too() {
        let (mut client, server) = duplex(64);
        let peer = "127.0.0.1:1".parse().unwrap();
        let serving = tokio::spawn(serve(server, peer, Router::new(), CancellationToken::new()));
        client
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
            .await
            .unwrap();
        let (mut reads, mut writes) = tokio::io::split(client);
        let reading = tokio::spawn(async move { reads.read_to_end(&mut Vec::new()).await });
        let talking = async {
            let ping = *b"\0\0\x08\x06\x01\0\0\0\0pingpong";
            while writes.write_all(&ping).await.is_ok() {
                sleep(SILENCE / 2).await;
            }
        };
        timeout(AGE * 2, talking).await.unwrap();
        serving.await.unwrap();
        drop(reading);
    }
}
