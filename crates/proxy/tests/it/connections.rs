//! Connections: how many, from whom, and over which TLS to the product.

use std::sync::Arc;
use std::time::Duration;

use gatewright_proxy::{Limits, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::product::whoami;
use crate::world::{Client, World, engine_at};

const HEADER: &str = "header = { name = \"X-Remote-User\" }";
const GET: &str = "GET /tracker/x HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer gho_alice\r\n\r\n";

#[tokio::test]
async fn beyond_the_limit_a_client_is_told_to_come_back_and_place_that_is_free_is_given() {
    let limits = Limits {
        connections: 2,
        ..Limits::default()
    };
    let world = World::with(Arc::new(whoami), limits, HEADER).await;
    let mut first = world.connect().await;
    let mut second = world.connect().await;
    for client in [&mut first, &mut second] {
        client.send(GET).await;
        assert_eq!(client.answer().await.status(), 200);
    }
    let mut third = world.connect().await;
    third.send(GET).await;
    let told = third.answer().await;
    assert_eq!(
        (told.status(), told.header("retry-after")),
        (503, Some("5"))
    );
    assert_eq!(world.product.requests().len(), 2);
    // Those who are in go on.
    first.send(GET).await;
    assert_eq!(first.answer().await.status(), 200);
    drop(second);
    while world.gateway.counts().connections > 1 {
        tokio::task::yield_now().await;
    }
    loop {
        let mut client = world.connect().await;
        client.send(GET).await;
        // The place is given back a moment after the connection is counted out.
        if client.answer().await.status() == 200 {
            break;
        }
    }
}

#[tokio::test]
async fn many_idle_connections_do_not_hinder_one_that_asks() {
    let world = World::start().await;
    let mut idle = Vec::new();
    for _ in 0..400 {
        idle.push(world.connect().await);
    }
    while world.gateway.counts().connections < 400 {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.ask(GET).await.status(), 200);
    for client in idle.iter_mut().step_by(40) {
        client.send(GET).await;
        assert_eq!(client.answer().await.body, "{\"name\":\"alice\"}");
    }
}

#[tokio::test]
async fn x5_only_the_load_balancers_that_are_named_may_speak_the_proxy_protocol() {
    let world = World::start().await;
    for (peers, may) in [
        (vec!["127.0.0.1"], true),
        (vec!["10.0.0.0/8"], false),
        (vec![], true),
    ] {
        let server = Server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let server = server.requiring_proxy_protocol(&peers).unwrap();
        let address = server.address().unwrap();
        tokio::spawn(server.run(Arc::clone(&world.gateway), world.stop.clone()));
        let mut client = Client(TcpStream::connect(address).await.unwrap());
        // A peer that may not speak is closed before it is listened to.
        let spoken = format!("PROXY TCP4 203.0.113.7 10.0.0.1 4711 80\r\n{GET}");
        let _ = client.0.write_all(spoken.as_bytes()).await;
        if may {
            let answer = client.answer().await;
            assert_eq!(answer.status(), 200, "{peers:?}");
            let line = world.audit(answer.header("x-request-id").unwrap()).await;
            assert_eq!(line["address"], "203.0.113.7");
        } else {
            let mut rest = Vec::new();
            let _ = client.0.read_to_end(&mut rest).await;
            assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
        }
    }
    let wrong = Server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    assert!(wrong.requiring_proxy_protocol(&["everybody"]).is_err());
}

/// A product over TLS that asks for a client's certificate, with its authority and a client's
/// certificate and key.
struct TlsProduct {
    port: u16,
    ca: String,
    client: String,
    key: String,
}

impl TlsProduct {
    async fn start() -> Self {
        let ca_key = rcgen::KeyPair::generate().unwrap();
        let mut ca = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
        ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let ca_cert = ca.self_signed(&ca_key).unwrap();
        let issuer = rcgen::Issuer::new(ca, ca_key);
        let issue = |name: &str| {
            let key = rcgen::KeyPair::generate().unwrap();
            let params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
            (params.signed_by(&key, &issuer).unwrap(), key)
        };
        let (server, server_key) = issue("localhost");
        let (client, client_key) = issue("gateway");
        let mut roots = rustls::RootCertStore::empty();
        roots.add(ca_cert.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = rustls::server::WebPkiClientVerifier::builder_with_provider(
            Arc::new(roots),
            Arc::clone(&provider),
        )
        .build()
        .unwrap();
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(
                vec![server.der().clone()],
                rustls::pki_types::PrivateKeyDer::try_from(server_key.serialize_der()).unwrap(),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        let Ok(byte) = stream.read_u8().await else {
                            return;
                        };
                        head.push(byte);
                    }
                    let answer = whoami(&String::from_utf8_lossy(&head));
                    let _ = stream.write_all(answer.as_bytes()).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self {
            port,
            ca: ca_cert.pem(),
            client: client.pem(),
            key: client_key.serialize_pem(),
        }
    }
}

#[tokio::test]
async fn a_product_of_an_own_authority_that_asks_for_a_certificate_is_reached_as_the_document_says()
{
    let product = TlsProduct::start().await;
    let world = World::start().await;
    let base = format!("https://localhost:{}/jira", product.port);
    let both = format!(
        "tls = {{ ca = '''{}''', client_certificate = '''{}''', client_key = {{ secret = \"client-key\" }} }}",
        product.ca, product.client
    );
    let ca_alone = format!("tls = {{ ca = '''{}''' }}", product.ca);
    let other_key = both.replace("client-key", "not-stored");
    for (tls, status) in [
        (both.as_str(), 200),
        (ca_alone.as_str(), 502),
        ("", 502),
        (other_key.as_str(), 502),
        (both.as_str(), 200),
    ] {
        let engine = engine_at(&base, HEADER, tls, &[("client-key", &product.key)]);
        world.running.store(Some(Arc::new(engine)));
        let answer = world.ask(GET).await;
        assert_eq!(answer.status(), status, "{tls} {answer:?}");
    }
}

#[tokio::test]
async fn a_product_that_cannot_be_connected_to_in_time_is_a_timeout() {
    // Nobody answers there (RFC 5737); where a network refuses at once it is unavailable.
    let limits = Limits {
        connect_time: Duration::from_millis(100),
        ..Limits::default()
    };
    let world = World::with(Arc::new(whoami), limits, HEADER).await;
    let engine = engine_at("http://192.0.2.1:81/jira", HEADER, "", &[]);
    world.running.store(Some(Arc::new(engine)));
    let answer = world.ask(GET).await;
    assert!(
        matches!(
            (answer.status(), answer.reason()),
            (504, "upstream_timeout") | (502, "upstream_unavailable")
        ),
        "{answer:?}"
    );
}
