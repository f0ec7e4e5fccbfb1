//! The system's browser.

use std::io;
use std::time::Duration;

use thiserror::Error;
use url::Url;

/// Why no browser opened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// It is not an address for a browser.
    #[error("not an address for a browser: {scheme}")]
    NotWeb {
        /// The scheme that it begins with.
        scheme: String,
    },
    /// The system has no browser, or could not start it.
    #[error("no browser could be opened: {detail}")]
    NoBrowser {
        /// What the system says.
        detail: String,
    },
}

impl OpenError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotWeb { .. } => "Use an address that begins with https://.",
            Self::NoBrowser { .. } => {
                "Copy the link and open it in any browser on this machine, or on another one and paste the address where it ends."
            }
        }
    }
}

/// How long the system's starter of browsers is watched for a failure.
const WATCHED: Duration = Duration::from_millis(1500);

/// Opens an address in the system's browser, without waiting for it to close.
pub async fn open_browser(url: &Url) -> Result<(), OpenError> {
    // Anything else might start another program than a browser.
    if !matches!(url.scheme(), "https" | "http") {
        return Err(OpenError::NotWeb {
            scheme: url.scheme().to_owned(),
        });
    }
    let address = url.to_string();
    // Starting and watching block, so they are kept off the reactor.
    tokio::task::spawn_blocking(move || open::that_detached_with_timeout(&address, WATCHED))
        .await
        .map_err(io::Error::other)
        .flatten()
        .map_err(|error| OpenError::NoBrowser {
            detail: error.to_string(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_web_addresses_are_opened() {
        for address in ["file:///etc/passwd", "javascript:alert(1)", "ms-settings:x"] {
            let url = Url::parse(address).unwrap();
            assert!(matches!(
                open_browser(&url).await,
                Err(OpenError::NotWeb { .. })
            ));
        }
    }
}
