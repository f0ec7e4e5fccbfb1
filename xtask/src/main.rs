#![doc = include_str!("../README.md")]
#![expect(
    clippy::print_stdout,
    reason = "these commands talk to a person on standard output"
)]

mod demo;
mod layers;
mod run;
mod setup;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run everything that CI runs
    Test {
        /// Leave out what needs a browser, a window or the network
        #[arg(long)]
        fast: bool,
    },
    /// Open the app, connected to a sandbox and a gateway
    Demo {
        /// Walk the steps in a virtual display and leave pictures in target/demo
        #[arg(long)]
        headless: bool,
    },
    /// Check which crate may use which
    Layers,
    /// Install what the other commands need
    Setup,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.task {
        Task::Test { fast } => test::run(fast),
        Task::Demo { headless } => demo::run(headless),
        Task::Layers => layers::run(),
        Task::Setup => setup::run(setup::For::Tests),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nfailed: {error:#}");
            ExitCode::FAILURE
        }
    }
}
