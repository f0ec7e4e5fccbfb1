//! What is looked at while a gateway runs: keys, traffic, tokens, environments and settings.

use anyhow::Result;

use super::Tour;

impl<'a> Tour<'a> {
    pub(super) async fn running(&mut self) -> Result<()> {
        self.chapter("keys", async |tour: &mut Tour<'a>| tour.keys().await)
            .await?;
        self.chapter("traffic", async |tour: &mut Tour<'a>| tour.traffic().await)
            .await?;
        self.chapter("tokens", async |tour: &mut Tour<'a>| {
            tour.go("tokens").await?;
            tour.shown("tokens-table").await?;
            tour.see("tokens-list").await?;
            tour.fill("tokens-search", "nothing is called like this")
                .await?;
            tour.shown("tokens-clear").await?;
            tour.see("tokens-nothing").await?;
            tour.press("tokens-clear").await
        })
        .await?;
        self.chapter("environments", async |tour: &mut Tour<'a>| {
            tour.press("environment-name").await?;
            tour.shown("environment-create").await?;
            tour.see("environments-menu").await?;
            tour.press("environment-create").await?;
            tour.shown("environment-dialog").await?;
            tour.see("environments-create").await?;
            tour.escape("environment-dialog").await
        })
        .await?;
        self.chapter("settings", async |tour: &mut Tour<'a>| {
            tour.go("settings").await?;
            tour.shown("settings-version").await?;
            tour.see("settings-all").await
        })
        .await
    }

    async fn keys(&mut self) -> Result<()> {
        self.go("keys").await?;
        self.shown("keys-empty-create").await?;
        self.see("keys-empty").await?;
        self.press("keys-empty-create").await?;
        self.shown("key-form").await?;
        self.fill("key-owner", "fred").await?;
        self.fill("key-name", "Build server").await?;
        self.see("keys-form").await?;
        self.press("key-create").await?;
        self.shown("key-created").await?;
        self.see("keys-created").await?;
        self.press("key-stored").await?;
        self.press("key-done").await?;
        self.stage.window.gone("key-created").await?;
        self.shown("keys-table-row").await?;
        self.see("keys-list").await?;
        self.choose_first("keys-table").await?;
        self.shown("key-detail").await?;
        self.see("keys-detail").await?;
        self.press("keys-leaked").await?;
        self.shown("leak-dialog").await?;
        self.see("keys-leaked").await?;
        self.escape("leak-dialog").await
    }

    async fn traffic(&mut self) -> Result<()> {
        self.go("traffic").await?;
        self.shown("traffic-table-row").await?;
        self.see("traffic-list").await?;
        self.choose_first("traffic-table").await?;
        self.shown("trace-outcome").await?;
        self.see("traffic-trace").await?;
        self.fill("traffic-search", "nobody asked for this").await?;
        self.shown("traffic-clear").await?;
        self.see("traffic-nothing").await?;
        self.press("traffic-clear").await
    }
}
