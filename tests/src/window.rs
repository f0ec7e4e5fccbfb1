//! The app's real window, seen through `WebKitWebDriver` by the window's test ids.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use thirtyfour::{By, Capabilities, TypingData, WebDriver, WebElement};

use crate::desk::Desk;
use crate::files::built;
use crate::process::{Process, free_port};
use crate::settle::{LONG, SHORT, until};

/// Whether an element is drawn, perhaps further down.
const SHOWN: &str = "const e = document.querySelector(arguments[0]); \
    return !!e && e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden'";

/// What a person reads there, or what stands in the field.
const TEXT: &str = "const e = document.querySelector(arguments[0]); \
    return !e ? '' : e.matches('input, textarea') ? e.value : e.innerText";

/// Answers when what moves has arrived and is drawn.
const SETTLED: &str = "const done = arguments[arguments.length - 1]; \
    Promise.all(document.getAnimations() \
      .filter(a => a.effect.getComputedTiming().iterations !== Infinity) \
      .map(a => a.finished.catch(() => 0))) \
    .then(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(1), 120))))";

/// A running app and the driver that started it.
pub struct Window {
    driver: WebDriver,
    process: Process,
    data: PathBuf,
}

impl Window {
    /// Starts the app on this desk with its workspace in `data`.
    pub async fn open(desk: &Desk, data: &Path) -> Result<Self> {
        Self::open_with(desk, data, &[]).await
    }

    /// The same with more arguments.
    pub async fn open_with(desk: &Desk, data: &Path, arguments: &[&str]) -> Result<Self> {
        let port = free_port()?;
        let mut command = desk.command("WebKitWebDriver");
        command.arg(format!("--port={port}"));
        command
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        let mut process = Process::start("window", command, &desk.logs())?;
        let driver_url = format!("http://127.0.0.1:{port}");
        until("WebKitWebDriver", SHORT, async || {
            if let Some(status) = process.ended()? {
                bail!("WebKitWebDriver ended with {status}: {}", process.errors());
            }
            Ok(reqwest::get(format!("{driver_url}/status"))
                .await
                .ok()
                .map(|_| ()))
        })
        .await?;

        let mut all = vec!["--data-dir".to_owned(), data.display().to_string()];
        all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        let options = json!({ "binary": built("gatewright-desktop")?, "args": all });
        let mut wanted = Capabilities::new();
        wanted.insert("webkitgtk:browserOptions".to_owned(), options);
        let driver = WebDriver::new(driver_url, wanted)
            .await
            .with_context(|| format!("no window: {}", process.errors()))?;
        let window = Self {
            driver,
            process,
            data: data.to_path_buf(),
        };
        until("the first screen", LONG, async || {
            let shown = "[data-testid=app], [data-testid=vault-create], [data-testid=vault-unlock]";
            Ok(window.driver.find(By::Css(shown)).await.ok().map(|_| ()))
        })
        .await?;
        Ok(window)
    }

    /// The driver, for what has no name here.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// What the app said on both outputs.
    pub fn log(&self) -> String {
        format!("{}{}", self.process.output(), self.process.errors())
    }

    /// Where the app keeps its workspace.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The process id of the driver, whose child the app is.
    pub fn driver_id(&self) -> u32 {
        self.process.id()
    }

    /// Makes the window that big; there is no window manager to ask.
    pub async fn resize(&self, desk: &Desk, width: u32, height: u32) -> Result<()> {
        let sized = desk
            .command("xdotool")
            .args([
                "search",
                "--onlyvisible",
                "--class",
                "gatewright",
                "windowsize",
                "--sync",
            ])
            .args([width.to_string(), height.to_string()])
            .output()
            .context("xdotool")?;
        if !sized.status.success() {
            bail!("xdotool: {}", String::from_utf8_lossy(&sized.stderr));
        }
        until("the new size", SHORT, async || {
            let size = self
                .script("return [window.innerWidth, window.innerHeight]", vec![])
                .await?;
            Ok((size == json!([width, height])).then_some(()))
        })
        .await
    }

    /// Waits for an element that is shown.
    pub async fn element(&self, id: &str) -> Result<WebElement> {
        self.shown(id, SHORT).await
    }

    /// The same with another patience.
    pub async fn shown(&self, id: &str, patience: Duration) -> Result<WebElement> {
        let found = until(id, patience, async || {
            // The driver calls hidden what is only scrolled away, so it is not asked.
            let shown = self.script(SHOWN, vec![json!(selector(id))]).await?;
            if shown != json!(true) {
                return Ok(None);
            }
            Ok(self.driver.find(By::Css(selector(id))).await.ok())
        })
        .await;
        if found.is_err() {
            bail!(
                "no {id} in the window, which says: {}",
                self.all_text().await
            );
        }
        found
    }

    /// Whether an element is there now.
    pub async fn has(&self, id: &str) -> bool {
        self.driver.find(By::Css(selector(id))).await.is_ok()
    }

    /// Waits until an element is gone.
    pub async fn gone(&self, id: &str) -> Result<()> {
        until(&format!("the end of {id}"), SHORT, async || {
            Ok((!self.has(id).await).then_some(()))
        })
        .await
    }

    /// The text of an element; of a field, what stands in it.
    pub async fn text(&self, id: &str) -> Result<String> {
        self.element(id).await?;
        self.read(id).await
    }

    /// The same of what may not be there, without waiting.
    async fn read(&self, id: &str) -> Result<String> {
        let text = self.script(TEXT, vec![json!(selector(id))]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// All text of the document, also what is scrolled away, and what stands in fields.
    pub async fn all_text(&self) -> String {
        let script = "return document.body.innerText";
        let text = self.script(script, vec![]).await.unwrap_or_default();
        text.as_str().unwrap_or_default().to_owned()
    }

    /// An attribute of an element, once it is there.
    pub async fn attribute(&self, id: &str, name: &str) -> Result<Option<String>> {
        Ok(self.element(id).await?.attr(name).await?)
    }

    /// Waits until an attribute has a value.
    pub async fn becomes(&self, id: &str, name: &str, value: &str) -> Result<()> {
        let mut last = None;
        let waited = until(id, LONG, async || {
            let Ok(element) = self.driver.find(By::Css(selector(id))).await else {
                return Ok(None);
            };
            last = element.attr(name).await.unwrap_or_default();
            Ok((last.as_deref() == Some(value)).then_some(()))
        })
        .await;
        if waited.is_err() {
            let text = self.all_text().await;
            bail!("{id} has {name}={last:?} and not {value:?}; the window says: {text}");
        }
        Ok(())
    }

    /// Waits until an element says something.
    pub async fn says(&self, id: &str, words: &str) -> Result<()> {
        let mut last = String::new();
        let waited = until(id, LONG, async || {
            last = self.read(id).await?;
            Ok(last.contains(words).then_some(()))
        })
        .await;
        if waited.is_err() {
            bail!(
                "{id} says {last:?} and not {words:?}; the window says: {}",
                self.all_text().await
            );
        }
        Ok(())
    }

    /// Waits until a screen is shown.
    pub async fn on_screen(&self, name: &str) -> Result<()> {
        self.becomes("app", "data-screen", name).await
    }

    /// Runs a script, to look; never to do.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.driver.execute(script, arguments).await?.json().clone())
    }

    /// The same with a script that answers by its last argument.
    pub async fn script_later(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        let answer = self.driver.execute_async(script, arguments).await?;
        Ok(answer.json().clone())
    }

    /// Waits for two frames, after which what was changed is drawn, and for what still fades.
    pub async fn settled(&self) -> Result<()> {
        self.script_later(SETTLED, vec![]).await.map(|_| ())
    }

    /// Draws it light or dark, as the setting does, over whatever is open; only for looking.
    pub async fn drawn(&self, theme: &str) -> Result<()> {
        let script = "document.documentElement.dataset.theme = arguments[0]";
        self.script(script, vec![json!(theme)]).await?;
        self.settled().await
    }

    /// Presses keys in whatever has the focus.
    pub async fn keys(&self, keys: impl Into<TypingData>) -> Result<()> {
        let chain = self.driver.action_chain().send_keys(keys);
        Ok(chain.perform().await?)
    }

    /// Presses a key while another one is held.
    pub async fn chord(&self, held: char, key: impl Into<TypingData>) -> Result<()> {
        let chain = self
            .driver
            .action_chain()
            .key_down(held)
            .send_keys(key)
            .key_up(held);
        Ok(chain.perform().await?)
    }

    /// Closes it as a person would.
    pub async fn close(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }
}

/// The CSS selector of a test id.
pub(crate) fn selector(id: &str) -> String {
    format!("[data-testid={}]", json!(id))
}
