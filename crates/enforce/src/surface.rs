//! Phase 4: which door, and whether a foreign page is behind the request.

use http::HeaderMap;
use http::header::{ORIGIN, REFERER};
use url::Url;

/// Whether a page of another site caused the request.
///
/// A product checks this itself, but our identity satisfies its check, so it is checked here.
pub(crate) fn is_cross_site(headers: &HeaderMap, host: Option<&str>, public: Option<&Url>) -> bool {
    let says_so = headers
        .get_all("sec-fetch-site")
        .iter()
        .any(|value| value.as_bytes().eq_ignore_ascii_case(b"cross-site"));
    let foreign = |value: &http::HeaderValue| {
        value
            .to_str()
            .ok()
            .and_then(|text| Url::parse(text).ok())
            .is_none_or(|url| {
                !(is_host(&url, host)
                    || public.is_some_and(|public| public.origin() == url.origin()))
            })
    };
    let mut origins = headers.get_all(ORIGIN).iter().peekable();
    says_so
        || if origins.peek().is_some() {
            origins.any(foreign)
        } else {
            headers.get_all(REFERER).iter().any(foreign)
        }
}

fn is_host(url: &Url, host: Option<&str>) -> bool {
    let (Some(host), true) = (host, matches!(url.scheme(), "http" | "https")) else {
        return false;
    };
    // The scheme decides which port may be left out.
    Url::parse(&format!("{}://{host}", url.scheme())).is_ok_and(|own| own.origin() == url.origin())
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn judged(lines: &[(&str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(
                HeaderName::try_from(*name).unwrap(),
                HeaderValue::try_from(*value).unwrap(),
            );
        }
        let public = Url::parse("https://jira.example.com").unwrap();
        is_cross_site(&headers, Some("gateway.example.com:8443"), Some(&public))
    }

    #[test]
    fn foreign_pages_are_noticed() {
        for lines in [
            [("origin", "https://evil.example")],
            [("origin", "null")],
            [("origin", "https://gateway.example.com")],
            [("origin", "https://gateway.example.com.evil.example:8443")],
            [("referer", "https://evil.example/gateway.example.com:8443")],
            [("referer", "garbage")],
            [("sec-fetch-site", "Cross-Site")],
        ] {
            assert!(judged(&lines), "{lines:?}");
        }
        assert!(judged(&[
            ("origin", "https://jira.example.com"),
            ("origin", "https://evil.example")
        ]));
        assert!(judged(&[
            ("origin", "https://jira.example.com"),
            ("sec-fetch-site", "cross-site")
        ]));
    }

    #[test]
    fn own_pages_and_programs_are_not() {
        for lines in [
            [("origin", "https://gateway.example.com:8443")],
            [("origin", "https://JIRA.example.com")],
            [("referer", "https://jira.example.com/browse/A-1?x=y")],
            [("sec-fetch-site", "same-origin")],
            [("user-agent", "curl")],
        ] {
            assert!(!judged(&lines), "{lines:?}");
        }
    }
}
