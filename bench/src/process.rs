//! Processes on a core of their own, and what they used.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The core of the proxy that is measured.
pub(crate) const PROXY_CORE: &str = "0";
/// The core of everything else.
pub(crate) const OTHER_CORE: &str = "1";

/// A running program, killed with its children when dropped.
pub(crate) struct Running {
    child: Child,
}

impl Running {
    /// Starts a program on a core; what it prints goes to a file.
    pub(crate) fn start(
        core: &str,
        program: &Path,
        arguments: &[&str],
        log: &Path,
    ) -> Result<Self> {
        Ok(Self {
            child: pinned(core, program, arguments, log)?
                .stdout(fs::File::options().append(true).create(true).open(log)?)
                .spawn()
                .with_context(|| format!("{} does not start", program.display()))?,
        })
    }

    /// Starts a command on whichever cores it likes.
    pub(crate) fn free(mut command: Command) -> Result<Self> {
        Ok(Self {
            child: command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .with_context(|| format!("{command:?} does not start"))?,
        })
    }

    /// Starts a program that says in one line of JSON where it listens.
    pub(crate) fn announced(
        core: &str,
        program: &Path,
        arguments: &[&str],
        log: &Path,
    ) -> Result<(Self, serde_json::Value)> {
        let mut child = pinned(core, program, arguments, log)?
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} does not start", program.display()))?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?);
        let running = Self { child };
        let mut line = String::new();
        lines.read_line(&mut line)?;
        let said = serde_json::from_str(&line).with_context(|| {
            format!(
                "{} said no address; see {}",
                program.display(),
                log.display()
            )
        })?;
        thread::spawn(move || {
            let mut rest = String::new();
            while lines.read_line(&mut rest).is_ok_and(|read| read > 0) {
                rest.clear();
            }
        });
        Ok((running, said))
    }

    /// The process and all that it started.
    pub(crate) fn tree(&self) -> BTreeSet<u32> {
        tree(self.child.id())
    }

    /// Processor time of the tree, user and system.
    pub(crate) fn processor_time(&self) -> Duration {
        self.tree().into_iter().map(processor_time).sum()
    }

    /// Memory of the tree in bytes: what is its own, and its share of what is shared.
    pub(crate) fn memory(&self) -> u64 {
        self.tree().into_iter().map(proportional_memory).sum()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for process in self.tree() {
            let _ = Command::new("kill")
                .args(["-KILL", &process.to_string()])
                .stderr(Stdio::null())
                .status();
        }
        let _ = self.child.wait();
    }
}

/// A process and all that it started.
fn tree(root: u32) -> BTreeSet<u32> {
    let mut tree = BTreeSet::from([root]);
    loop {
        let before = tree.len();
        for (process, parent) in parents() {
            if tree.contains(&parent) {
                tree.insert(process);
            }
        }
        if tree.len() == before {
            return tree;
        }
    }
}

fn pinned(core: &str, program: &Path, arguments: &[&str], log: &Path) -> Result<Command> {
    let mut command = Command::new("taskset");
    command
        .args(["-c", core])
        .arg(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(fs::File::options().append(true).create(true).open(log)?);
    Ok(command)
}

fn parents() -> Vec<(u32, u32)> {
    let Ok(folders) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    folders
        .flatten()
        .filter_map(|folder| folder.file_name().to_str()?.parse().ok())
        .filter_map(|process: u32| Some((process, field(process, 1)?.try_into().ok()?)))
        .collect()
}

/// A field of `/proc/PID/stat`, counted from the state, which is 0.
fn field(process: u32, index: usize) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(index)?.parse().ok()
}

fn processor_time(process: u32) -> Duration {
    // A tick is 1/100 s on every Linux that these programs run on (`getconf CLK_TCK`).
    let ticks = field(process, 11).unwrap_or(0) + field(process, 12).unwrap_or(0);
    Duration::from_millis(ticks * 10)
}

fn proportional_memory(process: u32) -> u64 {
    let Ok(rollup) = fs::read_to_string(format!("/proc/{process}/smaps_rollup")) else {
        return 0;
    };
    rollup
        .lines()
        .find_map(|line| line.strip_prefix("Pss:"))
        .and_then(|rest| rest.trim().strip_suffix("kB")?.trim().parse::<u64>().ok())
        .map_or(0, |kilobytes| kilobytes * 1024)
}

/// A port that nobody listens on at this moment.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Waits until somebody listens there.
pub(crate) fn listening(port: u16) -> Result<()> {
    let end = Instant::now() + Duration::from_secs(20);
    while Instant::now() < end {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(20));
    }
    bail!("nobody listens on port {port}")
}
