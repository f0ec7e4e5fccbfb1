//! Clients that other people wrote, told nothing but a base URL and a token.

use anyhow::{Result, ensure};
use gatewright_tests::{Gateway, Sandbox, fetched_token, run_node, run_python};
use tempfile::tempdir;

use crate::turn;

/// Reads and writes with all three clients as `user`, and checks that the products say so too.
pub(crate) async fn use_all(
    sandbox: &Sandbox,
    gateway: &str,
    user: &str,
    token: &str,
) -> Result<()> {
    let url = |product: &str| format!("{gateway}/{product}");

    let jira = run_python(
        "jira_client.py",
        &[&url("jira"), token, &format!("{user}: python jira")],
    )?;
    ensure!(
        jira["me"] == user && jira["reporter"] == user,
        "jira: {jira}"
    );
    ensure!(
        jira["summary"] == format!("{user}: python jira"),
        "jira: {jira}"
    );
    ensure!(
        jira["comments"] == serde_json::json!([user]),
        "jira: {jira}"
    );

    let title = format!("{user}: atlassian-python-api");
    let urls = [url("jira"), url("confluence"), url("bitbucket")];
    let arguments = [urls[0].as_str(), &urls[1], &urls[2], token, &title];
    let all = run_python("atlassian_clients.py", &arguments)?;
    ensure!(all["me"] == user, "atlassian-python-api: {all}");
    ensure!(
        all["summary"] == title && all["page"] == title,
        "atlassian-python-api: {all}"
    );
    ensure!(
        all["content"].as_u64() > Some(0),
        "atlassian-python-api: {all}"
    );

    let node = run_node(
        "jira.mjs",
        &[&url("jira"), token, &format!("{user}: jira.js")],
    )?;
    ensure!(
        node["me"] == user && node["reporter"] == user,
        "jira.js: {node}"
    );

    for product in ["jira", "confluence", "bitbucket"] {
        let log = sandbox.access_log(product).await?;
        let by_user = |line: &&serde_json::Value| line["user"] == user;
        let oauth = log.iter().filter(by_user).any(|line| {
            line["authentication"]
                .as_str()
                .is_some_and(|how| how.contains("oauth"))
        });
        ensure!(
            oauth,
            "{product} did not note {user} by OAuth 1.0a: {log:?}"
        );
    }
    Ok(())
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn two_people_read_and_write_with_three_clients() -> Result<()> {
    let _turn = turn().await;
    let folder = tempdir()?;
    let sandbox = Sandbox::start(folder.path()).await?;
    let document = sandbox.text("/gateway_config")?;
    let secrets = &sandbox.description["secrets"];
    let gateway =
        Gateway::start_from_file(folder.path(), &document, secrets, folder.path()).await?;
    for user in ["fred", "barney"] {
        let token = fetched_token(&sandbox, user, folder.path()).await?;
        use_all(&sandbox, &gateway.data_url, user, &token).await?;
    }
    Ok(())
}
