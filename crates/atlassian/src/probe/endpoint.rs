//! What a test asks for.

mod body;

use http::{HeaderName, HeaderValue, Method};

pub use body::EndpointBody;

/// A path below the product's base URL, with a method, headers and a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<EndpointBody>,
}

/// Why something is no endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// It is a whole URL.
    #[error("an endpoint is a path, not a whole URL: {text}")]
    WholeUrl {
        /// What was written.
        text: String,
    },
    /// It does not begin with a slash.
    #[error("an endpoint begins with a slash: {text}")]
    NoSlash {
        /// What was written.
        text: String,
    },
    /// It has characters that no path has.
    #[error("an endpoint has no spaces, control characters or fragments: {text}")]
    Characters {
        /// What was written.
        text: String,
    },
    /// The method is none.
    #[error("this is no method: {text}")]
    Method {
        /// What was written.
        text: String,
    },
    /// It is no header: its name or its value has characters that none has.
    #[error("this is no header: {name}")]
    Header {
        /// Its name.
        name: String,
    },
    /// The header is not one to set by hand.
    #[error("{name} cannot be set by hand: {reason}")]
    HeaderForbidden {
        /// Its name.
        name: String,
        /// Why.
        reason: &'static str,
    },
    /// The body is no JSON.
    #[error("the body is no JSON: {problem}")]
    NotJson {
        /// What is wrong with it, with line and column.
        problem: String,
    },
    /// The media type is none.
    #[error("this is no media type: {text}")]
    MediaType {
        /// What was written.
        text: String,
    },
    /// The method takes no body.
    #[error("a {method} has no body")]
    BodyWithoutUse {
        /// The method.
        method: String,
    },
}

impl EndpointError {
    /// What to try.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::WholeUrl { .. } => {
                "Leave out scheme, host and context path: they are the base URL."
            }
            Self::NoSlash { .. } => "Write it like /rest/api/2/myself.",
            Self::Characters { .. } => "Percent-encode it: a space is %20.",
            Self::Method { .. } => "Write GET, POST, PUT or DELETE.",
            Self::Header { .. } => {
                "A header is Name: value on one line; the name has letters, digits and hyphens."
            }
            Self::HeaderForbidden { .. } => "Leave it out.",
            Self::NotJson { .. } => "Correct it, or send it as raw text.",
            Self::MediaType { .. } => "Write it like text/xml or application/octet-stream.",
            Self::BodyWithoutUse { .. } => {
                "Choose POST, PUT, PATCH or DELETE, or leave the body out."
            }
        }
    }
}

impl Endpoint {
    /// A `GET` of a path.
    pub fn get(path: impl Into<String>) -> Result<Self, EndpointError> {
        Self::new(Method::GET, path)
    }

    /// Any method on a path.
    pub fn new(method: Method, path: impl Into<String>) -> Result<Self, EndpointError> {
        let path = path.into();
        let text = path.clone();
        if path.contains("://") && !path.starts_with('/') {
            return Err(EndpointError::WholeUrl { text });
        }
        if !path.starts_with('/') || path.starts_with("//") {
            return Err(EndpointError::NoSlash { text });
        }
        if path
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '#')
        {
            return Err(EndpointError::Characters { text });
        }
        Ok(Self {
            method,
            path,
            headers: Vec::new(),
            body: None,
        })
    }

    /// Reads `/path` or `POST /path`.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        match text.trim().split_once(' ') {
            Some((method, path)) => {
                let method =
                    Method::from_bytes(method.to_ascii_uppercase().as_bytes()).map_err(|_| {
                        EndpointError::Method {
                            text: method.to_owned(),
                        }
                    })?;
                Self::new(method, path.trim())
            }
            None => Self::get(text.trim()),
        }
    }

    /// The same with a header.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self, EndpointError> {
        let fits =
            HeaderName::from_bytes(name.as_bytes()).is_ok() && HeaderValue::from_str(value).is_ok();
        if !fits {
            return Err(EndpointError::Header {
                name: name.to_owned(),
            });
        }
        if let Some(reason) = forbidden(name) {
            return Err(EndpointError::HeaderForbidden {
                name: name.to_owned(),
                reason,
            });
        }
        self.headers
            .retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        Ok(self)
    }

    /// The same with a JSON body; what is no JSON is refused here and not by the product.
    pub fn with_json(self, text: impl Into<String>) -> Result<Self, EndpointError> {
        let body = EndpointBody::json(text.into())?;
        self.with_body(body)
    }

    /// The same with the fields of a form.
    pub fn with_form(
        self,
        fields: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, EndpointError> {
        self.with_body(EndpointBody::Form(fields.into_iter().collect()))
    }

    /// The same with a text of any media type.
    pub fn with_raw(
        self,
        media_type: &str,
        text: impl Into<String>,
    ) -> Result<Self, EndpointError> {
        let body = EndpointBody::raw(media_type, text.into())?;
        self.with_body(body)
    }

    /// The same with a body; a `GET` has none.
    pub fn with_body(mut self, body: EndpointBody) -> Result<Self, EndpointError> {
        if matches!(self.method, Method::GET | Method::HEAD) {
            return Err(EndpointError::BodyWithoutUse {
                method: self.method.to_string(),
            });
        }
        self.body = Some(body);
        Ok(self)
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path with its query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The headers.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The body.
    pub fn body(&self) -> Option<&EndpointBody> {
        self.body.as_ref()
    }
}

/// Why a header is not one to set by hand; `None` when it may be set.
fn forbidden(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "authorization" | "proxy-authorization" => {
            Some("the credential under test goes there, and only it")
        }
        "cookie" => Some("a session would answer in place of the credential"),
        "host" => Some("it follows from the base URL"),
        "content-length" | "transfer-encoding" | "connection" | "upgrade" | "te" | "trailer"
        | "keep-alive" | "proxy-connection" | "expect" => {
            Some("it belongs to the connection, not to the request")
        }
        "x-forwarded-for" | "x-forwarded-host" | "x-forwarded-proto" | "forwarded" => {
            Some("it would say that the call came from elsewhere")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_or_without_a_method_is_read() {
        let endpoint = Endpoint::parse(" /rest/api/content?limit=1 ").unwrap();
        assert_eq!(
            (endpoint.method(), endpoint.path()),
            (&Method::GET, "/rest/api/content?limit=1")
        );
        let endpoint = Endpoint::parse("post /rest/api/2/issue").unwrap();
        assert_eq!(
            (endpoint.method(), endpoint.path()),
            (&Method::POST, "/rest/api/2/issue")
        );
    }

    #[test]
    fn what_is_no_path_is_refused_with_a_reason() {
        let refused = |text| Endpoint::parse(text).unwrap_err();
        assert!(matches!(
            refused("https://h/rest"),
            EndpointError::WholeUrl { .. }
        ));
        assert!(matches!(refused("rest/api"), EndpointError::NoSlash { .. }));
        assert!(matches!(
            refused("//evil.example/x"),
            EndpointError::NoSlash { .. }
        ));
        assert!(matches!(
            refused("GET /a b"),
            EndpointError::Characters { .. }
        ));
        assert!(matches!(refused("G{T /a"), EndpointError::Method { .. }));
    }

    #[test]
    fn a_header_that_is_not_for_hands_is_refused_with_the_reason() {
        let endpoint = Endpoint::get("/x").unwrap();
        for name in [
            "authorization",
            "Proxy-Authorization",
            "COOKIE",
            "Host",
            "Content-Length",
            "transfer-encoding",
            "Connection",
            "X-Forwarded-For",
        ] {
            let refused = endpoint.clone().with_header(name, "x").unwrap_err();
            assert!(
                matches!(refused, EndpointError::HeaderForbidden { .. }),
                "{refused}"
            );
        }
        let broken = endpoint.clone().with_header("X-A", "a\r\nb").unwrap_err();
        assert!(matches!(broken, EndpointError::Header { .. }));
        let endpoint = endpoint.with_header("X-A", "b").unwrap();
        let endpoint = endpoint.with_header("x-a", "c").unwrap();
        assert_eq!(endpoint.headers().collect::<Vec<_>>(), [("x-a", "c")]);
    }

    #[test]
    fn a_body_is_json_a_form_or_raw_and_never_in_a_get() {
        let post = || Endpoint::new(Method::POST, "/x").unwrap();
        let text = |endpoint: &Endpoint| endpoint.body().unwrap().text();
        let json = post().with_json(r#"{"a": 1}"#).unwrap();
        assert_eq!(text(&json), r#"{"a": 1}"#);
        assert_eq!(json.body().unwrap().media_type(), "application/json");
        let form = [
            ("a b".to_owned(), "ü&=".to_owned()),
            ("c".to_owned(), String::new()),
        ];
        let form = post().with_form(form).unwrap();
        assert_eq!(text(&form), "a+b=%C3%BC%26%3D&c=");
        let raw = post().with_raw("text/xml; charset=utf-8", "<a/>").unwrap();
        assert_eq!(raw.body().unwrap().media_type(), "text/xml; charset=utf-8");
        assert!(matches!(
            post().with_json("{a}").unwrap_err(),
            EndpointError::NotJson { .. }
        ));
        assert!(matches!(
            post().with_raw("xml", "<a/>").unwrap_err(),
            EndpointError::MediaType { .. }
        ));
        assert!(matches!(
            Endpoint::get("/x").unwrap().with_json("{}").unwrap_err(),
            EndpointError::BodyWithoutUse { .. }
        ));
    }
}
