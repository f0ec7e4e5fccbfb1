//! The listener: accepts connections, and stops without breaking off what is being answered.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use gatewright_policy::{AddressSet, AddressSetError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
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
/// So many clients beyond the limit are told why at the same time; the rest is closed in silence.
const TOLD: usize = 64;
/// How long a client beyond the limit may take to hear it.
const TELLING: Duration = Duration::from_secs(2);
/// What a client beyond the limit hears.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\n\
    Retry-After: 5\r\nConnection: close\r\nContent-Length: 42\r\n\r\n\
    The gateway has no room for a connection.\n";

/// A socket that clients connect to.
pub struct Server {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    proxy_protocol: Option<AddressSet>,
}

impl Server {
    /// Takes the address; port 0 lets the operating system choose.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self::of(TcpListener::bind(address).await?))
    }

    /// A socket that somebody else opened, as systemd does.
    pub fn from_std(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(Self::of(TcpListener::from_std(listener)?))
    }

    fn of(listener: TcpListener) -> Self {
        Self {
            listener,
            tls: None,
            proxy_protocol: None,
        }
    }

    /// The same with TLS.
    #[must_use]
    pub fn with_tls(mut self, config: Arc<rustls::ServerConfig>) -> Self {
        self.tls = Some(TlsAcceptor::from(config));
        self
    }

    /// The same behind load balancers that put a PROXY protocol header before each connection. A
    /// connection without one is closed, and so is one from another peer; no peers: from anybody.
    pub fn requiring_proxy_protocol<S: AsRef<str>>(
        mut self,
        peers: &[S],
    ) -> Result<Self, AddressSetError> {
        self.proxy_protocol = Some(AddressSet::parse(peers)?);
        Ok(self)
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
        let telling = Arc::new(Semaphore::new(TOLD));
        let connections = TaskTracker::new();
        let is_plain = self.tls.is_none() && self.proxy_protocol.is_none();
        let server = Arc::new(Acceptor {
            tls: self.tls,
            proxy_protocol: self.proxy_protocol,
        });
        let mut full = false;
        loop {
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
            let Ok(place) = Arc::clone(&room).try_acquire_owned() else {
                if !full {
                    tracing::warn!(limit = limits.connections, "no room for more connections");
                }
                full = true;
                if let (true, Ok(turn)) = (is_plain, Arc::clone(&telling).try_acquire_owned()) {
                    tokio::spawn(async move {
                        let _ = timeout(TELLING, tell(stream)).await;
                        drop(turn);
                    });
                }
                continue;
            };
            full = false;
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

/// Tells a client that there is no room. What the client sent is read first: a close with bytes
/// unread would reset the connection and take the answer away.
async fn tell(mut stream: TcpStream) -> io::Result<()> {
    let mut sent = [0; 4096];
    if stream.read(&mut sent).await? == 0 {
        return Ok(());
    }
    stream.write_all(FULL).await?;
    stream.shutdown().await?;
    while stream.read(&mut sent).await? > 0 {}
    Ok(())
}

struct Acceptor {
    tls: Option<TlsAcceptor>,
    proxy_protocol: Option<AddressSet>,
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
        if let Some(peers) = &self.proxy_protocol {
            if !peers.is_empty() && !peers.contains(address.ip()) {
                tracing::warn!(peer = %address, "closed: it may not speak the PROXY protocol");
                return;
            }
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
