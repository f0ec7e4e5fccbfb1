//! Sets of addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use thiserror::Error;

/// Why a text is no range of addresses.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddressSetError {
    /// The text is neither an address nor a range.
    #[error("not an address or a range: {0}")]
    NotARange(String),
    /// The range names an address inside itself instead of its first.
    #[error("the range has bits behind its prefix, meant is perhaps {meant}: {text}")]
    HostBits {
        /// The text as written.
        text: String,
        /// The range that the prefix alone names.
        meant: IpNet,
    },
}

/// An address with the IPv4 one taken out of an IPv4-mapped IPv6 one.
pub fn canonical_address(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// A set of address ranges.
///
/// The ranges are merged and sorted, so that a look-up is one binary search for each address
/// family. The empty set holds no address; what an empty list means is said by who owns it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressSet {
    v4: Vec<(Ipv4Addr, Ipv4Addr, Ipv4Net)>,
    v6: Vec<(Ipv6Addr, Ipv6Addr, Ipv6Net)>,
}

impl AddressSet {
    /// Reads a list of addresses and ranges.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, AddressSetError> {
        let ranges: Result<Vec<IpNet>, AddressSetError> = texts
            .iter()
            .map(|text| Self::parse_range(text.as_ref()))
            .collect();
        Ok(Self::new(&ranges?))
    }

    /// Reads one address or range.
    pub fn parse_range(text: &str) -> Result<IpNet, AddressSetError> {
        let wrong = || AddressSetError::NotARange(text.to_owned());
        let net = if text.contains('/') {
            text.parse::<IpNet>().map_err(|_| wrong())?
        } else {
            IpNet::from(text.parse::<IpAddr>().map_err(|_| wrong())?)
        };
        let net = unmap(net);
        if net.trunc() == net {
            Ok(net)
        } else {
            Err(AddressSetError::HostBits {
                text: text.to_owned(),
                meant: net.trunc(),
            })
        }
    }

    /// The set of these ranges.
    pub fn new(ranges: &[IpNet]) -> Self {
        let mut v4: Vec<Ipv4Net> = Vec::new();
        let mut v6: Vec<Ipv6Net> = Vec::new();
        for range in ranges {
            match unmap(*range) {
                IpNet::V4(net) => v4.push(net),
                IpNet::V6(net) => v6.push(net),
            }
        }
        Self {
            v4: Ipv4Net::aggregate(&v4)
                .into_iter()
                .map(|net| (net.network(), net.broadcast(), net))
                .collect(),
            v6: Ipv6Net::aggregate(&v6)
                .into_iter()
                .map(|net| (net.network(), net.broadcast(), net))
                .collect(),
        }
        .sorted()
    }

    fn sorted(mut self) -> Self {
        self.v4.sort_unstable();
        self.v6.sort_unstable();
        self
    }

    /// Whether there is no range in it.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Whether the address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.range_of(address).is_some()
    }

    /// The range of the set that holds the address.
    pub fn range_of(&self, address: IpAddr) -> Option<IpNet> {
        match canonical_address(address) {
            IpAddr::V4(address) => find(&self.v4, address).map(|(_, _, net)| IpNet::V4(*net)),
            IpAddr::V6(address) => find(&self.v6, address).map(|(_, _, net)| IpNet::V6(*net)),
        }
    }

    /// Whether every address of `other` is in it.
    pub fn covers(&self, other: &Self) -> bool {
        let four = other
            .v4
            .iter()
            .all(|(first, last, _)| find(&self.v4, *first).is_some_and(|(_, end, _)| last <= end));
        let six = other
            .v6
            .iter()
            .all(|(first, last, _)| find(&self.v6, *first).is_some_and(|(_, end, _)| last <= end));
        four && six
    }
}

fn find<A: Ord + Copy, N>(ranges: &[(A, A, N)], address: A) -> Option<&(A, A, N)> {
    let behind = ranges.partition_point(|(first, _, _)| *first <= address);
    let range = ranges.get(behind.checked_sub(1)?)?;
    (address <= range.1).then_some(range)
}

fn unmap(net: IpNet) -> IpNet {
    if let IpNet::V6(six) = net
        && six.prefix_len() >= 96
        && let Some(four) = six.addr().to_ipv4_mapped()
        && let Ok(unmapped) = Ipv4Net::new(four, six.prefix_len() - 96)
    {
        return IpNet::V4(unmapped);
    }
    net
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(texts: &[&str]) -> AddressSet {
        AddressSet::parse(texts).unwrap()
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_mapped_address_is_the_address_that_it_maps() {
        let ten = set(&["10.0.0.0/8"]);
        assert!(ten.contains(address("10.1.2.3")));
        assert!(ten.contains(address("::ffff:10.1.2.3")));
        assert!(!ten.contains(address("::ffff:11.1.2.3")));
        assert!(set(&["::ffff:10.0.0.0/104"]).contains(address("10.1.2.3")));
    }

    #[test]
    fn neighbours_and_nested_ranges_are_merged_and_still_found() {
        let merged = set(&[
            "10.0.0.0/9",
            "10.128.0.0/9",
            "10.20.0.0/16",
            "192.168.40.0/24",
            "2001:db8::/32",
        ]);
        assert_eq!(
            merged.range_of(address("10.200.0.1")),
            Some("10.0.0.0/8".parse().unwrap())
        );
        assert!(merged.contains(address("192.168.40.255")));
        assert!(!merged.contains(address("192.168.41.0")));
        assert!(merged.contains(address("2001:db8:1::1")));
        assert!(!merged.contains(address("2001:db9::1")));
    }

    #[test]
    fn a_range_with_host_bits_is_refused_and_the_meant_one_is_named() {
        assert_eq!(
            AddressSet::parse(&["10.1.0.0/8"]),
            Err(AddressSetError::HostBits {
                text: "10.1.0.0/8".to_owned(),
                meant: "10.0.0.0/8".parse().unwrap()
            })
        );
        for wrong in [
            "10.0.0.0/33",
            "010.0.0.1",
            "0x0a000001",
            "fe80::1%eth0",
            "",
            "10.0.0",
        ] {
            assert!(AddressSet::parse(&[wrong]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_set_covers_another_only_if_it_holds_all_of_it() {
        assert!(set(&["10.0.0.0/8"]).covers(&set(&["10.1.0.0/16", "10.2.3.4"])));
        assert!(!set(&["10.1.0.0/16"]).covers(&set(&["10.0.0.0/8"])));
        assert!(!set(&["10.0.0.0/8"]).covers(&set(&["::/0"])));
        assert!(set(&["10.0.0.0/8"]).covers(&AddressSet::default()));
    }
}
