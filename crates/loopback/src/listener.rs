//! The sockets: bound before anything else happens, to loopback and to nobody else.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gatewright_limits::count::PORT_TRIES;
use gatewright_oauth::{CodeGrant, Pending};
use thiserror::Error;
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::sync::CancellationToken;

use crate::attempt::{Attempt, WaitError};
use crate::redirect::{RedirectChoice, RedirectHost};
use crate::serve::serve;
use crate::site::Site;

/// Why no listener could be bound. The browser was not opened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BindError {
    /// Another program has the port.
    #[error("port {port} on this machine is taken by another program")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// The system does not let us have it.
    #[error("the system does not allow port {port}")]
    NotAllowed {
        /// The port.
        port: u16,
    },
    /// There is no loopback, or no free port.
    #[error("no port on this machine can be opened: {detail}")]
    NoLoopback {
        /// What the system says.
        detail: String,
    },
    /// The path cannot stand in an address.
    #[error("not a path for a redirect URI: {path}")]
    Path {
        /// The path.
        path: String,
    },
}

impl BindError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::PortTaken { port } => {
                format!("Close the program that uses port {port} and try again, or register another port with the provider.")
            }
            Self::NotAllowed { .. } => "Choose a port above 1023.".to_owned(),
            Self::NoLoopback { .. } => {
                "Check that a firewall or sandbox does not forbid this program to listen on 127.0.0.1.".to_owned()
            }
            Self::Path { .. } => {
                "Begin it with a slash, and use letters, digits, hyphens and slashes.".to_owned()
            }
        }
    }
}

/// A bound listener for one sign-in.
#[derive(Debug)]
pub struct Listener {
    sockets: Vec<TcpListener>,
    choice: RedirectChoice,
    port: u16,
    redirect_uri: String,
}

impl Listener {
    /// Binds the chosen address, exclusively; with `localhost`, in both address families. A listener
    /// of ours that only lingers on the port to show its last page gives way.
    pub async fn bind(choice: RedirectChoice) -> Result<Self, BindError> {
        if !choice.path_is_sound() {
            return Err(BindError::Path { path: choice.path });
        }
        let sockets = match choice.port {
            None => bind_free(choice.host)?,
            Some(port) => match bind_port(choice.host, port) {
                Err(BindError::PortTaken { .. }) if give_way(port).await => {
                    bind_port(choice.host, port)?
                }
                bound => bound?,
            },
        };
        let port = sockets
            .first()
            .map(TcpListener::local_addr)
            .transpose()
            .map_err(|error| BindError::NoLoopback {
                detail: error.to_string(),
            })?
            .map(|address| address.port())
            .unwrap_or_default();
        let redirect_uri = choice.uri(port);
        Ok(Self {
            sockets,
            choice,
            port,
            redirect_uri,
        })
    }

    /// The redirect URI, to be sent to the provider byte for byte.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The port that was bound.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the browser to come back.
    pub async fn wait(
        self,
        pending: Pending,
        cancel: CancellationToken,
        timeout: Duration,
    ) -> Result<CodeGrant, WaitError> {
        self.wait_for(&Attempt::new(pending), cancel, timeout).await
    }

    /// The same for a sign-in that can end in other ways too. Requests are answered from the first
    /// poll on, and for a short while after the end, so that the browser gets its last page.
    pub async fn wait_for(
        self,
        attempt: &Attempt,
        cancel: CancellationToken,
        timeout: Duration,
    ) -> Result<CodeGrant, WaitError> {
        let site = Arc::new(Site::new(&self.choice, self.port, attempt.clone()));
        let entry = Entry::enter(self.port, attempt.over());
        let stop = entry.0.stop.clone();
        let sockets = self.sockets;
        tokio::spawn(async move {
            serve(sockets, site, stop).await;
            drop(entry);
        });
        attempt.outcome(&cancel, timeout).await
    }
}

fn bind_free(host: RedirectHost) -> Result<Vec<TcpListener>, BindError> {
    let mut failure = BindError::NoLoopback {
        detail: "no port is free".to_owned(),
    };
    for _ in 0..PORT_TRIES {
        match bind_port(host, 0) {
            Err(error @ BindError::PortTaken { .. }) => failure = error,
            bound => return bound,
        }
    }
    Err(failure)
}

fn bind_port(host: RedirectHost, port: u16) -> Result<Vec<TcpListener>, BindError> {
    let four = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .map_err(|error| bind_error(&error, port))?;
    if host == RedirectHost::Ip127 {
        return Ok(vec![four]);
    }
    let port = four
        .local_addr()
        .map_err(|error| bind_error(&error, port))?
        .port();
    match listen(SocketAddr::from((Ipv6Addr::LOCALHOST, port))) {
        Ok(six) => Ok(vec![four, six]),
        // A machine without IPv6 cannot be reached through it either.
        Err(error)
            if error.kind() == io::ErrorKind::AddrNotAvailable
                || error.kind() == io::ErrorKind::Unsupported
                || error.raw_os_error() == Some(97) =>
        {
            Ok(vec![four])
        }
        Err(error) => Err(bind_error(&error, port)),
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // On Unix this only ends the wait after an earlier sign-in on the same port; two listeners on
    // one port stay impossible. On Windows it would make them possible, so it is not set there.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(128)
}

fn bind_error(error: &io::Error, port: u16) -> BindError {
    if error.kind() == io::ErrorKind::AddrInUse {
        BindError::PortTaken { port }
    } else if error.kind() == io::ErrorKind::PermissionDenied {
        BindError::NotAllowed { port }
    } else {
        BindError::NoLoopback {
            detail: error.to_string(),
        }
    }
}

/// The listeners of this process that are at work, so that one that only lingers can be asked to go.
static AT_WORK: Mutex<Vec<AtWork>> = Mutex::new(Vec::new());

#[derive(Clone)]
struct AtWork {
    port: u16,
    /// Its sign-in is over.
    over: CancellationToken,
    /// It shall go.
    stop: CancellationToken,
    /// It is gone, and its port with it.
    gone: CancellationToken,
}

/// Keeps the entry in [`AT_WORK`] until the listener is gone.
struct Entry(AtWork);

impl Entry {
    fn enter(port: u16, over: CancellationToken) -> Self {
        let at_work = AtWork {
            port,
            over,
            stop: CancellationToken::new(),
            gone: CancellationToken::new(),
        };
        let mut all = AT_WORK.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| !one.gone.is_cancelled());
        all.push(at_work.clone());
        Self(at_work)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.0.gone.cancel();
        AT_WORK
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|one| !one.gone.is_cancelled());
    }
}

/// Asks a listener of ours on this port to go if its sign-in is over. Says whether one went.
async fn give_way(port: u16) -> bool {
    let lingering = AT_WORK
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
        .find(|one| one.port == port && one.over.is_cancelled())
        .cloned();
    let Some(lingering) = lingering else {
        return false;
    };
    lingering.stop.cancel();
    tokio::time::timeout(Duration::from_secs(1), lingering.gone.cancelled())
        .await
        .is_ok()
}
