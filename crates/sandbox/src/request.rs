//! A request, as the imitated servers look at it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::form_urlencoded;

/// Names and values in the order in which they came.
pub(crate) type Pairs = Vec<(String, String)>;

/// A whole request: head, body, and the parameters of both.
pub(crate) struct Incoming {
    pub(crate) method: Method,
    /// The path as it came, still percent-encoded.
    pub(crate) raw_path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) query: Pairs,
    /// The parameters of a form body; empty for any other body.
    pub(crate) form: Pairs,
    pub(crate) body: Vec<u8>,
}

impl Incoming {
    pub(crate) fn new(
        method: Method,
        path: &str,
        query: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Self {
        let mut incoming = Self {
            method,
            raw_path: path.to_owned(),
            headers,
            query: decode_form(query.as_bytes()),
            form: Vec::new(),
            body,
        };
        if incoming.media_type().as_deref() == Some("application/x-www-form-urlencoded") {
            incoming.form = decode_form(&incoming.body);
        }
        incoming
    }

    /// The method by which resources are chosen: `HEAD` is `GET`, and the connection leaves the body out.
    pub(crate) fn verb(&self) -> &str {
        if self.method == Method::HEAD {
            return Method::GET.as_str();
        }
        self.method.as_str()
    }

    /// The first value of a header, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The media type of the body, in lower case and without its parameters.
    pub(crate) fn media_type(&self) -> Option<String> {
        let value = self.header("content-type")?;
        Some(
            value
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase(),
        )
    }

    /// The first value of that name in the query.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        first(&self.query, name)
    }

    /// The first value of that name in the query, else in the form: a servlet's `getParameter`.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        first(&self.query, name).or_else(|| first(&self.form, name))
    }

    /// A number in the query.
    pub(crate) fn number(&self, name: &str, otherwise: usize) -> usize {
        self.query(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or(otherwise)
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// What follows `scheme` in the `Authorization` header.
    pub(crate) fn authorization(&self, scheme: &str) -> Option<&str> {
        let value = self.header("authorization")?;
        let (first, rest) = value.split_once(' ')?;
        first.eq_ignore_ascii_case(scheme).then(|| rest.trim())
    }

    /// The user and the password of a Basic `Authorization` header.
    pub(crate) fn basic(&self) -> Option<(String, String)> {
        let decoded = STANDARD.decode(self.authorization("Basic")?).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (user, password) = text.split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    }

    /// Whether the `Accept` header names JSON and does not put XML before it.
    pub(crate) fn prefers_json(&self) -> bool {
        let Some(accept) = self.header("accept") else {
            return false;
        };
        let position = |wanted: &[&str]| {
            accept.split(',').position(|part| {
                let media = part.split(';').next().unwrap_or_default().trim();
                wanted.iter().any(|name| media.eq_ignore_ascii_case(name))
            })
        };
        match (
            position(&["application/json"]),
            position(&["application/xml", "text/xml"]),
        ) {
            (Some(json), Some(xml)) => json < xml,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }

    /// The decoded segments of the path below `prefix`, without `;` parameters and empty segments.
    pub(crate) fn segments_below(&self, prefix: &str) -> Option<Vec<String>> {
        let rest = self.raw_path.strip_prefix(prefix)?;
        if !rest.is_empty() && !rest.starts_with('/') {
            return None;
        }
        Some(
            rest.split('/')
                .map(|segment| segment.split(';').next().unwrap_or_default())
                .filter(|segment| !segment.is_empty())
                .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
                .collect(),
        )
    }
}

/// The first value of that name.
pub(crate) fn first<'pairs>(pairs: &'pairs Pairs, name: &str) -> Option<&'pairs str> {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// The first name that stands there more than once.
pub(crate) fn repeated(pairs: &Pairs) -> Option<&str> {
    pairs
        .iter()
        .enumerate()
        .find(|(index, (name, _))| pairs[..*index].iter().any(|(earlier, _)| earlier == name))
        .map(|(_, (name, _))| name.as_str())
}

fn decode_form(text: &[u8]) -> Pairs {
    form_urlencoded::parse(text)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}
