//! The listener of the admin API.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::api::{Api, Peer};
use crate::routes;

const CONNECTIONS: usize = 256;
const PATIENCE: Duration = Duration::from_secs(15);
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
    let connection =
        builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(peer = %address, %error, "admin connection ended");
    }
}
