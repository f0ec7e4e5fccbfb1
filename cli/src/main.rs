#![doc = include_str!("../README.md")]

mod arguments;
mod output;
mod run;
mod sandbox;
mod secrets;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let arguments = arguments::Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return output::no_runtime(&error),
    };
    let json = arguments.json;
    let code = match runtime.block_on(run::run(arguments)) {
        Ok(answer) => output::answer(&answer, json),
        Err(error) => output::failure(&error, json),
    };
    // A thread may still wait for a keychain that never answers.
    runtime.shutdown_background();
    code
}
