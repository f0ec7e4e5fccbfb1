//! The three products, and URLs below their base URL.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use url::Url;

/// A product of Atlassian's Data Center line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProductKind {
    /// Jira, with Agile and Service Management.
    Jira,
    /// Confluence.
    Confluence,
    /// Bitbucket.
    Bitbucket,
}

impl ProductKind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Jira, Self::Confluence, Self::Bitbucket];

    /// The product's name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jira => "Jira",
            Self::Confluence => "Confluence",
            Self::Bitbucket => "Bitbucket",
        }
    }

    /// The name in configuration and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Jira => "jira",
            Self::Confluence => "confluence",
            Self::Bitbucket => "bitbucket",
        }
    }

    /// The path below the base URL at which the product says whom it takes the caller for.
    ///
    /// Bitbucket has none in its REST API: its application properties are asked for, and the
    /// header `X-AUSERNAME` answers.
    pub fn who_am_i(self) -> &'static str {
        match self {
            Self::Jira => crate::jira::request::WHO_AM_I,
            Self::Confluence => crate::confluence::request::WHO_AM_I,
            Self::Bitbucket => crate::bitbucket::request::WHO_AM_I,
        }
    }

    /// Where a person manages their own access tokens, below the base URL.
    pub fn token_page(self) -> &'static str {
        match self {
            Self::Jira => "/secure/ViewProfile.jspa",
            Self::Confluence => "/plugins/personalaccesstokens/usertokens.action",
            Self::Bitbucket => "/plugins/servlet/access-tokens/manage",
        }
    }
}

impl fmt::Display for ProductKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// All but the unreserved characters of RFC 3986, which are also those of RFC 5849 §3.6.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A value as it stands in one path segment or one query value.
pub(crate) fn encoded(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}

/// Bytes as they stand in an OAuth 1.0a parameter (RFC 5849 §3.6).
pub(crate) fn encoded_bytes(value: &[u8]) -> String {
    percent_encoding::percent_encode(value, RESERVED).to_string()
}

/// The URL of a path below a base URL, whether or not that ends in a slash.
///
/// The path begins with a slash and may have a query; the base URL's own query is left out.
pub(crate) fn below(base: &Url, path_and_query: &str) -> Url {
    let mut url = base.clone();
    url.set_fragment(None);
    // A base URL with a name in it would send that name along.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let (path, query) = match path_and_query.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path_and_query, None),
    };
    let context = base.path().trim_end_matches('/');
    url.set_path(&format!("{context}{path}"));
    url.set_query(query);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_below_the_context_path_with_or_without_a_slash() {
        for base in ["https://h/jira", "https://h/jira/", "https://h/jira?x=1#f"] {
            let base = Url::parse(base).unwrap();
            assert_eq!(
                below(&base, "/rest/api/2/user?username=a%20b").as_str(),
                "https://h/jira/rest/api/2/user?username=a%20b"
            );
        }
        let root = Url::parse("https://h").unwrap();
        assert_eq!(below(&root, "/status").as_str(), "https://h/status");
    }

    #[test]
    fn a_name_is_encoded_whole() {
        assert_eq!(encoded("a b/ü?&=+%"), "a%20b%2F%C3%BC%3F%26%3D%2B%25");
        assert_eq!(encoded("fred.f-u_1~"), "fred.f-u_1~");
    }
}
