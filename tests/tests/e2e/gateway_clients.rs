//! Clients that other people wrote, with an API key where they expect a token or a password.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use gatewright_tests::{Admin, Gateway, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::real_clients::use_all;
use crate::turn;

/// Runs a program in a folder, without anybody's own settings.
fn run(at: &Path, program: &str, arguments: &[&str]) -> Result<(bool, String)> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(at)
        .env("HOME", at)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("NO_PROXY", "127.0.0.1")
        .env_remove("GIT_DIR")
        .output()
        .with_context(|| program.to_owned())?;
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok((output.status.success(), told))
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn clients_and_curl_work_with_keys_and_not_with_revoked_ones() -> Result<()> {
    let _turn = turn().await;
    let folder = tempdir()?;
    let sandbox = Sandbox::start(folder.path()).await?;
    let document = sandbox.text("/gateway_config")?;
    let secrets = &sandbox.description["secrets"];
    let gateway =
        Gateway::start_from_file(folder.path(), &document, secrets, folder.path()).await?;
    let admin = Admin::pair(&gateway).await?;
    let order = json!({ "owner": "fred", "name": "build" });
    let (id, key) = admin.key(&order).await?;
    let order = json!({ "owner": "fred", "name": "build", "kind": "basic" });
    let (basic_id, basic) = admin.key(&order).await?;
    use_all(&sandbox, &gateway.data_url, "fred", &key).await?;

    let here = folder.path();
    let myself = format!("{}/jira/rest/api/2/myself", gateway.data_url);
    let bearer = format!("Authorization: Bearer {key}");
    let pair = format!("fred:{basic}");
    for arguments in [["-H", bearer.as_str()], ["-u", pair.as_str()]] {
        let (done, told) = run(
            here,
            "curl",
            &[
                "--silent",
                "--fail",
                "--noproxy",
                "*",
                arguments[0],
                arguments[1],
                &myself,
            ],
        )?;
        ensure!(done && told.contains("\"name\":\"fred\""), "curl: {told}");
    }

    // Revoked, neither works any more.
    for id in [&id, &basic_id] {
        let (status, told) = admin
            .call(Method::DELETE, &format!("keys/{id}"), &Value::Null)
            .await?;
        ensure!(status == 204, "{status} {told}");
    }
    let (done, told) = run(
        here,
        "curl",
        &[
            "--silent",
            "--fail",
            "--noproxy",
            "*",
            "-H",
            &bearer,
            &myself,
        ],
    )?;
    ensure!(!done, "curl with a revoked key: {told}");
    Ok(())
}
