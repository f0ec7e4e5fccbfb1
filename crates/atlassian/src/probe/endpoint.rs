//! What a test asks for.

use http::{HeaderName, HeaderValue, Method};

/// A path below the product's base URL, with a method, headers and a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
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
    /// The header is none, or is one that the test itself sets.
    #[error("this header cannot be sent: {name}")]
    Header {
        /// Its name.
        name: String,
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
                "The credential, Host and Content-Length are set by the test; line breaks cannot be sent."
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
        const OURS: [&str; 5] = [
            "authorization",
            "host",
            "content-length",
            "connection",
            "transfer-encoding",
        ];
        let fits = HeaderName::from_bytes(name.as_bytes()).is_ok()
            && HeaderValue::from_str(value).is_ok()
            && !OURS.contains(&name.to_ascii_lowercase().as_str());
        if !fits {
            return Err(EndpointError::Header {
                name: name.to_owned(),
            });
        }
        self.headers.push((name.to_owned(), value.to_owned()));
        Ok(self)
    }

    /// The same with a body, JSON unless a header says otherwise.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
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
    pub fn body(&self) -> Option<&str> {
        self.body.as_deref()
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
    fn the_credential_cannot_be_set_by_hand() {
        let endpoint = Endpoint::get("/x").unwrap();
        assert!(
            endpoint
                .clone()
                .with_header("authorization", "Bearer x")
                .is_err()
        );
        assert!(endpoint.clone().with_header("X-A", "a\r\nb").is_err());
        assert!(endpoint.with_header("X-A", "b").is_ok());
    }
}
