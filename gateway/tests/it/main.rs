//! The real program: started, paired, published to, called, and stopped.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod command_line;
mod file_mode;
mod gateway;
mod neighbours;
mod operations;
mod packaging;
mod the_job;
