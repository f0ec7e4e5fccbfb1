//! The listener: accepts connections, and stops without breaking off what is being answered.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::connection::{Peer, serve};
use crate::gateway::Gateway;
use crate::proxy_protocol;

/// How long to wait when the operating system has no connection to give (out of descriptors).
const PAUSE: Duration = Duration::from_millis(50);

/// A socket that clients connect to.
pub struct Server {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    proxy_protocol: bool,
}

impl Server {
    /// Takes the address; port 0 lets the operating system choose.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        Ok(Self {
            listener,
            tls: None,
            proxy_protocol: false,
        })
    }

    /// The same with TLS.
    #[must_use]
    pub fn with_tls(mut self, config: Arc<rustls::ServerConfig>) -> Self {
        self.tls = Some(TlsAcceptor::from(config));
        self
    }

    /// The same behind a load balancer that puts a PROXY protocol header before each connection;
    /// a connection without one is closed.
    #[must_use]
    pub fn requiring_proxy_protocol(mut self) -> Self {
        self.proxy_protocol = true;
        self
    }

    /// The address that was taken.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop`; then takes no more connections and waits for what is being answered,
    /// not longer than the limit.
    pub async fn run(self, gateway: Arc<Gateway>, stop: CancellationToken) {
        let limits = *gateway.limits();
        let room = Arc::new(Semaphore::new(limits.connections));
        let connections = TaskTracker::new();
        let server = Arc::new(Acceptor {
            tls: self.tls,
            proxy_protocol: self.proxy_protocol,
        });
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
                    tracing::warn!(%error, "no connection could be accepted");
                    sleep(PAUSE).await;
                    continue;
                }
            };
            let gateway = Arc::clone(&gateway);
            let server = Arc::clone(&server);
            let stop = stop.clone();
            connections.spawn(async move {
                server.take(stream, address, gateway, stop).await;
                drop(place);
            });
        }
        drop(self.listener);
        connections.close();
        if timeout(limits.drain_time, connections.wait())
            .await
            .is_err()
        {
            tracing::warn!(left = connections.len(), "stopped with requests in flight");
        }
    }
}

struct Acceptor {
    tls: Option<TlsAcceptor>,
    proxy_protocol: bool,
}

impl Acceptor {
    async fn take(
        &self,
        mut stream: TcpStream,
        mut address: SocketAddr,
        gateway: Arc<Gateway>,
        stop: CancellationToken,
    ) {
        // Small answers would wait for an acknowledgement otherwise.
        let _ = stream.set_nodelay(true);
        let patience = gateway.limits().head_time;
        if self.proxy_protocol {
            match timeout(patience, proxy_protocol::read(&mut stream)).await {
                Ok(Ok(Some(client))) => address = client,
                // The load balancer asks for itself.
                Ok(Ok(None)) => {}
                Ok(Err(error)) => {
                    tracing::warn!(peer = %address, %error, "closed: no PROXY protocol header");
                    return;
                }
                Err(_) => return,
            }
        }
        let Some(tls) = &self.tls else {
            serve(
                stream,
                Peer {
                    address,
                    tls: false,
                },
                gateway,
                stop,
            )
            .await;
            return;
        };
        match timeout(patience, tls.accept(stream)).await {
            Ok(Ok(stream)) => serve(stream, Peer { address, tls: true }, gateway, stop).await,
            Ok(Err(error)) => tracing::debug!(peer = %address, %error, "no TLS handshake"),
            Err(_) => tracing::debug!(peer = %address, "the TLS handshake took too long"),
        }
    }
}
