//! What goes wrong in real life: each gets one clear sentence and what to do, nothing typed is
//! lost, and the window goes on answering.

use std::net::TcpListener;

use anyhow::{Context, Result, ensure};
use gatewright_tests::walk::{Journey, SignInAt};
use gatewright_tests::{
    Desk, DeskOptions, Hand, LONG, Process, SHORT, Sandbox, Stranger, Untrusted, Window, built,
    free_port, until,
};
use reqwest::Method;
use serde_json::json;

use crate::turn;

const HAND: Hand = Hand::Mouse;

/// A sentence and what to do about it, wherever this screen shows them.
async fn complaint(window: &Window, id: &str) -> Result<String> {
    until("a complaint", LONG, async || {
        for id in [id, "error-banner"] {
            if window.has(id).await {
                let text = window.text(id).await?;
                if !text.is_empty() {
                    return Ok(Some(text));
                }
            }
        }
        Ok(None)
    })
    .await
    .with_context(|| "the window")
}

fn names_one_of(text: &str, words: &[&str]) -> Result<()> {
    let lower = text.to_lowercase();
    ensure!(
        words.iter().any(|word| lower.contains(word)),
        "{text:?} names none of {words:?}"
    );
    ensure!(
        !lower.contains("error sending request") && !text.contains("Err("),
        "{text:?}"
    );
    Ok(())
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_wrong_address_of_a_product_is_explained_and_kept() -> Result<()> {
    let _turn = turn().await;
    let desk = Desk::start(DeskOptions::default()).await?;
    let website = Stranger::website().await?;
    let untrusted = Untrusted::start().await?;
    let window = Window::open(&desk, &desk.path("workspace")).await?;
    HAND.press(&window, "nav-products").await?;
    HAND.press(&window, "product-add").await?;
    let nobody = format!("http://127.0.0.1:{}", free_port()?);
    let cases: [(&str, &[&str]); 5] = [
        ("no address at all", &["address", "http"]),
        (
            "http://jira.gatewright.invalid",
            &["jira.gatewright.invalid"],
        ),
        (&nobody, &["nobody", "refused", "answer"]),
        (
            &website.url,
            &[
                "jira, confluence",
                "no jira",
                "not jira",
                "product",
                "html",
                "page",
            ],
        ),
        (&untrusted.url, &["certificate"]),
    ];
    for (typed, words) in cases {
        HAND.fill(&window, "product-url", typed).await?;
        HAND.press(&window, "product-detect").await?;
        let text = until("a complaint about this address", LONG, async || {
            let text = complaint(&window, "product-url-error").await?;
            Ok(names_one_of(&text, words).is_ok().then_some(text))
        })
        .await;
        ensure!(
            text.is_ok(),
            "{typed}: {}",
            complaint(&window, "product-url-error").await?
        );
        ensure!(
            window.text("product-url").await? == typed,
            "{typed} was lost"
        );
    }
    window.close().await
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_proxy_that_asks_for_a_password_is_named() -> Result<()> {
    let _turn = turn().await;
    let mut desk = Desk::start(DeskOptions::default()).await?;
    let proxy = Stranger::locked_proxy().await?;
    for name in ["http_proxy", "https_proxy"] {
        desk.set(name, proxy.url.clone());
    }
    // The driver itself has to reach the window.
    desk.set("no_proxy", "127.0.0.1,localhost");
    let window = Window::open(&desk, &desk.path("workspace")).await?;
    HAND.press(&window, "nav-products").await?;
    HAND.press(&window, "product-add").await?;
    HAND.fill(&window, "product-url", "http://jira.gatewright.invalid")
        .await?;
    HAND.press(&window, "product-detect").await?;
    names_one_of(&complaint(&window, "product-url-error").await?, &["proxy"])?;
    window.close().await
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_provider_that_answers_html_is_not_one() -> Result<()> {
    let _turn = turn().await;
    let desk = Desk::start(DeskOptions::default()).await?;
    let website = Stranger::website().await?;
    let window = Window::open(&desk, &desk.path("workspace")).await?;
    HAND.press(&window, "nav-provider").await?;
    HAND.press(&window, "provider-preset-custom-oidc").await?;
    HAND.fill(&window, "provider-input-issuer_url", &website.url)
        .await?;
    HAND.press(&window, "provider-check").await?;
    let text = complaint(&window, "provider-check-result").await?;
    names_one_of(&text, &["html", "page", "json", "discovery"])?;
    ensure!(
        window.text("provider-input-issuer_url").await? == website.url,
        "it was lost"
    );
    window.close().await
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_port_that_is_taken_is_named_and_the_form_is_kept() -> Result<()> {
    let _turn = turn().await;
    let mut desk = Desk::start(DeskOptions::default()).await?;
    let sandbox = Sandbox::start(&desk.logs()).await?;
    let taken = TcpListener::bind("127.0.0.1:0").context("a port")?;
    let port = taken.local_addr()?.port().to_string();
    let window = Window::open(&desk, &desk.path("workspace")).await?;
    let mut journey = Journey::new(&mut desk, &window, HAND, &sandbox);
    journey.provider(&SignInAt::GithubEnterprise).await?;
    HAND.press(&window, "provider-redirect-more").await?;
    HAND.fill(&window, "provider-redirect-port", &port).await?;
    HAND.press(&window, "provider-save").await?;
    window.element("provider-continue").await?;
    HAND.press(&window, "nav-token").await?;
    let start = if window.has("token-sign-in-empty").await {
        "token-sign-in-empty"
    } else {
        "token-sign-in"
    };
    HAND.press(&window, start).await?;
    names_one_of(&complaint(&window, "token-failed").await?, &[&port])?;
    ensure!(desk.opened() == 0, "a browser was opened for nothing");
    window.close().await
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn refusals_empty_answers_and_cancelling_are_told_apart() -> Result<()> {
    let _turn = turn().await;
    let mut desk = Desk::start(DeskOptions::default()).await?;
    let sandbox = Sandbox::start(&desk.logs()).await?;
    let window = Window::open(&desk, &desk.path("workspace")).await?;
    let mut journey = Journey::new(&mut desk, &window, HAND, &sandbox);
    journey.provider(&SignInAt::GithubEnterprise).await?;

    journey.start_sign_in().await?;
    HAND.press(&window, "token-cancel").await?;
    window.gone("token-cancel").await?;
    journey.desk.opened_browser().await?.close().await?;

    journey.start_sign_in().await?;
    let browser = journey.desk.opened_browser().await?;
    browser.fill("#username", "fred").await?;
    browser
        .fill("#password", &sandbox.password("fred")?)
        .await?;
    browser.click("#sign-in").await?;
    browser.click("#deny").await?;
    let text = complaint(&window, "token-failed").await?;
    browser.close().await?;
    names_one_of(&text, &["denied"])?;

    journey.sign_in("fred").await?;
    sandbox
        .provider_scenario("ghes", json!({ "empty_userinfo": true }))
        .await?;
    HAND.press(&window, "nav-username").await?;
    let text = until("a word about the empty answer", LONG, async || {
        let text = window.all_text().await;
        Ok(names_one_of(&text, &["empty", "nothing", "no attribute"])
            .is_ok()
            .then_some(text))
    })
    .await;
    ensure!(text.is_ok(), "the window says: {}", window.all_text().await);
    window.close().await
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_product_that_is_down_is_called_down() -> Result<()> {
    let _turn = turn().await;
    let mut desk = Desk::start(DeskOptions::default()).await?;
    let sandbox = Sandbox::start(&desk.logs()).await?;
    let window = Window::open(&desk, &desk.path("workspace")).await?;
    let mut journey = Journey::new(&mut desk, &window, HAND, &sandbox);
    journey.add_product("jira", "fred").await?;
    journey.provider(&SignInAt::GithubEnterprise).await?;
    journey.sign_in("fred").await?;
    sandbox
        .administer("jira", Method::PUT, "scenario", json!({ "down": true }))
        .await?;
    HAND.press(&window, "nav-test").await?;
    HAND.press(&window, "test-start").await?;
    window
        .becomes(
            "test-cell-jira-direct",
            "data-verdict",
            "product_unavailable",
        )
        .await?;
    HAND.press(&window, "test-cell-jira-direct").await?;
    names_one_of(
        &window.text("test-message").await?,
        &["503", "down", "unavailable", "not ready"],
    )?;
    sandbox
        .administer("jira", Method::PUT, "scenario", json!({ "down": false }))
        .await?;
    HAND.press(&window, "test-cell-again").await?;
    let other = until("another verdict", LONG, async || {
        let verdict = window
            .attribute("test-cell-jira-direct", "data-verdict")
            .await?;
        let verdict = verdict.filter(|verdict| verdict != "running");
        Ok(verdict.filter(|verdict| verdict != "product_unavailable"))
    })
    .await?;
    ensure!(other != "timeout", "{other}");
    window.close().await
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_clock_that_is_off_is_named_with_its_seconds() -> Result<()> {
    let _turn = turn().await;
    let desk = Desk::start(DeskOptions::default()).await?;
    let sandbox = Sandbox::start_ahead(1200, &desk.logs()).await?;
    let window = Window::open(&desk, &desk.path("workspace")).await?;
    HAND.press(&window, "nav-products").await?;
    HAND.press(&window, "product-add").await?;
    HAND.fill(&window, "product-url", &sandbox.product("jira")?)
        .await?;
    HAND.press(&window, "product-detect").await?;
    window.shown("product-detected-kind", LONG).await?;
    let text = window.all_text().await;
    names_one_of(&text, &["clock"])?;
    names_one_of(
        &text,
        &["20 min", "1200", "1,200", "1199", "1,199", "19 min"],
    )?;
    window.close().await
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn without_a_keychain_a_passphrase_opens_the_vault_and_a_wrong_one_does_not() -> Result<()> {
    let _turn = turn().await;
    let desk = Desk::start(DeskOptions {
        keychain: false,
        ..DeskOptions::default()
    })
    .await?;
    let data = desk.path("workspace");
    let passphrase = "a passphrase of five words";
    let window = Window::open(&desk, &data).await?;
    window.shown("vault-create", LONG).await?;
    HAND.fill(&window, "vault-passphrase", passphrase).await?;
    HAND.fill(&window, "vault-passphrase-again", passphrase)
        .await?;
    HAND.press(&window, "vault-understood").await?;
    HAND.press(&window, "vault-submit").await?;
    window.shown("app", LONG).await?;
    window.gone("vault-create").await?;
    window.close().await?;

    let window = Window::open(&desk, &data).await?;
    window.shown("vault-unlock", LONG).await?;
    HAND.fill(&window, "vault-passphrase", "another passphrase")
        .await?;
    HAND.press(&window, "vault-submit").await?;
    names_one_of(&window.text("vault-error").await?, &["passphrase"])?;
    HAND.fill(&window, "vault-passphrase", passphrase).await?;
    HAND.press(&window, "vault-submit").await?;
    window.gone("vault-unlock").await?;
    window.on_screen("home").await?;
    window.close().await
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_second_copy_ends_and_the_first_goes_on() -> Result<()> {
    let _turn = turn().await;
    let desk = Desk::start(DeskOptions::default()).await?;
    let data = desk.path("workspace");
    let window = Window::open(&desk, &data).await?;
    let mut second = desk.command(built("gatewright-desktop")?);
    second.arg("--data-dir").arg(&data);
    let mut second = Process::start("second", second, &desk.logs())?;
    second.end(SHORT).await?;
    HAND.press(&window, "nav-products").await?;
    window.on_screen("products").await?;
    window.close().await
}
