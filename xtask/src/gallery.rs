//! A picture of every view in every state, taken of the app itself.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{answer, command, root, shown, target};
use crate::setup;

/// No picture of the guide may be larger.
const LARGEST: u64 = 150 * 1024;
/// Where the guide keeps its pictures.
const PICTURES: &str = "docs/guide/pictures";

/// What is wanted.
#[derive(Debug, clap::Args)]
pub(crate) struct Wanted {
    /// Take the release programs, and build them first
    #[arg(long)]
    release: bool,
    /// Keep the pictures of the guide in docs/guide/pictures
    #[arg(long)]
    guide: bool,
    /// Walk one chapter alone, such as rules
    #[arg(long)]
    only: Option<String>,
}

/// Walks the app in a virtual display and leaves pictures in `target/gallery`.
pub(crate) fn run(wanted: &Wanted) -> Result<()> {
    setup::run(setup::For::Tests)?;
    shown(command("ui", "npm", &["run", "build"]))?;
    let mut build = command(".", "cargo", &["build", "--workspace", "--bins"]);
    if wanted.release {
        build.arg("--release");
    }
    shown(build)?;
    let kind = if wanted.release { "release" } else { "debug" };
    let gallery = target()?.join("gallery");
    let mut walk = Command::new(target()?.join(kind).join("gatewright-gallery"));
    walk.arg(&gallery).args(&wanted.only).current_dir(root());
    // What could be walked is kept, also when something was in the way.
    let walked = shown(walk);
    println!("every view: {}", gallery.join("index.html").display());
    if wanted.guide {
        keep_for_guide(&gallery, kind)?;
    }
    walked
}

/// Makes the pictures small that the guide names, and keeps them beside it.
fn keep_for_guide(gallery: &Path, kind: &str) -> Result<()> {
    let folder = root().join(PICTURES);
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let program = target()?.join(kind).join("gatewright-gallery");
    let named = answer(&program.display().to_string(), &["--guide"])
        .context("the gallery does not say which pictures the guide has")?;
    for name in named.lines() {
        let taken = gallery.join(format!("{name}-light.png"));
        if !taken.is_file() {
            println!("not taken this time: {name}");
            continue;
        }
        let kept = folder.join(format!("{name}.png"));
        let mut small = command(".", "convert", &[]);
        small
            .arg(&taken)
            .args(["-strip", "+dither", "-colors", "200"]);
        small.args(["-define", "png:compression-level=9"]);
        small.arg(format!("PNG8:{}", kept.display()));
        shown(small)?;
        let size = fs::metadata(&kept)
            .with_context(|| kept.display().to_string())?
            .len();
        if size > LARGEST {
            bail!("{} has {size} bytes: too large", kept.display());
        }
    }
    Ok(())
}
