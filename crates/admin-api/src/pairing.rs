//! Pairing codes as people carry them from one screen to another.

use std::fmt;
use std::str::FromStr;

use gatewright_secret::SecretString;

/// Crockford's base 32: no letter that is taken for a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 20;
const GROUP: usize = 5;
const FINGERPRINT: &str = "#sha256:";

/// The SHA-256 of the certificate of the admin listener.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// From the digest's bytes.
    pub fn new(sha256: [u8; 32]) -> Self {
        Self(sha256)
    }

    /// The digest's bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for Fingerprint {
    type Err = PairingCodeError;

    /// Sixty-four hexadecimal digits; colons and spaces between them do not matter.
    fn from_str(text: &str) -> Result<Self, PairingCodeError> {
        let digits: String = text.chars().filter(|c| !matches!(c, ':' | ' ')).collect();
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| PairingCodeError::Fingerprint)?;
        Ok(Self(bytes))
    }
}

/// A pairing code: 100 bits, and with TLS the fingerprint of the certificate that will be met.
///
/// Written `XXXXX-XXXXX-XXXXX-XXXXX` or `XXXXX-XXXXX-XXXXX-XXXXX#sha256:HEX`.
#[derive(Clone, Debug)]
pub struct PairingCode {
    code: SecretString,
    fingerprint: Option<Fingerprint>,
}

/// Why a text is no pairing code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PairingCodeError {
    /// The code itself.
    #[error("a pairing code is four groups of five letters and digits")]
    Code,
    /// What follows it.
    #[error("a certificate's fingerprint is 64 hexadecimal digits")]
    Fingerprint,
}

impl PairingCode {
    /// The code of these 100 bits (the lowest of the number), with a fingerprint where there is TLS.
    pub fn from_bits(bits: u128, fingerprint: Option<Fingerprint>) -> Self {
        let code: String = (0..LENGTH)
            .map(|index| {
                let digit = (bits >> (5 * index)) & 31;
                ALPHABET
                    .iter()
                    .map(|letter| char::from(*letter))
                    .nth(digit as usize)
                    .unwrap_or('0')
            })
            .collect();
        Self {
            code: SecretString::new(code),
            fingerprint,
        }
    }

    /// The code in the one spelling that is compared: twenty letters and digits.
    pub fn canonical(&self) -> &SecretString {
        &self.code
    }

    /// The certificate that will be met.
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        self.fingerprint
    }

    /// As it is shown to the person who asked for it.
    pub fn shown(&self) -> String {
        let mut shown = String::new();
        for (index, letter) in self.code.expose().chars().enumerate() {
            if index > 0 && index % GROUP == 0 {
                shown.push('-');
            }
            shown.push(letter);
        }
        if let Some(fingerprint) = self.fingerprint {
            shown.push_str(FINGERPRINT);
            shown.push_str(&fingerprint.to_string());
        }
        shown
    }
}

impl FromStr for PairingCode {
    type Err = PairingCodeError;

    /// Reads what people type: small letters, other separators, `O` for zero, `I` and `L` for one.
    fn from_str(text: &str) -> Result<Self, PairingCodeError> {
        let (code, fingerprint) = match text.trim().split_once('#') {
            None => (text.trim(), None),
            Some((code, rest)) => {
                let digits = rest
                    .strip_prefix("sha256:")
                    .ok_or(PairingCodeError::Fingerprint)?;
                (code, Some(digits.parse()?))
            }
        };
        let code: String = code
            .chars()
            .filter(|c| !matches!(c, '-' | ' ' | '\u{2013}'))
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        let known = code.bytes().all(|byte| ALPHABET.contains(&byte));
        if code.len() != LENGTH || !known {
            return Err(PairingCodeError::Code);
        }
        Ok(Self {
            code: SecretString::new(code),
            fingerprint,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read_back_also_when_typed_sloppily() {
        let code = PairingCode::from_bits(u128::MAX / 3, Some(Fingerprint::new([0xab; 32])));
        let read: PairingCode = format!(" {}\n", code.shown()).parse().unwrap();
        assert!(read.canonical().matches(code.canonical().expose()));
        assert_eq!(read.fingerprint(), code.fingerprint());
        let sloppy: PairingCode = "oiL00 abcde-ABCDE-zzzzz".parse().unwrap();
        assert!(sloppy.canonical().matches("01100ABCDEABCDEZZZZZ"));
        assert_eq!(sloppy.shown(), "01100-ABCDE-ABCDE-ZZZZZ");
    }

    #[test]
    fn other_texts_are_refused() {
        assert_eq!(
            "".parse::<PairingCode>().unwrap_err(),
            PairingCodeError::Code
        );
        assert_eq!(
            "UUUUU-UUUUU-UUUUU-UUUUU"
                .parse::<PairingCode>()
                .unwrap_err(),
            PairingCodeError::Code
        );
        let half = "00000-00000-00000-00000#sha256:ab";
        assert_eq!(
            half.parse::<PairingCode>().unwrap_err(),
            PairingCodeError::Fingerprint
        );
        assert!("00000-00000-00000-00000".parse::<PairingCode>().is_ok());
    }

    #[test]
    fn every_one_of_the_hundred_bits_changes_the_code() {
        let zero = PairingCode::from_bits(0, None).shown();
        assert!((0..100).all(|bit| PairingCode::from_bits(1 << bit, None).shown() != zero));
    }
}
