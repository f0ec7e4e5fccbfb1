//! The sandbox's `OpenID` face, seen by a client that nobody here wrote.

use std::process::Command;

use anyhow::{Result, ensure};
use gatewright_tests::{LONG, Process, Sandbox, free_port, node, sign_in};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::turn;

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn openid_client_accepts_every_answer_of_the_openid_face() -> Result<()> {
    let _turn = turn().await;
    let folder = tempdir()?;
    let sandbox = Sandbox::start(folder.path()).await?;
    let issuer = sandbox.text("/providers/oidc/issuer")?;

    let mut command = Command::new("node");
    command.arg(node("openid-client.mjs")?).arg(&issuer);
    command.arg(sandbox.text("/providers/oidc/client_id")?);
    command.arg(sandbox.text("/providers/oidc/client_secret")?);
    command.arg(format!("http://127.0.0.1:{}/callback", free_port()?));
    let mut client = Process::start_talking("openid-client", command, folder.path())?;
    let address = |line: &str| {
        let line: Value = serde_json::from_str(line).ok()?;
        line["authorization_url"].as_str().map(str::to_owned)
    };
    let address = client.line(LONG, address).await?;
    let (back, _) = sign_in(&address, "fred", &sandbox.password("fred")?).await?;
    client.say(&format!("{back}\n"))?;
    let found = |line: &str| {
        let line: Value = serde_json::from_str(line).ok()?;
        line["userinfo"].is_string().then_some(line)
    };
    let found = client.line(LONG, found).await?;

    ensure!(found["userinfo"] == "fred", "{found}");
    ensure!(found["iss"] == json!(issuer), "{found}");
    ensure!(found["rotated"] == true, "{found}");
    ensure!(
        found["active"] == true && found["active_after_revocation"] == false,
        "{found}"
    );
    ensure!(found["robot"] == "string", "{found}");
    Ok(())
}
