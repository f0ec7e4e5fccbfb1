//! Telling systemd how it goes.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::Path;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Whom to tell; nobody, where the gateway was not started by systemd.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notify(Option<SocketAddr>);

impl Notify {
    pub(crate) fn new(socket: Option<&Path>) -> Self {
        let address = socket.and_then(|path| {
            match path.as_os_str().as_bytes().strip_prefix(b"@") {
                Some(name) => SocketAddr::from_abstract_name(name),
                None => SocketAddr::from_pathname(path),
            }
            .ok()
        });
        Self(address)
    }

    pub(crate) fn ready(&self) {
        self.tell("READY=1");
    }

    pub(crate) fn reloading(&self) {
        self.tell("RELOADING=1");
    }

    pub(crate) fn stopping(&self) {
        self.tell("STOPPING=1");
    }

    /// Gives signs of life, twice as often as they are wanted, until the end.
    pub(crate) async fn live(self, every: Duration, stop: CancellationToken) {
        let mut turns = interval((every / 2).max(Duration::from_millis(100)));
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(turns.tick()).await.is_some() {
            self.tell("WATCHDOG=1");
        }
    }

    fn tell(&self, state: &str) {
        let Some(address) = &self.0 else { return };
        let told = UnixDatagram::unbound()
            .and_then(|socket| socket.send_to_addr(state.as_bytes(), address));
        if let Err(error) = told {
            tracing::warn!(%error, state, "systemd could not be told");
        }
    }
}
