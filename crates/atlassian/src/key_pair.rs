//! The key pair of an application link, as PEM.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gatewright_secret::SecretString;
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey};
use rsa::traits::PublicKeyParts;
use sha2::{Digest, Sha256};

const SMALLEST_KEY: usize = 2048;

/// A private key and what the product must know of it.
#[derive(Clone, Debug)]
pub struct KeyPair {
    /// The private half, PKCS#8 in PEM.
    pub private_pem: SecretString,
    /// The public half, `SubjectPublicKeyInfo` in PEM.
    pub public_pem: String,
    /// SHA-256 of the public half's DER: sixteen groups of four digits, `7F3A 19C4 …`.
    pub fingerprint_sha256: String,
}

/// Why a private key is of no use for signing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no PEM block with a private key in it.
    #[error("this is no private key in PEM")]
    NotPem,
    /// It is a public key or a certificate.
    #[error("this is a public key or a certificate, and the private key is needed")]
    PublicHalf,
    /// It is encrypted with a passphrase.
    #[error("the private key is encrypted with a passphrase")]
    Encrypted,
    /// It is a key of another kind, or damaged.
    #[error("this is no RSA private key, or it is damaged")]
    NotRsa,
    /// It is too short to be safe.
    #[error("the key has fewer than {SMALLEST_KEY} bits: {bits}")]
    TooShort {
        /// Its length in bits.
        bits: usize,
    },
    /// No key could be made.
    #[error("no key pair could be made")]
    Generation,
}

impl KeyError {
    /// What to try.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotPem => {
                "Paste the whole file, from -----BEGIN PRIVATE KEY----- to the last dash."
            }
            Self::PublicHalf => "Paste the file whose first line says PRIVATE KEY.",
            Self::Encrypted => "Decrypt it first: openssl pkey -in key.pem -out plain.pem",
            Self::NotRsa => "Application links know RSA keys only. Make a new pair here.",
            Self::TooShort { .. } => {
                "Make a new pair of 2048 bits and put its public key into the link."
            }
            Self::Generation => "Try again; this computer gave no random numbers.",
        }
    }
}

impl KeyPair {
    /// Makes a pair of 2048 bits. It takes a tenth of a second or more: not for a reactor.
    pub fn generate() -> Result<Self, KeyError> {
        let pair = aws_lc_rs::rsa::KeyPair::generate(KeySize::Rsa2048)
            .map_err(|_| KeyError::Generation)?;
        let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Generation)?;
        let public: PublicKeyX509Der<'_> = pair
            .public_key()
            .as_der()
            .map_err(|_| KeyError::Generation)?;
        Ok(Self::from_der(
            SecretString::new(pem("PRIVATE KEY", private.as_ref())),
            public.as_ref(),
        ))
    }

    /// Takes over a private key that was made elsewhere, PKCS#8 or PKCS#1.
    pub fn from_private_pem(private_pem: &SecretString) -> Result<Self, KeyError> {
        let key = private_key(private_pem)?;
        let public = key
            .to_public_key()
            .to_public_key_der()
            .map_err(|_| KeyError::NotRsa)?;
        Ok(Self::from_der(private_pem.clone(), public.as_bytes()))
    }

    /// The public half without the lines around it, as application links also take it.
    pub fn public_body(&self) -> String {
        self.public_pem
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .collect()
    }

    fn from_der(private_pem: SecretString, public_der: &[u8]) -> Self {
        Self {
            private_pem,
            public_pem: pem("PUBLIC KEY", public_der),
            fingerprint_sha256: fingerprint(public_der),
        }
    }
}

/// Reads an RSA private key that is long enough.
pub(crate) fn private_key(pem: &SecretString) -> Result<RsaPrivateKey, KeyError> {
    let text = pem.expose().trim();
    if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(KeyError::Encrypted);
    }
    let key = if text.contains("BEGIN RSA PRIVATE KEY") {
        RsaPrivateKey::from_pkcs1_pem(text).map_err(|_| KeyError::NotRsa)?
    } else if text.contains("PRIVATE KEY-----") {
        RsaPrivateKey::from_pkcs8_pem(text).map_err(|_| KeyError::NotRsa)?
    } else if text.contains("PUBLIC KEY-----") || text.contains("BEGIN CERTIFICATE") {
        return Err(KeyError::PublicHalf);
    } else {
        return Err(KeyError::NotPem);
    };
    let bits = key.n().bits();
    if bits < SMALLEST_KEY {
        return Err(KeyError::TooShort { bits });
    }
    Ok(key)
}

fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text + "-----END " + label + "-----\n"
}

fn fingerprint(der: &[u8]) -> String {
    let digits: Vec<String> = Sha256::digest(der)
        .chunks(2)
        .map(hex::encode_upper)
        .collect();
    digits.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_pair_is_read_back_with_the_same_public_half() {
        let pair = KeyPair::generate().unwrap();
        let read = KeyPair::from_private_pem(&pair.private_pem).unwrap();
        assert_eq!(read.public_pem, pair.public_pem);
        assert_eq!(read.fingerprint_sha256, pair.fingerprint_sha256);
        assert!(
            pair.public_pem
                .starts_with("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqh")
        );
        assert!(pair.public_body().starts_with("MIIBIjANBgkqh"));
        assert!(!pair.public_body().contains('\n'));
        assert_eq!(pair.fingerprint_sha256.split(' ').count(), 16);
        assert!(
            pair.fingerprint_sha256
                .split(' ')
                .all(|group| group.len() == 4)
        );
        assert!(!format!("{pair:?}").contains("PRIVATE"));
    }

    #[test]
    fn what_is_no_usable_key_is_told_apart() {
        let refused = |text: &str| private_key(&SecretString::new(text)).unwrap_err();
        assert_eq!(refused("hello"), KeyError::NotPem);
        assert_eq!(
            refused(&KeyPair::generate().unwrap().public_pem),
            KeyError::PublicHalf
        );
        assert_eq!(
            refused("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"),
            KeyError::Encrypted
        );
        assert_eq!(
            refused("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
            KeyError::NotRsa
        );
        assert_eq!(
            refused(include_str!("../fixtures/keys/rsa-1024.pem")),
            KeyError::TooShort { bits: 1024 }
        );
        assert_eq!(
            refused(include_str!("../fixtures/keys/elliptic-curve.pem")),
            KeyError::NotRsa
        );
    }

    #[test]
    fn both_pem_forms_of_one_key_have_the_fingerprint_that_openssl_computes() {
        let pkcs8 = SecretString::new(include_str!("../fixtures/keys/rsa-2048-pkcs8.pem"));
        let pkcs1 = SecretString::new(include_str!("../fixtures/keys/rsa-2048-pkcs1.pem"));
        let pkcs8 = KeyPair::from_private_pem(&pkcs8).unwrap();
        let pkcs1 = KeyPair::from_private_pem(&pkcs1).unwrap();
        assert_eq!(pkcs8.fingerprint_sha256, pkcs1.fingerprint_sha256);
        assert_eq!(
            pkcs8.fingerprint_sha256,
            "311F F529 77FF 5147 8A04 B766 99CA FC73 258A CC61 7585 CDDA 6AF0 6121 2D5A 263A"
        );
    }
}
