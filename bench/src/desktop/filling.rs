//! Workspaces to measure with: filled through the app's own commands, the history by multiplying
//! what a real test left there.

use std::path::Path;

use anyhow::{Context, Result, bail};
use gatewright_tests::{Desk, Hand, Window};
use rusqlite::Connection;
use serde_json::{Value, json};

/// How many tests the history has.
pub(super) const HISTORY: u32 = 100_000;
/// Tokens and products of the test matrix: a cell for each pair.
pub(super) const MATRIX: (usize, usize) = (100, 3);

/// Asks for a command as the window does.
const CALL: &str = "const [name, request, done] = arguments; \
    window.__TAURI_INTERNALS__.invoke(name, { request }) \
        .then((answer) => done({ answer }), (error) => done({ error }));";

/// One product, one provider whose userinfo answer is large, one token of it, and one test.
pub(super) async fn one_product(desk: &Desk, workspace: &Path, stub: u64) -> Result<()> {
    let window = Window::open(desk, workspace).await?;
    call(
        &window,
        "save_product",
        product("jira", &format!("http://127.0.0.1:{stub}")),
    )
    .await?;
    let here = |path: &str| format!("http://127.0.0.1:{stub}{path}");
    let provider = call(
        &window,
        "save_provider",
        json!({
            "id": null, "preset": "custom-oauth2", "name": "Bench",
            "inputs": {
                "authorization_url": here("/authorize"), "token_url": here("/token"),
                "userinfo_url": here("/rest/userinfo-5mb"),
            },
            "client_id": "bench", "client_secret": "bench-client-secret", "scopes": [],
            "client_auth": "basic",
            "redirect": { "host": "127.0.0.1", "port": null, "path": "/callback" },
        }),
    )
    .await?;
    let provider = provider["id"].clone();
    call(&window, "paste_token", token("bench", &provider)).await?;
    window.close().await?;

    let window = Window::open(desk, workspace).await?;
    Hand::Mouse.press(&window, "nav-test").await?;
    Hand::Mouse.press(&window, "test-start").await?;
    window
        .becomes("test-cell-jira-direct", "data-verdict", "valid")
        .await?;
    window
        .becomes("test-matrix", "data-running", "false")
        .await?;
    window.close().await
}

/// Three products that take 50 ms to answer, and a hundred tokens.
pub(super) async fn many_tokens(desk: &Desk, workspace: &Path, stub: u64) -> Result<()> {
    let window = Window::open(desk, workspace).await?;
    let (tokens, products) = MATRIX;
    for number in 0..products {
        let slow = format!("http://127.0.0.1:{stub}/slow");
        call(
            &window,
            "save_product",
            product(&format!("jira-{number}"), &slow),
        )
        .await?;
    }
    for number in 0..tokens {
        call(
            &window,
            "paste_token",
            token(&format!("bench-{number}"), &Value::Null),
        )
        .await?;
    }
    window.close().await
}

/// Makes the one test that was done as many as are kept, a minute apart.
pub(super) fn history(workspace: &Path) -> Result<()> {
    let mut database = Connection::open(workspace.join("workspace.db"))?;
    let transaction = database.transaction()?;
    transaction.execute(
        "WITH RECURSIVE counted (number) AS (
             SELECT 1 UNION ALL SELECT number + 1 FROM counted WHERE number < ?1 - 1
         )
         INSERT INTO history (at, verdict, product, token, user, way, place, summary, record)
         SELECT at - number * 60000, verdict, product, token, user, way, place, summary, record
         FROM counted, (SELECT * FROM history ORDER BY id DESC LIMIT 1)",
        [HISTORY],
    )?;
    transaction.execute(
        "INSERT INTO history_words (rowid, words)
         SELECT id, product || ' ' || token || ' ' || user || ' ' || verdict || ' ' || id FROM history
         WHERE id > (SELECT min(id) FROM history)",
        [],
    )?;
    transaction.commit()?;
    let rows: u32 = database.query_row("SELECT count(*) FROM history", [], |row| row.get(0))?;
    if rows != HISTORY {
        bail!("the history has {rows} rows");
    }
    Ok(())
}

fn product(id: &str, base_url: &str) -> Value {
    json!({
        "id": id, "create": true, "kind": "jira", "version": "10.3.2", "title": "Bench",
        "base_url": base_url, "public_url": format!("/{id}"),
        "directory_user": null, "directory_password": null,
        "act_as": { "strategy": "header", "name": "X-Remote-User" }, "service_token": null,
    })
}

fn token(name: &str, provider: &Value) -> Value {
    json!({
        "name": name, "provider_id": provider, "user": null,
        "secret": format!("token-{name}-0123456789abcdef"),
    })
}

async fn call(window: &Window, name: &str, request: Value) -> Result<Value> {
    let said = window
        .driver()
        .execute_async(CALL, vec![json!(name), request])
        .await?;
    let said = said.json();
    said.get("answer")
        .cloned()
        .with_context(|| format!("{name}: {said}"))
}
