//! Keeps a picture of every view in the folder that is named, and a page that shows them; a second
//! argument names the one chapter that is wanted. `--guide` prints which pictures the guide shows.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use gatewright_tests::tour::{self, Album, Eye, GUIDE};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments.next().context("name a folder for the pictures")?;
    if folder == "--guide" {
        return writeln!(std::io::stdout(), "{}", GUIDE.join("\n")).context("standard output");
    }
    let only = arguments.next().and_then(|only| only.into_string().ok());
    let mut eye = Eye {
        album: Some(Album::in_folder(Path::new(&folder), only.is_none())?),
        only,
        ..Eye::default()
    };
    tour::all(&mut eye).await?;
    if let Some(album) = &eye.album {
        album.bind()?;
    }
    eye.verdict()
}
