//! A gateway's admin API over a store of its own.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwapOption;
use gatewright_admin::{
    Api, MakeEngine, Publisher, Running, SecretSource, Server, Traffic, make_pair_code,
};
use gatewright_admin_api::{Client, Credential, Fingerprint, Mode, PairingCode};
use gatewright_config::{Config, Format};
use gatewright_enforce::{
    AtlassianDirectories, Clock, Engine, HttpProviders, NoKeys, Ports, SecretPort, Shared,
};
use gatewright_http::Network;
use gatewright_register::Register;
use gatewright_store::{Role, SealKey, SqliteStore, Store};
use rustls::crypto::aws_lc_rs;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use url::Url;

pub(crate) const NOON: OffsetDateTime = time::macros::datetime!(2026-11-22 12:00 UTC);

pub(crate) struct World {
    pub(crate) url: Url,
    pub(crate) address: SocketAddr,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) publisher: Arc<Publisher>,
    pub(crate) running: Running,
    pub(crate) fingerprint: Option<Fingerprint>,
    now: Arc<Mutex<OffsetDateTime>>,
    stop: CancellationToken,
    _directory: TempDir,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::build(Mode::Store, false).await
    }

    pub(crate) async fn with_tls() -> Self {
        Self::build(Mode::Store, true).await
    }

    /// One whose document comes from a file.
    pub(crate) async fn with_file(text: &str) -> Self {
        let world = Self::build(Mode::File, false).await;
        world
            .publisher
            .apply_file(text.to_owned(), Format::Toml)
            .await
            .unwrap();
        world
    }

    async fn build(mode: Mode, tls: bool) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open(directory.path(), Some(SealKey::random())).unwrap());
        let now = Arc::new(Mutex::new(NOON));
        let told = Arc::clone(&now);
        let clock: Arc<dyn Clock> = Arc::new(move || *told.lock().unwrap());
        let running: Running = Arc::new(ArcSwapOption::empty());
        let publisher = Arc::new(Publisher::new(
            Arc::clone(&store),
            SecretSource::Store(Arc::clone(&store)),
            mode,
            engines(&clock),
            Arc::clone(&running),
            Arc::clone(&clock),
        ));
        let traffic = || Traffic {
            outcomes: vec![("permit", 3), ("read_only", 1)],
            ..Traffic::default()
        };
        let api = Api::new(
            Arc::clone(&store),
            Arc::clone(&publisher),
            Register::open(Arc::clone(&store), NOON).unwrap(),
            Arc::new(traffic),
            clock,
        );
        let (config, fingerprint) = tls.then(certificate).unzip();
        let server = Server::bind("127.0.0.1:0".parse().unwrap(), config)
            .await
            .unwrap();
        let address = server.address().unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(server.run(Arc::new(api), stop.clone()));
        let scheme = if tls { "https" } else { "http" };
        Self {
            url: format!("{scheme}://{address}").parse().unwrap(),
            address,
            store,
            publisher,
            running,
            fingerprint,
            now,
            stop,
            _directory: directory,
        }
    }

    pub(crate) fn later(&self, by: Duration) {
        *self.now.lock().unwrap() += by;
    }

    pub(crate) fn code(&self, role: Role) -> PairingCode {
        let now = *self.now.lock().unwrap();
        make_pair_code(self.store.as_ref(), role, self.fingerprint, now).unwrap()
    }

    /// A client of an admin with this role.
    pub(crate) async fn admin(&self, role: Role) -> Client {
        let network = Network::default();
        let code = self.code(role);
        let (credential, _) = Client::pair(&network, &self.url, &code, Some("ann"))
            .await
            .unwrap();
        Client::new(&network, credential).unwrap()
    }

    /// A client with this token, whether or not it is good.
    pub(crate) fn client(&self, token: &str) -> Client {
        let credential = Credential {
            url: self.url.clone(),
            token: token.into(),
            fingerprint: self.fingerprint,
        };
        Client::new(&Network::default(), credential).unwrap()
    }

    /// A call past the client: status line, headers and body as they came.
    pub(crate) async fn raw(&self, request: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!(
            "{request}\r\nHost: admin\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn engines(clock: &Arc<dyn Clock>) -> MakeEngine {
    let client = gatewright_http::Client::new(&Network::default()).unwrap();
    let clock = Arc::clone(clock);
    let shared = Shared::new();
    Arc::new(move |config: Arc<Config>, secrets: Arc<dyn SecretPort>| {
        let directories = AtlassianDirectories::new(&config, secrets.as_ref(), &clock, &client);
        let ports = Ports {
            clock: Arc::clone(&clock),
            secrets,
            keys: Arc::new(NoKeys),
            providers: Arc::new(HttpProviders::new(client.clone())),
            directories: Arc::new(directories),
        };
        Engine::new(config, ports, Arc::clone(&shared))
    })
}

fn certificate() -> (Arc<rustls::ServerConfig>, Fingerprint) {
    let made = rcgen::generate_simple_self_signed(["gateway.example".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let fingerprint = Fingerprint::new(Sha256::digest(&certificate).into());
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
    (Arc::new(config), fingerprint)
}
