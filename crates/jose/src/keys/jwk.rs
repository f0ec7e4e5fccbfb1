//! One key of a JWK set (RFC 7517, RFC 7518 §6).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde_json::{Map, Value};

use super::fitness::{ed25519_is_fit, rsa_is_fit};
use super::{Family, Key};
use crate::algorithm::Algorithm;

/// Reads a key, or says why it is not used.
pub(super) fn key(members: &Map<String, Value>) -> Result<Key, &'static str> {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    if members.get("use").is_some() && text("use") != Some("sig") {
        return Err("it is not for signatures");
    }
    if let Some(operations) = members.get("key_ops") {
        let verifies = operations
            .as_array()
            .is_some_and(|list| list.iter().any(|operation| operation == "verify"));
        if !verifies {
            return Err("it is not for verifying");
        }
    }
    if members.contains_key("d") || members.contains_key("k") {
        return Err("it is not a public key");
    }
    let algorithm = match members.get("alg") {
        None => None,
        Some(name) => Some(
            name.as_str()
                .and_then(|name| name.parse::<Algorithm>().ok())
                .ok_or("it is for an algorithm that is not supported")?,
        ),
    };
    let bytes = |name: &str| {
        text(name)
            .and_then(|value| URL_SAFE_NO_PAD.decode(value).ok())
            .ok_or("a number of it cannot be read")
    };
    let (family, decoding) = match (text("kty"), text("crv")) {
        (Some("RSA"), _) => {
            let (modulus, exponent) = (bytes("n")?, bytes("e")?);
            rsa_is_fit(&modulus, &exponent)?;
            (
                Family::Rsa,
                DecodingKey::from_rsa_raw_components(&modulus, &exponent),
            )
        }
        (Some("EC"), Some(curve @ ("P-256" | "P-384"))) => {
            let (family, size) = if curve == "P-256" {
                (Family::P256, 32)
            } else {
                (Family::P384, 48)
            };
            let (x, y) = (bytes("x")?, bytes("y")?);
            if x.len() != size || y.len() != size {
                return Err("its point is not on its curve");
            }
            let mut point = vec![4];
            point.extend(x);
            point.extend(y);
            (family, DecodingKey::from_ec_der(&point))
        }
        (Some("OKP"), Some("Ed25519")) => {
            let x = bytes("x")?;
            ed25519_is_fit(&x)?;
            (Family::Ed25519, DecodingKey::from_ed_der(&x))
        }
        (Some("oct"), _) => return Err("it is not a public key"),
        _ => return Err("it is of a kind that is not supported"),
    };
    if algorithm.is_some_and(|algorithm| Family::of(algorithm) != family) {
        return Err("its kind and its algorithm do not go together");
    }
    let id = match members.get("kid") {
        None => None,
        Some(Value::String(id)) => Some(id.clone()),
        Some(
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_),
        ) => return Err("its name is not a text"),
    };
    Ok(Key {
        id,
        family,
        algorithm,
        decoding,
    })
}
