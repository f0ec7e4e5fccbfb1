//! One pasted key in PEM form.

use jsonwebtoken::DecodingKey;

use super::fitness::{ed25519_is_fit, rsa_is_fit};
use super::{Family, Key, KeySetError};

/// Reads a public key of any kind that is supported.
pub(super) fn key(pem: &str) -> Result<Key, KeySetError> {
    if pem.contains("PRIVATE KEY") {
        return Err(KeySetError::PrivateKey);
    }
    let pem = pem.trim().as_bytes();
    let unfit = |reason| KeySetError::Unfit { reason };
    let (family, decoding) = if let Ok(key) = DecodingKey::from_rsa_pem(pem) {
        let der = key.try_get_as_bytes().map_err(|_| KeySetError::NotPem)?;
        let (modulus, exponent) = rsa_numbers(der).ok_or(KeySetError::NotPem)?;
        rsa_is_fit(modulus, exponent).map_err(unfit)?;
        (Family::Rsa, key)
    } else if let Ok(key) = DecodingKey::from_ec_pem(pem) {
        let family = match key
            .try_get_as_bytes()
            .map_err(|_| KeySetError::NotPem)?
            .len()
        {
            65 => Family::P256,
            97 => Family::P384,
            _ => return Err(unfit("it is of a kind that is not supported")),
        };
        (family, key)
    } else if let Ok(key) = DecodingKey::from_ed_pem(pem) {
        ed25519_is_fit(key.try_get_as_bytes().map_err(|_| KeySetError::NotPem)?).map_err(unfit)?;
        (Family::Ed25519, key)
    } else {
        return Err(KeySetError::NotPem);
    };
    Ok(Key {
        id: None,
        family,
        algorithm: None,
        decoding,
    })
}

/// The two numbers of an RSA public key in its DER form (RFC 8017 A.1.1).
fn rsa_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (content, _) = element(der, 0x30)?;
    let (modulus, rest) = element(content, 0x02)?;
    let (exponent, _) = element(rest, 0x02)?;
    Some((modulus, exponent))
}

fn element(input: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = input.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 || rest.len() < count {
            return None;
        }
        length = rest[..count]
            .iter()
            .fold(0, |sum, byte| (sum << 8) | usize::from(*byte));
        rest = &rest[count..];
    }
    (found == tag && rest.len() >= length).then(|| rest.split_at(length))
}
