#![doc = include_str!("../README.md")]

use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    tauri::Builder::default()
        .run(tauri::generate_context!())
        .context("the window could not be opened")
}
