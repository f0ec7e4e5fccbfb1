//! Nobody is shut out: what axe-core says of every view, and what the keyboard alone can do.

use anyhow::{Context, Result, ensure};
use gatewright_tests::tour::{self, Eye};
use gatewright_tests::{Hand, Stage, Window};
use serde_json::Value;
use thirtyfour::Key;

use crate::turn;

/// How often Tab is pressed on one screen before it has to have come round.
const ROUND: usize = 160;

/// What has the focus, and whether that can be seen: in sight, with a ring or a shadow around it
/// or around what stands for it.
const FOCUS: &str = "const a = document.activeElement; \
    if (!a || a === document.body) return null; \
    const d = document.getElementById(a.getAttribute('aria-activedescendant')); \
    const ringed = e => { const s = getComputedStyle(e); \
      return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1) || s.boxShadow !== 'none'; }; \
    const r = a.getBoundingClientRect(); \
    const inSight = r.width > 0 && r.height > 0 && r.bottom > 0 && r.right > 0 && \
      r.top < innerHeight && r.left < innerWidth; \
    const near = [a, d, a.parentElement, a.parentElement?.parentElement].filter(Boolean); \
    return [a.dataset.testid || a.getAttribute('aria-label') || a.outerHTML.slice(0, 120), \
      inSight, near.some(ringed)]";

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn axe_core_finds_nothing_in_any_view_light_or_dark() -> Result<()> {
    let _turn = turn().await;
    let mut eye = Eye {
        axe: true,
        ..Eye::default()
    };
    tour::all(&mut eye).await?;
    eye.verdict()
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn the_keyboard_reaches_every_screen_and_one_sees_where_it_is() -> Result<()> {
    let _turn = turn().await;
    let stage = Stage::connected().await?;
    let window = &stage.window;
    let hand = Hand::Keyboard;
    let screens = window
        .script(
            "return [...document.querySelectorAll('nav button[data-testid^=nav-]')] \
             .map(e => e.dataset.testid.slice(4))",
            vec![],
        )
        .await?;
    let screens = screens
        .as_array()
        .context("the entries of the navigation")?;
    ensure!(screens.len() > 8, "{screens:?}");
    for screen in screens {
        let screen = screen.as_str().context("a screen has a name")?;
        hand.press(window, &format!("nav-{screen}")).await?;
        window.on_screen(screen).await?;
        window.settled().await?;
        go_round(window, screen).await?;
    }
    stage.close().await
}

/// Tabs through a screen until the focus is where it was.
async fn go_round(window: &Window, screen: &str) -> Result<()> {
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..ROUND {
        window.keys(Key::Tab).await?;
        let focus = window.script(FOCUS, vec![]).await?;
        let Value::Array(focus) = focus else { continue };
        let what = focus[0].as_str().unwrap_or_default().to_owned();
        ensure!(
            focus[1] == true,
            "{screen}: {what} has the focus out of sight"
        );
        ensure!(
            focus[2] == true,
            "{screen}: one does not see that {what} has the focus"
        );
        if seen.first() == Some(&what) {
            return Ok(());
        }
        seen.push(what);
    }
    anyhow::bail!("{screen}: the focus does not come round: {seen:?}")
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn rules_are_written_and_published_and_found_again_by_keyboard_alone() -> Result<()> {
    let _turn = turn().await;
    let mut stage = Stage::connected().await?;
    stage.sign_in("fred").await?;
    stage.journey().username("/login", "fred").await?;
    stage.journey().publish(1).await?;
    stage.journey().test_through("fred").await?;
    let window = &stage.window;
    let hand = Hand::Keyboard;

    hand.press(window, "nav-rules").await?;
    window.on_screen("rules").await?;
    hand.fill(window, "rules-addresses_allowed-input", "127.0.0.0/8")
        .await?;
    hand.press(window, "rules-addresses_allowed-add").await?;
    hand.fill(window, "rules-addresses_allowed-probe", "127.0.0.1")
        .await?;
    window
        .becomes(
            "rules-addresses_allowed-probe-answer",
            "data-answer",
            "inside",
        )
        .await?;
    hand.press(window, "rules-review").await?;
    window.on_screen("publish").await?;
    hand.press(window, "publish-change-0").await?;
    hand.press(window, "publish-submit").await?;
    window
        .becomes("publish-version", "data-version", "2")
        .await?;
    hand.press(window, "publish-versions").await?;
    window.element("versions").await?;
    hand.press(window, "versions-back").await?;

    hand.press(window, "nav-history").await?;
    window.on_screen("history").await?;
    hand.press(window, "history-table").await?;
    window.element("history-detail").await?;
    hand.fill(window, "history-search", "nobody wrote this")
        .await?;
    window.element("history-empty").await?;
    hand.press(window, "history-clear").await?;
    window.element("history-table").await?;
    stage.close().await
}
