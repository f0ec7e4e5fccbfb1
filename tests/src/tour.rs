//! A tour of every view in every state: the gallery takes pictures of it, and axe-core looks at it.

mod album;
mod connected;
mod empty;
mod offline;
mod rules;
mod running;
mod scenes;

use anyhow::{Context, Result, bail, ensure};
use thirtyfour::{By, Key};

pub use album::Album;
pub use scenes::{GUIDE, SCENES, Scene};

use crate::axe::violations;
use crate::desk::DeskOptions;
use crate::hand::Hand;
use crate::settle::{LONG, SHORT, until};
use crate::stage::Stage;

/// Both looks of the window.
pub const THEMES: [&str; 2] = ["light", "dark"];

/// What is done at each view, and what came of it.
#[derive(Default)]
pub struct Eye {
    /// Takes pictures, if they are wanted.
    pub album: Option<Album>,
    /// Whether axe-core looks at each view.
    pub axe: bool,
    /// What axe-core objects to, with the view.
    pub objections: Vec<String>,
    /// Which views were seen.
    pub seen: Vec<&'static Scene>,
    /// Chapters that could not be walked to their end, and why.
    pub failures: Vec<String>,
    /// The one chapter that is walked; all of them when none is named.
    pub only: Option<String>,
}

/// Somebody who looks at a stage.
struct Tour<'a> {
    stage: &'a mut Stage,
    eye: &'a mut Eye,
}

/// Looks at everything, or at the one chapter that is wanted.
pub async fn all(eye: &mut Eye) -> Result<()> {
    if eye.wants("empty") {
        let mut stage = Stage::empty(DeskOptions::default()).await?;
        Tour::of(&mut stage, eye).empty().await?;
        stage.close().await?;
    }
    if eye.wants("vault") {
        let without = DeskOptions {
            keychain: false,
            ..DeskOptions::default()
        };
        let mut stage = Stage::empty(without).await?;
        Tour::of(&mut stage, eye).vault().await?;
        let mut stage = stage.reopened(|_| Ok(())).await?;
        Tour::of(&mut stage, eye).locked().await?;
        stage.close().await?;
    }
    if eye
        .only
        .as_deref()
        .is_none_or(|only| !["empty", "vault"].contains(&only))
    {
        let mut stage = Stage::connected().await?;
        let walked = Tour::of(&mut stage, eye).with_everything().await;
        if let Err(error) = walked {
            eye.failures.push(format!("{error:#}"));
        }
        stage.close().await?;
    }
    Ok(())
}

impl<'a> Tour<'a> {
    fn of(stage: &'a mut Stage, eye: &'a mut Eye) -> Self {
        Self { stage, eye }
    }

    async fn with_everything(&mut self) -> Result<()> {
        self.connected().await?;
        self.rules().await?;
        self.offline().await
    }

    /// Walks a chapter; what fails is noted, and the next one begins at home.
    async fn chapter(
        &mut self,
        name: &str,
        walk: impl AsyncFnOnce(&mut Tour<'a>) -> Result<()>,
    ) -> Result<()> {
        // What later chapters stand on is walked in any case.
        let needed = ["token", "username", "publish", "test"].contains(&name);
        if !self.eye.wants(name) && !needed {
            return Ok(());
        }
        if let Err(error) = walk(self).await {
            let error = format!("{name}: {error:#}");
            if let Some(album) = &self.eye.album {
                album.fault(&self.stage.desk, name, &error)?;
            }
            self.eye.failures.push(error);
            ensure!(!needed, "what follows {name} cannot be walked");
        }
        for _ in 0..2 {
            self.stage.window.keys(Key::Escape).await?;
        }
        Ok(())
    }

    /// Looks at what is shown now.
    async fn see(&mut self, name: &str) -> Result<()> {
        let scene = SCENES.iter().find(|scene| scene.name == name);
        let scene = scene.with_context(|| format!("{name} is no scene of the tour"))?;
        if !self.eye.wants(scene.chapter()) {
            return Ok(());
        }
        for theme in THEMES {
            self.stage.window.drawn(theme).await?;
            if let Some(album) = &self.eye.album {
                album.take(&self.stage.desk, scene, theme)?;
            }
            if self.eye.axe {
                for objection in violations(&self.stage.window).await? {
                    self.eye
                        .objections
                        .push(format!("{name}, {theme}: {objection}"));
                }
            }
        }
        self.stage.window.drawn("light").await?;
        self.eye.seen.push(scene);
        Ok(())
    }

    async fn press(&self, id: &str) -> Result<()> {
        Hand::Mouse.press(&self.stage.window, id).await
    }

    async fn fill(&self, id: &str, text: &str) -> Result<()> {
        Hand::Mouse.fill(&self.stage.window, id, text).await
    }

    async fn shown(&self, id: &str) -> Result<()> {
        self.stage.window.shown(id, LONG).await.map(|_| ())
    }

    async fn go(&self, screen: &str) -> Result<()> {
        self.press(&format!("nav-{screen}")).await?;
        self.stage.window.on_screen(screen).await
    }

    /// Clicks the first row of a table; the driver clicks cells, and no rows.
    async fn choose_first(&self, table: &str) -> Result<()> {
        let cell = format!("[data-testid={table}-row] td:nth-of-type(3)");
        let window = &self.stage.window;
        self.shown(&format!("{table}-row")).await?;
        until("a click on the first row", SHORT, async || {
            let Ok(cell) = window.driver().find(By::Css(cell.as_str())).await else {
                return Ok(None);
            };
            Ok(cell.click().await.ok())
        })
        .await
    }

    /// Closes what is open, as Escape does.
    async fn escape(&self, id: &str) -> Result<()> {
        self.stage.window.keys(Key::Escape).await?;
        self.stage.window.gone(id).await
    }
}

impl Eye {
    fn wants(&self, chapter: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == chapter)
    }

    /// An error that names everything that is not as it should be.
    pub fn verdict(&self) -> Result<()> {
        let unseen = SCENES
            .iter()
            .filter(|scene| self.wants(scene.chapter()))
            .filter(|scene| !self.seen.iter().any(|seen| seen.name == scene.name))
            .map(|scene| format!("not seen: {}", scene.name));
        let all: Vec<String> = self
            .failures
            .iter()
            .chain(&self.objections)
            .cloned()
            .chain(unseen)
            .collect();
        if all.is_empty() {
            return Ok(());
        }
        bail!("{} faults:\n{}", all.len(), all.join("\n"))
    }
}
