//! What happened since the start.

use std::sync::atomic::{AtomicU64, Ordering};

use gatewright_policy::ReasonCode;

/// The word for a forwarded request, beside the reason codes.
const PERMIT: &str = "permit";

/// What happened since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests by outcome: `permit` or a reason code; those that never happened are left out.
    pub outcomes: Vec<(&'static str, u64)>,
    /// Audit lines that were lost because the store could not keep up.
    pub audit_lost: u64,
    /// Connections that are open.
    pub connections: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    permitted: AtomicU64,
    refused: [AtomicU64; ReasonCode::ALL.len()],
    pub(crate) connections: AtomicU64,
}

impl Counters {
    pub(crate) fn permitted(&self) {
        self.permitted.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn refused(&self, reason: ReasonCode) {
        if let Some(counter) = self.refused.get(reason as usize) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn outcomes(&self) -> Vec<(&'static str, u64)> {
        let refused = ReasonCode::ALL
            .iter()
            .zip(&self.refused)
            .map(|(reason, counter)| (reason.as_str(), counter.load(Ordering::Relaxed)));
        std::iter::once((PERMIT, self.permitted.load(Ordering::Relaxed)))
            .chain(refused)
            .filter(|(outcome, count)| *count > 0 || *outcome == PERMIT)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_counted_under_its_own_code() {
        let counters = Counters::default();
        counters.permitted();
        for reason in ReasonCode::ALL {
            counters.refused(reason);
        }
        counters.refused(ReasonCode::ReadOnly);
        let outcomes = counters.outcomes();
        assert_eq!(outcomes.len(), ReasonCode::ALL.len() + 1);
        assert!(outcomes.contains(&("permit", 1)));
        assert!(outcomes.contains(&("read_only", 2)));
        assert!(outcomes.contains(&("upstream_timeout", 1)));
    }
}
