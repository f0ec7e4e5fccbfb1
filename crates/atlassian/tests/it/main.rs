//! The probe, the presets and the directories against the sandbox, which knows nothing of them.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed step fails the test"
)]

mod directories;
mod presets;
mod running;
mod verdicts;
