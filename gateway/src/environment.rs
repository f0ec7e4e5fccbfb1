//! What the environment says: read once, at the start, before there is a second thread.

use std::env::var_os;
use std::path::PathBuf;
use std::time::Duration;

use gatewright_secret::SecretString;

/// What the environment says.
pub(crate) struct Environment {
    /// The seal key, as text.
    pub(crate) seal_key: Option<SecretString>,
    /// Where systemd put credentials.
    pub(crate) credentials: Option<PathBuf>,
    /// Where systemd wants to be told.
    pub(crate) notify: Option<PathBuf>,
    /// How often systemd wants a sign of life, if at all.
    pub(crate) watchdog: Option<Duration>,
    /// The names of the sockets that were handed over, if they were for this process.
    pub(crate) sockets: Option<Vec<String>>,
}

impl Environment {
    pub(crate) fn read() -> Self {
        let text = |name: &str| var_os(name).and_then(|value| value.into_string().ok());
        let ours = |name: &str| {
            text(name).and_then(|id| id.parse::<u32>().ok()) == Some(std::process::id())
        };
        let watchdog = text("WATCHDOG_USEC")
            .and_then(|microseconds| microseconds.parse().ok())
            .filter(|_| text("WATCHDOG_PID").is_none() || ours("WATCHDOG_PID"))
            .map(Duration::from_micros);
        let sockets = text("LISTEN_FDS")
            .filter(|_| ours("LISTEN_PID"))
            .and_then(|count| count.parse::<usize>().ok())
            .map(|count| {
                let names = text("LISTEN_FDNAMES").unwrap_or_default();
                let mut names: Vec<String> = names.split(':').map(str::to_owned).collect();
                names.resize(count, String::new());
                names
            });
        Self {
            seal_key: text("GATEWRIGHT_SEAL_KEY").map(SecretString::new),
            credentials: var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from),
            notify: var_os("NOTIFY_SOCKET").map(PathBuf::from),
            watchdog,
            sockets,
        }
    }
}
