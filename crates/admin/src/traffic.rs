//! What the data path did since the start.

use std::fmt::Write as _;

/// Counted since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests by outcome: `permit` or a reason code.
    pub outcomes: Vec<(&'static str, u64)>,
    /// Audit lines that were lost because the store could not keep up.
    pub audit_lost: u64,
    /// Connections that are open.
    pub connections: u64,
}

impl Traffic {
    /// The outcome of a forwarded request.
    pub const PERMIT: &'static str = "permit";

    pub(crate) fn counts(&self) -> gatewright_admin_api::Counts {
        let requests = self.outcomes.iter().map(|(_, count)| count).sum();
        let forwarded = self
            .outcomes
            .iter()
            .filter(|(outcome, _)| *outcome == Self::PERMIT)
            .map(|(_, count)| count)
            .sum();
        gatewright_admin_api::Counts {
            requests,
            forwarded,
            refused: requests - forwarded,
            audit_lost: self.audit_lost,
        }
    }

    /// In the text format of Prometheus.
    pub(crate) fn exposition(&self, version: u64) -> String {
        let mut text = String::from(
            "# HELP gatewright_requests_total Requests answered, by outcome.\n\
             # TYPE gatewright_requests_total counter\n",
        );
        // Writing to a string cannot fail.
        for (outcome, count) in &self.outcomes {
            let _ = writeln!(
                text,
                "gatewright_requests_total{{outcome=\"{outcome}\"}} {count}"
            );
        }
        for (name, kind, help, value) in [
            (
                "connections",
                "gauge",
                "Connections that are open.",
                self.connections,
            ),
            (
                "audit_lost_total",
                "counter",
                "Audit lines that were lost.",
                self.audit_lost,
            ),
            (
                "config_version",
                "gauge",
                "The version of the document in force.",
                version,
            ),
        ] {
            let _ = writeln!(
                text,
                "# HELP gatewright_{name} {help}\n# TYPE gatewright_{name} {kind}\ngatewright_{name} {value}"
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_permitted_was_refused() {
        let traffic = Traffic {
            outcomes: vec![("permit", 3), ("read_only", 2), ("user_unknown", 1)],
            ..Traffic::default()
        };
        let counts = traffic.counts();
        assert_eq!(
            (counts.requests, counts.forwarded, counts.refused),
            (6, 3, 3)
        );
        assert!(traffic.exposition(4).contains("outcome=\"read_only\"} 2\n"));
        assert!(
            traffic
                .exposition(4)
                .ends_with("gatewright_config_version 4\n")
        );
    }
}
