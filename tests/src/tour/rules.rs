//! The access rules, and what of them would be published.

use anyhow::Result;

use super::Tour;

/// What people paste into the list of addresses.
const ADDRESSES: &str = "10.0.0.0/8, 10.1.0.0/16, 192.168.7.0/24, 172.16.0.0/33, 10.0.0.0/8";

impl<'a> Tour<'a> {
    pub(super) async fn rules(&mut self) -> Result<()> {
        self.chapter("rules", async |tour: &mut Tour<'a>| tour.each_rule().await)
            .await?;
        self.chapter("changes", async |tour: &mut Tour<'a>| tour.changes().await)
            .await
    }

    async fn each_rule(&mut self) -> Result<()> {
        self.go("rules").await?;
        self.shown("rules-groups_allowed-add").await?;
        self.see("rules-none").await?;
        self.press("rules-groups_allowed-add").await?;
        self.shown("rules-groups-found-staff").await?;
        self.see("rules-picker").await?;
        self.press("rules-groups-found-staff").await?;
        self.press("rules-groups-done").await?;
        self.press("rules-groups_read_only-add").await?;
        self.shown("rules-groups-found-contractors").await?;
        self.press("rules-groups-found-contractors").await?;
        self.press("rules-groups-done").await?;
        self.press("rules-groups_allowed-who").await?;
        self.shown("rules-members").await?;
        self.see("rules-members").await?;
        self.press("rules-members-close").await?;

        self.fill(
            "rules-addresses_allowed-input",
            "10.0.0.0/8, 192.168.7.0/24",
        )
        .await?;
        self.press("rules-addresses_allowed-add").await?;
        self.fill("rules-addresses_allowed-probe", "10.1.2.3")
            .await?;
        self.shown("rules-addresses_allowed-probe-answer").await?;
        self.see("rules-filled").await?;
        self.fill("rules-addresses_allowed-input", ADDRESSES)
            .await?;
        self.press("rules-addresses_allowed-add").await?;
        self.shown("rules-mistakes").await?;
        self.see("rules-mistakes").await?;
        self.press("rules-review").await?;
        self.shown("publish-problem-0").await?;
        self.see("changes-mistakes").await?;
        self.go("rules").await?;
        self.remove_mistake().await?;

        self.press("rules-public-add").await?;
        self.fill("rules-public-path", "/rest/api/**").await?;
        self.shown("rules-public-examples").await?;
        self.see("rules-path").await?;
        self.press("rules-public-save").await?;
        self.press("rules-expect-add").await?;
        self.stage.window.element("rules-try-dialog").await?;
        self.fill("rules-try-request", "GET /rest/api/2/myself")
            .await?;
        self.fill("rules-try-user", "fred").await?;
        self.fill("rules-try-groups", "staff").await?;
        self.fill("rules-try-address", "10.1.2.3").await?;
        self.press("rules-try-ask").await?;
        self.shown("rules-try-outcome").await?;
        self.see("rules-try").await?;
        self.escape("rules-try-dialog").await?;

        self.press("rules-scope-jira").await?;
        self.see("rules-product").await?;
        self.press("rules-scope-all").await?;
        self.press("rules-authentication").await?;
        self.shown("rules-loud-authentication").await?;
        self.see("rules-loud").await?;
        self.press("rules-authentication").await
    }

    async fn changes(&mut self) -> Result<()> {
        self.go("publish").await?;
        self.shown("publish-change-0").await?;
        self.press("publish-change-0").await?;
        self.see("changes-list").await?;
        self.press("publish-view-one").await?;
        self.see("changes-one").await?;
        self.press("publish-view-split").await?;
        self.press("publish-exchange").await?;
        self.stage.window.element("exchange-dialog").await?;
        self.see("changes-export").await?;
        self.press("exchange-in").await?;
        self.fill("exchange-text", "this is = no document [")
            .await?;
        self.press("exchange-look").await?;
        self.shown("exchange-error").await?;
        self.see("changes-import").await?;
        self.escape("exchange-dialog").await?;
        self.press("publish-versions").await?;
        self.shown("versions").await?;
        self.see("changes-versions").await?;
        self.press("versions-back").await
    }

    /// Removes the address that is none.
    async fn remove_mistake(&self) -> Result<()> {
        self.shown("rules-addresses_allowed-list").await?;
        let script = "document.querySelector('[data-testid=rules-addresses_allowed-list] \
            [aria-label=\"Remove 172.16.0.0/33\"]').click()";
        self.stage.window.script(script, vec![]).await?;
        self.stage.window.gone("rules-mistakes").await
    }
}
