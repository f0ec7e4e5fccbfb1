//! Processes with their output kept, which never outlive the test.

use std::fs::{self, File};
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::settle::until;

/// A running program and everything that it started; dropping it ends all of them.
pub struct Process {
    name: String,
    child: Child,
    output: PathBuf,
    errors: PathBuf,
}

impl Process {
    /// Starts it in a process group of its own; its output goes to two files in `logs`.
    pub fn start(name: &str, mut command: Command, logs: &Path) -> Result<Self> {
        let output = logs.join(format!("{name}.out.log"));
        let errors = logs.join(format!("{name}.err.log"));
        let file = |path: &Path| File::create(path).with_context(|| path.display().to_string());
        command
            .stdout(file(&output)?)
            .stderr(file(&errors)?)
            .process_group(0);
        let program = command.get_program().to_owned();
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        Ok(Self {
            name: name.to_owned(),
            child,
            output,
            errors,
        })
    }

    /// The same with a text on its standard input.
    pub fn start_with_input(
        name: &str,
        command: Command,
        logs: &Path,
        input: &str,
    ) -> Result<Self> {
        let mut process = Self::start_talking(name, command, logs)?;
        process.say(input)?;
        process.child.stdin = None;
        Ok(process)
    }

    /// The same with a standard input that stays open.
    pub fn start_talking(name: &str, mut command: Command, logs: &Path) -> Result<Self> {
        command.stdin(Stdio::piped());
        Self::start(name, command, logs)
    }

    /// Writes to its standard input.
    pub fn say(&mut self, text: &str) -> Result<()> {
        let input = self
            .child
            .stdin
            .as_mut()
            .with_context(|| format!("input of {}", self.name))?;
        input
            .write_all(text.as_bytes())
            .with_context(|| format!("input of {}", self.name))
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it printed so far.
    pub fn output(&self) -> String {
        read(&self.output)
    }

    /// What it said on standard error so far.
    pub fn errors(&self) -> String {
        read(&self.errors)
    }

    /// Waits until a whole line of its output is what `find` looks for.
    pub async fn line<T>(
        &mut self,
        patience: Duration,
        find: impl Fn(&str) -> Option<T>,
    ) -> Result<T> {
        let name = self.name.clone();
        until(&format!("a line of {name}"), patience, async || {
            let output = self.output();
            let whole = output.rsplit_once('\n').map_or("", |(lines, _)| lines);
            if let Some(found) = whole.lines().find_map(&find) {
                return Ok(Some(found));
            }
            if let Some(status) = self.ended()? {
                bail!(
                    "{name} ended with {status}: {}{}",
                    self.output(),
                    self.errors()
                );
            }
            Ok(None)
        })
        .await
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child
            .try_wait()
            .with_context(|| format!("asking after {}", self.name))
    }

    /// Waits until it has ended by itself.
    pub async fn end(&mut self, patience: Duration) -> Result<ExitStatus> {
        let name = self.name.clone();
        until(&format!("the end of {name}"), patience, async || {
            self.ended()
        })
        .await
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    fn signal(&self, signal: Signal) {
        let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            // It may have ended already, which is what is wanted.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        let _ = self.child.wait();
    }
}

fn read(path: &Path) -> String {
    fs::read(path)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}

/// A port that the kernel has just given and taken back.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("a free port")?;
    Ok(listener.local_addr().context("a free port")?.port())
}
