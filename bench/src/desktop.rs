//! The desktop app in a real window on a screen of its own, beside an empty application and curl.

mod filling;
mod screen;
mod start;
mod timed;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use gatewright_tests::{Desk, DeskOptions};

use crate::machine::described;
use crate::measure::{Goal, Measure};
use crate::process::{OTHER_CORE, Running};

/// How many bytes the stripped program may have.
const LARGEST: f64 = 25.0;

/// What is measured, and how often.
pub(crate) struct Plan {
    /// Where the release programs are.
    pub(crate) programs: PathBuf,
    /// How often, in turn.
    pub(crate) rounds: usize,
    /// Only groups whose name contains this.
    pub(crate) only: Option<String>,
}

impl Plan {
    fn wants(&self, group: &str) -> bool {
        self.only.as_deref().is_none_or(|only| group.contains(only))
    }
}

/// Measures everything that is wanted.
pub(crate) fn run(plan: &Plan, each: &mut dyn FnMut(Measure)) -> Result<Vec<String>> {
    let app = plan.programs.join("gatewright-desktop");
    let empty = plan.programs.join("gatewright-empty");
    if plan.wants("size") {
        each(size(&app)?);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let desk = Desk::start(DeskOptions::default()).await?;
        let (_stub, stub) = stub(&desk)?;
        if plan.wants("start") || plan.wants("window") {
            let workspace = desk.path("workspace");
            filling::one_product(&desk, &workspace, stub).await?;
            filling::history(&workspace)?;
            if plan.wants("start") {
                start::measure(plan, &desk, [&app, &empty], &workspace, each).await?;
            }
            if plan.wants("window") {
                timed::one_test(plan, &desk, &workspace, stub, each).await?;
                timed::large_answer(plan, &desk, &workspace, each).await?;
            }
        }
        if plan.wants("matrix") {
            let workspace = desk.path("matrix");
            filling::many_tokens(&desk, &workspace, stub).await?;
            timed::matrix(plan, &desk, &workspace, each).await?;
        }
        anyhow::Ok(())
    })?;
    let mut head = described(&[
        ("gatewright-desktop", &app, "--version"),
        ("curl", "curl".as_ref(), "--version"),
    ]);
    let webkit = Command::new("pkg-config")
        .args(["--modversion", "webkit2gtk-4.1"])
        .output()?;
    head.push(format!(
        "WebKitGTK: {}",
        String::from_utf8_lossy(&webkit.stdout).trim()
    ));
    head.push(format!(
        "settings: {} rounds, of the token test {}; a screen of 1280 by 800 in memory, a session bus and a keychain of their own",
        plan.rounds,
        plan.rounds * timed::TESTS
    ));
    Ok(head)
}

fn size(app: &Path) -> Result<Measure> {
    let bytes = fs::metadata(app)
        .with_context(|| app.display().to_string())?
        .len();
    Ok(Measure::new(
        "release binary, stripped",
        bytes as f64 / 1e6,
        Goal::AtMost(LARGEST),
        "MB",
        format!("{bytes} bytes, the window's files in it"),
    ))
}

fn stub(desk: &Desk) -> Result<(Running, u64)> {
    let this = std::env::current_exe()?;
    let log = desk.logs().join("stub.log");
    let (stub, said) = Running::announced(OTHER_CORE, &this, &["stub"], &log)?;
    Ok((stub, said["port"].as_u64().context("no port")?))
}
