//! What somebody sees who has set nothing up, and who has no keychain.

use anyhow::Result;
use thirtyfour::Key;

use super::Tour;
use crate::process::free_port;

/// How a token of GitHub looks; nobody issued it.
const PASTED: &str = "ghp_0000000000000000000000000000000000nobody";
/// What opens the vault of the tour.
const PASSPHRASE: &str = "a passphrase of five words";

impl<'a> Tour<'a> {
    pub(super) async fn empty(&mut self) -> Result<()> {
        self.chapter("empty", async |tour: &mut Tour<'a>| {
            tour.stage.window.element("home-first-start").await?;
            tour.see("empty-home").await?;
            tour.empty_products().await?;
            tour.empty_steps().await?;
            tour.frame().await
        })
        .await
    }

    async fn empty_products(&mut self) -> Result<()> {
        self.go("products").await?;
        self.see("empty-products").await?;
        if !self.stage.window.has("product-url").await {
            self.press("product-add").await?;
        }
        let nobody = format!("http://127.0.0.1:{}", free_port()?);
        self.fill("product-url", &nobody).await?;
        self.press("product-detect").await?;
        self.shown("error-banner").await?;
        self.see("empty-product-refused").await?;
        let jira = self.stage.sandbox.product("jira")?;
        self.fill("product-url", &jira).await?;
        self.press("product-detect").await?;
        self.shown("product-detected-kind").await?;
        self.see("empty-product-found").await
    }

    async fn empty_steps(&mut self) -> Result<()> {
        self.go("provider").await?;
        self.see("empty-provider").await?;
        self.press("provider-preset-ghes").await?;
        self.shown("provider-client-id").await?;
        self.see("empty-provider-form").await?;
        self.go("token").await?;
        self.see("empty-token").await?;
        self.press("token-paste-open").await?;
        self.fill("token-paste-secret", PASTED).await?;
        self.shown("token-recognised").await?;
        self.see("empty-token-paste").await?;
        self.press("token-paste-cancel").await?;
        for screen in [
            "username", "test", "publish", "rules", "history", "settings",
        ] {
            self.go(screen).await?;
            self.see(&format!("empty-{screen}")).await?;
        }
        Ok(())
    }

    async fn frame(&mut self) -> Result<()> {
        self.go("home").await?;
        self.press("palette-open").await?;
        self.stage.window.element("palette-input").await?;
        self.see("empty-palette").await?;
        self.fill("palette-input", "nothing is called like this")
            .await?;
        self.see("empty-palette-nothing").await?;
        self.escape("palette-input").await?;
        self.stage.window.keys("?").await?;
        self.stage.window.element("shortcuts-dialog").await?;
        self.see("empty-shortcuts").await?;
        self.escape("shortcuts-dialog").await
    }

    pub(super) async fn vault(&mut self) -> Result<()> {
        self.chapter("vault", async |tour: &mut Tour<'a>| {
            tour.shown("vault-create").await?;
            tour.see("vault-create").await?;
            tour.press("vault-skip").await?;
            tour.shown("app").await?;
            tour.go("settings").await?;
            tour.see("vault-settings").await?;
            tour.press("settings-open-vault").await?;
            tour.fill("vault-passphrase", PASSPHRASE).await?;
            tour.fill("vault-passphrase-again", PASSPHRASE).await?;
            tour.press("vault-understood").await?;
            tour.press("vault-submit").await?;
            tour.stage.window.gone("vault-create").await?;
            tour.shown("app").await?;
            tour.go("settings").await?;
            tour.see("vault-kept").await
        })
        .await
    }

    pub(super) async fn locked(&mut self) -> Result<()> {
        self.chapter("vault", async |tour: &mut Tour<'a>| {
            tour.shown("vault-unlock").await?;
            tour.see("vault-unlock").await?;
            tour.fill("vault-passphrase", "another passphrase").await?;
            tour.stage.window.keys(Key::Enter).await?;
            tour.shown("vault-error").await?;
            tour.see("vault-wrong").await
        })
        .await
    }
}
