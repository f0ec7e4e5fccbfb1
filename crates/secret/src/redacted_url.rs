//! A URL as it may be shown or logged.

use std::fmt;

use url::Url;

/// A URL whose user information, query values and fragment are not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct RedactedUrl(Url);

impl RedactedUrl {
    /// Wraps a URL; nothing of it is lost, only its display is cut.
    pub fn new(url: Url) -> Self {
        Self(url)
    }

    /// The whole URL.
    pub fn expose(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for RedactedUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.clone();
        // A URL that cannot have user information has none to hide.
        let _ = shown.set_username("");
        let _ = shown.set_password(None);
        shown.set_fragment(None);
        let names: Vec<String> = self
            .0
            .query_pairs()
            .map(|(name, _)| name.into_owned())
            .collect();
        shown.set_query(None);
        write!(formatter, "{shown}")?;
        for (index, name) in names.iter().enumerate() {
            write!(formatter, "{}{name}=…", if index == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

impl fmt::Debug for RedactedUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_names_but_no_values_and_no_user() {
        let url = Url::parse("https://fred:pw@host.example/cb?code=canary&state=s#f").unwrap();
        assert_eq!(
            RedactedUrl::new(url).to_string(),
            "https://host.example/cb?code=…&state=…"
        );
    }
}
