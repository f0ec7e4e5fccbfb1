//! The steps, each as a person does it: what is pressed, typed and waited for.

use anyhow::{Context, Result, ensure};

use super::{Journey, PRODUCTS, SignInAt};
use crate::servers::Gateway;
use crate::settle::{LONG, until};

impl Journey<'_> {
    /// The window as it is when nothing was set up.
    pub async fn first_start(&mut self) -> Result<()> {
        self.window.on_screen("home").await?;
        self.window.element("home-first-start").await?;
        self.picture("first-start").await
    }

    /// Connects a product and proves that the gateway could act as `user` there.
    pub async fn add_product(&mut self, id: &str, user: &str) -> Result<()> {
        let (hand, window) = (self.hand, self.window);
        hand.press(window, "nav-products").await?;
        window.on_screen("products").await?;
        let add = if window.has("product-add").await {
            "product-add"
        } else {
            "product-add-empty"
        };
        if !window.has("product-url").await
            || window.has(&format!("product-item-{id}")).await
            || add == "product-add"
        {
            hand.press(window, add).await?;
        }
        // A page below the product is what people have in their clipboard.
        let page = format!("{}/rest/api/2/serverInfo", self.sandbox.product(id)?);
        let typed = if id == "jira" {
            page
        } else {
            self.sandbox.product(id)?
        };
        hand.fill(window, "product-url", &typed).await?;
        hand.press(window, "product-detect").await?;
        window.shown("product-detected-kind", LONG).await?;
        self.picture(&format!("product-{id}-found")).await?;
        let (hand, window) = (self.hand, self.window);
        hand.press(window, "product-save").await?;

        hand.fill(window, "product-directory-user", "svc-gatewright")
            .await?;
        let password = self.sandbox.secret("svc-gatewright")?;
        hand.fill(window, "product-directory-password", &password)
            .await?;
        hand.press(window, "product-check-directory").await?;
        window
            .becomes("product-directory-result", "data-good", "true")
            .await?;

        hand.press(window, "product-actas-oauth1").await?;
        hand.press(window, "product-make-key").await?;
        window.element("product-fingerprint").await?;
        let consumer = window.text("product-consumer-key").await?;
        let public_key = window.attribute("product-public-key", "data-value").await?;
        let public_key = public_key.context("the window shows no public key")?;
        // The product's administrator enters the link on the product's own page.
        self.sandbox.link(id, &consumer, &public_key).await?;

        hand.fill(window, "product-try-user", user).await?;
        hand.press(window, "product-try").await?;
        window
            .becomes("product-tried-message", "data-good", "true")
            .await?;
        window
            .becomes("product-tried-0", "data-outcome", "as_user")
            .await?;
        window
            .becomes("product-tried-1", "data-outcome", "as_nobody")
            .await?;
        if hand == crate::Hand::Mouse && window.has("product-save").await {
            hand.press(window, "product-save").await?;
        }
        self.picture(&format!("product-{id}-proved")).await
    }

    /// Chooses a provider and fills in its form.
    pub async fn provider(&mut self, at: &SignInAt<'_>) -> Result<()> {
        let (hand, window) = (self.hand, self.window);
        hand.press(window, "nav-provider").await?;
        window.on_screen("provider").await?;
        let (id, secret) = match at {
            SignInAt::GithubEnterprise => {
                hand.press(window, "provider-preset-ghes").await?;
                let base = self.sandbox.text("/providers/ghes/base_url")?;
                hand.fill(window, "provider-input-base_url", &base).await?;
                let id = self.sandbox.text("/providers/ghes/client_id")?;
                (id, self.sandbox.text("/providers/ghes/client_secret")?)
            }
            SignInAt::OpenId(issuer, id, secret) => {
                hand.press(window, "provider-preset-custom-oidc").await?;
                hand.fill(window, "provider-input-issuer_url", issuer)
                    .await?;
                ((*id).to_owned(), (*secret).to_owned())
            }
        };
        hand.press(window, "provider-check").await?;
        window
            .becomes("provider-check-result", "data-good", "true")
            .await?;
        hand.fill(window, "provider-client-id", &id).await?;
        hand.fill(window, "provider-client-secret", &secret).await?;
        self.picture("provider-filled").await?;
        self.hand.press(self.window, "provider-save").await?;
        self.window.element("provider-continue").await?;
        ensure!(
            !self.window.all_text().await.contains(&secret),
            "the secret is still shown"
        );
        self.picture("provider").await
    }

    /// Signs in at the sandbox through the browser that the app opens.
    pub async fn sign_in(&mut self, username: &str) -> Result<()> {
        self.start_sign_in().await?;
        self.picture("token-waiting").await?;
        let browser = self.desk.opened_browser().await?;
        browser.fill("#username", username).await?;
        browser
            .fill("#password", &self.sandbox.password(username)?)
            .await?;
        browser.click("#sign-in").await?;
        browser.click("#allow").await?;
        self.token_arrived().await?;
        let address = browser.address().await?;
        ensure!(
            !address.contains("code="),
            "the code stays in the address bar: {address}"
        );
        browser.close().await?;
        self.picture("token").await
    }

    /// Presses the button that opens the browser.
    pub async fn start_sign_in(&mut self) -> Result<()> {
        let (hand, window) = (self.hand, self.window);
        hand.press(window, "nav-token").await?;
        window.on_screen("token").await?;
        until("a way to sign in", LONG, async || {
            for id in ["token-sign-in", "token-sign-in-empty"] {
                if window.has(id).await {
                    return Ok(Some(id));
                }
            }
            Ok(None)
        })
        .await
        .map(|id| async move { hand.press(window, id).await })?
        .await?;
        window.element("token-waiting").await.map(|_| ())
    }

    /// Waits until the token is there.
    pub async fn token_arrived(&self) -> Result<()> {
        until("the token", LONG, async || {
            if self.window.has("token-failed").await {
                anyhow::bail!("the sign-in failed: {}", self.window.all_text().await);
            }
            Ok(self.window.has("token-card").await.then_some(()))
        })
        .await
    }

    /// Chooses the attribute; every product finds `expected`.
    pub async fn username(&mut self, pointer: &str, expected: &str) -> Result<()> {
        let (hand, window) = (self.hand, self.window);
        hand.press(window, "nav-username").await?;
        window.on_screen("username").await?;
        window.shown("username-tree", LONG).await?;
        for product in PRODUCTS {
            let look_up = format!("username-lookup-{pointer}-{product}");
            window.becomes(&look_up, "data-outcome", "found").await?;
        }
        hand.press(window, &format!("username-tree-{pointer}"))
            .await?;
        window.says("username-result", expected).await?;
        self.picture("username").await?;
        self.hand.press(self.window, "username-save").await?;
        self.window.element("username-continue").await.map(|_| ())
    }

    /// Tests the token directly: the products do not know it, and that is said.
    pub async fn test_direct(&mut self, _user: &str) -> Result<()> {
        let (hand, window) = (self.hand, self.window);
        hand.press(window, "nav-test").await?;
        window.on_screen("test").await?;
        if window.has("test-way-direct").await {
            hand.press(window, "test-way-direct").await?;
        }
        self.run_test().await?;
        for product in PRODUCTS {
            let cell = format!("test-cell-{product}-direct");
            let verdict = self.window.attribute(&cell, "data-verdict").await?;
            ensure!(
                verdict.as_deref() != Some("valid"),
                "{product} took a provider's token for its own"
            );
        }
        self.picture("test-direct").await
    }

    /// Pairs with a gateway.
    pub async fn pair(&mut self, gateway: &Gateway) -> Result<()> {
        let (hand, window) = (self.hand, self.window);
        hand.press(window, "nav-publish").await?;
        window.on_screen("publish").await?;
        hand.fill(window, "pair-url", &gateway.admin_url).await?;
        let code = gateway.pair_code()?;
        hand.fill(window, "pair-code", &code).await?;
        self.codes.push(code);
        hand.fill(window, "pair-data-url", &gateway.data_url)
            .await?;
        self.picture("pair").await?;
        self.hand.press(self.window, "pair-submit").await?;
        self.window.shown("publish-version", LONG).await.map(|_| ())
    }

    /// Looks at the difference and publishes it; it becomes version `version`.
    pub async fn publish(&mut self, version: u32) -> Result<()> {
        let (hand, window) = (self.hand, self.window);
        hand.press(window, "nav-publish").await?;
        window.shown("publish-change-0", LONG).await?;
        self.picture("publish").await?;
        let (hand, window) = (self.hand, self.window);
        if window.has("publish-comment").await {
            hand.fill(window, "publish-comment", "Sign in with GitHub Enterprise")
                .await?;
        }
        hand.press(window, "publish-submit").await?;
        window
            .becomes("publish-version", "data-version", &version.to_string())
            .await?;
        self.picture("published").await
    }

    /// Tests the same token directly and through the gateway.
    pub async fn test_through(&mut self, user: &str) -> Result<()> {
        let (hand, window) = (self.hand, self.window);
        hand.press(window, "nav-test").await?;
        window.on_screen("test").await?;
        hand.press(window, "test-way-both").await?;
        self.run_test().await?;
        for product in PRODUCTS {
            let cell = format!("test-cell-{product}-gateway");
            self.window.becomes(&cell, "data-verdict", "valid").await?;
            let taken_for = self.window.attribute(&cell, "data-user").await?;
            ensure!(
                taken_for.as_deref() == Some(user),
                "{product} took the caller for {taken_for:?}"
            );
        }
        self.hand
            .press(self.window, "test-cell-jira-gateway")
            .await?;
        self.picture("test-through").await
    }

    async fn run_test(&mut self) -> Result<()> {
        self.hand.press(self.window, "test-start").await?;
        self.window.shown("test-matrix", LONG).await?;
        self.window
            .becomes("test-matrix", "data-running", "false")
            .await
    }

    /// The token in clear, because the admin asks to see it.
    pub async fn shown_token(&mut self) -> Result<String> {
        let (hand, window) = (self.hand, self.window);
        hand.press(window, "nav-token").await?;
        hand.press(window, "token-show").await?;
        let shown = window.text("token-shown").await?;
        hand.press(window, "token-show")
            .await
            .context("hiding it again")?;
        Ok(shown)
    }
}
