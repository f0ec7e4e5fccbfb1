//! One call to make.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use gatewright_limits::{size, time};
use gatewright_secret::SecretString;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Serialize;
use url::{Url, form_urlencoded};

use crate::sent::SentSecrets;

/// How long a call may take and how much it may bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The whole call, from the first look-up of a name to the last byte.
    pub total: Duration,
    /// The body, after it was decompressed, in bytes.
    pub body: usize,
}

impl Limits {
    /// For answers that are small by nature: tokens, metadata, keys.
    pub const SMALL: Self = Self {
        total: time::CALL,
        body: size::SMALL_ANSWER,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            total: time::CALL,
            body: size::ANSWER,
        }
    }
}

/// One call to make. Nothing of it is shown by `Debug` but method and host.
#[derive(Clone)]
pub struct Request {
    /// What the call is for, as the record of calls names it: "token", "userinfo".
    pub name: &'static str,
    /// The method.
    pub method: Method,
    /// Where it goes.
    pub url: Url,
    /// The headers; secret values are marked sensitive.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Time and size.
    pub limits: Limits,
    /// Why it cannot be sent at all, found while it was put together.
    pub(crate) unsendable: Option<&'static str>,
    /// Secrets that stand in it in an encoded form, as they are without it.
    pub(crate) also_secret: Vec<SecretString>,
}

impl Request {
    /// A call without headers and body.
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            name: "call",
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            limits: Limits::default(),
            unsendable: None,
            also_secret: Vec::new(),
        }
    }

    /// A `GET`.
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// A `POST` of form fields.
    pub fn post_form<K: AsRef<str>, V: AsRef<str>>(url: Url, fields: &[(K, V)]) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields {
            form.append_pair(name.as_ref(), value.as_ref());
        }
        let mut request = Self::new(Method::POST, url);
        request.body = Bytes::from(form.finish());
        request.header(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        )
    }

    /// A call with a JSON body.
    pub fn json(method: Method, url: Url, body: &impl Serialize) -> Self {
        let mut request = Self::new(method, url);
        match serde_json::to_vec(body) {
            Ok(bytes) => request.body = Bytes::from(bytes),
            Err(_) => request.unsendable = Some("the body cannot be written as JSON"),
        }
        request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
    }

    /// The same call under a name for the record.
    #[must_use]
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// The same call with other limits.
    #[must_use]
    pub fn within(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same call with this header, in place of one of the same name.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The same call, asking for JSON.
    #[must_use]
    pub fn accept_json(self) -> Self {
        self.header(ACCEPT, HeaderValue::from_static("application/json"))
    }

    /// The same call with a bearer token (RFC 6750 §2.1).
    #[must_use]
    pub fn bearer(self, token: &SecretString) -> Self {
        self.authorization(format!("Bearer {}", token.expose()))
    }

    /// The same call with user name and password (RFC 7617).
    #[must_use]
    pub fn basic(mut self, user: &str, password: &SecretString) -> Self {
        if user.contains(':') {
            self.unsendable =
                Some("a user name with a colon cannot travel in Basic authentication");
            return self;
        }
        self.also_secret.push(password.clone());
        let pair = format!("{user}:{}", password.expose());
        self.authorization(format!("Basic {}", STANDARD.encode(pair)))
    }

    /// The same call, which is not sent, for this reason: for whoever finds while putting it
    /// together that it cannot be.
    #[must_use]
    pub fn unsendable(mut self, reason: &'static str) -> Self {
        self.unsendable = Some(reason);
        self
    }

    /// Whether its body is a form.
    pub(crate) fn is_form(&self) -> bool {
        self.headers
            .get(CONTENT_TYPE)
            .is_some_and(|value| value == "application/x-www-form-urlencoded")
    }

    /// The secrets that it carries, to take them out of whatever repeats them.
    pub fn secrets(&self) -> SentSecrets {
        SentSecrets::of(self)
    }

    /// The same call with an `Authorization` header of any scheme.
    #[must_use]
    pub fn authorization(mut self, value: String) -> Self {
        if let Ok(mut value) = HeaderValue::try_from(value) {
            value.set_sensitive(true);
            self.header(AUTHORIZATION, value)
        } else {
            self.unsendable = Some(
                "the credential has characters that no header can carry, a line break perhaps",
            );
            self
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Request")
            .field("name", &self.name)
            .field("method", &self.method)
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}
