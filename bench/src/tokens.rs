//! Tokens of a provider that signs, and the key it signs with.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
use serde_json::json;

/// An RSA key of 2048 bits.
pub(crate) struct Signer {
    key: EncodingKey,
    /// Its public half, PEM.
    pub(crate) public_pem: String,
    /// Its private half, PEM.
    pub(crate) private_pem: String,
}

impl Signer {
    /// Makes a key.
    pub(crate) fn generate() -> Result<Self> {
        let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048)?;
        let private_pem = key.to_pkcs8_pem(LineEnding::LF)?.to_string();
        Ok(Self {
            key: EncodingKey::from_rsa_pem(private_pem.as_bytes())?,
            public_pem: key.to_public_key().to_public_key_pem(LineEnding::LF)?,
            private_pem,
        })
    }

    /// A token for a user, good for a day; `number` makes it differ from all others.
    pub(crate) fn token(&self, user: &str, number: usize) -> Result<String> {
        let now = now();
        let claims = json!({
            "iss": "https://issuer.example", "aud": "bench", "sub": user, "iat": now,
            "exp": now + 86_400, "jti": format!("{number:08}"),
        });
        Ok(encode(&Header::new(Algorithm::RS256), &claims, &self.key)?)
    }

    /// Many tokens, made on both cores.
    pub(crate) fn tokens(&self, user: &str, count: usize) -> Result<Vec<String>> {
        std::thread::scope(|scope| {
            let halves = [0..count / 2, count / 2..count].map(|half| {
                scope.spawn(move || {
                    half.map(|number| self.token(user, number))
                        .collect::<Result<Vec<_>>>()
                })
            });
            let mut all = Vec::with_capacity(count);
            for half in halves {
                all.extend(
                    half.join()
                        .map_err(|_| anyhow::anyhow!("signing broke"))??,
                );
            }
            Ok(all)
        })
    }

    /// How long one RSA-SHA1 signature takes on this core, in microseconds: the median of many.
    pub(crate) fn bare_signature(&self) -> Result<f64> {
        use rsa::pkcs8::DecodePrivateKey as _;
        use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _};
        let key = rsa::pkcs1v15::SigningKey::<sha1::Sha1>::new(RsaPrivateKey::from_pkcs8_pem(
            &self.private_pem,
        )?);
        let mut took: Vec<f64> = (0..200)
            .map(|number: u32| {
                let started = std::time::Instant::now();
                let signature =
                    key.sign_with_rng(&mut rsa::rand_core::OsRng, &number.to_be_bytes());
                assert!(!signature.to_bytes().is_empty(), "a signature has bytes");
                started.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        took.sort_by(f64::total_cmp);
        Ok(took[took.len() / 2])
    }
}

#[expect(clippy::disallowed_methods, reason = "tokens are good now")]
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
