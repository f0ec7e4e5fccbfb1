//! Everything from outside: built programs, real clients, a real browser, the real window.
//!
//! Each test has a desk of its own; they run one after the other, because they are measured in
//! what a person would wait for and the machine may be small.

mod access;
mod accessibility;
mod authorization_servers;
mod bad_input;
mod canaries;
mod certified_provider;
mod gateway_attacks;
mod gateway_clients;
mod gateway_faults;
mod gateway_front;
mod gateway_schema;
mod guide;
mod harness;
mod history;
mod large;
mod real_clients;
mod sandbox;
mod the_way;
mod token_test;
mod verdicts;

use tokio::sync::{Mutex, MutexGuard};

static TURN: Mutex<()> = Mutex::const_new(());

/// Waits for this test's turn.
async fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().await
}
