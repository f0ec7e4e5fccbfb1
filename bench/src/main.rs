#![doc = include_str!("../README.md")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and times become figures for people"
)]

mod cli;
mod desktop;
mod gateway;
mod keys;
mod load;
mod machine;
mod measure;
mod ours;
mod peers;
mod process;
mod stub;
mod tokens;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::gateway::Plan;
use crate::measure::Measure;

#[derive(Parser)]
#[command(name = "gatewright-bench", about = "Measures the built programs")]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The gateway, beside nginx, `HAProxy`, Envoy and Caddy
    Gateway(Settings),
    /// The desktop app, beside an empty Tauri application and curl
    Desktop(Settings),
    /// The command line, beside curl
    Cli(Settings),
    /// The other side of the measures
    #[command(hide = true)]
    Stub {
        #[arg(long)]
        keys: Option<PathBuf>,
        #[arg(long)]
        jwks: Option<PathBuf>,
    },
}

#[derive(Args)]
struct Settings {
    /// Print each measure as a line of JSON
    #[arg(long)]
    json: bool,
    /// Where the release programs are
    #[arg(long, default_value = "target/release")]
    programs: PathBuf,
    /// Where the peers from the language registries are
    #[arg(long, default_value = "target/bench-tools")]
    tools: PathBuf,
    /// How often each is measured, in turn
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// For how long each time, in seconds
    #[arg(long, default_value_t = 4)]
    seconds: u32,
    /// Only measures whose group's name contains this
    #[arg(long)]
    only: Option<String>,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().what {
        What::Gateway(settings) => measured(&settings, |each| {
            let mut head = gateway::run(&plan(&settings)?, each)?;
            head.push(format!(
                "settings: {} rounds of {} s; what is measured on core 0, load and stub on core 1",
                settings.rounds, settings.seconds
            ));
            Ok(head)
        }),
        What::Desktop(settings) => measured(&settings, |each| {
            let plan = desktop::Plan {
                programs: settings.programs.canonicalize()?,
                rounds: settings.rounds,
                only: settings.only.clone(),
            };
            desktop::run(&plan, each)
        }),
        What::Cli(settings) => measured(&settings, |each| {
            cli::run(&settings.programs.canonicalize()?, each)
        }),
        What::Stub { keys, jwks } => stub::serve(keys.as_deref(), jwks.as_deref()).map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn plan(settings: &Settings) -> Result<Plan> {
    Ok(Plan {
        programs: settings.programs.canonicalize()?,
        tools: settings.tools.clone(),
        rounds: settings.rounds,
        seconds: settings.seconds,
        only: settings.only.clone(),
    })
}

/// Prints each measure as it comes; whether every goal is met.
#[expect(clippy::print_stdout, reason = "the table is what this is for")]
fn measured(
    settings: &Settings,
    run: impl FnOnce(&mut dyn FnMut(Measure)) -> Result<Vec<String>>,
) -> Result<bool> {
    let mut good = true;
    if !settings.json {
        println!("| measure | value | goal | met | detail |\n| --- | --- | --- | --- | --- |");
    }
    let head = run(&mut |measure: Measure| {
        good &= measure.met();
        println!(
            "{}",
            if settings.json {
                measure.json()
            } else {
                measure.row()
            }
        );
    })?;
    for line in head {
        eprintln!("{line}");
    }
    Ok(good)
}
