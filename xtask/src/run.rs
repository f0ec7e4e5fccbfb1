//! Commands of the system, said before they run and named when they fail.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The folder that cargo builds into: this program stands in its `debug`.
pub(crate) fn target() -> Result<PathBuf> {
    let program = std::env::current_exe().context("where this program is")?;
    let target = program.parent().and_then(Path::parent);
    Ok(target
        .context("the target folder above this program")?
        .to_path_buf())
}

/// A command in a folder below the root.
pub(crate) fn command(folder: &str, program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root().join(folder));
    command
}

/// Runs it with its output shown; an error names the command to repeat.
pub(crate) fn shown(mut command: Command) -> Result<()> {
    let words = words(&command);
    println!("$ {words}");
    let status = command
        .status()
        .with_context(|| format!("cannot start {words}"))?;
    if !status.success() {
        bail!("{words}\n  ended with {status}; the line above repeats it");
    }
    Ok(())
}

/// Runs it with its standard output shown and handed to `each` line by line.
pub(crate) fn watched(mut command: Command, mut each: impl FnMut(&str)) -> Result<()> {
    let words = words(&command);
    println!("$ {words}");
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {words}"))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.context("reading what it prints")?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            each(&line);
        }
    }
    let status = child
        .wait()
        .with_context(|| format!("waiting for {words}"))?;
    if !status.success() {
        bail!("{words}\n  ended with {status}; the line above repeats it");
    }
    Ok(())
}

/// What it prints, trimmed; none when it fails or is not there.
pub(crate) fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// Whether a program stands on the path.
pub(crate) fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}

/// The command as one would type it, in the folder that it runs in.
fn words(command: &Command) -> String {
    let mut words = Vec::new();
    if let Some(folder) = command
        .get_current_dir()
        .and_then(|folder| folder.strip_prefix(root()).ok())
        && !folder.as_os_str().is_empty()
    {
        words.push(format!("cd {} &&", folder.display()));
    }
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            words.push(format!(
                "{}={}",
                name.to_string_lossy(),
                quoted(&value.to_string_lossy())
            ));
        }
    }
    words.push(command.get_program().to_string_lossy().into_owned());
    words.extend(
        command
            .get_args()
            .map(|argument| quoted(&argument.to_string_lossy())),
    );
    words.join(" ")
}

fn quoted(word: &str) -> String {
    let plain = !word.is_empty() && !word.contains(|letter: char| " '\"$*;&|<>()".contains(letter));
    if plain {
        word.to_owned()
    } else {
        format!("'{word}'")
    }
}
