//! What a list of addresses means: mistakes, entries that say nothing new, and what is inside.

use std::net::IpAddr;

use gatewright_policy::{AddressSet, AddressSetError, canonical_address};
use gatewright_wire::{AddressNote, AddressProbe, CheckAddresses, CheckedAddresses};

use crate::app::count;

/// One entry as a range of numbers.
struct Range {
    index: usize,
    six: bool,
    first: u128,
    last: u128,
    prefix: u8,
}

/// Says what is to be said of a list.
pub(super) fn check(request: &CheckAddresses) -> CheckedAddresses {
    let mut notes = Vec::new();
    let mut ranges = Vec::new();
    for (index, text) in request.entries.iter().enumerate() {
        match AddressSet::parse_range(text) {
            Ok(net) => ranges.push(Range {
                index,
                six: net.addr().is_ipv6(),
                first: number(net.network()),
                last: number(net.broadcast()),
                prefix: net.prefix_len(),
            }),
            Err(error) => {
                let (said, meant) = mistake(text, &error);
                notes.push(AddressNote {
                    index: count(index),
                    mistake: true,
                    text: said,
                    meant,
                });
            }
        }
    }
    // The wider first, and of equals the earlier one, so that the one above says it already.
    ranges.sort_by_key(|range| (range.six, range.first, range.prefix, range.index));
    let mut around: Option<&Range> = None;
    for range in &ranges {
        match around {
            Some(outer) if outer.six == range.six && range.last <= outer.last => {
                let other = request.entries.get(outer.index).map_or("", String::as_str);
                notes.push(AddressNote {
                    index: count(range.index),
                    mistake: false,
                    text: if outer.first == range.first && outer.last == range.last {
                        format!("Stands twice, as {other}")
                    } else {
                        format!("Already inside {other}")
                    },
                    meant: None,
                });
            }
            _ => around = Some(range),
        }
    }
    notes.sort_by_key(|note| note.index);
    let probe = probe(request, &ranges);
    CheckedAddresses { notes, probe }
}

fn probe(request: &CheckAddresses, ranges: &[Range]) -> AddressProbe {
    let text = request.probe.trim();
    if text.is_empty() {
        return AddressProbe::NotAsked;
    }
    let Ok(address) = text.parse::<IpAddr>() else {
        return AddressProbe::NoAddress;
    };
    if request.entries.is_empty() {
        return AddressProbe::Everything;
    }
    let address = canonical_address(address);
    let (six, at) = (address.is_ipv6(), number(address));
    ranges
        .iter()
        .filter(|range| range.six == six && range.first <= at && at <= range.last)
        .max_by_key(|range| range.prefix)
        .and_then(|range| request.entries.get(range.index))
        .map_or(AddressProbe::Outside, |entry| AddressProbe::Inside {
            by: entry.clone(),
        })
}

fn mistake(text: &str, error: &AddressSetError) -> (String, Option<String>) {
    if let AddressSetError::HostBits { meant, .. } = error {
        return (
            format!("Bits behind its prefix; the range is {meant}"),
            Some(meant.to_string()),
        );
    }
    let trimmed = text.trim();
    if trimmed != text && AddressSet::parse_range(trimmed).is_ok() {
        return ("White space at an end".to_owned(), Some(trimmed.to_owned()));
    }
    let (address, prefix) = match trimmed.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (trimmed, None),
    };
    let said = match (address.parse::<IpAddr>(), prefix) {
        (Ok(IpAddr::V4(_)), Some(prefix)) if is_number(prefix) => "An IPv4 prefix ends at /32",
        (Ok(IpAddr::V6(_)), Some(prefix)) if is_number(prefix) => "An IPv6 prefix ends at /128",
        (Ok(_), Some(_)) => "Behind the slash stands the length of the prefix, as in 10.0.0.0/8",
        (Err(_), _) if trimmed.contains('-') => "A range is written with a prefix, as 10.0.0.0/8",
        (Err(_), _) if trimmed.contains('*') => "A range is written with a prefix, as 10.0.0.0/8",
        (Err(_), _) if is_dotted(address) => "Each of the four numbers ends at 255",
        (Err(_), _) if trimmed.chars().any(char::is_alphabetic) && !trimmed.contains(':') => {
            "Names are not looked up; write the address"
        }
        (Ok(_) | Err(_), _) => "Not an address or a range",
    };
    (said.to_owned(), None)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_dotted(text: &str) -> bool {
    text.split('.').count() == 4 && text.split('.').all(is_number)
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(four) => u128::from(u32::from(four)),
        IpAddr::V6(six) => u128::from(six),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(entries: &[&str], probe: &str) -> CheckedAddresses {
        check(&CheckAddresses {
            entries: entries.iter().map(|entry| (*entry).to_owned()).collect(),
            probe: probe.to_owned(),
        })
    }

    #[test]
    fn mistakes_and_entries_that_say_nothing_new_are_told_apart() {
        let found = checked(
            &[
                "10.20.0.0/16",
                "10.0.0.0/8",
                "10.1.2.0/33",
                "10.1.2.3/24",
                "2001:db8::/32",
                "10.0.0.0/8",
                "offices",
                "300.1.1.1",
                "2001:db8:40::1",
            ],
            "10.20.3.4",
        );
        let notes: Vec<(u32, bool, &str)> = found
            .notes
            .iter()
            .map(|note| (note.index, note.mistake, note.text.as_str()))
            .collect();
        assert_eq!(
            notes,
            [
                (0, false, "Already inside 10.0.0.0/8"),
                (2, true, "An IPv4 prefix ends at /32"),
                (3, true, "Bits behind its prefix; the range is 10.1.2.0/24"),
                (5, false, "Stands twice, as 10.0.0.0/8"),
                (6, true, "Names are not looked up; write the address"),
                (7, true, "Each of the four numbers ends at 255"),
                (8, false, "Already inside 2001:db8::/32"),
            ]
        );
        assert_eq!(found.notes[2].meant.as_deref(), Some("10.1.2.0/24"));
        assert_eq!(
            found.probe,
            AddressProbe::Inside {
                by: "10.20.0.0/16".to_owned()
            }
        );
    }

    #[test]
    fn the_question_has_an_answer_for_every_list() {
        assert_eq!(checked(&[], "10.1.2.3").probe, AddressProbe::Everything);
        assert_eq!(checked(&["10.0.0.0/8"], "").probe, AddressProbe::NotAsked);
        assert_eq!(
            checked(&["10.0.0.0/8"], "10.1.2").probe,
            AddressProbe::NoAddress
        );
        assert_eq!(
            checked(&["10.0.0.0/8"], "11.1.2.3").probe,
            AddressProbe::Outside
        );
        assert_eq!(
            checked(&["10.0.0.0/8"], "::ffff:10.1.2.3").probe,
            AddressProbe::Inside {
                by: "10.0.0.0/8".to_owned()
            }
        );
    }

    #[test]
    fn ten_thousand_entries_are_looked_at_in_one_go() {
        let entries: Vec<String> = (0..10_000)
            .map(|n| format!("10.{}.{}.0/24", n / 250, n % 250))
            .collect();
        let found = check(&CheckAddresses {
            entries,
            probe: "10.39.249.7".to_owned(),
        });
        assert!(found.notes.is_empty());
        assert_eq!(
            found.probe,
            AddressProbe::Inside {
                by: "10.39.249.0/24".to_owned()
            }
        );
    }
}
