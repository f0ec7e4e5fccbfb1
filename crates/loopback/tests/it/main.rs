//! The listener over real sockets, against browsers, strangers and idlers.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod binding;
mod ending;
mod passing_by;
mod support;
