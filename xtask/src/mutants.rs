//! Breaking one check at a time, in a copy, to see whether a test notices.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde_json::Value;

use crate::oauth_tests::{Id, Mutant, ids, mutant};
use crate::run::{root, target};

/// A test that is not done by then counts as failed: a check that is gone may also show as waiting.
const PATIENCE: Duration = Duration::from_mins(1);

/// Which mutants.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Of {
    /// Of the OAuth engine.
    Oauth,
}

/// What a mutant came to.
enum Outcome {
    Red(Vec<String>),
    Green,
    DoesNotApply(String),
    DoesNotCompile,
    NoTest,
    RedUnbroken(Vec<String>),
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Red(tests) => write!(formatter, "red: {}", tests.join(", ")),
            Self::Green => formatter.write_str("GREEN: no test notices"),
            Self::DoesNotApply(why) => write!(formatter, "DOES NOT APPLY: {why}"),
            Self::DoesNotCompile => formatter.write_str("DOES NOT COMPILE"),
            Self::NoTest => formatter.write_str("NO TEST in this package"),
            Self::RedUnbroken(tests) => {
                write!(formatter, "RED WITHOUT THE PATCH: {}", tests.join(", "))
            }
        }
    }
}

/// Applies the kept patches one by one to a copy; all of them must turn a test red.
pub(crate) fn run(of: Of, only: &[String]) -> Result<()> {
    let Of::Oauth = of;
    let began = Instant::now();
    let all = ids()?;
    if let Some(unknown) = only
        .iter()
        .find(|name| all.iter().all(|id| id.name != **name))
    {
        bail!("no such id: {unknown}");
    }
    let mut packages: BTreeMap<String, Vec<(Id, Mutant)>> = BTreeMap::new();
    for id in all {
        if only.is_empty() || only.contains(&id.name) {
            let mutant = mutant(&id)?;
            let package = mutant.package.clone();
            packages.entry(package).or_default().push((id, mutant));
        }
    }
    let copy = Copy::made()?;
    let mut rows = Vec::new();
    for (package, mutants) in packages {
        println!("\n== {package}, unbroken");
        let Some(programs) = copy.built(&package)? else {
            bail!("{package} does not compile as it is");
        };
        let wanted: Vec<&Id> = mutants.iter().map(|(id, _)| id).collect();
        let unbroken = copy.tested(&package, &programs, &wanted)?;
        for (id, mutant) in &mutants {
            let failed = unbroken.failed(id);
            let outcome = if unbroken.count(id) == 0 {
                Outcome::NoTest
            } else if failed.is_empty() {
                copy.broken(id, mutant)?
            } else {
                Outcome::RedUnbroken(failed)
            };
            println!("{}: {outcome}", id.name);
            rows.push((id.name.clone(), mutant.path.clone(), outcome));
        }
    }
    println!("\nall of it took {} s", began.elapsed().as_secs());
    report(&rows)
}

fn report(rows: &[(String, String, Outcome)]) -> Result<()> {
    let width = |column: fn(&(String, String, Outcome)) -> usize| {
        rows.iter().map(column).max().unwrap_or_default()
    };
    let (first, second) = (width(|row| row.0.len()), width(|row| row.1.len()));
    println!("\n{:first$} | {:second$} | tests", "id", "patch");
    for (id, patch, outcome) in rows {
        println!("{id:first$} | {patch:second$} | {outcome}");
    }
    let red = rows
        .iter()
        .filter(|(_, _, outcome)| matches!(outcome, Outcome::Red(_)))
        .count();
    println!("\n{red} of {} are red", rows.len());
    if red < rows.len() {
        bail!("{} of the mutants above are not red", rows.len() - red);
    }
    Ok(())
}

/// Whether each test passed, by its whole name.
struct Tested(BTreeMap<String, bool>);

impl Tested {
    fn of<'a>(&'a self, id: &Id) -> impl Iterator<Item = (&'a str, bool)> {
        let prefix = id.prefix();
        self.0
            .iter()
            .map(|(name, passed)| (own_name(name), *passed))
            .filter(move |(name, _)| name.starts_with(&prefix))
    }

    fn count(&self, id: &Id) -> usize {
        self.of(id).count()
    }

    fn failed(&self, id: &Id) -> Vec<String> {
        self.of(id)
            .filter(|(_, passed)| !passed)
            .map(|(name, _)| name.to_owned())
            .collect()
    }
}

fn own_name(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}

/// A copy of the sources, and a folder of its own that it is built in.
struct Copy {
    folder: PathBuf,
    target: PathBuf,
}

impl Copy {
    /// Brings the copy to what the tree is now; what is the same keeps its time, so that little is
    /// built anew.
    fn made() -> Result<Self> {
        let copy = Self {
            folder: target()?.join("mutants/oauth"),
            target: target()?.join("mutants-target"),
        };
        let list = Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(root())
            .output()
            .context("git ls-files")?;
        if !list.status.success() {
            bail!("git does not list the files of this tree");
        }
        let list = String::from_utf8(list.stdout).context("a file name that is no text")?;
        let names: Vec<&str> = list.split('\0').filter(|name| !name.is_empty()).collect();
        for name in &names {
            copy.copied(name)?;
        }
        copy.without_others(&names)?;
        Ok(copy)
    }

    /// Copies one file if it is another; one that is gone from the tree goes from the copy too.
    fn copied(&self, name: &str) -> Result<()> {
        let (from, to) = (root().join(name), self.folder.join(name));
        let Ok(bytes) = fs::read(&from) else {
            if to.is_file() {
                fs::remove_file(&to).with_context(|| to.display().to_string())?;
            }
            return Ok(());
        };
        if fs::read(&to).is_ok_and(|kept| kept == bytes) {
            return Ok(());
        }
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
        }
        fs::write(&to, bytes).with_context(|| to.display().to_string())
    }

    /// Takes away sources that were in the tree once: cargo would find them.
    fn without_others(&self, names: &[&str]) -> Result<()> {
        let known: std::collections::HashSet<PathBuf> =
            names.iter().map(|name| self.folder.join(name)).collect();
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
                let entry = entry?;
                let path = entry.path();
                // A link to a folder is not gone into: what it points to is not ours.
                if entry.file_type()?.is_dir() {
                    folders.push(path);
                } else if !known.contains(&path) {
                    fs::remove_file(&path).with_context(|| path.display().to_string())?;
                }
            }
        }
        Ok(())
    }

    /// Breaks the copy, tests it, and mends it.
    fn broken(&self, id: &Id, mutant: &Mutant) -> Result<Outcome> {
        let outcome = self.broken_outcome(id, mutant);
        for file in &mutant.files {
            self.copied(file)?;
        }
        outcome
    }

    fn broken_outcome(&self, id: &Id, mutant: &Mutant) -> Result<Outcome> {
        // The copy lies inside a repository that is not its own.
        let above = self.folder.parent().unwrap_or(&self.folder);
        let applied = Command::new("git")
            .args(["apply", "--whitespace=nowarn"])
            .arg(root().join(&mutant.path))
            .current_dir(&self.folder)
            .env("GIT_CEILING_DIRECTORIES", above)
            .env_remove("GIT_DIR")
            .output()
            .context("git apply")?;
        if !applied.status.success() {
            let words = String::from_utf8_lossy(&applied.stderr);
            let first = words.lines().next().unwrap_or_default();
            return Ok(Outcome::DoesNotApply(first.to_owned()));
        }
        let Some(programs) = self.built(&mutant.package)? else {
            return Ok(Outcome::DoesNotCompile);
        };
        let tested = self.tested(&mutant.package, &programs, &[id])?;
        let failed = tested.failed(id);
        Ok(match (tested.count(id), failed.is_empty()) {
            (0, _) => Outcome::NoTest,
            (_, true) => Outcome::Green,
            (_, false) => Outcome::Red(failed),
        })
    }

    /// Builds the tests of a package; none when it does not compile.
    fn built(&self, package: &str) -> Result<Option<Vec<PathBuf>>> {
        let built = Command::new("cargo")
            .args([
                "test",
                "--quiet",
                "--no-run",
                "--tests",
                "--package",
                package,
            ])
            .arg("--message-format=json-render-diagnostics")
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .output()
            .context("cargo test --no-run")?;
        if !built.status.success() {
            println!("{}", String::from_utf8_lossy(&built.stderr));
            return Ok(None);
        }
        let programs = String::from_utf8_lossy(&built.stdout)
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|message| message["profile"]["test"] == true)
            .filter_map(|message| Some(PathBuf::from(message["executable"].as_str()?)))
            .collect();
        Ok(Some(programs))
    }

    /// Runs the tests of these ids in these programs.
    fn tested(&self, package: &str, programs: &[PathBuf], wanted: &[&Id]) -> Result<Tested> {
        let folder = package.strip_prefix("gatewright-").unwrap_or(package);
        let folder = self.folder.join("crates").join(folder);
        let mut tested = BTreeMap::new();
        for program in programs {
            let names = names(program, wanted)?;
            if names.is_empty() {
                continue;
            }
            let log = self.target.join("mutants.log");
            end(program, &names, &folder, &log)?;
            let said = fs::read(&log).with_context(|| log.display().to_string())?;
            let said = String::from_utf8_lossy(&said).into_owned();
            for name in names {
                let passed = format!("test {name} ... ok");
                let passed = said.lines().any(|line| line == passed);
                tested.insert(name, passed);
            }
        }
        Ok(Tested(tested))
    }
}

/// The whole names of the tests of these ids in this program.
fn names(program: &Path, wanted: &[&Id]) -> Result<Vec<String>> {
    let list = Command::new(program)
        .args(["--list", "--format", "terse"])
        .output()
        .with_context(|| program.display().to_string())?;
    let prefixes: Vec<String> = wanted.iter().map(|id| id.prefix()).collect();
    Ok(String::from_utf8_lossy(&list.stdout)
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .filter(|name| {
            let name = own_name(name);
            prefixes.iter().any(|prefix| name.starts_with(prefix))
        })
        .map(str::to_owned)
        .collect())
}

/// Runs these tests until they end, or until nobody waits any longer.
fn end(program: &Path, names: &[String], folder: &Path, log: &Path) -> Result<()> {
    let output = File::create(log).with_context(|| log.display().to_string())?;
    let mut child = Command::new(program)
        .arg("--exact")
        .args(names)
        .current_dir(folder)
        .stdout(output)
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| program.display().to_string())?;
    let began = Instant::now();
    while child.try_wait().context("waiting for tests")?.is_none() {
        if began.elapsed() > PATIENCE {
            println!("not done within {} s", PATIENCE.as_secs());
            child.kill().context("ending tests")?;
            child.wait().context("ending tests")?;
            break;
        }
        sleep(Duration::from_millis(50));
    }
    Ok(())
}
