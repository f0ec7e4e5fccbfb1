//! Where secrets may be sent at all.

use gatewright_http::is_loopback;
use thiserror::Error;
use url::Url;

/// An endpoint that secrets must not be sent to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not a secure address for the {endpoint} endpoint: {address}")]
pub struct InsecureEndpoint {
    /// Which endpoint.
    pub endpoint: &'static str,
    /// Its address without its query.
    pub address: String,
}

impl InsecureEndpoint {
    /// What to try, in a sentence.
    pub fn hint(&self) -> &'static str {
        "Use an https:// address; plain http:// is for servers on this very machine only."
    }
}

/// Checks an endpoint: https, or http on this machine; no fragment, no user information.
pub fn check_endpoint(endpoint: &'static str, url: &Url) -> Result<(), InsecureEndpoint> {
    let secure = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(url),
        _ => false,
    };
    let plain = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    if secure && plain {
        return Ok(());
    }
    let mut address = url.clone();
    // A URL that cannot have user information has none to hide.
    let _ = address.set_username("");
    let _ = address.set_password(None);
    address.set_query(None);
    Err(InsecureEndpoint {
        endpoint,
        address: address.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ssrf_only_https_and_http_on_this_machine_are_endpoints() {
        for good in [
            "https://id.example/t",
            "http://127.0.0.1:9/t",
            "http://localhost/t",
            "http://[::1]:1/",
        ] {
            check_endpoint("token", &Url::parse(good).unwrap()).unwrap();
        }
        for bad in [
            "http://169.254.169.254/latest",
            "http://id.example/t",
            "file:///etc/passwd",
            "unix:/run/docker.sock",
            "ftp://id.example/",
            "http://localhost.evil.test/",
            "https://u:p@id.example/",
            "https://id.example/#f",
        ] {
            assert!(
                check_endpoint("token", &Url::parse(bad).unwrap()).is_err(),
                "{bad}"
            );
        }
    }
}
