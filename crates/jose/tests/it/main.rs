//! Tokens and key sets in every form that they should not have.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod fuzz;
