#![doc = include_str!("../README.md")]
#![expect(
    clippy::print_stdout,
    reason = "these commands talk to a person on standard output"
)]

mod bench;
mod demo;
mod gallery;
mod layers;
mod mutants;
mod oauth_tests;
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
    /// Keep a picture of every view in target/gallery
    Gallery(gallery::Wanted),
    /// Measure the release programs beside those that people use
    Bench {
        /// What
        #[arg(value_enum)]
        what: bench::What,
        /// Settings for the measuring: `--json`, `--rounds N`, `--seconds N`, `--only NAME`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Break one check at a time in a copy, to see whether a test notices
    Mutants {
        /// Of what
        #[arg(value_enum)]
        of: mutants::Of,
        /// Only this one; may be given several times
        #[arg(long, value_name = "ID")]
        only: Vec<String>,
    },
    /// Write the table of the OAuth engine's security tests
    OauthTests {
        /// Only say whether it is as it would be written
        #[arg(long)]
        check: bool,
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
        Task::Gallery(wanted) => gallery::run(&wanted),
        Task::Bench { what, rest } => bench::run(what, &rest),
        Task::Mutants { of, only } => mutants::run(of, &only),
        Task::OauthTests { check } => oauth_tests::run(check),
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
