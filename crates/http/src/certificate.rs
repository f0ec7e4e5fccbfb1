//! What a certificate says of itself, for messages: nothing is decided by it but whether its time
//! has come.

use gatewright_limits::size::CERTIFICATE_NAME;
use serde::Serialize;
use sha2::{Digest, Sha256};
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

/// A certificate that a server showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownCertificate {
    /// Whom it is for: `CN=jira.example.com, O=Example`.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// From when on it is good.
    #[serde(with = "time::serde::rfc3339::option")]
    pub not_before: Option<OffsetDateTime>,
    /// Until when it is good.
    #[serde(with = "time::serde::rfc3339::option")]
    pub not_after: Option<OffsetDateTime>,
    /// Whether it is its own issuer.
    pub self_signed: bool,
    /// Its SHA-256 fingerprint, in hexadecimal digits.
    pub sha256: String,
}

impl ShownCertificate {
    /// Reads a certificate (RFC 5280 §4.1); what cannot be read is left empty.
    pub(crate) fn of(der: &[u8]) -> Self {
        let parts = parts(der);
        let name = |name: Option<&[u8]>| name.map_or_else(String::new, whole_name);
        Self {
            subject: name(parts.as_ref().map(|parts| parts.subject)),
            issuer: name(parts.as_ref().map(|parts| parts.issuer)),
            not_before: parts.as_ref().and_then(|parts| moment(parts.not_before)),
            not_after: parts.as_ref().and_then(|parts| moment(parts.not_after)),
            self_signed: parts.is_some_and(|parts| parts.issuer == parts.subject),
            sha256: hex(&Sha256::digest(der)),
        }
    }

    /// Whether it is good at this moment; one whose times cannot be read is not.
    pub(crate) fn is_current(&self, now: i64) -> bool {
        matches!((self.not_before, self.not_after), (Some(from), Some(until))
            if from.unix_timestamp() <= now && now <= until.unix_timestamp())
    }

    /// Its common name, else its organisation, else all of its name.
    pub(crate) fn short(name: &str) -> Option<String> {
        let part = |kind: &str| {
            name.split(", ")
                .find_map(|part| part.strip_prefix(kind))
                .map(str::to_owned)
        };
        part("CN=")
            .or_else(|| part("O="))
            .or_else(|| (!name.is_empty()).then(|| name.to_owned()))
    }
}

/// In a line: `CN=a, issued by CN=b, good from 2025-01-01 to 2026-01-01`.
impl std::fmt::Display for ShownCertificate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let day = |moment: Option<OffsetDateTime>| {
            moment.map_or_else(|| "?".to_owned(), |moment| moment.date().to_string())
        };
        let issuer = if self.self_signed {
            "itself"
        } else {
            &self.issuer
        };
        write!(
            formatter,
            "{}, issued by {issuer}, good from {} to {}",
            self.subject,
            day(self.not_before),
            day(self.not_after)
        )
    }
}

/// The parts of a certificate that are shown, as they are encoded.
struct Parts<'a> {
    issuer: &'a [u8],
    subject: &'a [u8],
    not_before: Moment<'a>,
    not_after: Moment<'a>,
}

/// A time as it is encoded: its tag and its text.
type Moment<'a> = (u8, &'a [u8]);

/// Bytes in hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value & 0xf)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

fn parts(certificate: &[u8]) -> Option<Parts<'_>> {
    let (_, certificate, _) = element(certificate)?;
    let (_, mut rest, _) = element(certificate)?;
    if rest.first() == Some(&0xa0) {
        (_, _, rest) = element(rest)?;
    }
    let (_, _, rest) = element(rest)?;
    let (_, _, rest) = element(rest)?;
    let (_, issuer, rest) = element(rest)?;
    let (_, validity, rest) = element(rest)?;
    let (_, subject, _) = element(rest)?;
    let (from_kind, from, validity) = element(validity)?;
    let (until_kind, until, _) = element(validity)?;
    Some(Parts {
        issuer,
        subject,
        not_before: (from_kind, from),
        not_after: (until_kind, until),
    })
}

/// The parts of an encoded name that people know, in their order.
fn whole_name(name: &[u8]) -> String {
    const KINDS: [(&[u8], &str); 6] = [
        (&[0x55, 0x04, 0x03], "CN"),
        (&[0x55, 0x04, 0x0a], "O"),
        (&[0x55, 0x04, 0x0b], "OU"),
        (&[0x55, 0x04, 0x07], "L"),
        (&[0x55, 0x04, 0x08], "ST"),
        (&[0x55, 0x04, 0x06], "C"),
    ];
    let mut shown: Vec<String> = Vec::new();
    let mut rest = name;
    while let Some((_, set, after)) = element(rest) {
        rest = after;
        let pair = element(set).map(|(_, pair, _)| pair).and_then(element);
        let Some((_, kind, value)) = pair else {
            continue;
        };
        if let Some((_, known)) = KINDS.iter().find(|(wanted, _)| *wanted == kind)
            && let Some((_, text, _)) = element(value)
        {
            let text: String = String::from_utf8_lossy(text)
                .chars()
                .filter(|character| !character.is_control())
                .take(CERTIFICATE_NAME)
                .collect();
            shown.push(format!("{known}={text}"));
        }
        if shown.len() == 12 {
            break;
        }
    }
    shown.join(", ")
}

/// `UTCTime` or `GeneralizedTime`, in the one form of each that certificates may use.
fn moment((kind, text): Moment<'_>) -> Option<OffsetDateTime> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (year, rest) = match kind {
        0x17 => {
            let short: i32 = text.get(..2)?.parse().ok()?;
            (
                if short < 50 {
                    2000 + short
                } else {
                    1900 + short
                },
                text.get(2..)?,
            )
        }
        0x18 => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        _ => return None,
    };
    let two = |at: usize| rest.get(at..at + 2)?.parse::<u8>().ok();
    let month = Month::try_from(two(0)?).ok()?;
    let date = Date::from_calendar_date(year, month, two(2)?).ok()?;
    let time = Time::from_hms(two(4)?, two(6)?, two(8)?).ok()?;
    Some(PrimitiveDateTime::new(date, time).assume_utc())
}

/// One DER element: its tag, its content, and what follows.
fn element(input: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = input.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 || rest.len() < count {
            return None;
        }
        let (bytes, after) = rest.split_at(count);
        length = bytes
            .iter()
            .fold(0, |sum, byte| (sum << 8) | usize::from(*byte));
        rest = after;
    }
    (rest.len() >= length).then(|| {
        let (content, after) = rest.split_at(length);
        (tag, content, after)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_can_be_shown(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let shown = ShownCertificate::of(&bytes);
            let _ = shown.is_current(0);
        }

        #[test]
        fn a_certificate_can_be_cut_and_changed_anywhere(cut in 0_usize..600, place in 0_usize..600, byte in any::<u8>()) {
            let mut der = certificate();
            if let Some(found) = der.get_mut(place) {
                *found = byte;
            }
            der.truncate(cut);
            let _ = ShownCertificate::of(&der).to_string();
        }
    }

    fn certificate() -> Vec<u8> {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        let name = &mut params.distinguished_name;
        *name = rcgen::DistinguishedName::new();
        name.push(rcgen::DnType::CommonName, "Example Root");
        name.push(rcgen::DnType::OrganizationName, "Example");
        params.not_before = rcgen::date_time_ymd(2001, 2, 3);
        params.not_after = rcgen::date_time_ymd(2062, 3, 4);
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn a_certificate_is_shown_with_names_and_times() {
        let shown = ShownCertificate::of(&certificate());
        assert_eq!(
            shown.to_string(),
            "CN=Example Root, O=Example, issued by itself, good from 2001-02-03 to 2062-03-04"
        );
        assert_eq!(
            ShownCertificate::short(&shown.subject).as_deref(),
            Some("Example Root")
        );
        assert_eq!(shown.sha256.len(), 64);
        assert!(shown.is_current(1_800_000_000) && !shown.is_current(0));
        assert!(!shown.is_current(4_000_000_000));
    }
}
