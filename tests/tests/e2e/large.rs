//! More than anybody has: the window shows what is in sight, and answers before one waits.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use gatewright_tests::{Hand, LONG, SHORT, Stage, Stranger, Window, until};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::turn;

const HAND: Hand = Hand::Mouse;
/// How many rows may stand in the document, whatever the list has.
const MOST_ROWS: u64 = 120;
/// How long one may wait between a key or a click and what it shows; a debug build on a small
/// machine needs more than what people get.
const PATIENCE_MS: f64 = if cfg!(debug_assertions) { 300.0 } else { 100.0 };

/// Clicks, and says how many milliseconds later the answer was painted: the attribute or text that
/// `arguments[1]` selects is there or has changed, and a frame has been drawn since.
const CLICK_TO_PAINT: &str = "const [at, answer, done] = arguments; \
    const read = () => { const e = document.querySelector(answer); return e ? e.outerHTML : null; }; \
    const before = read(), began = performance.now(); \
    const look = () => requestAnimationFrame(() => { \
      const now = read(); \
      if (now !== null && now !== before) setTimeout(() => done(performance.now() - began)); \
      else if (performance.now() - began > 20000) done(null); \
      else look(); }); \
    const e = document.querySelector(at); \
    e.click(); look()";

async fn click_to_paint(window: &Window, at: &str, answer: &str) -> Result<f64> {
    let waited = window
        .script_later(CLICK_TO_PAINT, vec![json!(at), json!(answer)])
        .await?;
    waited
        .as_f64()
        .with_context(|| format!("no answer at {answer} to a click on {at}"))
}

/// The quickest of a few: what else the machine does is not what is measured.
async fn quickest(window: &Window, pairs: &[(&str, &str)]) -> Result<f64> {
    let mut best = f64::INFINITY;
    for (at, answer) in pairs {
        best = best.min(click_to_paint(window, at, answer).await?);
    }
    Ok(best)
}

async fn rows(window: &Window, selector: &str) -> Result<u64> {
    let script = "return document.querySelectorAll(arguments[0]).length";
    let count = window.script(script, vec![json!(selector)]).await?;
    count.as_u64().context("a number of rows")
}

/// Copies the one test that was made until there are so many, each a minute older than the last.
fn fill_history(data: &Path, count: i64) -> Result<()> {
    let file = std::fs::read_dir(data)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|file| std::fs::read(file).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3")))
        .context("no database in the workspace")?;
    let mut database = Connection::open(file)?;
    let transaction = database.transaction()?;
    let (first, at): (i64, i64) = transaction.query_row(
        "SELECT id, at FROM history ORDER BY id LIMIT 1",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    {
        let mut row = transaction.prepare(
            "INSERT INTO history (at, verdict, product, token, user, way, place, summary, record)
             SELECT ?2, verdict, product, token || ' ' || ?3, user, way, place || ?3, summary, record
             FROM history WHERE id = ?1",
        )?;
        let mut words =
            transaction.prepare("INSERT INTO history_words (rowid, words) VALUES (?1, ?2)")?;
        for number in 0..count {
            row.execute(params![first, at - (number + 1) * 1_000, number % 40])?;
            let text = format!("fred jira myself valid batch{number}");
            words.execute(params![transaction.last_insert_rowid(), text])?;
        }
    }
    transaction.commit()?;
    Ok(())
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_hundred_thousand_tests_are_scrolled_and_searched_without_waiting() -> Result<()> {
    let _turn = turn().await;
    let mut stage = Stage::connected().await?;
    stage.sign_in("fred").await?;
    stage.journey().test_direct("fred").await?;
    let stage = stage.reopened(|data| fill_history(data, 100_000)).await?;
    let window = &stage.window;
    HAND.press(window, "nav-history").await?;
    window.shown("history-table", LONG).await?;
    let row = "[data-testid=history-table-row]";
    ensure!(rows(window, row).await? < MOST_ROWS, "all rows are drawn");

    let third = format!("{row}:nth-of-type(3)");
    let fifth = format!("{row}:nth-of-type(5)");
    let detail = "[data-testid=history-detail]";
    let waited = quickest(
        window,
        &[(&third, detail), (&fifth, detail), (&third, detail)],
    )
    .await?;
    ensure!(waited < PATIENCE_MS, "a row opened after {waited} ms");

    for _ in 0..12 {
        window
            .script(
                "const s = document.querySelector('[data-testid=history-table]').parentElement; \
                 s.scrollTop = s.scrollHeight",
                vec![],
            )
            .await?;
        window.settled().await?;
    }
    ensure!(rows(window, row).await? < MOST_ROWS, "rows pile up");
    HAND.fill(window, "history-search", "batch77777").await?;
    window.says("history-count", "1 test").await?;
    stage.close().await
}

/// A userinfo answer of five megabytes, in which the login stands last but one.
fn large_userinfo() -> String {
    let charge = "a word of what they do, ".repeat(16);
    let groups: Vec<Value> = (0..11_300)
        .map(|number| {
            json!({
                "id": number,
                "name": format!("group-{number:06}"),
                "description": format!("Project {number}: {charge}"),
            })
        })
        .collect();
    json!({ "sub": "248289761001", "groups": groups, "login": "fred", "email": "fred@example.com" })
        .to_string()
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_userinfo_of_five_megabytes_is_looked_through_without_waiting() -> Result<()> {
    let _turn = turn().await;
    let answer = large_userinfo();
    ensure!(answer.len() > 5_000_000, "{} bytes", answer.len());
    let provider = Stranger::json(&answer).await?;
    let stage = Stage::connected().await?;
    let window = &stage.window;
    HAND.press(window, "nav-provider").await?;
    HAND.press(window, "provider-preset-custom-oauth2").await?;
    for (key, path) in [
        ("authorization_url", "/authorize"),
        ("token_url", "/token"),
        ("userinfo_url", "/userinfo"),
    ] {
        let field = format!("provider-input-{key}");
        HAND.fill(window, &field, &format!("{}{path}", provider.url))
            .await?;
    }
    HAND.fill(window, "provider-client-id", "large").await?;
    HAND.fill(window, "provider-client-secret", "a secret of this test")
        .await?;
    HAND.press(window, "provider-save").await?;
    window.element("provider-continue").await?;
    HAND.press(window, "nav-token").await?;
    HAND.press(window, "token-paste-open").await?;
    HAND.fill(window, "token-paste-secret", "an-opaque-token-of-nobody")
        .await?;
    HAND.fill(window, "token-paste-name", "Large").await?;
    HAND.choose(window, "token-paste-provider", "custom-oauth2")
        .await?;
    HAND.press(window, "token-paste-submit").await?;
    window.shown("token-card", LONG).await?;
    HAND.press(window, "nav-username").await?;
    window.shown("username-tree", LONG).await?;
    window.shown("username-tree-/login", SHORT).await.ok();

    let tree = "[data-testid=username-tree]";
    let row = format!("{tree} [role=treeitem]");
    ensure!(rows(window, &row).await? < MOST_ROWS, "all rows are drawn");
    let groups = format!("{tree} [data-testid='username-tree-/groups']");
    let waited = click_to_paint(window, &groups, tree).await?;
    ensure!(waited < PATIENCE_MS, "the groups opened after {waited} ms");
    ensure!(
        rows(window, &row).await? < MOST_ROWS,
        "all groups are drawn"
    );
    let raw = "[data-testid=username-view-raw]";
    HAND.press(window, "username-view-raw").await?;
    window.shown("username-raw", SHORT).await?;
    let spans = rows(window, "[data-testid=username-raw] *").await?;
    ensure!(
        spans < 5_000,
        "{spans} pieces of raw text are drawn at {raw}"
    );
    stage.close().await
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn ten_thousand_addresses_are_pasted_and_asked_without_waiting() -> Result<()> {
    let _turn = turn().await;
    let stage = Stage::connected().await?;
    let window = &stage.window;
    HAND.press(window, "nav-rules").await?;
    window.shown("rules-addresses_allowed-input", LONG).await?;
    let list: Vec<String> = (0..10_000)
        .map(|number| format!("10.{}.{}.0/24", number / 256, number % 256))
        .collect();
    let paste = "const e = document.querySelector('[data-testid=rules-addresses_allowed-input]'); \
        e.focus(); e.value = arguments[0]; e.dispatchEvent(new Event('input', { bubbles: true }))";
    window.script(paste, vec![json!(list.join(", "))]).await?;
    HAND.press(window, "rules-addresses_allowed-add").await?;
    window.shown("rules-addresses_allowed-list", LONG).await?;
    window
        .becomes("rules-addresses_allowed-list", "data-count", "10000")
        .await?;
    let row = "[data-testid=rules-addresses_allowed-list-row]";
    ensure!(
        rows(window, row).await? < MOST_ROWS,
        "all addresses are drawn"
    );
    HAND.fill(window, "rules-addresses_allowed-probe", "10.39.15.7")
        .await?;
    until("the answer of the probe", LONG, async || {
        let answer = window
            .attribute("rules-addresses_allowed-probe-answer", "data-answer")
            .await?;
        Ok((answer.as_deref() == Some("inside")).then_some(()))
    })
    .await?;
    stage.close().await
}
