//! 1 GiB up and down.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Stage;
use crate::load::Target;
use crate::measure::{Goal, Measure, Series};
use crate::ours::Setup;
use crate::process::{OTHER_CORE, Running};
use crate::stub::BIG;

/// More growth than this while a body passes is a body that is kept.
const FLAT: u64 = 16 << 20;

pub(super) fn run(stage: &Stage) -> Result<Vec<Measure>> {
    let ours = stage.workshop.start(
        "transfer",
        &Setup {
            keys: 100,
            ..Setup::default()
        },
    )?;
    let nginx = stage.around.nginx()?;
    let upload = stage.scratch().join("upload");
    // Sparse: it takes no room.
    fs::File::create(&upload)?.set_len(BIG)?;
    let mut measures = Vec::new();
    let before = ours.process.memory();
    let mut most = before;
    for (name, path, sent) in [
        ("1 GiB down", "/rest/big", None),
        (
            "1 GiB up",
            "/rest/api/2/issue/DEMO-1/attachments",
            Some(upload.as_path()),
        ),
    ] {
        let (mut mine, mut theirs) = (Series::default(), Series::default());
        for _ in 0..stage.plan.rounds.min(5) {
            mine.push(speed(&ours.target(path, &ours.keys[0]), sent)?);
            most = most.max(memory(&ours.process));
            theirs.push(speed(&nginx.target(path, &stage.around.keys[17]), sent)?);
        }
        let ratios = mine.over(&theirs);
        let detail = format!(
            "{}; ours {}, nginx {} MB/s",
            ratios.shown(),
            mine.shown(),
            theirs.shown()
        );
        measures.push(Measure::new(
            &format!("{name}, speed against nginx"),
            ratios.median(),
            Goal::AtLeast(0.9),
            "×",
            detail,
        ));
    }
    let grown = most.saturating_sub(before);
    measures.push(Measure::new(
        "memory that 1 GiB bodies add",
        grown as f64 / 1e6,
        Goal::AtMost(FLAT as f64 / 1e6),
        "MB",
        format!("from {:.1} MB", before as f64 / 1e6),
    ));
    Ok(measures)
}

fn memory(process: &Running) -> u64 {
    process.memory()
}

/// In megabytes a second, as curl tells it.
fn speed(target: &Target, upload: Option<&Path>) -> Result<f64> {
    let mut command = Command::new("taskset");
    command.args([
        "-c",
        OTHER_CORE,
        "curl",
        "--silent",
        "--show-error",
        "--fail",
        "--output",
        "/dev/null",
    ]);
    command.args([
        "--header",
        "Expect:",
        "--header",
        "Content-Type: application/octet-stream",
    ]);
    for header in &target.headers {
        command.arg("--header").arg(header);
    }
    let measured = match upload {
        Some(file) => {
            command
                .arg("--request")
                .arg("PUT")
                .arg("--upload-file")
                .arg(file);
            "%{speed_upload}"
        }
        None => "%{speed_download}",
    };
    let output = command
        .args(["--write-out", measured])
        .arg(&target.url)
        .output()
        .context("curl")?;
    ensure!(
        output.status.success(),
        "curl {}: {}",
        target.url,
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse::<f64>()?
        / 1e6)
}
