//! Whom we trust: the platform's authorities plus chosen ones, or one pinned certificate.

use std::fmt;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, SignatureScheme,
};
use rustls_platform_verifier::Verifier;
use sha2::{Digest, Sha256};

use crate::client::ClientError;
use crate::network::Network;

/// The TLS side of a client: TLS 1.2 and 1.3, certificates always checked.
pub(crate) fn tls(network: &Network) -> Result<ClientConfig, ClientError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let judge = match network.pinned_sha256 {
        Some(fingerprint) => Judge::Pinned(fingerprint),
        None => authorities(network.ca_pem.as_deref(), &provider)?,
    };
    let verifier = Arc::new(Explained {
        judge,
        provider: Arc::clone(&provider),
    });
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|source| ClientError::Tls {
            detail: source.to_string(),
        })?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn authorities(ca_pem: Option<&str>, provider: &Arc<CryptoProvider>) -> Result<Judge, ClientError> {
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
    let platform = Verifier::new_with_extra_roots(chosen, Arc::clone(provider));
    // A machine without any authority can still talk plain HTTP to itself; every TLS connection is
    // then refused as not trusted.
    Ok(platform.map_or(Judge::Nobody, Judge::Platform))
}

/// Who decides about a certificate.
#[derive(Debug)]
enum Judge {
    Platform(Verifier),
    Pinned([u8; 32]),
    Nobody,
}

/// A verifier whose refusals say what the certificate says of itself.
#[derive(Debug)]
struct Explained {
    judge: Judge,
    provider: Arc<CryptoProvider>,
}

/// A refused certificate.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) cause: Error,
    pub(crate) subject: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) self_signed: bool,
    pub(crate) pinned: bool,
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "certificate refused: {}", self.cause)
    }
}

impl std::error::Error for Refused {}

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
            Judge::Platform(verifier) => verifier.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ),
            Judge::Pinned(fingerprint) => {
                if Sha256::digest(end_entity.as_ref()).as_slice() == fingerprint {
                    Ok(ServerCertVerified::assertion())
                } else {
                    Err(CertificateError::ApplicationVerificationFailure.into())
                }
            }
            Judge::Nobody => Err(CertificateError::UnknownIssuer.into()),
        };
        judged.map_err(|cause| {
            let names = names(end_entity.as_ref());
            let refused = Refused {
                cause,
                self_signed: names
                    .as_ref()
                    .is_some_and(|names| names.issuer == names.subject),
                subject: names.as_ref().and_then(|names| common_name(names.subject)),
                issuer: names.as_ref().and_then(|names| common_name(names.issuer)),
                pinned: matches!(self.judge, Judge::Pinned(_)),
            };
            CertificateError::Other(OtherError(Arc::new(refused))).into()
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

/// The two names in a certificate, as they are encoded.
struct Names<'a> {
    issuer: &'a [u8],
    subject: &'a [u8],
}

/// Finds issuer and subject (RFC 5280 §4.1), for messages only; nothing is decided by it.
fn names(certificate: &[u8]) -> Option<Names<'_>> {
    let (_, certificate, _) = element(certificate)?;
    let (_, mut rest, _) = element(certificate)?;
    if rest.first() == Some(&0xa0) {
        (_, _, rest) = element(rest)?;
    }
    let (_, _, rest) = element(rest)?;
    let (_, _, rest) = element(rest)?;
    let (_, issuer, rest) = element(rest)?;
    let (_, _, rest) = element(rest)?;
    let (_, subject, _) = element(rest)?;
    Some(Names { issuer, subject })
}

/// The common name, else the organisation, of an encoded name.
fn common_name(name: &[u8]) -> Option<String> {
    const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
    const ORGANISATION: &[u8] = &[0x55, 0x04, 0x0a];
    [COMMON_NAME, ORGANISATION].into_iter().find_map(|wanted| {
        let mut rest = name;
        while let Some((_, set, after)) = element(rest) {
            rest = after;
            let (_, pair, _) = element(set)?;
            let (_, kind, value) = element(pair)?;
            if kind == wanted {
                let (_, text, _) = element(value)?;
                let text: String = String::from_utf8_lossy(text)
                    .chars()
                    .filter(|character| !character.is_control())
                    .take(80)
                    .collect();
                return Some(text);
            }
        }
        None
    })
}

/// One DER element: its tag, its content, and what follows.
fn element(input: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = input.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 || rest.len() < count {
            return None;
        }
        let (bytes, after) = rest.split_at(count);
        length = bytes
            .iter()
            .fold(0, |sum, byte| (sum << 8) | usize::from(*byte));
        rest = after;
    }
    (rest.len() >= length).then(|| {
        let (content, after) = rest.split_at(length);
        (tag, content, after)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn reading_names_never_fails_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Some(names) = names(&bytes) {
                let _ = common_name(names.subject);
                let _ = common_name(names.issuer);
            }
        }
    }

    #[test]
    fn finds_the_names_in_a_certificate() {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, "Example Root");
        let certificate = params.self_signed(&key).unwrap();
        let names = names(certificate.der()).unwrap();
        assert_eq!(common_name(names.subject).as_deref(), Some("Example Root"));
        assert_eq!(names.issuer, names.subject);
    }
}
