#![doc = include_str!("../README.md")]

mod arguments;
mod audit_file;
mod check;
mod descriptors;
mod environment;
mod failure;
mod file;
mod keys;
mod network;
mod notify;
mod pair_code;
mod ready;
mod seal;
mod serve;
mod sockets;
mod tls;
mod vault;
mod watch;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;
use time::OffsetDateTime;
use tracing_subscriber::EnvFilter;

use crate::arguments::{Arguments, Command};
use crate::environment::Environment;

fn main() -> ExitCode {
    // clap ends with 2 when it is used wrongly, and with 0 for help.
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Serve(arguments) => {
            log();
            serve::serve(*arguments, Environment::read())
        }
        Command::PairCode(arguments) => pair_code::pair_code(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Ready(arguments) => ready::ready(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}

/// The log: JSON lines on standard error; nothing secret is ever given to it.
fn log() {
    let filter = EnvFilter::try_from_env("GATEWRIGHT_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,hyper=warn,rustls=warn,h2=warn"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .with_env_filter(filter)
        .init();
    if std::io::stderr().is_terminal() {
        tracing::debug!("the log is JSON; pipe it through a reader of your choice");
    }
}

/// The time.
#[expect(
    clippy::disallowed_methods,
    reason = "the gateway's clock, given to whatever needs one"
)]
fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
