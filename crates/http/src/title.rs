//! The title of a web page, for a message.

use gatewright_limits::size::TITLE;

/// Names of characters that stand in titles; others stay as they are written.
const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("ndash", '\u{2013}'),
    ("mdash", '\u{2014}'),
    ("middot", '\u{b7}'),
    ("bull", '\u{2022}'),
    ("hellip", '\u{2026}'),
    ("lsquo", '\u{2018}'),
    ("rsquo", '\u{2019}'),
    ("ldquo", '\u{201c}'),
    ("rdquo", '\u{201d}'),
    ("laquo", '\u{ab}'),
    ("raquo", '\u{bb}'),
    ("copy", '\u{a9}'),
    ("reg", '\u{ae}'),
    ("trade", '\u{2122}'),
    ("auml", '\u{e4}'),
    ("ouml", '\u{f6}'),
    ("uuml", '\u{fc}'),
    ("Auml", '\u{c4}'),
    ("Ouml", '\u{d6}'),
    ("Uuml", '\u{dc}'),
    ("szlig", '\u{df}'),
    ("eacute", '\u{e9}'),
    ("egrave", '\u{e8}'),
    ("agrave", '\u{e0}'),
    ("ccedil", '\u{e7}'),
    ("ntilde", '\u{f1}'),
];
/// The longest entity that is looked for, `&` and `;` apart.
const LONGEST_ENTITY: usize = 10;

/// The title as it would be read, on one line.
pub(crate) fn of_page(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let start = open + lower[open..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let decoded = decoded(&text[start..end]);
    let words: Vec<&str> = decoded.split_whitespace().collect();
    let title: String = words
        .join(" ")
        .chars()
        .filter(|character| is_plain(*character))
        .take(TITLE)
        .collect();
    (!title.is_empty()).then_some(title)
}

/// A text with its entities decoded, once.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let name = rest
            .char_indices()
            .take(LONGEST_ENTITY + 1)
            .find(|(_, character)| *character == ';')
            .map(|(end, _)| &rest[..end]);
        if let Some(name) = name
            && let Some(character) = character(name)
        {
            out.push(character);
            rest = &rest[name.len() + 1..];
        } else {
            out.push('&');
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        return NAMED
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, character)| *character);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    code.ok().and_then(char::from_u32)
}

/// Neither a control character nor one that turns or hides text.
fn is_plain(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{061c}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn entities_are_decoded_once() {
        for (page, title) in [
            (
                "<title>Log in &amp; continue &#8211; Jira&#x27;s</title>",
                "Log in & continue \u{2013} Jira's",
            ),
            (
                "<TITLE lang=de>Gr&uuml;&szlig;e&nbsp;&nbsp;an\n alle</TITLE>",
                "Gr\u{fc}\u{df}e an alle",
            ),
            (
                "<title>a &amp;lt; b &unknown; c & d &#xFFFFFFFF; &;</title>",
                "a &lt; b &unknown; c & d &#xFFFFFFFF; &;",
            ),
            ("<title>x&#x202e;y&#8206;z&#0;&#10;w</title>", "xyz w"),
        ] {
            assert_eq!(of_page(page).as_deref(), Some(title), "{page}");
        }
        assert_eq!(of_page("<title>&#x200b;</title>"), None);
        assert_eq!(of_page("no title"), None);
    }

    proptest! {
        #[test]
        fn any_page_has_a_short_title_or_none(text in "(<title>)?.{0,200}(&[#x0-9a-z]{0,8};?){0,4}(</title>)?") {
            if let Some(title) = of_page(&text) {
                prop_assert!(title.chars().count() <= TITLE);
            }
        }
    }
}
