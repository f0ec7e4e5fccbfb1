//! A private key out of PEM or a JWK.

use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use gatewright_secret::Secret;
use serde_json::{Map, Value};

use super::{Pair, SigningKeyError};
use crate::algorithm::Algorithm;
use crate::strict;

pub(super) struct Found {
    pub(super) pair: Pair,
    pub(super) algorithm: Option<Algorithm>,
    pub(super) id: Option<String>,
}

pub(super) fn key(text: &str) -> Result<Found, SigningKeyError> {
    if text.starts_with('{') {
        let members = strict::object(text.as_bytes()).ok_or(SigningKeyError::NotAKey)?;
        return jwk(&members);
    }
    Ok(Found {
        pair: pem(text)?,
        algorithm: None,
        id: None,
    })
}

fn pem(text: &str) -> Result<Pair, SigningKeyError> {
    if text.contains("ENCRYPTED") {
        return Err(SigningKeyError::Encrypted);
    }
    let Some((label, body)) = block(text, "PRIVATE KEY-----") else {
        return Err(if text.contains("-----BEGIN PUBLIC KEY-----") {
            SigningKeyError::PublicKey
        } else {
            SigningKeyError::NotAKey
        });
    };
    let body: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let der = Secret::wrap(
        STANDARD
            .decode(body)
            .map_err(|_| SigningKeyError::NotAKey)?,
    );
    let der = der.expose().as_slice();
    let rsa = |pair: RsaKeyPair| Pair::Rsa(Box::new(pair));
    match label {
        "RSA " => RsaKeyPair::from_der(der).map(rsa).ok(),
        "EC " => elliptic(der),
        "" => RsaKeyPair::from_pkcs8(der)
            .map(rsa)
            .ok()
            .or_else(|| elliptic(der))
            .or_else(|| {
                Ed25519KeyPair::from_pkcs8_maybe_unchecked(der)
                    .map(Pair::Ed25519)
                    .ok()
            }),
        _ => None,
    }
    .ok_or(SigningKeyError::Unfit {
        reason: "it is damaged, too weak, or of a kind that is not supported",
    })
}

/// The block that ends its first line so, with what stands between `BEGIN` and that. An EC key may
/// come with its parameters in a block before it.
fn block<'a>(text: &'a str, ending: &str) -> Option<(&'a str, &'a str)> {
    text.split("-----BEGIN ").skip(1).find_map(|rest| {
        let (label, rest) = rest.split_once(ending)?;
        let (body, _) = rest.split_once("-----END ")?;
        (!label.contains('\n')).then_some((label, body))
    })
}

fn elliptic(der: &[u8]) -> Option<Pair> {
    EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, der)
        .map(Pair::P256)
        .or_else(|_| {
            EcdsaKeyPair::from_private_key_der(&ECDSA_P384_SHA384_FIXED_SIGNING, der)
                .map(Pair::P384)
        })
        .ok()
}

fn jwk(members: &Map<String, Value>) -> Result<Found, SigningKeyError> {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    if text("kty").is_none() {
        return Err(SigningKeyError::NotAKey);
    }
    if !members.contains_key("d") {
        return Err(SigningKeyError::PublicKey);
    }
    let unfit = |reason| SigningKeyError::Unfit { reason };
    let number = |name: &str| {
        text(name)
            .and_then(|value| URL_SAFE_NO_PAD.decode(value.trim_end_matches('=')).ok())
            .map(Secret::wrap)
            .ok_or(unfit("a number of it is missing or cannot be read"))
    };
    let algorithm = match text("alg") {
        None => None,
        Some(name) => Some(
            name.parse::<Algorithm>()
                .map_err(|_| unfit("it is for an algorithm that is not supported"))?,
        ),
    };
    let inconsistent = |_| unfit("its numbers do not fit together, or it is too weak");
    let pair = match (text("kty"), text("crv")) {
        (Some("RSA"), _) => {
            let mut content = integer(&[0]);
            for name in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
                content.extend(integer(number(name)?.expose()));
            }
            let der = Secret::wrap(element(0x30, &content));
            RsaKeyPair::from_der(der.expose())
                .map(|pair| Pair::Rsa(Box::new(pair)))
                .map_err(inconsistent)?
        }
        (Some("EC"), Some(curve @ ("P-256" | "P-384"))) => {
            let size = if curve == "P-256" { 32 } else { 48 };
            let (x, y, d) = (number("x")?, number("y")?, number("d")?);
            if [&x, &y, &d].iter().any(|part| part.expose().len() != size) {
                return Err(unfit("a number of it has not the size of its curve"));
            }
            let point = [&[4], x.expose().as_slice(), y.expose()].concat();
            if curve == "P-256" {
                EcdsaKeyPair::from_private_key_and_public_key(
                    &ECDSA_P256_SHA256_FIXED_SIGNING,
                    d.expose(),
                    &point,
                )
                .map(Pair::P256)
                .map_err(inconsistent)?
            } else {
                EcdsaKeyPair::from_private_key_and_public_key(
                    &ECDSA_P384_SHA384_FIXED_SIGNING,
                    d.expose(),
                    &point,
                )
                .map(Pair::P384)
                .map_err(inconsistent)?
            }
        }
        (Some("OKP"), Some("Ed25519")) => {
            Ed25519KeyPair::from_seed_and_public_key(number("d")?.expose(), number("x")?.expose())
                .map(Pair::Ed25519)
                .map_err(inconsistent)?
        }
        _ => return Err(unfit("it is of a kind that is not supported")),
    };
    Ok(Found {
        pair,
        algorithm,
        id: text("kid").map(str::to_owned),
    })
}

/// A DER integer that is not negative.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0);
    let digits = start.map_or(&[][..], |start| &bytes[start..]);
    let mut content = Vec::with_capacity(digits.len() + 1);
    if digits.first().is_none_or(|first| first & 0x80 != 0) {
        content.push(0);
    }
    content.extend_from_slice(digits);
    element(0x02, &content)
}

/// A DER element.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let start = length
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(length.len() - 1);
    let length = &length[start..];
    let mut out = vec![tag];
    if length.len() == 1 && length[0] < 0x80 {
        out.push(length[0]);
    } else {
        out.push(0x80 | u8::try_from(length.len()).unwrap_or(8));
        out.extend_from_slice(length);
    }
    out.extend_from_slice(content);
    out
}
