//! Signing as a client: a private key that never leaves this value.

mod read;

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatewright_secret::SecretString;
use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::algorithm::Algorithm;
use crate::keys::Family;

/// Why a text is no private key to sign with.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SigningKeyError {
    /// It is neither PEM nor a JWK.
    #[error("not a private key: neither PEM nor a JSON Web Key")]
    NotAKey,
    /// It is the public half.
    #[error("this is a public key, and the private one is needed here")]
    PublicKey,
    /// It is encrypted with a passphrase.
    #[error("the private key is encrypted with a passphrase")]
    Encrypted,
    /// Its numbers cannot be read, do not fit together, or are too weak.
    #[error("the private key cannot be used: {reason}")]
    Unfit {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// It cannot sign with the algorithm that was chosen.
    #[error("this private key cannot sign with {algorithm}")]
    OtherAlgorithm {
        /// What was chosen.
        algorithm: Algorithm,
    },
}

impl SigningKeyError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotAKey => {
                "Paste the whole key, from -----BEGIN PRIVATE KEY----- to the end, or a JWK with its private members."
            }
            Self::PublicKey => {
                "Give the provider the public key, and this program the private one."
            }
            Self::Encrypted => {
                "Take the passphrase away first: openssl pkcs8 -in key.pem -out plain.pem; it is sealed again when it is kept here."
            }
            Self::Unfit { .. } => "Make a new key: RSA with 2048 bits or more, or EC on P-256.",
            Self::OtherAlgorithm { .. } => {
                "Choose RS256 or PS256 for an RSA key, and ES256 for an EC key on P-256."
            }
        }
    }
}

/// The signature could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the signature could not be made")]
pub struct SigningError;

enum Pair {
    Rsa(Box<RsaKeyPair>),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Pair {
    fn family(&self) -> Family {
        match self {
            Self::Rsa(_) => Family::Rsa,
            Self::P256(_) => Family::P256,
            Self::P384(_) => Family::P384,
            Self::Ed25519(_) => Family::Ed25519,
        }
    }

    fn usual_algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa(_) => Algorithm::Rs256,
            Self::P256(_) => Algorithm::Es256,
            Self::P384(_) => Algorithm::Es384,
            Self::Ed25519(_) => Algorithm::EdDsa,
        }
    }
}

/// A private key with its algorithm and its name. Nothing of it is shown by `Debug` but those.
pub struct SigningKey {
    pair: Pair,
    algorithm: Algorithm,
    id: Option<String>,
}

impl SigningKey {
    /// Reads a private key in PEM form (PKCS#8, PKCS#1, SEC 1) or as a JWK. Without an algorithm
    /// the key's own is taken, or the usual one of its kind; a name that is given goes before the
    /// one in the key.
    pub fn read(
        text: &SecretString,
        algorithm: Option<Algorithm>,
        id: Option<String>,
    ) -> Result<Self, SigningKeyError> {
        let found = read::key(text.expose().trim())?;
        let algorithm = algorithm
            .or(found.algorithm)
            .unwrap_or(found.pair.usual_algorithm());
        if Family::of(algorithm) != found.pair.family() {
            return Err(SigningKeyError::OtherAlgorithm { algorithm });
        }
        Ok(Self {
            pair: found.pair,
            algorithm,
            id: id.filter(|id| !id.is_empty()).or(found.id),
        })
    }

    /// With which algorithm it signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its name, as the other side knows it.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Signs claims into a compact JWT.
    pub fn sign(&self, claims: &Map<String, Value>) -> Result<SecretString, SigningError> {
        let mut header = json!({"alg": self.algorithm.name(), "typ": "JWT"});
        if let Some(id) = &self.id {
            header["kid"] = Value::String(id.clone());
        }
        let claims = serde_json::to_string(claims).map_err(|_| SigningError)?;
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims)
        );
        let signature = self.signature(signed.as_bytes())?;
        Ok(SecretString::new(format!(
            "{signed}.{}",
            URL_SAFE_NO_PAD.encode(signature)
        )))
    }

    /// The public half as a JWK, for the client's registration.
    pub fn public_jwk(&self) -> Value {
        let number = |bytes: &[u8]| Value::String(URL_SAFE_NO_PAD.encode(bytes));
        let mut jwk = match &self.pair {
            Pair::Rsa(pair) => {
                let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                json!({"kty": "RSA", "n": number(&public.n), "e": number(&public.e)})
            }
            Pair::P256(pair) => curve("P-256", pair.public_key().as_ref()),
            Pair::P384(pair) => curve("P-384", pair.public_key().as_ref()),
            Pair::Ed25519(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": number(pair.public_key().as_ref())})
            }
        };
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(self.algorithm.name());
        if let Some(id) = &self.id {
            jwk["kid"] = json!(id);
        }
        jwk
    }

    fn signature(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let encoding: &'static dyn RsaEncoding = match self.algorithm {
                    Algorithm::Rs256 => &RSA_PKCS1_SHA256,
                    Algorithm::Rs384 => &RSA_PKCS1_SHA384,
                    Algorithm::Rs512 => &RSA_PKCS1_SHA512,
                    Algorithm::Ps256 => &RSA_PSS_SHA256,
                    Algorithm::Ps384 => &RSA_PSS_SHA384,
                    Algorithm::Ps512 => &RSA_PSS_SHA512,
                    Algorithm::Es256 | Algorithm::Es384 | Algorithm::EdDsa => {
                        return Err(SigningError);
                    }
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, message, &mut signature)
                    .map_err(|_| SigningError)?;
                Ok(signature)
            }
            Pair::P256(pair) | Pair::P384(pair) => pair
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| SigningError),
            Pair::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }
}

/// An uncompressed point (SEC 1 §2.3.3) as a JWK.
fn curve(name: &str, point: &[u8]) -> Value {
    let (x, y) = point
        .get(1..)
        .unwrap_or_default()
        .split_at(point.len().saturating_sub(1) / 2);
    json!({"kty": "EC", "crv": name, "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y)})
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SigningKey")
            .field("algorithm", &self.algorithm)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
