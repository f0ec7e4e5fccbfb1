//! The steps with everything connected, and what came of them.

use anyhow::{Context, Result};
use url::Url;

use super::Tour;

impl<'a> Tour<'a> {
    pub(super) async fn connected(&mut self) -> Result<()> {
        self.chapter("home", async |tour: &mut Tour<'a>| {
            tour.shown("home-steps").await?;
            tour.see("home-connected").await
        })
        .await?;
        self.chapter("products", async |tour: &mut Tour<'a>| {
            tour.go("products").await?;
            tour.press("product-item-jira").await?;
            tour.shown("product-fingerprint").await?;
            tour.see("products-kept").await?;
            tour.press("product-remove").await?;
            tour.shown("confirm-dialog").await?;
            tour.see("products-remove").await?;
            tour.press("confirm-no").await
        })
        .await?;
        self.chapter("provider", async |tour: &mut Tour<'a>| {
            tour.go("provider").await?;
            tour.shown("redirect-uri").await?;
            tour.see("provider-kept").await
        })
        .await?;
        self.chapter("token", async |tour: &mut Tour<'a>| tour.token().await)
            .await?;
        self.chapter("username", async |tour: &mut Tour<'a>| {
            tour.username().await
        })
        .await?;
        self.chapter("publish", async |tour: &mut Tour<'a>| tour.publish().await)
            .await?;
        self.chapter("test", async |tour: &mut Tour<'a>| tour.test().await)
            .await?;
        self.chapter("history", async |tour: &mut Tour<'a>| tour.history().await)
            .await?;
        self.running().await?;
        self.chapter("home", async |tour: &mut Tour<'a>| {
            tour.go("home").await?;
            tour.see("home-in-use").await
        })
        .await
    }

    async fn token(&mut self) -> Result<()> {
        self.go("token").await?;
        self.see("token-none").await?;
        let address = self.stage.begin_sign_in().await?;
        self.see("token-waiting").await?;
        let address = Url::parse(&address).context("the address to sign in at")?;
        let parameter = |name: &str| {
            let found = address.query_pairs().find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned())
        };
        let mut back = Url::parse(&parameter("redirect_uri").context("no redirect URI")?)?;
        back.query_pairs_mut()
            .append_pair("error", "access_denied")
            .append_pair("error_description", "The person did not allow it")
            .append_pair("state", &parameter("state").context("no state")?);
        self.fill("token-callback-url", back.as_str()).await?;
        self.press("token-callback-submit").await?;
        self.shown("token-failed").await?;
        self.see("token-refused").await?;
        self.press("token-leave").await?;
        self.stage.sign_in("fred").await?;
        self.see("token-kept").await
    }

    async fn username(&mut self) -> Result<()> {
        self.stage.journey().username("/login", "fred").await?;
        self.see("username-tree").await?;
        self.press("username-view-raw").await?;
        self.see("username-raw").await?;
        self.press("username-view-tree").await
    }

    async fn publish(&mut self) -> Result<()> {
        self.go("publish").await?;
        self.shown("publish-change-0").await?;
        self.press("publish-change-0").await?;
        self.see("publish-first").await?;
        self.stage.journey().publish(1).await?;
        self.see("publish-done").await
    }

    async fn test(&mut self) -> Result<()> {
        self.stage.journey().test_direct("fred").await?;
        self.press("test-cell-jira-direct").await?;
        self.see("test-direct").await?;
        self.stage.journey().test_through("fred").await?;
        self.see("test-through").await?;
        self.press("test-expect").await?;
        self.press("test-expect-option-named").await?;
        self.fill("test-expected-user", "barney").await?;
        self.press("test-start").await?;
        let other = "valid_other_user";
        self.stage
            .window
            .becomes("test-cell-jira-gateway", "data-verdict", other)
            .await?;
        self.stage
            .window
            .becomes("test-matrix", "data-running", "false")
            .await?;
        self.press("test-cell-jira-gateway").await?;
        self.see("test-whoever").await?;
        self.press("test-expect").await?;
        self.press("test-expect-option-owner").await?;
        self.press("test-endpoints").await?;
        self.stage.window.element("test-endpoint-who_am_i").await?;
        self.see("test-endpoints").await?;
        self.press("test-endpoint-new").await?;
        self.stage.window.element("endpoint-dialog").await?;
        self.see("test-endpoint").await?;
        self.press("endpoint-cancel").await?;
        self.stage.window.gone("endpoint-dialog").await?;
        self.press("test-save-check").await?;
        self.stage.window.element("check-save-dialog").await?;
        self.fill("check-name", "Nightly").await?;
        self.see("test-check").await?;
        self.press("check-save").await?;
        self.stage.window.gone("check-save-dialog").await?;
        self.press("test-checks").await?;
        self.stage.window.element("check-Nightly").await?;
        self.see("test-checks").await?;
        self.escape("checks-dialog").await
    }

    async fn history(&mut self) -> Result<()> {
        self.go("history").await?;
        self.shown("history-table").await?;
        self.see("history-rows").await?;
        self.choose_first("history-table").await?;
        self.shown("history-before").await.ok();
        self.see("history-detail").await?;
        self.fill("history-search", "nobody wrote this").await?;
        self.shown("history-empty").await?;
        self.see("history-nothing").await?;
        self.press("history-clear").await?;
        self.shown("history-table").await?;
        self.press("history-limits").await?;
        self.see("history-limits").await
    }
}
