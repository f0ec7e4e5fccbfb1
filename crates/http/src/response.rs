//! What came back.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::title;

/// Where the time of a call went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Timing {
    /// Looking up the name; none for an address, a kept connection, or what a proxy looks up.
    pub dns: Option<Duration>,
    /// Connecting, the TLS handshake included; none on a kept connection.
    pub connect: Option<Duration>,
    /// From the start to the answer's head.
    pub first_byte: Duration,
    /// Reading the body.
    pub body: Duration,
    /// From the start to the end.
    pub total: Duration,
}

/// An answer, whatever its status.
#[derive(Clone)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body, decompressed.
    pub body: Bytes,
    /// Where the time went.
    pub timing: Timing,
}

impl Response {
    /// The media type without its parameters, in lower case.
    pub fn media_type(&self) -> Option<String> {
        let value = self.header(CONTENT_TYPE.as_str())?;
        let media_type = value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        (!media_type.is_empty()).then_some(media_type)
    }

    /// A header as text, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Where a redirect points; it is never followed.
    pub fn location(&self) -> Option<&str> {
        self.status
            .is_redirection()
            .then(|| self.header(LOCATION.as_str()))
            .flatten()
    }

    /// The body as text, with what is not UTF-8 replaced and without a byte order mark.
    pub fn text(&self) -> Cow<'_, str> {
        match String::from_utf8_lossy(&self.body) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
            Cow::Owned(text) => Cow::Owned(text.trim_start_matches('\u{feff}').to_owned()),
        }
    }

    /// Whether it is a web page in place of data: by its media type, or by how it begins.
    pub fn is_web_page(&self) -> bool {
        let declared = self
            .media_type()
            .is_some_and(|kind| kind == "text/html" || kind == "application/xhtml+xml");
        let head: String = self
            .text()
            .trim_start()
            .chars()
            .take(15)
            .collect::<String>()
            .to_ascii_lowercase();
        let looks = head.starts_with("<!doctype html") || head.starts_with("<html");
        looks || (declared && head.starts_with('<'))
    }

    /// The title of a web page, for a message: its entities decoded, and at most 120 characters.
    pub fn page_title(&self) -> Option<String> {
        title::of_page(&self.text())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Response")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .field("timing", &self.timing)
            .finish_non_exhaustive()
    }
}
