//! How many files and sockets the gateway may have open.

use gatewright_proxy::Limits;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What is kept back for the store, the log, directories and providers.
const OWN: u64 = 512;

/// Raises the limit as far as it goes; what it is then.
pub(crate) fn raise() -> Option<u64> {
    let now = getrlimit(Resource::Nofile);
    if now.current != now.maximum {
        let raised = Rlimit {
            current: now.maximum,
            maximum: now.maximum,
        };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, "the limit of open files stays as it is");
        }
    }
    getrlimit(Resource::Nofile).current
}

/// The limits of the data path with so many descriptors: a quarter is for connections to products,
/// because most connections of clients are idle at any time.
pub(crate) fn limits(descriptors: Option<u64>) -> Limits {
    let limits = Limits::default();
    let Some(descriptors) = descriptors else {
        return limits;
    };
    let most = usize::try_from(descriptors.saturating_sub(OWN) / 4 * 3).unwrap_or(usize::MAX);
    Limits {
        connections: limits.connections.min(most.max(16)),
        ..limits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_bounded_by_what_may_be_open() {
        let most = Limits::default().connections;
        assert_eq!(limits(None).connections, most);
        assert_eq!(limits(Some(1 << 20)).connections, most);
        assert_eq!(limits(Some(16_512)).connections, 12_000);
        assert_eq!(limits(Some(100)).connections, 16);
    }
}
