//! The Test screen as a person uses it, for the tests of verdicts and of the history.

use anyhow::{Context, Result};
use gatewright_tests::{Desk, Hand, LONG, SHORT, Sandbox, Window, until};
use reqwest::Method;
use serde_json::{Value, json};
use thirtyfour::{By, WebElement};

/// A mouse on the Test screen.
pub(crate) struct Tester<'a> {
    pub(crate) window: &'a Window,
    pub(crate) sandbox: &'a Sandbox,
}

/// What a cell and its detail say.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) verdict: String,
    pub(crate) whose: String,
    pub(crate) hint: String,
    pub(crate) message: String,
}

const HAND: Hand = Hand::Mouse;

impl Tester<'_> {
    pub(crate) async fn press(&self, id: &str) -> Result<()> {
        HAND.press(self.window, id).await
    }

    pub(crate) async fn fill(&self, id: &str, text: &str) -> Result<()> {
        HAND.fill(self.window, id, text).await
    }

    pub(crate) async fn go(&self, screen: &str) -> Result<()> {
        self.press(&format!("nav-{screen}")).await?;
        self.window.on_screen(screen).await
    }

    /// Connects a product, without an account for its directory.
    pub(crate) async fn add(&self, product: &str) -> Result<()> {
        self.go("products").await?;
        if self.window.has("product-add").await {
            self.press("product-add").await?;
        } else if !self.window.has("product-url").await {
            self.press("product-add-empty").await?;
        }
        self.fill("product-url", &self.sandbox.product(product)?)
            .await?;
        self.press("product-detect").await?;
        self.window.shown("product-detected-kind", LONG).await?;
        self.press("product-save").await?;
        let item = format!("product-item-{product}");
        self.window.shown(&item, LONG).await.map(drop)
    }

    /// Lets a product be somewhere else.
    pub(crate) async fn move_to(&self, product: &str, base_url: &str) -> Result<()> {
        self.go("products").await?;
        self.press(&format!("product-item-{product}")).await?;
        self.fill("product-url", base_url).await?;
        self.press("product-save").await?;
        self.window.element("product-continue").await?;
        self.go("test").await
    }

    /// Pastes a password where there is no token yet.
    pub(crate) async fn first_token(&self, user: &str, password: &str) -> Result<()> {
        self.go("test").await?;
        self.press("test-get-token").await?;
        self.window.on_screen("token").await?;
        until("a way to paste", LONG, async || {
            for id in ["token-paste-secret", "token-paste-open"] {
                if self.window.has(id).await {
                    return Ok(Some(id));
                }
            }
            Ok(None)
        })
        .await?;
        if !self.window.has("token-paste-secret").await {
            self.press("token-paste-open").await?;
        }
        self.fill("token-paste-secret", password).await?;
        self.fill("token-paste-user", user).await?;
        self.fill("token-paste-name", user).await?;
        self.press("token-paste-submit").await?;
        self.window.shown("token-card", LONG).await?;
        self.go("test").await?;
        self.press("test-credential-basic").await
    }

    /// Pastes a token on the Test screen, which chooses it.
    pub(crate) async fn paste(&self, name: &str, user: &str, secret: &str) -> Result<()> {
        self.press("test-paste-open").await?;
        self.fill("test-paste-secret", secret).await?;
        self.fill("test-paste-user", user).await?;
        self.fill("test-paste-name", name).await?;
        self.press("test-paste-submit").await?;
        self.window.gone("test-paste-dialog").await
    }

    /// Switches one of the ways in which a product misbehaves.
    pub(crate) async fn scenario(&self, product: &str, switches: Value) -> Result<()> {
        self.administer(product, "scenario", switches).await
    }

    pub(crate) async fn administer(&self, product: &str, path: &str, body: Value) -> Result<()> {
        self.sandbox
            .administer(product, Method::PUT, path, body)
            .await
            .map(drop)
    }

    /// Chooses every token there is.
    pub(crate) async fn choose_all(&self) -> Result<()> {
        self.press("test-tokens").await?;
        let open = "//*[starts-with(@data-testid,'test-token-') and @aria-checked='false']";
        until("all tokens to be chosen", LONG, async || {
            let Some(next) = self.found(open).await else {
                return Ok(Some(()));
            };
            let _ = next.click().await;
            Ok(None)
        })
        .await?;
        self.window.keys(thirtyfour::Key::Escape).await
    }

    async fn found(&self, path: &str) -> Option<WebElement> {
        self.window.driver().find(By::XPath(path)).await.ok()
    }

    /// Runs all of the matrix.
    pub(crate) async fn run(&self) -> Result<()> {
        self.press("test-start").await?;
        self.window
            .becomes("test-matrix", "data-running", "false")
            .await
    }

    /// Tests one cell again.
    pub(crate) async fn again(&self, token: &str, place: &str) -> Result<Said> {
        self.select(token, place).await?;
        self.press("test-cell-again").await?;
        until("the cell to be tested", LONG, async || {
            let running = self.window.attribute("test-matrix", "data-running").await?;
            Ok((running.as_deref() == Some("false")).then_some(()))
        })
        .await?;
        self.said(token, place).await
    }

    /// What a cell says that is there.
    pub(crate) async fn said(&self, token: &str, place: &str) -> Result<Said> {
        let cell = self.select(token, place).await?;
        let verdict = cell.attr("data-verdict").await?.unwrap_or_default();
        self.window
            .becomes("test-verdict", "data-verdict", &verdict)
            .await?;
        let mut texts = Vec::new();
        for id in ["test-whose", "test-hint", "test-message"] {
            texts.push(if self.window.has(id).await {
                self.window.text(id).await?
            } else {
                String::new()
            });
        }
        let [whose, hint, message]: [String; 3] = texts.try_into().unwrap_or_default();
        Ok(Said {
            verdict,
            whose,
            hint,
            message,
        })
    }

    /// Presses a cell: `jira-direct`, or with an endpoint `jira-direct/administration`.
    async fn select(&self, token: &str, place: &str) -> Result<WebElement> {
        let (column, endpoint) = place.split_once('/').unwrap_or((place, "who_am_i"));
        let path = format!(
            "//tr[th[starts-with(@title,'{token}, ')]]\
             //button[@data-testid='test-cell-{column}' and @data-endpoint='{endpoint}']"
        );
        until(&format!("{token} at {place}"), SHORT, async || {
            let Some(cell) = self.found(&path).await else {
                return Ok(None);
            };
            // The head of the table stays in sight and would take the click.
            cell.scroll_into_view().await.ok();
            Ok(cell.click().await.ok().map(|()| cell))
        })
        .await
    }

    /// Chooses the first row of a table; the driver clicks cells and no rows.
    pub(crate) async fn choose_row(&self, table: &str) -> Result<()> {
        let cell = format!("//tr[@data-testid='{table}-row'][1]/td[3]");
        until("a click on the first row", SHORT, async || {
            let Some(cell) = self.found(&cell).await else {
                return Ok(None);
            };
            Ok(cell.click().await.ok())
        })
        .await
    }

    /// What was copied, as a field shows it.
    pub(crate) async fn pasted_into(&self, field: &str) -> Result<String> {
        self.fill(field, "").await?;
        self.press(field).await?;
        self.window.chord('\u{e009}', "v").await?;
        until("what was copied", SHORT, async || {
            let text = self.window.text(field).await?;
            Ok((!text.is_empty()).then_some(text))
        })
        .await
    }
}

/// A token that fred makes in Jira, and its id.
pub(crate) async fn token_of_jira(sandbox: &Sandbox, name: &str) -> Result<(String, String)> {
    let url = format!("{}/rest/pat/latest/tokens", sandbox.product("jira")?);
    let client = reqwest::Client::builder().no_proxy().build()?;
    let answer = client
        .post(url)
        .basic_auth("fred", Some(sandbox.password("fred")?))
        .header("content-type", "application/json")
        .body(json!({ "name": name, "expirationDuration": 90 }).to_string())
        .send()
        .await?
        .error_for_status()?;
    let made: Value = serde_json::from_str(&answer.text().await?)?;
    let token = made["rawToken"].as_str().context("a token was made")?;
    Ok((token.to_owned(), made["id"].to_string()))
}

/// Takes it back.
pub(crate) async fn revoke(sandbox: &Sandbox, id: &str) -> Result<()> {
    let id = id.trim_matches('"');
    let url = format!("{}/rest/pat/latest/tokens/{id}", sandbox.product("jira")?);
    let client = reqwest::Client::builder().no_proxy().build()?;
    client
        .delete(url)
        .basic_auth("fred", Some(sandbox.password("fred")?))
        .send()
        .await?
        .error_for_status()?;
    Ok(())
}

/// Takes the picture of the Test screen at both sizes, light as it is.
pub(crate) async fn pictures(desk: &Desk, window: &Window, name: &str) -> Result<()> {
    for (width, height) in [(1000, 700), (1280, 800)] {
        window.resize(desk, width, height).await?;
        let file = gatewright_tests::screens()?.join(format!("{name}-{width}x{height}.png"));
        desk.picture(&file, (width, height))?;
    }
    Ok(())
}
