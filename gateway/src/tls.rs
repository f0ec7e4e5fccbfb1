//! Certificates and keys of the listeners, read again when their files change.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use gatewright_admin_api::Fingerprint;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};

use crate::failure::{Failure, with_causes};
use crate::file::{Stamp, stamp};

/// What a listener with TLS shows.
#[derive(Clone)]
pub(crate) struct Tls {
    pub(crate) config: Arc<ServerConfig>,
    pub(crate) certificates: Arc<Certificates>,
}

/// A certificate chain and its key in two files. Handshakes take whatever is in force; the pair is
/// replaced as one, and a pair that does not do leaves the old one in force.
#[derive(Debug)]
pub(crate) struct Certificates {
    chain: PathBuf,
    key: PathBuf,
    seen: Mutex<[Option<Stamp>; 2]>,
    shown: ArcSwap<CertifiedKey>,
}

/// Reads a certificate chain and its key; both are given or neither.
pub(crate) fn load(chain: Option<&PathBuf>, key: Option<&PathBuf>) -> Result<Option<Tls>, Failure> {
    let (Some(chain), Some(key)) = (chain, key) else {
        return Ok(None);
    };
    let seen = [stamp(chain), stamp(key)];
    let certificates = Arc::new(Certificates {
        shown: ArcSwap::from_pointee(pair(chain, key)?),
        chain: chain.clone(),
        key: key.clone(),
        seen: Mutex::new(seen),
    });
    let resolver: Arc<dyn ResolvesServerCert> = Arc::<Certificates>::clone(&certificates);
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(chain, &error.to_string()))?
        .with_no_client_auth()
        .with_cert_resolver(resolver);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Some(Tls {
        config: Arc::new(config),
        certificates,
    }))
}

impl Certificates {
    /// Reads both files again if one of them changed; absent: nothing changed.
    pub(crate) fn reload(&self) -> Option<Result<(), Failure>> {
        let now = [stamp(&self.chain), stamp(&self.key)];
        {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if *seen == now {
                return None;
            }
            *seen = now;
        }
        Some(pair(&self.chain, &self.key).map(|pair| self.shown.store(Arc::new(pair))))
    }

    /// Of the first certificate, which clients meet.
    pub(crate) fn fingerprint(&self) -> Option<Fingerprint> {
        let shown = self.shown.load();
        let first = shown.cert.first()?;
        Some(Fingerprint::new(Sha256::digest(first).into()))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown.load_full())
    }
}

/// Reads the pair, and that the key is the certificate's.
fn pair(chain: &Path, key: &Path) -> Result<CertifiedKey, Failure> {
    let certificates = certificates(chain)?;
    if certificates.is_empty() {
        return Err(unusable(chain, "it holds no certificate"));
    }
    let private =
        PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(key, &with_causes(&error)))?;
    CertifiedKey::from_der(certificates, private, &aws_lc_rs::default_provider())
        .map_err(|error| unusable(chain, &error.to_string()))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let pem = fs::read(path).map_err(|error| unusable(path, &error.to_string()))?;
    CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(path, &error.to_string()))
}

fn unusable(path: &Path, why: &str) -> Failure {
    let message = format!("cannot use {} for TLS: {why}", path.display());
    Failure::usage("tls", message).hint("give a PEM certificate chain and its private key")
}
