//! RSA keys, and JSON Web Tokens signed with them.

use aws_lc_rs::digest;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A 2048-bit RSA key pair with the name under which it is published.
pub(crate) struct SigningKey {
    pair: RsaKeyPair,
    key_id: String,
}

impl SigningKey {
    pub(crate) fn generate() -> Result<Self, Unspecified> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
        let key_id = URL_SAFE_NO_PAD.encode(&sha256(pair.public_key().as_ref())[..12]);
        Ok(Self { pair, key_id })
    }

    /// A compact JWS over `claims`, RS256.
    pub(crate) fn sign(&self, kind: &str, claims: &Value) -> String {
        let header = json!({ "alg": "RS256", "typ": kind, "kid": self.key_id });
        let signed = format!(
            "{}.{}",
            encode(header.to_string()),
            encode(claims.to_string())
        );
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let done = self.pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            signed.as_bytes(),
            &mut signature,
        );
        debug_assert!(done.is_ok(), "a 2048-bit key signs any message");
        format!("{signed}.{}", encode(signature))
    }

    /// The public half as a JSON Web Key.
    pub(crate) fn public_jwk(&self) -> Value {
        let public = self.pair.public_key();
        json!({
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.key_id,
            "n": encode(public.modulus().big_endian_without_leading_zero()),
            "e": encode(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// The private half in PKCS #8.
    pub(crate) fn private_pem(&self) -> Result<String, Unspecified> {
        let der = AsDer::<Pkcs8V1Der<'static>>::as_der(&self.pair)?;
        Ok(pem("PRIVATE KEY", der.as_ref()))
    }

    /// The public half as a `SubjectPublicKeyInfo`.
    pub(crate) fn public_pem(&self) -> Result<String, Unspecified> {
        let der = AsDer::<PublicKeyX509Der<'static>>::as_der(self.pair.public_key())?;
        Ok(pem("PUBLIC KEY", der.as_ref()))
    }
}

/// The SHA-256 digest of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// Base64url without padding.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// `at_hash` of an access token: the left half of its digest.
pub(crate) fn at_hash(access_token: &str) -> String {
    encode(&sha256(access_token.as_bytes())[..16])
}

fn pem(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    let encoded = STANDARD.encode(der);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = tail;
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}
