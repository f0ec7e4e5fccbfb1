//! Pictures of a step: light and dark, at the natural size and at the smallest.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Journey;
use crate::hand::Hand;

/// The natural size and the smallest.
const SIZES: [(u32, u32); 2] = [(1280, 800), (1000, 700)];

/// Where pictures go.
pub struct Pictures {
    folder: PathBuf,
    number: usize,
}

impl Pictures {
    /// Into this folder, which is made, numbered in the order in which they are taken.
    pub fn in_folder(folder: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        Ok(Self { folder, number: 0 })
    }
}

impl Journey<'_> {
    /// Takes all pictures of what the window shows now.
    pub(super) async fn picture(&mut self, name: &str) -> Result<()> {
        let Some(pictures) = self.pictures.as_mut() else {
            return Ok(());
        };
        pictures.number += 1;
        let (folder, number) = (pictures.folder.clone(), pictures.number);
        for (width, height) in SIZES {
            self.window.resize(self.desk, width, height).await?;
            for theme in ["light", "dark"] {
                self.theme(theme).await?;
                let file = folder.join(format!("{number:02}-{name}-{width}x{height}-{theme}.png"));
                self.window.settled().await?;
                self.desk.picture(&file, (width, height))?;
            }
        }
        self.theme("light").await?;
        let (width, height) = SIZES[0];
        self.window.resize(self.desk, width, height).await
    }

    /// By the palette: it opens over every screen and leaves it as it is.
    async fn theme(&self, theme: &str) -> Result<()> {
        Hand::Mouse.press(self.window, "palette-open").await?;
        Hand::Mouse
            .fill(self.window, "palette-input", theme)
            .await?;
        Hand::Mouse
            .press(self.window, &format!("palette-item-theme-{theme}"))
            .await?;
        self.window.gone("palette-input").await
    }
}
