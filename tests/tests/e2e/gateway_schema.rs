//! The admin API against its own description, by Schemathesis.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use gatewright_tests::python;
use serde_json::json;

use crate::gateway_front::Front;
use crate::turn;

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn the_admin_api_answers_as_its_description_says_and_never_fails() -> Result<()> {
    let _turn = turn().await;
    let front = Front::start("[settings]\nanonymous = \"deny\"", "").await?;
    front.key(json!({})).await?;
    let answer = front
        .get("GET", "/x", "Authorization: Bearer gho_alice\r\n")
        .await?;
    ensure!(answer.status == 200, "{answer:?}");
    let program = python()?.with_file_name("schemathesis");
    let description = format!("{}/api/v1/openapi.json", front.gateway.admin_url);
    let credential = format!("Authorization: Bearer {}", front.admin.credential);
    let run = tokio::task::spawn_blocking(move || {
        Command::new(program)
            .args(["run", &description, "--header", &credential])
            // It never ends, as it should.
            .args(["--exclude-path", "/audit/stream"])
            .args(["--phases", "examples,coverage,fuzzing", "--max-examples", "25"])
            .args(["--generation-deterministic", "--no-color", "--request-timeout", "20"])
            .args([
                "--checks",
                "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
            ])
            .env("NO_PROXY", "127.0.0.1")
            .output()
    });
    let output = run.await?.context("schemathesis: cargo xtask setup")?;
    ensure!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(said.contains("passed"), "{said}");
    ensure!(
        !front.gateway.log().contains("panicked"),
        "{}",
        front.gateway.log()
    );
    Ok(())
}
