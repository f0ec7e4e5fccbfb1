//! The two ways in which a person works: with the mouse, and with the keyboard alone.

use anyhow::{Result, bail};
use serde_json::json;
use thirtyfour::Key;

use crate::settle::{SHORT, until};
use crate::window::{Window, selector};

/// How often Tab or an arrow is pressed before something counts as out of reach.
const REACH: usize = 250;

/// Whether an element can be used now.
const USABLE: &str = "const e = document.querySelector(arguments[0]); \
    return !!e && !e.disabled && e.getAttribute('aria-disabled') !== 'true'";

/// Where the focus is: on the element, elsewhere, or in a group with it that arrows move within;
/// then the arrow that leads towards it.
const FOCUS: &str = "const t = document.querySelector(arguments[0]), a = document.activeElement; \
    if (!t) return 'missing'; \
    const d = document.getElementById(a.getAttribute('aria-activedescendant')); \
    if (a === t || t.contains(a) || (d && (d === t || t.contains(d)))) return 'here'; \
    const roles = ['radiogroup', 'tree', 'menu', 'listbox', 'grid', 'treegrid', 'tablist', 'toolbar', 'group']; \
    const g = a.closest(roles.map(r => `[role=${r}]`).join(',') + ',table'); \
    const r = t.matches('input') ? t : t.querySelector('input'); \
    const radios = a.type === 'radio' && r && r.name === a.name; \
    if (!radios && !(g && g.contains(t))) return 'elsewhere'; \
    const from = (d || a).getBoundingClientRect(), to = t.getBoundingClientRect(); \
    const x = to.left - from.left, y = to.top - from.top; \
    return Math.abs(y) < 12 ? (x > 0 ? 'right' : 'left') : (y > 0 ? 'down' : 'up')";

/// What is pressed to use the element that has the focus.
const KIND: &str =
    "const e = document.activeElement; return e.type || e.getAttribute('role') || e.tagName";

/// A person's hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// Clicks.
    Mouse,
    /// Tab, arrows, Enter and the space bar.
    Keyboard,
}

impl Hand {
    /// Uses a button, a link, a radio or a check box, once it can be used.
    pub async fn press(self, window: &Window, id: &str) -> Result<()> {
        self.usable(window, id).await?;
        match self {
            Self::Mouse => {
                // What still moves or is covered by what is just going away can be clicked a moment later.
                until(&format!("a click on {id}"), SHORT, async || {
                    Ok(window.element(id).await?.click().await.ok())
                })
                .await
            }
            Self::Keyboard => {
                self.reach(window, id).await?;
                let kind = window.script(KIND, vec![]).await?;
                match kind.as_str().unwrap_or_default() {
                    // The arrow that led here has chosen it already.
                    "radio" | "checkbox" => window.keys(" ").await,
                    _ => window.keys(Key::Enter).await,
                }
            }
        }
    }

    /// Replaces what stands in a field.
    pub async fn fill(self, window: &Window, id: &str, text: &str) -> Result<()> {
        self.usable(window, id).await?;
        match self {
            Self::Mouse => {
                let field = window.element(id).await?;
                field.click().await?;
                field.clear().await?;
                // The driver refuses to type nothing.
                if !text.is_empty() {
                    field.send_keys(text).await?;
                }
            }
            Self::Keyboard => {
                self.reach(window, id).await?;
                window.chord(Key::Control.into(), "a").await?;
                window.keys(Key::Delete).await?;
                if !text.is_empty() {
                    window.keys(text).await?;
                }
            }
        }
        until(&format!("{id} to hold what was typed"), SHORT, async || {
            let typed = window.element(id).await?.prop("value").await?;
            Ok((typed.as_deref() == Some(text)).then_some(()))
        })
        .await
    }

    /// Opens a select and takes one of its options.
    pub async fn choose(self, window: &Window, select: &str, option: &str) -> Result<()> {
        self.press(window, select).await?;
        self.press(window, &format!("{select}-option-{option}"))
            .await
    }

    async fn usable(self, window: &Window, id: &str) -> Result<()> {
        window.element(id).await?;
        let waited = until(id, SHORT, async || {
            let usable = window.script(USABLE, vec![json!(selector(id))]).await?;
            Ok((usable == json!(true)).then_some(()))
        })
        .await;
        if waited.is_err() {
            bail!(
                "{id} cannot be used; the window says: {}",
                window.all_text().await
            );
        }
        Ok(())
    }

    async fn reach(self, window: &Window, id: &str) -> Result<()> {
        for _ in 0..REACH {
            let focus = window.script(FOCUS, vec![json!(selector(id))]).await?;
            match focus.as_str() {
                Some("here") => return Ok(()),
                Some("missing") => bail!("{id} went away"),
                Some("elsewhere") => window.keys(Key::Tab).await?,
                arrow => {
                    let before = focused(window).await?;
                    let arrow = match arrow {
                        Some("left") => Key::Left,
                        Some("right") => Key::Right,
                        Some("up") => Key::Up,
                        _ => Key::Down,
                    };
                    window.keys(arrow).await?;
                    // A group in which arrows do not move.
                    if focused(window).await? == before {
                        window.keys(Key::Tab).await?;
                    }
                }
            }
        }
        bail!("{id} cannot be reached by keyboard")
    }
}

/// Something that tells whether the focus has moved.
async fn focused(window: &Window) -> Result<(String, Option<String>)> {
    let element = window.driver().active_element().await?;
    let descendant = element.attr("aria-activedescendant").await?;
    Ok((element.element_id().to_string(), descendant))
}
