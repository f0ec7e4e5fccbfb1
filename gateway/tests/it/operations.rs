//! What keeps the gateway running: certificates, keys, sockets, and being told about.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};

use crate::gateway::{Gateway, failure, program, read_answer, run};
use crate::neighbours::{Neighbour, document};

const LONG: Duration = Duration::from_secs(30);

fn eventually(what: &str, mut good: impl FnMut() -> bool) {
    let started = Instant::now();
    while !good() {
        assert!(started.elapsed() < LONG, "{what}");
        std::thread::yield_now();
    }
}

/// Writes a new certificate and its key; what clients must trust.
fn issue(chain: &Path, key: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(vec!["gateway".to_owned()]).unwrap();
    fs::write(key, made.signing_key.serialize_pem()).unwrap();
    fs::write(chain, made.cert.pem()).unwrap();
    made.cert.der().clone()
}

/// Whether a client that trusts only this certificate gets an answer.
fn is_shown(address: SocketAddr, certificate: &CertificateDer<'static>) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("gateway").unwrap();
    let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    let mut tls = rustls::Stream::new(&mut connection, &mut stream);
    let asked = tls.write_all(b"GET / HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n");
    let mut answer = [0; 8];
    asked.is_ok() && tls.read_exact(&mut answer).is_ok() && answer == *b"HTTP/1.1"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_shown_and_a_bad_one_leaves_the_old_in_force() {
    let directory = tempfile::tempdir().unwrap();
    let (chain, key) = (
        directory.path().join("tls.pem"),
        directory.path().join("tls.key"),
    );
    let first = issue(&chain, &key);
    let mut gateway = Gateway::start_at(
        &directory.path().join("data"),
        &[
            "--tls-cert",
            chain.to_str().unwrap(),
            "--tls-key",
            key.to_str().unwrap(),
        ],
    );
    let viewer = gateway.pair("viewer").await;
    let listen = gateway.listen;
    assert!(is_shown(listen, &first));

    // Replaced as certbot does: by a rename.
    let (new_chain, new_key) = (
        directory.path().join("new.pem"),
        directory.path().join("new.key"),
    );
    let second = issue(&new_chain, &new_key);
    fs::rename(&new_key, &key).unwrap();
    fs::rename(&new_chain, &chain).unwrap();
    eventually("the second is shown", || is_shown(listen, &second));
    assert!(!is_shown(listen, &first));

    fs::write(&chain, "nonsense").unwrap();
    let started = Instant::now();
    loop {
        let status = viewer.status().await.unwrap();
        if let Some(problem) = status
            .problem
            .filter(|problem| problem.contains("certificate"))
        {
            assert!(problem.contains("tls.pem"), "{problem}");
            break;
        }
        assert!(started.elapsed() < LONG, "the status says so");
        tokio::task::yield_now().await;
    }
    assert!(is_shown(listen, &second));

    // A certificate whose key is another's is no pair either.
    let other = issue(&chain, &new_key);
    gateway.signal("HUP");
    assert!(!is_shown(listen, &other));
    fs::rename(&new_key, &key).unwrap();
    eventually("the third is shown", || is_shown(listen, &other));
    gateway.signal("TERM");
    assert_eq!(gateway.exit_code(), Some(0));
}

#[tokio::test]
async fn the_seal_key_comes_from_systemd_or_the_environment_and_is_not_made_then() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let credentials = directory.path().join("credentials");
    fs::create_dir(&credentials).unwrap();
    let text = "07".repeat(32);
    fs::write(credentials.join("seal-key"), [7; 32]).unwrap();
    let start = |name: &str, value: &str| {
        let mut command = program();
        command.stderr(Stdio::null()).env(name, value);
        Gateway::by(command, &data, &[], None)
    };
    let gateway = start("CREDENTIALS_DIRECTORY", credentials.to_str().unwrap());
    let owner = gateway.pair("owner").await;
    let secret = gatewright_secret::SecretString::new("canary");
    owner.put_secret("one", &secret).await.unwrap();
    drop(gateway);
    assert!(!data.join("seal.key").exists());

    // The same key by another way opens what it sealed.
    let gateway = start("GATEWRIGHT_SEAL_KEY", &text);
    gateway.pair("viewer").await;
    drop(gateway);

    let with = |value: &str| {
        let mut command = program();
        command.env("GATEWRIGHT_SEAL_KEY", value);
        command.args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--admin-listen",
            "127.0.0.1:0",
        ]);
        command.arg("--data").arg(&data).output().unwrap()
    };
    let nonsense = with("CANARY nonsense");
    assert_eq!(nonsense.status.code(), Some(3));
    assert_eq!(failure(&nonsense)["code"], "store");
    assert!(!String::from_utf8_lossy(&nonsense.stderr).contains("CANARY"));
    assert_eq!(with(&"08".repeat(32)).status.code(), Some(3));
}

#[test]
fn systemd_is_told_of_the_start_of_a_reload_and_of_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(LONG)).unwrap();
    let mut command = program();
    command
        .stderr(Stdio::null())
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", "200000");
    let mut gateway = Gateway::by(command, &directory.path().join("data"), &[], None);
    let told = |wanted: &str| {
        let mut room = [0; 256];
        loop {
            let length = socket.recv(&mut room).unwrap();
            let text = std::str::from_utf8(&room[..length]).unwrap();
            if text == wanted {
                return;
            }
            assert_eq!(text, "WATCHDOG=1", "while waiting for {wanted}");
        }
    };
    told("READY=1");
    told("WATCHDOG=1");
    gateway.signal("HUP");
    told("RELOADING=1");
    told("READY=1");
    gateway.signal("TERM");
    told("STOPPING=1");
    assert_eq!(gateway.exit_code(), Some(0));
}

/// The program with two sockets as systemd hands them over, for the process that is named.
fn with_sockets(clients: &TcpListener, admin: &TcpListener, for_whom: &str) -> Command {
    let script = format!(
        "export LISTEN_PID={for_whom}; exec \"$0\" \"$@\" 3<&0 4<&2 </dev/null 2>/dev/null"
    );
    let mut command = Command::new("sh");
    command
        .args(["-c", &script])
        .arg(env!("CARGO_BIN_EXE_gatewright-gateway"))
        .env("LISTEN_FDS", "2")
        .env("LISTEN_FDNAMES", "clients:admin")
        .stdin(OwnedFd::from(clients.try_clone().unwrap()))
        .stderr(OwnedFd::from(admin.try_clone().unwrap()));
    command
}

#[test]
fn sockets_of_systemd_are_taken_by_their_names_and_those_for_another_process_are_not() {
    let directory = tempfile::tempdir().unwrap();
    let clients = TcpListener::bind("127.0.0.1:0").unwrap();
    let admin = TcpListener::bind("127.0.0.1:0").unwrap();
    let addresses = (clients.local_addr().unwrap(), admin.local_addr().unwrap());
    let start = |for_whom| {
        let command = with_sockets(&clients, &admin, for_whom);
        Gateway::by(command, &directory.path().join("data"), &[], None)
    };
    let gateway = start("$$");
    assert_eq!((gateway.listen, gateway.admin), addresses);
    let answer = gateway.ask("GET /", &[]);
    assert_eq!(answer.reason(), "not_configured");
    let admin = gateway.admin.to_string();
    assert_eq!(
        run(&["ready", "--admin-listen", &admin]).status.code(),
        Some(1)
    );
    drop(gateway);
    let gateway = start("1");
    assert_ne!(gateway.listen, addresses.0);
    assert_ne!(gateway.admin, addresses.1);
}

#[test]
fn ready_tells_a_supervisor_by_its_exit_code() {
    let (jira, github) = (Neighbour::jira(), Neighbour::github());
    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("gatewright.toml");
    let text = document(jira.address, github.address);
    fs::write(
        &config,
        text.replace("{ secret = \"jira-svc\" }", "{ secret = \"s\" }"),
    )
    .unwrap();
    let secrets = directory.path().join("secrets");
    fs::create_dir(&secrets).unwrap();
    fs::write(secrets.join("s"), "x").unwrap();
    let gateway = Gateway::start_at(
        &directory.path().join("data"),
        &[
            "--config",
            config.to_str().unwrap(),
            "--secrets",
            secrets.to_str().unwrap(),
        ],
    );
    let ready = |address: SocketAddr| {
        run(&["ready", "--admin-listen", &address.to_string()])
            .status
            .code()
    };
    assert_eq!(ready(gateway.admin), Some(0));
    assert_eq!(ready(gateway.listen), Some(1));
    assert_eq!(ready("127.0.0.1:1".parse().unwrap()), Some(3));
}

#[test]
fn many_idle_connections_are_held_while_others_are_answered() {
    let gateway = Gateway::start(&[]);
    let mut held = Vec::new();
    // As many as this process may open beside what it has.
    for _ in 0..800 {
        match TcpStream::connect(gateway.listen) {
            Ok(stream) => held.push(stream),
            Err(_) => break,
        }
    }
    let mut stream = held.pop().unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n")
        .unwrap();
    assert_eq!(read_answer(stream).reason(), "not_configured");
}

#[test]
fn a_range_of_load_balancers_that_is_none_is_refused_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let wrong = run(&[
        "serve",
        "--data",
        data.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
        "--admin-listen",
        "127.0.0.1:0",
        "--proxy-protocol",
        "require",
        "--proxy-protocol-from",
        "10.0.0.0/8,everybody",
    ]);
    assert_eq!(wrong.status.code(), Some(2));
    assert_eq!(failure(&wrong)["code"], "proxy_protocol");
}
