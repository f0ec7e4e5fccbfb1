//! A gateway that no longer answers.

use anyhow::Result;

use super::Tour;

impl<'a> Tour<'a> {
    pub(super) async fn offline(&mut self) -> Result<()> {
        if let Some(gateway) = self.stage.gateway.take() {
            gateway.stop().await?;
        }
        self.chapter("offline", async |tour: &mut Tour<'a>| {
            tour.go("publish").await?;
            tour.press("publish-reload").await?;
            tour.shown("publish-unread").await?;
            tour.see("offline-publish").await?;
            tour.go("rules").await?;
            tour.shown("rules-stale").await?;
            tour.see("offline-rules").await?;
            tour.go("test").await?;
            tour.press("test-start").await?;
            let window = &tour.stage.window;
            window
                .becomes("test-matrix", "data-running", "true")
                .await
                .ok();
            window
                .becomes("test-matrix", "data-running", "false")
                .await?;
            tour.press("test-cell-jira-gateway").await?;
            tour.see("offline-test").await?;
            tour.go("home").await?;
            tour.see("offline-home").await
        })
        .await
    }
}
