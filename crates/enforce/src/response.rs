//! Phase 9, the way back: what of a product's answer reaches the client.

use gatewright_policy::{ProductKind, ReasonCode};
use http::header::{CONTENT_LOCATION, LINK, LOCATION, SET_COOKIE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::attempts::{Pending, Worth};
use crate::denial::Denial;
use crate::headers::clean_response;
use crate::plan::REQUESTOR_PARAMETER;

/// The way back of one permitted request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Return {
    pub(crate) product: ProductKind,
    /// Whom the product must name, if it names anybody.
    pub(crate) expected: Expected,
    pub(crate) keep_cookies: bool,
    /// The product's own address, and what clients call instead.
    pub(crate) base: Url,
    pub(crate) public: Url,
    /// A password whose worth the answer tells.
    pub(crate) pending: Option<Box<Pending>>,
}

/// Whom the product must name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// This user.
    User(String),
    /// Anybody but nobody: a service account whose name is not known here.
    Somebody,
    /// Whoever came, if it is somebody: a refusal of the password may name nobody.
    Caller,
    /// Whoever came.
    Anybody,
}

/// What was seen on the way back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReturnNotes {
    /// Whom the product named.
    pub product_user: Option<String>,
    /// Whether the product named nobody although we acted as somebody: its answer proves nothing.
    pub identity_not_named: bool,
}

impl Return {
    /// Cleans the headers of a product's answer, or refuses the answer because the product took
    /// the caller for somebody else.
    pub fn clean(
        &self,
        status: StatusCode,
        headers: &mut HeaderMap,
    ) -> Result<ReturnNotes, Denial> {
        let named: Vec<String> = headers
            .get_all("x-ausername")
            .iter()
            .map(|value| {
                percent_decode_str(&String::from_utf8_lossy(value.as_bytes()))
                    .decode_utf8_lossy()
                    .trim()
                    .to_owned()
            })
            .filter(|name| !name.is_empty())
            .collect();
        if let Some(pending) = &self.pending {
            let named = named.first().map(String::as_str);
            pending.settle(Worth::told(status, headers, named));
        }
        if let Some(other) = named.iter().find(|name| !self.expected.is(name, status)) {
            let said = problem(headers);
            return Err(self.denial(
                ReasonCode::IdentityMismatch,
                format!(
                    "the product took {} for {other} and answered {status}{said}",
                    self.expected.shown()
                ),
            ));
        }
        clean_response(headers);
        if !self.keep_cookies {
            headers.remove(SET_COOKIE);
            headers.remove("set-cookie2");
        }
        rewrite(headers, &LOCATION, |value| self.public_address(value));
        rewrite(headers, &CONTENT_LOCATION, |value| {
            self.public_address(value)
        });
        rewrite(headers, &LINK, |value| self.public_links(value));
        Ok(ReturnNotes {
            identity_not_named: named.is_empty()
                && !matches!(self.expected, Expected::Caller | Expected::Anybody),
            product_user: named.into_iter().next(),
        })
    }

    /// A refusal in this product's shape, for what goes wrong on the way.
    pub fn denial(&self, code: ReasonCode, log_detail: impl Into<String>) -> Denial {
        Denial::new(code, Some(self.product), log_detail)
    }

    /// The address that clients call for one of the product's own.
    fn public_address(&self, text: &str) -> String {
        let text = without_requestor(text);
        let base_path = self.base.path().trim_end_matches('/');
        let public_path = self.public.path().trim_end_matches('/');
        if text.starts_with('/') && !text.starts_with("//") {
            return match behind(&text, base_path) {
                Some(rest) => rooted(&format!("{public_path}{rest}")),
                None => text,
            };
        }
        let Ok(url) = Url::parse(&text) else {
            return text;
        };
        if url.origin() != self.base.origin() {
            return text;
        }
        let behind_origin = text.splitn(4, '/').nth(3).map(|rest| format!("/{rest}"));
        let Some(rest) = behind(&behind_origin.unwrap_or_default(), base_path).map(str::to_owned)
        else {
            return text;
        };
        let origin = self.public.origin().ascii_serialization();
        format!("{origin}{public_path}{rest}")
    }

    /// The same for every address in angle brackets.
    fn public_links(&self, text: &str) -> String {
        let mut changed = String::with_capacity(text.len());
        let mut left = text;
        while let Some((before, behind)) = left.split_once('<') {
            let Some((address, after)) = behind.split_once('>') else {
                break;
            };
            changed.push_str(before);
            changed.push('<');
            changed.push_str(&self.public_address(address));
            changed.push('>');
            left = after;
        }
        changed.push_str(left);
        changed
    }
}

fn rewrite(headers: &mut HeaderMap, name: &HeaderName, change: impl Fn(&str) -> String) {
    let values: Vec<HeaderValue> = headers
        .get_all(name)
        .iter()
        .map(|value| {
            value
                .to_str()
                .ok()
                .map(&change)
                .and_then(|changed| HeaderValue::try_from(changed).ok())
                .unwrap_or_else(|| value.clone())
        })
        .collect();
    headers.remove(name);
    for value in values {
        headers.append(name, value);
    }
}

impl Expected {
    fn is(&self, name: &str, status: StatusCode) -> bool {
        match self {
            Self::User(user) => {
                let (user, name) = (user.to_lowercase(), name.to_lowercase());
                // Java's form encoding writes a space as a plus.
                user == name || user == name.replace('+', " ")
            }
            Self::Somebody => !name.eq_ignore_ascii_case("anonymous"),
            Self::Caller => {
                status == StatusCode::UNAUTHORIZED || !name.eq_ignore_ascii_case("anonymous")
            }
            Self::Anybody => true,
        }
    }

    fn shown(&self) -> &str {
        match self {
            Self::User(user) => user,
            Self::Somebody => "the service account",
            Self::Caller | Self::Anybody => "the caller",
        }
    }
}

/// What the product's OAuth filter said, which explains a mismatch best.
fn problem(headers: &HeaderMap) -> String {
    headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find_map(|value| value.split("oauth_problem=").nth(1))
        .map(|problem| {
            let problem: String = problem
                .trim_start_matches('"')
                .chars()
                .take_while(|character| character.is_ascii_lowercase() || *character == '_')
                .collect();
            format!(" ({problem})")
        })
        .unwrap_or_default()
}

/// What stands behind a path, if it ends at a segment boundary there.
fn behind<'a>(text: &'a str, path: &str) -> Option<&'a str> {
    text.strip_prefix(path)
        .filter(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

fn rooted(path: &str) -> String {
    if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    }
}

/// The address without the parameter that we appended: products repeat the query they were asked
/// with, and a client that follows would be refused.
fn without_requestor(text: &str) -> String {
    let (text, fragment) = match text.split_once('#') {
        Some((text, fragment)) => (text, Some(fragment)),
        None => (text, None),
    };
    let mut kept = match text.split_once('?') {
        None => text.to_owned(),
        Some((path, query)) => {
            let pairs: Vec<&str> = query
                .split('&')
                .filter(|pair| pair.split('=').next() != Some(REQUESTOR_PARAMETER))
                .collect();
            if pairs.is_empty() {
                path.to_owned()
            } else {
                format!("{path}?{}", pairs.join("&"))
            }
        }
    };
    if let Some(fragment) = fragment {
        kept.push('#');
        kept.push_str(fragment);
    }
    kept
}

#[cfg(test)]
mod tests;
