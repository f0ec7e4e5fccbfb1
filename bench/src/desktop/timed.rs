//! What takes its time in the window, timed in the window: from the click to the painted result.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use gatewright_tests::{Desk, Hand, Window};
use serde_json::json;

use super::Plan;
use super::filling::MATRIX;
use crate::measure::{Goal, Measure, Series};

/// How often one token is tested in a round.
pub(super) const TESTS: usize = 3;
/// How many requests of a test the app has under way at once.
const AT_ONCE: usize = 6;
/// How long the slow product takes, in milliseconds.
const ANSWER: f64 = 50.0;

/// Clicks, and waits until what is looked for has been gone and is there again and painted.
const CLICK: &str = "const [press, ready, done] = arguments; \
    const there = () => document.querySelector(ready) !== null; \
    let gone = false; \
    const watch = new MutationObserver(() => { \
        if (!there()) { gone = true; } else if (gone) { \
            watch.disconnect(); \
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - began), 0)); \
        } \
    }); \
    watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true }); \
    const began = performance.now(); \
    document.querySelector(press).click();";

async fn clicked(window: &Window, press: &str, ready: &str) -> Result<f64> {
    let took = window
        .driver()
        .execute_async(CLICK, vec![json!(press), json!(ready)])
        .await?;
    took.json().as_f64().context("no time came back")
}

/// One token at one product, beside curl.
pub(super) async fn one_test(
    plan: &Plan,
    desk: &Desk,
    workspace: &Path,
    stub: u64,
    each: &mut dyn FnMut(Measure),
) -> Result<()> {
    let window = Window::open(desk, workspace).await?;
    Hand::Mouse.press(&window, "nav-test").await?;
    window.element("test-cell-jira-direct").await?;
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--fail", "--output", "/dev/null"])
        .args([
            "--header",
            "Authorization: Bearer token-bench-0123456789abcdef",
        ])
        .arg(format!("http://127.0.0.1:{stub}/rest/api/2/myself"))
        .stdin(Stdio::null());
    let (mut mine, mut theirs) = (Series::default(), Series::default());
    for _ in 0..plan.rounds * TESTS {
        window
            .becomes("test-matrix", "data-running", "false")
            .await?;
        let took = clicked(
            &window,
            "[data-testid=test-start]",
            "[data-testid=test-cell-jira-direct]:not([data-verdict=running])",
        )
        .await?;
        window
            .becomes("test-cell-jira-direct", "data-verdict", "valid")
            .await?;
        mine.push(took);
        let began = Instant::now();
        ensure!(curl.status()?.success(), "curl had no answer");
        theirs.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    window.close().await?;
    each(Measure::new(
        "one token test, click to painted cell",
        mine.median(),
        Goal::AtMost(1.2 * theirs.median() + 30.0),
        "ms",
        format!("{}; curl {} ms", mine.shown(), theirs.shown()),
    ));
    Ok(())
}

/// Userinfo of 5 MB.
pub(super) async fn large_answer(
    plan: &Plan,
    desk: &Desk,
    workspace: &Path,
    each: &mut dyn FnMut(Measure),
) -> Result<()> {
    let mut took = Series::default();
    for _ in 0..plan.rounds {
        let window = Window::open(desk, workspace).await?;
        window.element("nav-username").await?;
        took.push(
            clicked(
                &window,
                "[data-testid=nav-username]",
                "[data-testid=username-tree] [role=treeitem]",
            )
            .await?,
        );
        window.close().await?;
    }
    each(Measure::new(
        "click to painted result, userinfo of 5 MB",
        took.median(),
        Goal::AtMost(150.0),
        "ms",
        took.shown(),
    ));
    Ok(())
}

/// All tokens at all products, each of which takes 50 ms.
pub(super) async fn matrix(
    plan: &Plan,
    desk: &Desk,
    workspace: &Path,
    each: &mut dyn FnMut(Measure),
) -> Result<()> {
    let cells = MATRIX.0 * MATRIX.1;
    let ideal = cells.div_ceil(AT_ONCE) as f64 * ANSWER;
    let window = Window::open(desk, workspace).await?;
    Hand::Mouse.press(&window, "nav-test").await?;
    Hand::Mouse.press(&window, "test-tokens").await?;
    let chosen = "for (const item of document.querySelectorAll('[data-testid^=\"test-token-\"]')) { \
        if (item.getAttribute('aria-checked') !== 'true') item.click(); \
        await new Promise((next) => setTimeout(next, 0)); \
    }";
    window
        .driver()
        .execute_async(
            format!(
                "const done = arguments[0]; (async () => {{ {chosen} }})().then(() => done(null));"
            ),
            vec![],
        )
        .await?;
    window.keys("\u{e00c}").await?;
    let mut took = Series::default();
    for _ in 0..plan.rounds {
        window
            .becomes("test-matrix", "data-running", "false")
            .await?;
        let ready = "[data-testid=test-matrix]:not(:has([data-verdict=running]))";
        took.push(clicked(&window, "[data-testid=test-start]", ready).await?);
        let good = window
            .script(
                "return document.querySelectorAll('[data-testid^=\"test-cell-\"][data-verdict=valid]').length",
                vec![],
            )
            .await?;
        ensure!(good == json!(cells), "{good} of {cells} cells are good");
    }
    window.close().await?;
    let ratios = took.over(&Series::of(vec![ideal; plan.rounds]));
    each(Measure::new(
        "300 cells of a matrix, against the ideal schedule",
        ratios.median(),
        Goal::AtMost(1.15),
        "×",
        format!(
            "{}; took {} ms, ideal {ideal} ms: {ANSWER} ms an answer, {AT_ONCE} at once",
            ratios.shown(),
            took.shown()
        ),
    ));
    Ok(())
}
