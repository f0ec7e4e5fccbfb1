//! Certificates and keys of the listeners.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gatewright_admin_api::Fingerprint;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest as _, Sha256};

use crate::failure::{Failure, with_causes};

/// What a listener with TLS shows.
pub(crate) struct Tls {
    pub(crate) config: Arc<ServerConfig>,
    /// Of the first certificate, which clients meet.
    pub(crate) fingerprint: Fingerprint,
}

/// Reads a certificate chain and its key; both are given or neither.
pub(crate) fn load(
    certificate: Option<&PathBuf>,
    key: Option<&PathBuf>,
) -> Result<Option<Tls>, Failure> {
    let (Some(certificate), Some(key)) = (certificate, key) else {
        return Ok(None);
    };
    let chain = certificates(certificate)?;
    let fingerprint = chain
        .first()
        .map(|first| Fingerprint::new(Sha256::digest(first).into()));
    let Some(fingerprint) = fingerprint else {
        return Err(unusable(certificate, "it holds no certificate"));
    };
    let private =
        PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(key, &with_causes(&error)))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(certificate, &error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| unusable(certificate, &error.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Some(Tls {
        config: Arc::new(config),
        fingerprint,
    }))
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
