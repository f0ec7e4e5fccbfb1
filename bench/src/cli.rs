//! What a call of the command line takes, beside curl.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::machine::described;
use crate::measure::{Goal, Measure, Series};
use crate::process::{OTHER_CORE, Running};

/// How often each is called, in turn.
const CALLS: usize = 40;

/// Measures `token test` from its start to its exit.
pub(crate) fn run(programs: &Path, mut each: impl FnMut(Measure)) -> Result<Vec<String>> {
    let program = programs.join("gatewright");
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("sandbox.log");
    let arguments = ["sandbox", "--json", "--port", "0"];
    let (_sandbox, said) = Running::announced(OTHER_CORE, &program, &arguments, &log)?;
    let text = |pointer: &str| -> Result<String> {
        let found = said.pointer(pointer).and_then(serde_json::Value::as_str);
        Ok(found.with_context(|| pointer.to_owned())?.to_owned())
    };
    let (jira, user) = (text("/products/jira")?, text("/users/0/directory_name")?);
    let password = text("/users/0/password")?;

    let mut ours = Command::new(&program);
    ours.args([
        "token",
        "test",
        "--json",
        "--product",
        "jira",
        "--base-url",
        &jira,
    ]);
    ours.args(["--type", "basic", "--user", &user, "--token-stdin"]);
    let mut curl = Command::new("curl");
    curl.args([
        "--silent",
        "--fail",
        "--output",
        "/dev/null",
        "--config",
        "-",
    ]);
    curl.arg(format!("{jira}/rest/api/2/myself"));
    let config = format!("user = \"{user}:{password}\"\n");

    let (mut mine, mut theirs) = (Series::default(), Series::default());
    for _ in 0..CALLS {
        mine.push(call(&mut ours, &password)?);
        theirs.push(call(&mut curl, &config)?);
    }
    let ratios = mine.over(&theirs);
    let detail = format!(
        "{}; ours {}, curl {} ms, {CALLS} calls each",
        ratios.shown(),
        mine.shown(),
        theirs.shown()
    );
    each(Measure::new(
        "token test from start to exit, against curl",
        ratios.median(),
        Goal::AtMost(1.5),
        "×",
        detail,
    ));
    Ok(described(&[
        ("gatewright", &program, "--version"),
        ("curl", "curl".as_ref(), "--version"),
    ]))
}

/// In milliseconds.
fn call(command: &mut Command, input: &str) -> Result<f64> {
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    child
        .stdin
        .take()
        .context("no input")?
        .write_all(input.as_bytes())?;
    let status = child.wait()?;
    let took = started.elapsed().as_secs_f64() * 1000.0;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(took)
}
