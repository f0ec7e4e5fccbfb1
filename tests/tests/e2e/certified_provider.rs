//! `oidc-provider` from npm: a certified `OpenID` provider that nobody here wrote.

use std::process::Command;

use anyhow::{Result, ensure};
use gatewright_tests::walk::{Journey, PRODUCTS, SignInAt};
use gatewright_tests::{Desk, DeskOptions, Gateway, Hand, LONG, Process, Sandbox, Window, node};
use serde_json::Value;

use crate::turn;

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_token_of_a_certified_provider_opens_the_products_through_the_gateway() -> Result<()> {
    let _turn = turn().await;
    let mut desk = Desk::start(DeskOptions::default()).await?;
    let sandbox = Sandbox::start(&desk.logs()).await?;
    let gateway = Gateway::start(&desk.path("gateway"), &desk.logs()).await?;
    let (id, secret) = (
        "gatewright-desktop",
        "a-secret-of-more-than-32-characters-for-tests",
    );
    let mut command = Command::new("node");
    command.arg(node("oidc-provider.mjs")?).args([id, secret]);
    let mut provider = Process::start("oidc-provider", command, &desk.logs())?;
    let issuer = |line: &str| {
        let line: Value = serde_json::from_str(line).ok()?;
        line["issuer"].as_str().map(str::to_owned)
    };
    let issuer = provider.line(LONG, issuer).await?;

    let window = Window::open(&desk, &desk.path("workspace")).await?;
    let hand = Hand::Mouse;
    let mut journey = Journey::new(&mut desk, &window, hand, &sandbox);
    for product in PRODUCTS {
        journey.add_product(product, "fred").await?;
    }
    journey
        .provider(&SignInAt::OpenId(&issuer, id, secret))
        .await?;
    journey.start_sign_in().await?;
    let browser = journey.desk.opened_browser().await?;
    browser.fill("input[name=login]", "fred").await?;
    browser.fill("input[name=password]", "any password").await?;
    browser.click("button[type=submit]").await?;
    browser.says("Authorize").await?;
    browser.click("button[type=submit]").await?;
    journey.token_arrived().await?;
    browser.close().await?;
    journey.username("/preferred_username", "fred").await?;
    journey.pair(&gateway).await?;
    journey.publish(1).await?;
    journey.test_through("fred").await?;

    let token = journey.shown_token().await?;
    let (status, taken_for, body) = gateway.get("/jira/rest/api/2/myself", Some(&token)).await?;
    ensure!(
        status == 200 && taken_for.as_deref() == Some("fred"),
        "{status} {taken_for:?} {body}"
    );
    window.close().await
}
