//! Saved checks and the history in the real window.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use gatewright_tests::{Desk, DeskOptions, Sandbox, Window};
use serde_json::json;

use crate::token_test::{Tester, pictures};
use crate::turn;

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_check_that_turns_red_is_told_and_the_history_has_it() -> Result<()> {
    let _turn = turn().await;
    let desk = Desk::start(DeskOptions::default()).await?;
    let sandbox = Sandbox::start(&desk.logs()).await?;
    let window = Window::open(&desk, &desk.path("workspace")).await?;
    let tester = Tester {
        window: &window,
        sandbox: &sandbox,
    };
    tester.add("jira").await?;
    let password = sandbox.password("fred")?;
    tester.first_token("fred", &password).await?;
    tester.run().await?;
    ensure!(tester.said("fred", "jira-direct").await?.verdict == "valid");

    tester.press("test-curl").await?;
    tester.press("test-save-check").await?;
    tester.fill("check-name", "Nightly").await?;
    tester.press("check-save").await?;
    window.gone("check-save-dialog").await?;
    run_check(&tester, "good").await?;
    ensure!(!window.has("check-notice").await, "nothing turned red yet");

    let other = json!({ "answers_as": "barney" });
    tester.scenario("jira", other).await?;
    run_check(&tester, "bad").await?;
    window.says("check-notice", "Nightly").await?;
    pictures(&desk, &window, "check-turned-red").await?;
    tester.press("check-notice-close").await?;

    tester.go("history").await?;
    let curl = tester.pasted_into("history-search").await?;
    ensure!(curl.starts_with("curl "), "no command: {curl}");
    ensure!(!curl.contains(&password), "a secret stands in the command");
    tester.fill("history-search", "Nightly").await?;
    window.says("history-count", "2").await?;
    tester.choose_row("history-table").await?;
    window.element("history-detail").await?;
    pictures(&desk, &window, "history").await?;

    tester.press("history-export-json").await?;
    let said = window.text("history-exported").await?;
    let path = said
        .split_whitespace()
        .map(|word| word.trim_end_matches('.'))
        .find(|word| Path::new(word).extension() == Some("json".as_ref()))
        .with_context(|| format!("no file is named: {said}"))?;
    let exported = std::fs::read_to_string(path).context("the export")?;
    ensure!(exported.contains("valid_other_user"), "no export");
    ensure!(!exported.contains(&password), "a secret was exported");
    window.close().await
}

/// Runs the one check and waits for how it ends.
async fn run_check(tester: &Tester<'_>, mood: &str) -> Result<()> {
    tester.press("test-checks").await?;
    tester.press("checks-run-all").await?;
    tester
        .window
        .becomes("check-Nightly", "data-mood", mood)
        .await?;
    tester.press("checks-close").await?;
    tester.window.gone("checks-dialog").await
}
