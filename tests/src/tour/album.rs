//! Pictures of the tour, and a page that shows them side by side.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::scenes::{SCENES, Scene};
use crate::desk::Desk;

/// The natural size of the window.
const SIZE: (u32, u32) = (1280, 800);

/// How the contact sheet looks.
const STYLE: &str = "body{font:14px/1.5 system-ui,sans-serif;margin:24px;background:#f4f5f7;color:#161a21}\
    h1{font-size:20px}h2{font-size:16px;margin:32px 0 8px}\
    figure{margin:0 0 24px;display:grid;grid-template-columns:1fr 1fr;gap:12px}\
    figcaption{grid-column:1/-1}figcaption code{color:#5b6472}img{width:100%;border:1px solid #d0d5dd}";

/// A folder of pictures.
pub struct Album {
    folder: PathBuf,
}

impl Album {
    /// Into this folder, which is made, and emptied of pictures when all are taken anew.
    pub fn in_folder(folder: &Path, anew: bool) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let folder = folder
            .canonicalize()
            .with_context(|| folder.display().to_string())?;
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let file = entry?.path();
            let failed = file
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("failed-"));
            let picture = file.extension().is_some_and(|ending| ending == "png");
            if failed || (anew && picture) {
                fs::remove_file(&file).with_context(|| file.display().to_string())?;
            }
        }
        Ok(Self { folder })
    }

    /// Where the pictures are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of a picture.
    pub fn file(folder: &Path, name: &str, theme: &str) -> PathBuf {
        folder.join(format!("{name}-{theme}.png"))
    }

    pub(super) fn take(&self, desk: &Desk, scene: &Scene, theme: &str) -> Result<()> {
        desk.picture(&Self::file(&self.folder, scene.name, theme), SIZE)
    }

    /// What stood there when a chapter could not go on.
    pub(super) fn fault(&self, desk: &Desk, chapter: &str, error: &str) -> Result<()> {
        let file = self.folder.join(format!("failed-{chapter}.txt"));
        fs::write(&file, error).with_context(|| file.display().to_string())?;
        desk.picture(&self.folder.join(format!("failed-{chapter}.png")), SIZE)
    }

    /// Writes the page that shows all of them.
    pub fn bind(&self) -> Result<PathBuf> {
        let mut page = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Gatewright: every view</title>\
             <style>{STYLE}</style><h1>Gatewright: every view, light and dark</h1>"
        );
        let mut chapter = "";
        let there = |scene: &&Scene| Self::file(&self.folder, scene.name, "dark").is_file();
        for scene in SCENES.iter().filter(there) {
            if scene.chapter() != chapter {
                chapter = scene.chapter();
                write!(page, "<h2 id=\"{chapter}\">{chapter}</h2>")?;
            }
            let Scene { name, shows } = scene;
            writeln!(
                page,
                "<figure><figcaption>{shows} <code>{name}</code></figcaption>\
                 <a href=\"{name}-light.png\"><img src=\"{name}-light.png\" alt=\"{shows}, light\"></a>\
                 <a href=\"{name}-dark.png\"><img src=\"{name}-dark.png\" alt=\"{shows}, dark\"></a></figure>"
            )?;
        }
        let file = self.folder.join("index.html");
        fs::write(&file, page).with_context(|| file.display().to_string())?;
        Ok(file)
    }
}
