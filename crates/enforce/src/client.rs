//! Phase 2: who the client is on the network.
//!
//! The other end of the connection is the client, unless it is a trusted proxy: then the client
//! is the right-most hop that is not one. What stands to the left of it anybody can write.

use std::net::{IpAddr, SocketAddr};

use gatewright_policy::{AddressSet, canonical_address};
use http::HeaderMap;
use http::header::FORWARDED;
use thiserror::Error;

use crate::request::RequestFacts;

/// More hops than any chain of proxies has.
const MOST_HOPS: usize = 32;

/// Why the client's address cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum ClientAddressError {
    /// A hop before the client is not an address.
    #[error("a hop in Forwarded or X-Forwarded-For is not an address")]
    NotAnAddress,
    /// The chain is too long.
    #[error("Forwarded or X-Forwarded-For has too many hops")]
    TooManyHops,
    /// Both headers are there and name different clients: one of them was not the proxy's.
    #[error("Forwarded and X-Forwarded-For name different clients")]
    Disagreement,
}

/// Finds the client's address.
pub(crate) fn address(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &AddressSet,
) -> Result<IpAddr, ClientAddressError> {
    let peer = canonical_address(peer);
    if !trusted.contains(peer) {
        return Ok(peer);
    }
    let forwarded = hops(headers, FORWARDED.as_str())?;
    let legacy = hops(headers, "x-forwarded-for")?;
    let standard = forwarded.as_deref().map(forwarded_for).transpose()?;
    let walk = |items: &[String]| rightmost_untrusted(items, peer, trusted);
    match (standard, legacy) {
        (None, None) => Ok(peer),
        (Some(items), None) | (None, Some(items)) => walk(&items),
        (Some(one), Some(other)) => {
            let (one, other) = (walk(&one)?, walk(&other)?);
            if one == other {
                Ok(one)
            } else {
                Err(ClientAddressError::Disagreement)
            }
        }
    }
}

/// Whether the client's own connection is encrypted: as it came, or as a trusted proxy says.
pub(crate) fn is_secure(facts: &RequestFacts<'_>, trusted: &AddressSet) -> bool {
    let mut said = facts.headers.get_all("x-forwarded-proto").iter();
    let proxy_says_so = trusted.contains(facts.peer)
        && said
            .next()
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"https"))
        && said.next().is_none();
    facts.tls || proxy_says_so
}

/// The items of a list header over all its lines, in order.
fn hops(headers: &HeaderMap, name: &str) -> Result<Option<Vec<String>>, ClientAddressError> {
    let mut items = Vec::new();
    let mut found = false;
    for line in headers.get_all(name) {
        found = true;
        let line = line
            .to_str()
            .map_err(|_| ClientAddressError::NotAnAddress)?;
        items.extend(split_outside_quotes(line, ',').map(|item| item.trim().to_owned()));
    }
    items.retain(|item| !item.is_empty());
    if items.len() > MOST_HOPS {
        return Err(ClientAddressError::TooManyHops);
    }
    Ok(found.then_some(items))
}

fn split_outside_quotes(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |character| {
        let splits = character == separator && !quoted;
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        splits
    })
}

/// The `for` of each element (RFC 7239 §4); an element without one hides its hop.
fn forwarded_for(items: &[String]) -> Result<Vec<String>, ClientAddressError> {
    items
        .iter()
        .map(|item| {
            let mut found = split_outside_quotes(item, ';').filter_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                name.trim()
                    .eq_ignore_ascii_case("for")
                    .then(|| value.trim().trim_matches('"'))
            });
            match (found.next(), found.next()) {
                (Some(value), None) => Ok(value.to_owned()),
                _ => Err(ClientAddressError::NotAnAddress),
            }
        })
        .collect()
}

fn rightmost_untrusted(
    items: &[String],
    peer: IpAddr,
    trusted: &AddressSet,
) -> Result<IpAddr, ClientAddressError> {
    let mut client = peer;
    for item in items.iter().rev() {
        client = parse(item).ok_or(ClientAddressError::NotAnAddress)?;
        if !trusted.contains(client) {
            break;
        }
    }
    Ok(client)
}

/// An address, perhaps with a port, perhaps in brackets.
fn parse(item: &str) -> Option<IpAddr> {
    let address = item
        .parse::<IpAddr>()
        .ok()
        .or_else(|| item.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .or_else(|| {
            item.strip_prefix('[')?
                .strip_suffix(']')?
                .parse::<IpAddr>()
                .ok()
        })?;
    Some(canonical_address(address))
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn find(peer: &str, lines: &[(&str, &str)]) -> Result<String, ClientAddressError> {
        let trusted = AddressSet::parse(&["10.0.0.5", "10.0.0.6"]).unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(
                HeaderName::try_from(*name).unwrap(),
                HeaderValue::try_from(*value).unwrap(),
            );
        }
        address(peer.parse().unwrap(), &headers, &trusted).map(|address| address.to_string())
    }

    #[test]
    fn x1_a_direct_client_is_its_socket_whatever_it_writes() {
        for name in [
            "x-forwarded-for",
            "forwarded",
            "x-real-ip",
            "true-client-ip",
            "cf-connecting-ip",
        ] {
            let value = if name == "forwarded" {
                "for=10.0.0.1"
            } else {
                "10.0.0.1"
            };
            assert_eq!(
                find("203.0.113.9", &[(name, value)]).as_deref(),
                Ok("203.0.113.9")
            );
        }
    }

    #[test]
    fn x2_behind_a_trusted_proxy_the_rightmost_untrusted_hop_counts() {
        let found = find("10.0.0.5", &[("x-forwarded-for", "10.0.0.1, 203.0.113.9")]);
        assert_eq!(found.as_deref(), Ok("203.0.113.9"));
        let found = find(
            "10.0.0.5",
            &[("x-forwarded-for", "1.1.1.1, 203.0.113.9, 10.0.0.6")],
        );
        assert_eq!(found.as_deref(), Ok("203.0.113.9"));
        let found = find("::ffff:10.0.0.5", &[("x-forwarded-for", "203.0.113.9")]);
        assert_eq!(found.as_deref(), Ok("203.0.113.9"));
    }

    #[test]
    fn x3_lines_are_joined_and_forms_of_one_address_are_one() {
        let found = find(
            "10.0.0.5",
            &[
                ("x-forwarded-for", "1.1.1.1"),
                ("x-forwarded-for", "2.2.2.2"),
            ],
        );
        assert_eq!(found.as_deref(), Ok("2.2.2.2"));
        for (item, want) in [
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("203.0.113.9:8080", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("203.0.113.9, ", "203.0.113.9"),
        ] {
            assert_eq!(
                find("10.0.0.5", &[("x-forwarded-for", item)]).as_deref(),
                Ok(want)
            );
        }
        for junk in [
            "unknown",
            "0x0a000001",
            "010.0.0.1",
            "fe80::1%eth0",
            "10.0.0",
            "a b",
        ] {
            assert_eq!(
                find("10.0.0.5", &[("x-forwarded-for", junk)]),
                Err(ClientAddressError::NotAnAddress),
                "{junk}"
            );
        }
        let beyond = find("10.0.0.5", &[("x-forwarded-for", "unknown, 203.0.113.9")]);
        assert_eq!(beyond.as_deref(), Ok("203.0.113.9"));
    }

    #[test]
    fn the_standard_header_is_read_and_must_agree_with_the_older_one() {
        let forwarded = (
            "forwarded",
            "for=1.1.1.1, for=\"[2001:db8::1]:4711\";proto=https",
        );
        assert_eq!(find("10.0.0.5", &[forwarded]).as_deref(), Ok("2001:db8::1"));
        let agreeing = ("x-forwarded-for", "2001:db8::1");
        assert_eq!(
            find("10.0.0.5", &[forwarded, agreeing]).as_deref(),
            Ok("2001:db8::1")
        );
        let forged = ("forwarded", "for=10.0.0.1");
        assert_eq!(
            find("10.0.0.5", &[forged, ("x-forwarded-for", "203.0.113.9")]),
            Err(ClientAddressError::Disagreement)
        );
        for hidden in [
            "for=unknown",
            "for=_secret",
            "proto=https",
            "for=1.1.1.1;for=2.2.2.2",
        ] {
            assert!(
                find("10.0.0.5", &[("forwarded", hidden)]).is_err(),
                "{hidden}"
            );
        }
    }

    #[test]
    fn x4_if_every_hop_is_trusted_the_first_of_them_is_the_client() {
        assert_eq!(
            find("10.0.0.5", &[("x-forwarded-for", "10.0.0.6")]).as_deref(),
            Ok("10.0.0.6")
        );
        assert_eq!(find("10.0.0.5", &[]).as_deref(), Ok("10.0.0.5"));
        let long = vec!["10.0.0.6"; 33].join(",");
        assert_eq!(
            find("10.0.0.5", &[("x-forwarded-for", &long)]),
            Err(ClientAddressError::TooManyHops)
        );
    }
}
