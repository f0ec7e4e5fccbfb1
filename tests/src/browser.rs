//! The browser that the app opens: a real Chromium, started by a program named `xdg-open`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use thirtyfour::{By, Capabilities, WebDriver, WebElement};

use crate::process::Process;
use crate::settle::{LONG, SHORT, until};

/// Chromium's names on Debian, on Ubuntu and from its maker.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A browser window that somebody else opened.
pub struct Browser {
    driver: WebDriver,
    _driver_process: Process,
}

impl Browser {
    /// Puts an `xdg-open` into `bin` that opens each page in a Chromium with a profile of its own
    /// below `profiles`, numbered from 1, as a person would who has one browser and no cookies.
    pub(crate) fn install(bin: &Path, profiles: &Path) -> Result<()> {
        let chromium = NAMES
            .iter()
            .find(|name| on_path(name))
            .context("no Chromium here: cargo xtask setup")?;
        let script = format!(
            "#!/bin/sh\n\
             n=1\n\
             while ! mkdir '{profiles}'/$n 2>/dev/null; do n=$((n+1)); done\n\
             exec {chromium} --headless --no-sandbox --disable-gpu --no-first-run \\\n  \
             --disable-background-networking --disable-component-update --disable-sync \\\n  \
             --no-proxy-server --window-size=1000,800 --remote-debugging-port=0 \\\n  \
             --user-data-dir='{profiles}'/$n \"$1\" >'{profiles}'/$n/log 2>&1 &\n\
             echo $! >'{profiles}'/$n/pid\n",
            profiles = profiles.display(),
        );
        let file = bin.join("xdg-open");
        fs::write(&file, script).with_context(|| file.display().to_string())?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).context("xdg-open")
    }

    pub(crate) async fn attach(profile: &Path, logs: &Path, number: usize) -> Result<Self> {
        let file = profile.join("DevToolsActivePort");
        let port = until("a browser that was opened", LONG, async || {
            let text = fs::read_to_string(&file).unwrap_or_default();
            // The second line comes with the same write as the first.
            Ok(text
                .split_once('\n')
                .and_then(|(port, _)| port.parse::<u16>().ok()))
        })
        .await?;
        let mut command = Command::new("chromedriver");
        command.arg("--port=0");
        let mut process = Process::start(&format!("chromedriver-{number}"), command, logs)?;
        let started = |line: &str| {
            let (_, port) = line.split_once("successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        };
        let driver_port = process.line(SHORT, started).await?;
        let mut wanted = Capabilities::new();
        wanted.insert("browserName".to_owned(), json!("chrome"));
        let options = json!({ "debuggerAddress": format!("127.0.0.1:{port}") });
        wanted.insert("goog:chromeOptions".to_owned(), options);
        let driver = WebDriver::new(format!("http://127.0.0.1:{driver_port}"), wanted)
            .await
            .context("attaching to the browser that was opened")?;
        Ok(Self {
            driver,
            _driver_process: process,
        })
    }

    /// Ends every browser that was opened with a profile below `profiles`.
    pub(crate) fn end_all(profiles: &Path) {
        let Ok(folders) = fs::read_dir(profiles) else {
            return;
        };
        for folder in folders.flatten() {
            let id = fs::read_to_string(folder.path().join("pid")).unwrap_or_default();
            if let Some(id) = id.trim().parse().ok().and_then(Pid::from_raw) {
                // It may have ended already, which is what is wanted.
                let _ = kill_process(id, Signal::KILL);
            }
        }
    }

    /// Where it is.
    pub async fn address(&self) -> Result<String> {
        Ok(self.driver.current_url().await?.to_string())
    }

    /// The text of the page.
    pub async fn text(&self) -> Result<String> {
        Ok(self.driver.find(By::Css("body")).await?.text().await?)
    }

    /// Waits for an element.
    pub async fn element(&self, selector: &str) -> Result<WebElement> {
        let found = until(selector, SHORT, async || {
            Ok(self.driver.find(By::Css(selector)).await.ok())
        })
        .await;
        if found.is_err() {
            bail!(
                "no {selector} at {}: {}",
                self.address().await?,
                self.text().await?
            );
        }
        found
    }

    /// Types into a field.
    pub async fn fill(&self, selector: &str, text: &str) -> Result<()> {
        let field = self.element(selector).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Clicks.
    pub async fn click(&self, selector: &str) -> Result<()> {
        Ok(self.element(selector).await?.click().await?)
    }

    /// Waits until the page says something.
    pub async fn says(&self, text: &str) -> Result<()> {
        until(&format!("a page that says {text:?}"), SHORT, async || {
            Ok(self
                .text()
                .await
                .unwrap_or_default()
                .contains(text)
                .then_some(()))
        })
        .await
    }

    /// Closes it.
    pub async fn close(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }
}

fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}
