//! The request's method.

use std::fmt;

use thiserror::Error;

/// Why a method is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MethodError {
    /// Methods are compared with case; one that is not in capitals is none that a product knows.
    #[error("a method is written in capital letters")]
    NotCapitals,
    /// The method is for proxies and debugging.
    #[error("this method is not passed on")]
    NotPassedOn,
}

/// A method that may be judged: capital letters, and neither `CONNECT` nor `TRACE`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Method(String);

impl Method {
    /// Takes a method as it came.
    pub fn parse(method: &str) -> Result<Self, MethodError> {
        if matches!(method, "CONNECT" | "TRACE" | "TRACK") {
            return Err(MethodError::NotPassedOn);
        }
        let capitals = method
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'-');
        if method.is_empty() || method.len() > 32 || !capitals {
            return Err(MethodError::NotCapitals);
        }
        Ok(Self(method.to_owned()))
    }

    /// The method.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the method promises to change nothing.
    pub fn is_safe(&self) -> bool {
        matches!(self.as_str(), "GET" | "HEAD" | "OPTIONS")
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_small_letters_and_methods_for_proxies_and_takes_the_rest() {
        for wrong in ["get", "GeT", "CONNECT", "TRACE", "", "GET ", "G\u{e9}T"] {
            assert!(Method::parse(wrong).is_err(), "{wrong}");
        }
        for right in ["GET", "PROPFIND", "VERSION-CONTROL", "DELETE"] {
            assert_eq!(Method::parse(right).unwrap().as_str(), right);
        }
        assert!(!Method::parse("PROPFIND").unwrap().is_safe());
    }
}
