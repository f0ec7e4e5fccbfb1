//! The pages that the browser ends on.

use std::fmt::Write;

use gatewright_limits::size::WORDS;

use crate::attempt::Ending;

const STYLE: &str = ":root{color-scheme:light dark;--canvas:#f4f5f7;--card:#fff;--text:#161a21;--dim:#434b58;--edge:#d0d5dd;--good:#0b6e4f;--bad:#b3231a}
@media(prefers-color-scheme:dark){:root{--canvas:#101318;--card:#191d24;--text:#e9edf3;--dim:#b7bfcc;--edge:#333b47;--good:#56c596;--bad:#ff8a7a}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--canvas);color:var(--text);font:400 .9375rem/1.5rem system-ui,-apple-system,'Segoe UI',Cantarell,'Noto Sans',sans-serif}
main{width:min(27rem,calc(100vw - 2rem));padding:28px 32px 32px;background:var(--card);border:1px solid var(--edge);border-radius:12px}
.name{margin:0;color:var(--dim);font-size:.8125rem;font-weight:600}.mark{display:grid;place-items:center;width:40px;height:40px;margin:20px 0 0;border:2px solid;border-radius:50%;font-size:1.25rem;font-weight:600;line-height:1}
.good{color:var(--good)}.bad{color:var(--bad)}h1{margin:16px 0 0;font-size:1.25rem;line-height:1.75rem;font-weight:600}p{margin:8px 0 0;color:var(--dim);overflow-wrap:anywhere}";

enum Mood {
    Good,
    Bad,
}

/// The page after the answer was taken.
pub(crate) fn ending(how: &Ending) -> String {
    match how {
        Ending::Code => page(
            &Mood::Good,
            "You are signed in",
            &["You can close this tab and go back to Gatewright."],
        ),
        Ending::Failed { message } => page(
            &Mood::Bad,
            "The sign-in did not succeed",
            &[
                message,
                "Gatewright shows what to try. You can close this tab.",
            ],
        ),
        Ending::Cancelled => page(
            &Mood::Bad,
            "This sign-in was cancelled in Gatewright",
            &["Nothing was stored. You can close this tab."],
        ),
        Ending::TimedOut => page(
            &Mood::Bad,
            "This sign-in took too long",
            &["Gatewright has stopped waiting. Start again there, and close this tab."],
        ),
    }
}

/// The page for an answer that comes after the end.
pub(crate) fn over(how: &Ending) -> String {
    match how {
        Ending::Code => page(
            &Mood::Good,
            "This sign-in is complete already",
            &["The same answer is never used twice. You can close this tab."],
        ),
        Ending::Failed { .. } | Ending::Cancelled | Ending::TimedOut => ending(how),
    }
}

/// The page for a request that is not the answer; the sign-in goes on.
pub(crate) fn passed_by(message: &str, hint: &str) -> String {
    page(
        &Mood::Bad,
        "This is not the answer that Gatewright waits for",
        &[message, hint],
    )
}

fn page(mood: &Mood, title: &str, paragraphs: &[&str]) -> String {
    let (class, mark) = match mood {
        Mood::Good => ("good", "\u{2713}"),
        Mood::Bad => ("bad", "!"),
    };
    let mut text = String::new();
    for paragraph in paragraphs {
        // Writing to a String cannot fail.
        let _ = write!(text, "<p>{}</p>", escaped(&sentence(paragraph)));
    }
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title} \u{b7} Gatewright</title><style>{STYLE}</style></head><body><main><p class=\"name\">Gatewright</p><div class=\"mark {class}\" aria-hidden=\"true\">{mark}</div><h1>{title}</h1>{text}</main></body></html>",
        title = escaped(title),
    )
}

/// A message as a sentence of its own.
fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// Text as it may stand in HTML, at most [`WORDS`] characters of it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == WORDS {
            out.push('\u{2026}');
            break;
        }
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            control if control.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn error_page_xss_no_foreign_text_makes_markup(text in any::<String>()) {
            let page = ending(&Ending::Failed { message: format!("{text}<script>alert(1)</script>\"'>") });
            prop_assert!(!page.contains("<script"));
            let body = &page[page.find("</h1>").unwrap()..];
            prop_assert_eq!(body.matches('<').count(), 8);
        }
    }

    #[test]
    fn endless_text_is_cut() {
        assert!(
            ending(&Ending::Failed {
                message: "&".repeat(65_536)
            })
            .len()
                < 10_000
        );
    }
}
