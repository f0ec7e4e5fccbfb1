//! An answer, before it becomes bytes on a connection.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;
use url::form_urlencoded;

/// Status, headers and body.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Whether the connection breaks in the middle of the body.
    pub(crate) cut_short: bool,
}

impl Reply {
    fn with_body(status: StatusCode, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: body.into(),
            cut_short: false,
        }
        .header("content-type", media_type)
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Vec::new(),
            cut_short: false,
        }
    }

    pub(crate) fn json(status: StatusCode, value: &Value) -> Self {
        Self::with_body(status, "application/json;charset=UTF-8", value.to_string())
    }

    pub(crate) fn ok(value: &Value) -> Self {
        Self::json(StatusCode::OK, value)
    }

    pub(crate) fn html(status: StatusCode, page: String) -> Self {
        Self::with_body(status, "text/html;charset=UTF-8", page)
    }

    pub(crate) fn xml(status: StatusCode, document: &str) -> Self {
        let whole =
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>{document}");
        Self::with_body(status, "application/xml;charset=UTF-8", whole)
    }

    /// Bytes of any kind.
    pub(crate) fn bytes(status: StatusCode, media_type: &str, body: Vec<u8>) -> Self {
        Self::with_body(status, media_type, body)
    }

    pub(crate) fn text(status: StatusCode, text: &str) -> Self {
        Self::with_body(status, "text/plain;charset=UTF-8", text)
    }

    pub(crate) fn form(status: StatusCode, pairs: &[(&str, &str)]) -> Self {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        Self::with_body(
            status,
            "application/x-www-form-urlencoded; charset=utf-8",
            body,
        )
    }

    pub(crate) fn redirect(status: StatusCode, location: &str) -> Self {
        Self::empty(status).header("location", location)
    }

    /// Sets a header; a value that no header can carry is left out.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }
}
