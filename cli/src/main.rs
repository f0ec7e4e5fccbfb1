#![doc = include_str!("../README.md")]

mod arguments;
mod keys;
mod output;
mod run;
mod sandbox;
mod secrets;
mod usage;

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Parser as _;
use gatewright_wire::{ErrorCode, WireError};

use secrets::Secrets;

/// For how long the browser can ask for the last page of a sign-in.
const LAST_PAGE: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let arguments = match arguments::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage::told(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return output::no_runtime(&error),
    };
    let json = arguments.json;
    let secrets = Secrets::default();
    let browser = AtomicBool::new(false);
    let code = match runtime.block_on(run::run(arguments, &secrets, &browser)) {
        Ok(Some(answer)) => output::answer(&answer, json),
        Ok(None) => ExitCode::SUCCESS,
        Err(error) => output::failure(&secrets.masked_error(with_option(error)), json),
    };
    if browser.load(Ordering::Relaxed) {
        runtime.block_on(async { tokio::time::sleep(LAST_PAGE).await });
    }
    // A thread may still wait for a keychain that never answers.
    runtime.shutdown_background();
    code
}

/// Names the option, where there is one for what went wrong.
fn with_option(mut error: WireError) -> WireError {
    if error.code == ErrorCode::Tls {
        error.hint.push_str(" Here that is --ca-file F.");
    } else if error.code == ErrorCode::Proxy {
        error.hint.push_str(" Here that is --proxy URL.");
    }
    error
}
