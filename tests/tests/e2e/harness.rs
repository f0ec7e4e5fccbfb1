//! The harness itself: what a program opens is a browser in which somebody can sign in.

use anyhow::{Context, Result, ensure};
use gatewright_tests::{Desk, DeskOptions, Process, SHORT};

use crate::turn;

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_page_that_a_program_opens_can_be_read_and_the_keychain_answers() -> Result<()> {
    let _turn = turn().await;
    let mut desk = Desk::start(DeskOptions::default()).await?;
    let mut opener = desk.command("xdg-open");
    opener.arg("data:text/html,<title>hello</title><p>a page</p>");
    let mut opener = Process::start("opener", opener, &desk.logs())?;
    opener.end(SHORT).await?;
    let browser = desk.opened_browser().await?;
    browser.says("a page").await?;
    browser.close().await?;

    let picture = desk.path("picture.png");
    desk.picture(&picture, (1280, 800))?;
    ensure!(
        std::fs::metadata(&picture).context("the picture")?.len() > 100,
        "an empty picture"
    );
    Ok(())
}
