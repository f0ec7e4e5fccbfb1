//! Load: `wrk` as fast as it goes, `h2load` at a fixed rate.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::process::{OTHER_CORE, Running};

/// What to ask.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The address.
    pub(crate) url: String,
    /// Header lines of each request.
    pub(crate) headers: Vec<String>,
    /// A file with one bearer token a line: each request takes the next one.
    pub(crate) tokens: Option<std::path::PathBuf>,
}

impl Target {
    /// An address, with a header.
    pub(crate) fn new(url: String, header: &str) -> Self {
        Self {
            url,
            headers: vec![header.to_owned()],
            tokens: None,
        }
    }
}

/// What a closed loop gave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Served {
    /// Answers.
    pub(crate) requests: f64,
    /// Answers a second.
    pub(crate) per_second: f64,
}

/// As fast as it goes, over 32 connections that stay open. Every answer must be a 200.
pub(crate) fn flat_out(target: &Target, seconds: u32, scratch: &Path) -> Result<Served> {
    let script = scratch.join("wrk.lua");
    fs::write(&script, lua(target))?;
    let mut command = Command::new("taskset");
    command.args(["-c", OTHER_CORE, "wrk", "-t1", "-c32", "--timeout", "20s"]);
    command.arg(format!("-d{seconds}s")).arg("-s").arg(&script);
    for header in &target.headers {
        command.arg("-H").arg(header);
    }
    let output = command.arg(&target.url).output().context("wrk")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = |name: &str| -> Result<f64> {
        said.lines()
            .find_map(|line| line.strip_prefix(name))
            .and_then(|rest| rest.trim().parse().ok())
            .with_context(|| format!("wrk gave no {name}: {said}"))
    };
    ensure!(
        number("refused=")? < 1.0 && number("broken=")? < 1.0,
        "not every answer of {} was a 200: {said}",
        target.url
    );
    Ok(Served {
        requests: number("requests=")?,
        per_second: number("requests=")? / number("seconds=")?,
    })
}

fn lua(target: &Target) -> String {
    let tokens = target.tokens.as_ref().map_or_else(String::new, |file| {
        format!(
            r#"
local requests, at = {{}}, 0
init = function(args)
  for token in io.lines("{}") do
    requests[#requests + 1] = wrk.format("GET", nil, {{ ["Authorization"] = "Bearer " .. token, ["Host"] = wrk.headers["Host"] }})
  end
end
request = function()
  at = at % #requests + 1
  return requests[at]
end
"#,
            file.display()
        )
    });
    format!(
        r#"{tokens}
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("requests=%d\nseconds=%f\nrefused=%d\nbroken=%d\n",
    summary.requests, summary.duration / 1000000, e.status, e.connect + e.read + e.write + e.timeout))
end
"#
    )
}

/// Latencies in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Latency {
    /// Half of the answers were quicker.
    pub(crate) p50: f64,
    /// 99 of 100 were quicker.
    pub(crate) p99: f64,
}

/// At a fixed rate, whether the answers come or not. Every answer must be a 200.
pub(crate) fn at_rate(
    target: &Target,
    per_second: f64,
    seconds: u32,
    scratch: &Path,
) -> Result<Latency> {
    const CLIENTS: u32 = 16;
    let log = scratch.join("h2load.log");
    let _ = fs::remove_file(&log);
    let each = (per_second / f64::from(CLIENTS)).max(1.0);
    let mut command = Command::new("taskset");
    command.args(["-c", OTHER_CORE, "h2load", "--h1", "-t1"]);
    command
        .arg(format!("-c{CLIENTS}"))
        .arg(format!("-D{seconds}"));
    command.arg("--warm-up-time=1");
    command.arg(format!("--rps={each:.1}"));
    command.arg(format!("--log-file={}", log.display()));
    for header in &target.headers {
        command.arg("-H").arg(header);
    }
    let output = command.arg(&target.url).output().context("h2load")?;
    let lines = fs::read_to_string(&log)
        .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let mut microseconds = Vec::new();
    for line in lines.lines() {
        let mut fields = line.split('\t').skip(1);
        let (Some(status), Some(took)) = (fields.next(), fields.next()) else {
            bail!("h2load wrote {line:?}");
        };
        ensure!(status == "200", "an answer of {} was {status}", target.url);
        microseconds.push(took.parse::<f64>()?);
    }
    ensure!(!microseconds.is_empty(), "{} answered nothing", target.url);
    microseconds.sort_by(f64::total_cmp);
    let at = |percent: usize| microseconds[(microseconds.len() - 1) * percent / 100] / 1000.0;
    Ok(Latency {
        p50: at(50),
        p99: at(99),
    })
}

/// Processor time for each request, in microseconds.
pub(crate) fn cost(
    target: &Target,
    counted: &[&Running],
    seconds: u32,
    scratch: &Path,
) -> Result<(f64, Served)> {
    let used = || -> Duration { counted.iter().map(|one| one.processor_time()).sum() };
    let before = used();
    let served = flat_out(target, seconds, scratch)?;
    let used = used().saturating_sub(before);
    Ok((used.as_secs_f64() * 1e6 / served.requests, served))
}
