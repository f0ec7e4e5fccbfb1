//! Whom we trust: the platform's authorities plus chosen ones, or one pinned certificate.

use std::sync::{Arc, OnceLock};
use std::{fmt, iter};

use gatewright_limits::count::CERTIFICATES;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, SignatureScheme,
};
use rustls_platform_verifier::Verifier;
use sha2::{Digest, Sha256};

use crate::certificate::ShownCertificate;
use crate::client::ClientError;
use crate::network::Network;

/// The TLS side of a client: TLS 1.2 and 1.3, certificates always checked.
pub(crate) fn tls(network: &Network) -> Result<ClientConfig, ClientError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let chosen = match network.pinned_sha256 {
        Some(_) => Vec::new(),
        None => chosen(network.ca_pem.as_deref(), &provider)?,
    };
    let judge = match network.pinned_sha256 {
        Some(fingerprint) => Judge::Pinned(fingerprint),
        None => Judge::Platform(OnceLock::new()),
    };
    let verifier = Arc::new(Explained {
        judge,
        chosen,
        provider: Arc::clone(&provider),
    });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|source| ClientError::Tls {
            detail: source.to_string(),
        })?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match &network.identity {
        None => config.with_no_client_auth(),
        Some(identity) => {
            let chain = CertificateDer::pem_slice_iter(identity.chain_pem.as_bytes())
                .collect::<Result<Vec<_>, _>>()
                .map_err(|_| ClientError::IdentityUnreadable)?;
            let key = PrivateKeyDer::from_pem_slice(identity.key_pem.expose().as_bytes())
                .map_err(|_| ClientError::IdentityUnreadable)?;
            config
                .with_client_auth_cert(chain, key)
                .map_err(|_| ClientError::IdentityUnreadable)?
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The certificates that were chosen to be trusted.
fn chosen(
    ca_pem: Option<&str>,
    provider: &Arc<CryptoProvider>,
) -> Result<Vec<CertificateDer<'static>>, ClientError> {
    let mut chosen = Vec::new();
    if let Some(pem) = ca_pem {
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            chosen.push(certificate.map_err(|_| ClientError::CaUnreadable)?);
        }
        if chosen.is_empty() {
            return Err(ClientError::CaUnreadable);
        }
        // A text that holds PEM blocks which are no certificates is refused here and not at the
        // first call.
        let mut roots = rustls::RootCertStore::empty();
        for certificate in &chosen {
            roots
                .add(certificate.clone())
                .map_err(|_| ClientError::CaUnreadable)?;
        }
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
            .build()
            .map_err(|_| ClientError::CaUnreadable)?;
    }
    Ok(chosen)
}

/// Who decides about a certificate.
#[derive(Debug)]
enum Judge {
    /// The platform's authorities are hundreds of files: they are read for the first certificate,
    /// and not for a call that shows none. A machine without any authority can still talk plain HTTP
    /// to itself; every TLS connection is then refused as not trusted.
    Platform(OnceLock<Option<Verifier>>),
    Pinned([u8; 32]),
}

/// A verifier whose refusals say what the certificate says of itself.
#[derive(Debug)]
struct Explained {
    judge: Judge,
    chosen: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

/// A refused certificate.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) cause: Error,
    /// What the server showed, its own certificate first.
    pub(crate) chain: Vec<ShownCertificate>,
    pub(crate) pinned: bool,
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "certificate refused: {}", self.cause)
    }
}

impl std::error::Error for Refused {}

impl Explained {
    fn platform(&self) -> Option<Verifier> {
        Verifier::new_with_extra_roots(self.chosen.clone(), Arc::clone(&self.provider)).ok()
    }

    /// Whether a certificate that was refused for its place in the chain, and for nothing else, is
    /// byte for byte one that was chosen to be trusted: a server that shows its own self-signed
    /// authority. Whoever has that key could issue any certificate, so nothing is given away. Its
    /// name and its time are checked here, and the handshake proves that the server has the key.
    fn is_chosen_itself(
        &self,
        cause: &Error,
        end_entity: &CertificateDer<'_>,
        server_name: &ServerName<'_>,
        now: UnixTime,
    ) -> bool {
        let for_its_place = matches!(
            cause,
            Error::InvalidCertificate(CertificateError::Other(_) | CertificateError::UnknownIssuer)
        );
        let is_chosen = self.chosen.iter().any(|chosen| chosen == end_entity);
        let has_name = ParsedCertificate::try_from(end_entity)
            .and_then(|parsed| verify_server_name(&parsed, server_name))
            .is_ok();
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let is_current = ShownCertificate::of(end_entity.as_ref()).is_current(now);
        for_its_place && is_chosen && has_name && is_current
    }
}

impl ServerCertVerifier for Explained {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let judged = match &self.judge {
            Judge::Platform(verifier) => match verifier.get_or_init(|| self.platform()) {
                Some(verifier) => verifier.verify_server_cert(
                    end_entity,
                    intermediates,
                    server_name,
                    ocsp_response,
                    now,
                ),
                None => Err(CertificateError::UnknownIssuer.into()),
            },
            Judge::Pinned(fingerprint) => {
                if Sha256::digest(end_entity.as_ref()).as_slice() == fingerprint {
                    Ok(ServerCertVerified::assertion())
                } else {
                    Err(CertificateError::ApplicationVerificationFailure.into())
                }
            }
        };
        judged.or_else(|cause| {
            if self.is_chosen_itself(&cause, end_entity, server_name, now) {
                return Ok(ServerCertVerified::assertion());
            }
            let refused = Refused {
                cause,
                chain: iter::once(end_entity)
                    .chain(intermediates)
                    .take(CERTIFICATES)
                    .map(|certificate| ShownCertificate::of(certificate.as_ref()))
                    .collect(),
                pinned: matches!(self.judge, Judge::Pinned(_)),
            };
            Err(CertificateError::Other(OtherError(Arc::new(refused))).into())
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
