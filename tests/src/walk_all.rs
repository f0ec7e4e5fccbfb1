//! Walks all steps once in a virtual display and leaves a picture of each in the folder that is named.

use std::path::PathBuf;

use anyhow::{Context, Result};
use gatewright_tests::walk::{Journey, Pictures};
use gatewright_tests::{Desk, DeskOptions, Gateway, Hand, Sandbox, Window};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .context("name a folder for the pictures")?;
    let mut desk = Desk::start(DeskOptions::default()).await?;
    let sandbox = Sandbox::start(&desk.logs()).await?;
    let gateway = Gateway::start(&desk.path("gateway"), &desk.logs()).await?;
    let window = Window::open(&desk, &desk.path("workspace")).await?;
    let pictures = Some(Pictures::in_folder(PathBuf::from(folder))?);
    let hand = Hand::Mouse;
    let mut journey = Journey::new(&mut desk, &window, hand, &sandbox);
    journey.pictures = pictures;
    journey.all(&gateway).await?;
    window.close().await
}
