//! The way from nothing to real clients behind a gateway, in the real window.

use anyhow::{Context, Result, ensure};
use gatewright_tests::walk::{Journey, Pictures, SignInAt};
use gatewright_tests::{Desk, DeskOptions, Gateway, Hand, Sandbox, Window, fetched_token, screens};

use crate::real_clients::use_all;
use crate::turn;

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn by_mouse_until_real_clients_use_what_was_published() -> Result<()> {
    let _turn = turn().await;
    let mut desk = Desk::start(DeskOptions::default()).await?;
    let sandbox = Sandbox::start(&desk.logs()).await?;
    let gateway = Gateway::start(&desk.path("gateway"), &desk.logs()).await?;
    let window = Window::open(&desk, &desk.path("workspace")).await?;
    let pictures = Some(Pictures::in_folder(screens()?)?);
    let hand = Hand::Mouse;
    let mut journey = Journey::new(&mut desk, &window, hand, &sandbox);
    journey.pictures = pictures;
    journey.all(&gateway).await?;

    let token = journey.shown_token().await?;
    use_all(&sandbox, &gateway.data_url, "fred", &token).await?;
    // The second person never saw the app.
    let logs = desk.logs();
    let token = fetched_token(&sandbox, "barney", &logs).await?;
    use_all(&sandbox, &gateway.data_url, "barney", &token).await?;

    for path in ["/jira/rest/api/2/myself", "/confluence/rest/api/content"] {
        let (status, ..) = gateway.get(path, None).await?;
        ensure!(status == 401, "{path} without a token: {status}");
        let (status, ..) = gateway.get(path, Some("gho_notissuedbyanybody")).await?;
        ensure!(status == 401, "{path} with an unknown token: {status}");
    }
    window.close().await
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn by_keyboard_alone() -> Result<()> {
    let _turn = turn().await;
    let mut desk = Desk::start(DeskOptions::default()).await?;
    let sandbox = Sandbox::start(&desk.logs()).await?;
    let gateway = Gateway::start(&desk.path("gateway"), &desk.logs()).await?;
    let window = Window::open(&desk, &desk.path("workspace")).await?;
    let hand = Hand::Keyboard;
    let mut journey = Journey::new(&mut desk, &window, hand, &sandbox);
    journey.all(&gateway).await?;
    window.close().await
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn what_was_set_up_is_there_after_a_restart() -> Result<()> {
    let _turn = turn().await;
    let mut desk = Desk::start(DeskOptions::default()).await?;
    let sandbox = Sandbox::start(&desk.logs()).await?;
    let data = desk.path("workspace");
    let window = Window::open(&desk, &data).await?;
    let mut journey = Journey::new(&mut desk, &window, Hand::Mouse, &sandbox);
    journey.provider(&SignInAt::GithubEnterprise).await?;
    journey.sign_in("fred").await?;
    let before = journey.shown_token().await?;
    window.close().await?;

    let window = Window::open(&desk, &data)
        .await
        .context("the second start")?;
    let hand = Hand::Mouse;
    let mut journey = Journey::new(&mut desk, &window, hand, &sandbox);
    ensure!(
        journey.shown_token().await? == before,
        "another token than before"
    );
    window.close().await
}
