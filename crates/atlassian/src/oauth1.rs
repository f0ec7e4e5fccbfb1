//! OAuth 1.0a with RSA-SHA1 (RFC 5849), two-legged, as application links want it.
//!
//! A product takes a request for two-legged OAuth only when `oauth_token` is present, signed and
//! empty. The user to act as stands in the query as `xoauth_requestor_id`, never in the header,
//! and is covered by the signature.

mod base_string;

use std::fmt::{self, Write as _};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gatewright_secret::SecretString;
use http::{HeaderValue, Method};
use rand::RngCore;
use rsa::pkcs1v15::SigningKey;
use rsa::signature::{RandomizedSigner, SignatureEncoding};
use rsa::traits::PublicKeyParts;
use sha1::Sha1;
use time::OffsetDateTime;
use url::Url;

use crate::key_pair::{KeyError, private_key};
use crate::product::{encoded, encoded_bytes};
use base_string::{Parameter, base_string, form_parameters, query_parameters};

/// The query parameter that names the user to act as.
pub const REQUESTOR: &str = "xoauth_requestor_id";

/// How far a product lets the clock of a signature be off, in seconds.
pub const CLOCK_WINDOW: i64 = 300;

/// Signs requests for one application link.
///
/// Cloning is cheap. A signature takes a millisecond or more of one core: on a reactor, wrap
/// [`Oauth1Signer::sign`] in `spawn_blocking`.
#[derive(Clone)]
pub struct Oauth1Signer {
    consumer_key: Arc<str>,
    key: Arc<SigningKey<Sha1>>,
}

/// Why a request was not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The request already says something that only the signer may say; a product takes the first
    /// of two, so signing it would let the caller choose whom the product sees.
    #[error("the request has a parameter that only the gateway may set: {name}")]
    ForeignParameter {
        /// The parameter.
        name: String,
    },
    /// Two users are named.
    #[error("the request names more than one user to act as")]
    TwoRequestors,
    /// The key could not sign.
    #[error("the private key could not sign")]
    Key,
}

impl Oauth1Signer {
    /// Takes a private key of at least 2048 bits as PEM, PKCS#8 or PKCS#1.
    pub fn new(
        consumer_key: impl AsRef<str>,
        private_key_pem: &SecretString,
    ) -> Result<Self, KeyError> {
        let key = private_key(private_key_pem)?;
        Ok(Self {
            consumer_key: Arc::from(consumer_key.as_ref()),
            key: Arc::new(SigningKey::new(key)),
        })
    }

    /// The consumer key that the application link knows.
    pub fn consumer_key(&self) -> &str {
        &self.consumer_key
    }

    /// The value of the `Authorization` header for a request; it is marked sensitive.
    ///
    /// The URL must be the one that the product believes it has: its own scheme, host, port and
    /// context path, with the user appended by [`append_requestor`]. `form_body` is the decoded
    /// `application/x-www-form-urlencoded` body, in its order. A nonce is good once.
    pub fn sign(
        &self,
        method: &Method,
        url: &Url,
        form_body: Option<&[(String, String)]>,
        now: OffsetDateTime,
        nonce: &str,
    ) -> Result<HeaderValue, SignError> {
        let form = form_body
            .unwrap_or_default()
            .iter()
            .map(|(name, value)| Parameter {
                name: name.as_bytes().to_vec(),
                value: value.as_bytes().to_vec(),
            });
        let mut parameters = query_parameters(url.query().unwrap_or_default());
        parameters.extend(form);
        self.sign_parameters(method, &base_uri(url), parameters, now, nonce)
    }

    /// The same for a request whose target must stay byte for byte as it came: `origin` is
    /// `scheme://host[:port]`, `target` the path and query, `form_body` the raw body.
    pub fn sign_raw(
        &self,
        method: &Method,
        origin: &Url,
        target: &str,
        form_body: Option<&[u8]>,
        now: OffsetDateTime,
        nonce: &str,
    ) -> Result<HeaderValue, SignError> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut parameters = query_parameters(query);
        parameters.extend(form_parameters(form_body.unwrap_or_default()));
        let uri = format!("{}{path}", origin.origin().ascii_serialization());
        self.sign_parameters(method, &uri, parameters, now, nonce)
    }

    fn sign_parameters(
        &self,
        method: &Method,
        base_uri: &str,
        mut parameters: Vec<Parameter>,
        now: OffsetDateTime,
        nonce: &str,
    ) -> Result<HeaderValue, SignError> {
        refuse_foreign(&parameters)?;
        let timestamp = now.unix_timestamp().to_string();
        let own = [
            ("oauth_consumer_key", self.consumer_key.as_ref()),
            ("oauth_token", ""),
            ("oauth_signature_method", "RSA-SHA1"),
            ("oauth_timestamp", timestamp.as_str()),
            ("oauth_nonce", nonce),
            ("oauth_version", "1.0"),
        ];
        parameters.extend(own.iter().map(|(name, value)| Parameter {
            name: name.as_bytes().to_vec(),
            value: value.as_bytes().to_vec(),
        }));
        let base = base_string(method, base_uri, &parameters);
        let signature = self
            .key
            .try_sign_with_rng(&mut Chance, base.as_bytes())
            .map_err(|_| SignError::Key)?
            .to_bytes();
        let mut header = String::from("OAuth ");
        for (name, value) in own {
            let _ = write!(header, "{name}=\"{}\", ", encoded(value));
        }
        let signature = encoded_bytes(STANDARD.encode(signature).as_bytes());
        let _ = write!(header, "oauth_signature=\"{signature}\"");
        let mut value = HeaderValue::try_from(header).map_err(|_| SignError::Key)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for Oauth1Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Oauth1Signer")
            .field("consumer_key", &self.consumer_key)
            .field("bits", &(self.key.as_ref().as_ref().size() * 8))
            .finish_non_exhaustive()
    }
}

/// Names the user to act as: the parameter goes to the end of the query, whose bytes stay.
pub fn append_requestor(url: &Url, user: &str) -> Url {
    let mut named = url.clone();
    let requestor = format!("{REQUESTOR}={}", encoded(user));
    let query = match url.query() {
        Some(query) if !query.is_empty() => format!("{query}&{requestor}"),
        Some(_) | None => requestor,
    };
    named.set_query(Some(&query));
    named
}

/// A nonce of 128 random bits.
pub fn nonce() -> String {
    let mut bytes = [0_u8; 16];
    rand::rng().fill_bytes(&mut bytes);
    hex::encode(bytes)
}

/// Scheme, host, port unless it is the scheme's own, and path (RFC 5849 §3.4.1.2).
fn base_uri(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

fn refuse_foreign(parameters: &[Parameter]) -> Result<(), SignError> {
    let mut requestors = 0;
    for parameter in parameters {
        if parameter.name == REQUESTOR.as_bytes() {
            requestors += 1;
        } else if parameter.name.to_ascii_lowercase().starts_with(b"oauth_") {
            let name = String::from_utf8_lossy(&parameter.name).into_owned();
            return Err(SignError::ForeignParameter { name });
        }
    }
    if requestors > 1 {
        Err(SignError::TwoRequestors)
    } else {
        Ok(())
    }
}

/// Random numbers for the blinding of signatures, which hides the time that they take.
struct Chance;

impl rsa::rand_core::RngCore for Chance {
    fn next_u32(&mut self) -> u32 {
        rand::rng().next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        rand::rng().next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl rsa::rand_core::CryptoRng for Chance {}

#[cfg(test)]
mod tests;
