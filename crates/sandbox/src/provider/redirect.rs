//! Where an authorization answer may be sent.

use url::{Host, Url};

/// How the path of a redirect URI compares with the registered one.
#[derive(Clone, Copy)]
pub(crate) enum PathRule {
    /// The same path.
    Same,
    /// The same path or one below it.
    SameOrBelow,
}

/// Parses a redirect URI if it is a loopback one with the registered path; any port will do.
pub(crate) fn loopback(uri: &str, registered_path: &str, rule: PathRule) -> Option<Url> {
    let url = Url::parse(uri).ok()?;
    let loopback = match url.host()? {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => name == "localhost",
    };
    let plain = url.scheme() == "http"
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none();
    let rest = url.path().strip_prefix(registered_path)?;
    let path = match rule {
        PathRule::Same => rest.is_empty(),
        PathRule::SameOrBelow => rest.is_empty() || rest.starts_with('/'),
    };
    (loopback && plain && path).then_some(url)
}

/// The URI with an answer appended; a query that is there already stays.
pub(crate) fn with_answer(uri: &Url, pairs: &[(&str, &str)]) -> String {
    let mut uri = uri.clone();
    uri.query_pairs_mut().extend_pairs(pairs);
    uri.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_loopback_port_will_do_and_no_other_host() {
        let accepted = |uri| loopback(uri, "/callback", PathRule::Same).is_some();
        assert!(accepted("http://127.0.0.1:40001/callback"));
        assert!(accepted("http://localhost:1/callback"));
        assert!(accepted("http://[::1]:1/callback"));
        assert!(!accepted("http://127.0.0.1.evil.example:1/callback"));
        assert!(!accepted("http://user@127.0.0.1:1/callback"));
        assert!(!accepted("https://127.0.0.1:1/callback"));
        assert!(!accepted("http://127.0.0.1:1/callback#x"));
    }

    #[test]
    fn a_path_below_the_registered_one_is_accepted_where_the_rule_says_so() {
        let github = |uri| loopback(uri, "/callback", PathRule::SameOrBelow).is_some();
        assert!(github("http://127.0.0.1:1/callback/github"));
        assert!(!github("http://127.0.0.1:1/callbacks"));
        assert!(!github("http://127.0.0.1:1/callback/../other"));
        assert!(
            loopback(
                "http://127.0.0.1:1/callback/github",
                "/callback",
                PathRule::Same
            )
            .is_none()
        );
    }
}
