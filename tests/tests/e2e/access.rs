//! A gateway that serves the sandbox's document from a file: who comes through, and as whom.

use anyhow::{Context, Result, ensure};
use gatewright_tests::{Gateway, Sandbox, fetched_token};
use reqwest::StatusCode;
use tempfile::tempdir;

use crate::turn;

/// The three requests that the product is for.
const REQUESTS: [&str; 3] = [
    "/jira/rest/api/2/myself",
    "/confluence/rest/api/content",
    "/bitbucket/rest/api/latest/dashboard/pull-requests",
];

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_token_opens_all_three_products_as_its_owner_and_nothing_else_does() -> Result<()> {
    let _turn = turn().await;
    let folder = tempdir()?;
    let sandbox = Sandbox::start(folder.path()).await?;
    let document = sandbox.text("/gateway_config")?;
    let secrets = &sandbox.description["secrets"];
    let gateway =
        Gateway::start_from_file(folder.path(), &document, secrets, folder.path()).await?;

    for user in ["fred", "barney"] {
        let token = fetched_token(&sandbox, user, folder.path()).await?;
        for path in REQUESTS {
            let (status, taken_for, body) = gateway.get(path, Some(&token)).await?;
            ensure!(
                status == StatusCode::OK,
                "{path} as {user}: {status} {body}"
            );
            ensure!(
                taken_for.as_deref() == Some(user),
                "{path} as {user}: {taken_for:?}"
            );
        }
        for (path, product) in REQUESTS.iter().zip(["jira", "confluence", "bitbucket"]) {
            let log = sandbox.access_log(product).await?;
            let own = path.split_at(path[1..].find('/').context("a path")? + 1).1;
            let noted = log.iter().any(|line| {
                line["user"] == user
                    && line["path"]
                        .as_str()
                        .is_some_and(|path| path.ends_with(own))
            });
            ensure!(noted, "{product} did not note {user} at {own}: {log:?}");
        }
    }
    for path in REQUESTS {
        for (what, token) in [
            ("no token", None),
            ("an unknown token", Some("gho_notissuedbyanybody")),
        ] {
            let (status, taken_for, body) = gateway.get(path, token).await?;
            ensure!(
                status == StatusCode::UNAUTHORIZED,
                "{path} with {what}: {status} {body}"
            );
            ensure!(
                taken_for.is_none_or(|name| name == "anonymous"),
                "{path} with {what}"
            );
        }
    }
    ensure!(
        gateway.stop().await? == Some(0),
        "a gateway that is asked to end ends with 0"
    );
    Ok(())
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn somebody_whom_no_product_knows_is_refused_by_name_and_not_run_as_nobody() -> Result<()> {
    let _turn = turn().await;
    let folder = tempdir()?;
    let sandbox = Sandbox::start(folder.path()).await?;
    let document = sandbox.text("/gateway_config")?;
    let secrets = &sandbox.description["secrets"];
    let gateway =
        Gateway::start_from_file(folder.path(), &document, secrets, folder.path()).await?;

    let token = fetched_token(&sandbox, "gazoo", folder.path()).await?;
    for path in REQUESTS {
        let (status, _, body) = gateway.get(path, Some(&token)).await?;
        ensure!(status == StatusCode::FORBIDDEN, "{path}: {status} {body}");
    }
    // Spelt otherwise at the provider than in the directories.
    let token = fetched_token(&sandbox, "JDoe", folder.path()).await?;
    let (status, taken_for, body) = gateway.get(REQUESTS[0], Some(&token)).await?;
    ensure!(status == StatusCode::OK, "{status} {body}");
    ensure!(taken_for.as_deref() == Some("jdoe"), "{taken_for:?}");
    Ok(())
}
