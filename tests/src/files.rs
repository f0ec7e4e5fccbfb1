//! Where things lie.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The root of the repository.
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// A program that cargo built beside this one.
pub fn built(name: &str) -> Result<PathBuf> {
    let program = debug()?.join(name);
    if !program.is_file() {
        bail!(
            "{} is not there: cargo build --workspace --all-targets",
            program.display()
        );
    }
    Ok(program)
}

/// The folder that the pictures go to, `target/screens`.
pub fn screens() -> Result<PathBuf> {
    let debug = debug()?;
    let target = debug.parent().context("the target folder")?;
    let screens = target.join("screens");
    std::fs::create_dir_all(&screens).with_context(|| screens.display().to_string())?;
    Ok(screens)
}

/// The Python that has the real clients.
pub fn python() -> Result<PathBuf> {
    let python = repository().join("tests/.venv/bin/python");
    if !python.is_file() {
        bail!("{} is not there: cargo xtask setup", python.display());
    }
    Ok(python)
}

/// A script for Node beside its packages.
pub fn node(script: &str) -> Result<PathBuf> {
    let folder = repository().join("tests/node");
    if !folder.join("node_modules").is_dir() {
        bail!(
            "{}/node_modules is not there: cargo xtask setup",
            folder.display()
        );
    }
    Ok(folder.join(script))
}

/// The folder of programs: this one stands there, or in `deps` below it.
fn debug() -> Result<PathBuf> {
    let program = std::env::current_exe().context("where this program is")?;
    let folder = program.parent().context("the folder of this program")?;
    let debug = if folder.ends_with("deps") {
        folder.parent()
    } else {
        Some(folder)
    };
    Ok(debug.context("the folder of programs")?.to_path_buf())
}
