//! Certificates that are trusted, and every way in which they are not.

use std::sync::{Arc, Mutex};

use gatewright_http::{Client, ClientError, Network, Proxy, Request, SendError, TlsProblem};
use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::server::{Server, ok, serve};

struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

fn authority() -> Authority {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, "Example Corp Root");
    let certificate = params.self_signed(&key).unwrap();
    Authority {
        certificate,
        issuer: Issuer::new(params, key),
    }
}

fn leaf(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

impl Authority {
    fn issue(&self, params: &CertificateParams) -> (CertificateDer<'static>, KeyPair) {
        let key = KeyPair::generate().unwrap();
        (
            params.signed_by(&key, &self.issuer).unwrap().der().clone(),
            key,
        )
    }
}

/// An HTTPS server with this certificate; its port.
async fn secure(certificate: CertificateDer<'static>, key: &KeyPair) -> u16 {
    secure_with(vec![certificate], key, Arc::new(Mutex::new(Vec::new()))).await
}

async fn secure_with(
    chain: Vec<CertificateDer<'static>>,
    key: &KeyPair,
    seen: Arc<Mutex<Vec<String>>>,
) -> u16 {
    let config = ServerConfig::builder_with_provider(Arc::new(
        rustls::crypto::aws_lc_rs::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .unwrap()
    .with_no_client_auth()
    .with_single_cert(chain, PrivateKeyDer::Pkcs8(key.serialize_der().into()))
    .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream, ok("text/plain", "secure"), Arc::clone(&seen)).await;
            }
        }
    });
    port
}

fn direct() -> Network {
    Network {
        proxy: Proxy::None,
        ..Network::default()
    }
}

async fn call(network: &Network, port: u16) -> Result<String, SendError> {
    let url = Url::parse(&format!("https://localhost:{port}/")).unwrap();
    let client = Client::new(network).unwrap();
    client
        .send(Request::get(url))
        .await
        .map(|answer| answer.text().into_owned())
}

fn problem(error: SendError) -> (TlsProblem, String) {
    let SendError::Tls {
        problem, detail, ..
    } = error
    else {
        panic!("{error:?}")
    };
    (problem, detail)
}

#[tokio::test]
async fn a_chosen_authority_is_trusted_and_an_unknown_one_is_named() {
    let authority = authority();
    let (certificate, key) = authority.issue(&leaf("localhost"));
    let port = secure(certificate, &key).await;
    let (kind, detail) = problem(call(&direct(), port).await.unwrap_err());
    assert_eq!(kind, TlsProblem::UnknownIssuer);
    assert!(
        detail.contains("\u{201c}Example Corp Root\u{201d}"),
        "{detail}"
    );
    let network = direct().with_ca_pem(authority.certificate.pem());
    assert_eq!(call(&network, port).await.unwrap(), "secure");
}

#[tokio::test]
async fn a_self_signed_certificate_is_called_that() {
    let key = KeyPair::generate().unwrap();
    for is_ca in [IsCa::NoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        let mut params = leaf("localhost");
        params.is_ca = is_ca;
        let certificate = params.self_signed(&key).unwrap();
        let port = secure(certificate.der().clone(), &key).await;
        let (kind, detail) = problem(call(&direct(), port).await.unwrap_err());
        assert_eq!(kind, TlsProblem::SelfSigned);
        assert!(detail.contains("self-signed"), "{detail}");
    }
}

#[tokio::test]
async fn a_self_signed_authority_that_is_chosen_itself_is_accepted_for_its_name_and_time_only() {
    let key = KeyPair::generate().unwrap();
    let mut params = leaf("localhost");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).unwrap();
    let trusting = direct().with_ca_pem(certificate.pem());
    let port = secure(certificate.der().clone(), &key).await;
    assert_eq!(call(&trusting, port).await.unwrap(), "secure");

    // Another one of the same name and key is not the one that was chosen.
    let twin = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
    let error = call(&direct().with_ca_pem(twin.pem()), port).await;
    let error = error.unwrap_err();
    assert!(
        error.hint().contains("this very certificate"),
        "{}",
        error.hint()
    );
    assert_eq!(problem(error).0, TlsProblem::SelfSigned);

    let mut elsewhere = leaf("jira.example.com");
    elsewhere.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let mut old = leaf("localhost");
    old.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    old.not_before = rcgen::date_time_ymd(2001, 1, 1);
    old.not_after = rcgen::date_time_ymd(2002, 1, 1);
    for params in [elsewhere, old] {
        let certificate = params.self_signed(&key).unwrap();
        let port = secure(certificate.der().clone(), &key).await;
        let refused = call(&direct().with_ca_pem(certificate.pem()), port).await;
        assert!(matches!(refused, Err(SendError::Tls { .. })));
    }
}

#[tokio::test]
async fn what_the_server_showed_is_told_certificate_by_certificate_and_nothing_is_sent_to_it() {
    let authority = authority();
    let (certificate, key) = authority.issue(&leaf("localhost"));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let chain = vec![certificate, authority.certificate.der().clone()];
    let port = secure_with(chain, &key, Arc::clone(&seen)).await;
    let recorder = gatewright_http::Recorder::new();
    let client = Client::new(&direct()).unwrap().recorded(recorder.clone());
    let url = Url::parse(&format!("https://localhost:{port}/?code=canary")).unwrap();
    let error = client.send(Request::get(url)).await.unwrap_err();
    let [shown, issuer] = error.certificates() else {
        panic!("{error:?}")
    };
    assert!(shown.subject.contains("CN=localhost") && !shown.self_signed);
    assert!(shown.issuer.contains("CN=Example Corp Root"));
    assert!(issuer.self_signed && issuer.not_after > issuer.not_before);
    assert!(
        issuer.to_string().contains("issued by itself, good from"),
        "{issuer}"
    );
    assert_eq!(
        TlsProblem::UnknownIssuer.check(),
        "issued by somebody who is trusted here"
    );
    assert_eq!(recorder.legs()[0].certificates, error.certificates());
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_expired_certificate_and_one_for_another_name_are_told_apart() {
    let authority = authority();
    let network = direct().with_ca_pem(authority.certificate.pem());

    let mut old = leaf("localhost");
    old.not_before = rcgen::date_time_ymd(2001, 1, 1);
    old.not_after = rcgen::date_time_ymd(2002, 1, 1);
    let (certificate, key) = authority.issue(&old);
    let port = secure(certificate, &key).await;
    assert_eq!(
        problem(call(&network, port).await.unwrap_err()).0,
        TlsProblem::Expired
    );

    let mut early = leaf("localhost");
    early.not_before = rcgen::date_time_ymd(4000, 1, 1);
    early.not_after = rcgen::date_time_ymd(4001, 1, 1);
    let (certificate, key) = authority.issue(&early);
    let port = secure(certificate, &key).await;
    assert_eq!(
        problem(call(&network, port).await.unwrap_err()).0,
        TlsProblem::NotYetValid
    );

    let (certificate, key) = authority.issue(&leaf("jira.example.com"));
    let port = secure(certificate, &key).await;
    let (kind, detail) = problem(call(&network, port).await.unwrap_err());
    assert_eq!(kind, TlsProblem::WrongHost);
    assert!(
        detail.contains("jira.example.com") && !detail.contains("DnsName"),
        "{detail}"
    );
}

#[tokio::test]
async fn a_pinned_certificate_is_accepted_whatever_its_name_and_no_other_is() {
    let key = KeyPair::generate().unwrap();
    let certificate = leaf("somewhere.else")
        .self_signed(&key)
        .unwrap()
        .der()
        .clone();
    let fingerprint: [u8; 32] = Sha256::digest(&certificate).into();
    let port = secure(certificate.clone(), &key).await;
    assert_eq!(
        call(&direct().pinned(fingerprint), port).await.unwrap(),
        "secure"
    );

    let mut other = fingerprint;
    other[0] ^= 1;
    let (kind, _) = problem(call(&direct().pinned(other), port).await.unwrap_err());
    assert_eq!(kind, TlsProblem::NotPinned);

    // Somebody who has the certificate and not its key cannot finish the handshake.
    let thief = KeyPair::generate().unwrap();
    let port = secure_with_wrong_key(certificate, &thief).await;
    assert!(matches!(
        call(&direct().pinned(fingerprint), port).await.unwrap_err(),
        SendError::Tls { .. }
    ));
}

/// Serves a certificate with a key that is not its own, which the usual builder refuses.
async fn secure_with_wrong_key(certificate: CertificateDer<'static>, key: &KeyPair) -> u16 {
    #[derive(Debug)]
    struct Fixed(Arc<rustls::sign::CertifiedKey>);
    impl rustls::server::ResolvesServerCert for Fixed {
        fn resolve(
            &self,
            _: rustls::server::ClientHello<'_>,
        ) -> Option<Arc<rustls::sign::CertifiedKey>> {
            Some(Arc::clone(&self.0))
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let signer = provider
        .key_provider
        .load_private_key(PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    let certified = rustls::sign::CertifiedKey::new(vec![certificate], signer);
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Fixed(Arc::new(certified))));
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        if let Ok(stream) = acceptor.accept(stream).await {
            serve(
                stream,
                ok("text/plain", "stolen"),
                Arc::new(Mutex::new(Vec::new())),
            )
            .await;
        }
    });
    port
}

#[tokio::test]
async fn a_server_without_tls_and_one_that_hangs_up_are_told_apart() {
    let plain = Server::answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
    let (kind, _) = problem(call_plain(plain.port).await);
    assert_eq!(kind, TlsProblem::NotTls);

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 16]).await;
        }
    });
    let (kind, _) = problem(call(&direct(), port).await.unwrap_err());
    assert_eq!(kind, TlsProblem::Handshake);
}

/// A TLS greeting has no blank line, so the plain server has to be sent one to answer.
async fn call_plain(port: u16) -> SendError {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let front = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut server = tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .unwrap();
        client.readable().await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut server, b"\r\n\r\n")
            .await
            .unwrap();
        let mut answer = Vec::new();
        server.read_buf(&mut answer).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut client, &answer)
            .await
            .unwrap();
        let _ = client.read_to_end(&mut Vec::new()).await;
    });
    call(&direct(), front).await.unwrap_err()
}

#[test]
fn a_ca_file_without_a_certificate_is_refused_at_once() {
    for text in [
        "",
        "hello",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let error = Client::new(&direct().with_ca_pem(text)).err();
        assert_eq!(error, Some(ClientError::CaUnreadable), "{text}");
    }
}
