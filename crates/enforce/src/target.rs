//! Phase 3: which product, and which path of it.

use gatewright_config::Config;
use gatewright_policy::{Method, Path, ProductId, ProductKind, ReasonCode};
use http::header::{CONTENT_TYPE, HOST, UPGRADE};
use http::{HeaderMap, Version};

use crate::denial::Denial;
use crate::parameters;
use crate::request::RequestFacts;

/// The longest path and query that are judged.
const LONGEST_TARGET: usize = 16 * 1024;

/// Where a request goes.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) product: ProductId,
    pub(crate) kind: ProductKind,
    pub(crate) method: Method,
    /// The path, relative to the product.
    pub(crate) path: Path,
    pub(crate) query: Option<&'a str>,
    /// The host as it was called, with its port.
    pub(crate) host: Option<&'a str>,
    /// Whether the body is a form.
    pub(crate) is_form: bool,
}

/// Finds the product and judges the path.
pub(crate) fn find<'a>(facts: &RequestFacts<'a>, config: &Config) -> Result<Target<'a>, Denial> {
    let malformed = |detail: &str| Denial::new(ReasonCode::MalformedRequest, None, detail);
    let method =
        Method::parse(facts.method.as_str()).map_err(|error| malformed(&error.to_string()))?;
    let host = host(facts).map_err(malformed)?;
    if facts.target.len() > LONGEST_TARGET {
        return Err(
            Denial::new(ReasonCode::TooLarge, None, "the target is too long").in_the_head(),
        );
    }
    let (path, query) = match facts.target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (facts.target, None),
    };
    let path = Path::parse(path).map_err(|error| malformed(&error.to_string()))?;
    if path.segments().any(parameters::segment_holds_a_key) {
        return Err(malformed("an API key stands in the path"));
    }
    if let Some(query) = query {
        check_query(query).map_err(malformed)?;
    }
    let is_form = is_form(facts.headers).map_err(malformed)?;
    if facts.headers.contains_key(UPGRADE) {
        return Err(Denial::new(
            ReasonCode::UpgradeRefused,
            None,
            "another protocol is asked for",
        ));
    }
    let (product, path) = route(config, host, &path).ok_or_else(|| {
        Denial::new(
            ReasonCode::UnknownProduct,
            None,
            "no product stands at this host and path",
        )
    })?;
    Ok(Target {
        product: product.id.clone(),
        kind: product.kind,
        method,
        path,
        query,
        host,
        is_form,
    })
}

/// The product whose public path is the longest beginning of the path; of two equally long ones
/// that which names the host.
fn route<'c>(
    config: &'c Config,
    host: Option<&str>,
    path: &Path,
) -> Option<(&'c gatewright_config::Product, Path)> {
    let name = host.map(|host| without_port(host).to_ascii_lowercase());
    let name = name
        .as_deref()
        .map(|name| name.strip_suffix('.').unwrap_or(name));
    config
        .products
        .iter()
        .filter(|product| match name {
            Some(name) => product.public_url.has_host(name),
            None => product.public_url.origin.is_none(),
        })
        .filter_map(|product| Some((product, path.strip_prefix(&product.public_url.path)?)))
        .max_by_key(|(product, _)| {
            (
                product.public_url.path.len(),
                product.public_url.origin.is_some(),
            )
        })
}

/// The one host that the request names.
fn host<'a>(facts: &RequestFacts<'a>) -> Result<Option<&'a str>, &'static str> {
    let mut lines = facts.headers.get_all(HOST).iter();
    let header = match (lines.next(), lines.next()) {
        (None, _) => None,
        (Some(line), None) => Some(line.to_str().map_err(|_| "the host is not readable")?),
        (Some(_), Some(_)) => return Err("there are two hosts"),
    };
    let host = match (header, facts.authority) {
        (Some(header), Some(authority)) if !header.eq_ignore_ascii_case(authority) => {
            return Err("the host and the target's authority differ");
        }
        (Some(host), _) | (None, Some(host)) => host,
        (None, None) if facts.version <= Version::HTTP_10 => return Ok(None),
        (None, None) => return Err("there is no host"),
    };
    let name = without_port(host);
    let port = &host[name.len()..];
    let port_fits = matches!(port, "" | ":")
        || port.strip_prefix(':').is_some_and(|digits| {
            digits.bytes().all(|byte| byte.is_ascii_digit())
                && digits.parse::<u16>().is_ok_and(|port| port > 0)
        });
    let bracketed = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    let name_fits = match bracketed {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => is_name(name),
    };
    if port_fits && name_fits {
        Ok(Some(host))
    } else {
        Err("the host is not one")
    }
}

/// Whether it is the name of a host, or an IPv4 address: labels, and one dot at its end at most.
fn is_name(name: &str) -> bool {
    let labels = name.strip_suffix('.').unwrap_or(name);
    labels.len() <= 253
        && labels.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
}

fn without_port(host: &str) -> &str {
    match host.rfind(']') {
        Some(end) => &host[..=end],
        None => host.split(':').next().unwrap_or(host),
    }
}

fn check_query(query: &str) -> Result<(), &'static str> {
    if query
        .bytes()
        .any(|byte| byte.is_ascii_control() || byte == b' ' || byte == b'#')
    {
        return Err("the query holds a character that must be percent-encoded");
    }
    if parameters::forbidden(query).is_some() {
        return Err("the query holds a parameter that only the gateway may send");
    }
    if parameters::holds_a_key(query) {
        return Err("an API key stands in the query");
    }
    Ok(())
}

/// Whether the body is a form, which a product reads parameters from.
fn is_form(headers: &HeaderMap) -> Result<bool, &'static str> {
    let mut lines = headers.get_all(CONTENT_TYPE).iter();
    let Some(line) = lines.next() else {
        return Ok(false);
    };
    if lines.next().is_some() {
        return Err("there are two content types");
    }
    let text = String::from_utf8_lossy(line.as_bytes()).to_ascii_lowercase();
    let mut parts = text.split(';').map(str::trim);
    if parts.next() != Some("application/x-www-form-urlencoded") {
        return Ok(false);
    }
    // In another alphabet the names of the parameters would be others.
    let mut charsets = parts.filter(|part| part.contains("charset"));
    let readable = match (charsets.next(), charsets.next()) {
        (None, _) => true,
        (Some(part), None) => part.strip_prefix("charset=").is_some_and(is_readable),
        (Some(_), Some(_)) => false,
    };
    if readable {
        Ok(true)
    } else {
        Err("the form is in an alphabet that is not read")
    }
}

/// Whether ASCII stands in this alphabet as itself.
fn is_readable(charset: &str) -> bool {
    let charset = charset
        .strip_prefix('"')
        .and_then(|charset| charset.strip_suffix('"'))
        .unwrap_or(charset);
    let numbered = |family: &str| {
        charset.strip_prefix(family).is_some_and(|number| {
            (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    matches!(charset, "utf-8" | "utf8" | "us-ascii")
        || numbered("iso-8859-")
        || numbered("windows-125")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn judged(host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::try_from(host).unwrap());
        let facts = RequestFacts {
            request_id: "",
            method: &http::Method::GET,
            target: "/",
            authority: None,
            version: Version::HTTP_11,
            headers: &headers,
            peer: std::net::Ipv4Addr::LOCALHOST.into(),
            tls: false,
        };
        super::host(&facts).is_ok()
    }

    #[test]
    fn p19_a_host_is_a_name_or_an_address_with_a_port_that_exists() {
        for right in [
            "jira.example.com",
            "JIRA.example.com.",
            "jira",
            "my_jira:8443",
            "10.0.0.1:80",
            "[2001:db8::1]:443",
            "h:65535",
            "h:",
        ] {
            assert!(judged(right), "{right}");
        }
        for wrong in [
            "..", ".", "a..b", ".a", "a..", "h:99999", "h:65536", "h:0", "h:+80", "h:8x", "",
            ":80", "a b", "a,b", "user@h", "[::1", "[h]:1", "h/..",
        ] {
            assert!(!judged(wrong), "{wrong}");
        }
        assert!(!judged(&"a".repeat(64)));
    }
}
