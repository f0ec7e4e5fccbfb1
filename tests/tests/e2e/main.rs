//! Everything from outside: built programs, real clients, a real browser, the real window.
//!
//! Each test has a desk of its own; they run one after the other, because they are measured in
//! what a person would wait for and the machine may be small.

mod access;
mod bad_input;
mod canaries;
mod certified_provider;
mod harness;
mod real_clients;
mod sandbox;
mod the_way;

use tokio::sync::{Mutex, MutexGuard};

static TURN: Mutex<()> = Mutex::const_new(());

/// Waits for this test's turn.
async fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().await
}
