//! A gateway in front of one product, with a provider and a directory of two users.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use async_trait::async_trait;
use gatewright_config::{Config, Format};
use gatewright_enforce::{
    Clock, DirectoryAnswer, DirectoryPort, DirectoryUnavailable, Engine, Member, NoKeys, Ports,
    ProviderAnswer, ProviderPort, ProviderUnreachable, SecretPort, Shared,
};
use gatewright_policy::{ProductId, UserName};
use gatewright_proxy::{Audit, Gateway, Limits, Running, Server};
use gatewright_secret::SecretString;
use gatewright_store::{AuditFilter, SqliteStore, Store};
use serde_json::{Value, json};
use tempfile::TempDir;
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::product::{Answers, Product, whoami};

pub(crate) const NOON: OffsetDateTime = time::macros::datetime!(2026-11-22 12:00 UTC);
/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) address: SocketAddr,
    pub(crate) product: Product,
    pub(crate) running: Running,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) stop: CancellationToken,
    pub(crate) served: JoinHandle<()>,
    _directory: TempDir,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(
            Arc::new(whoami),
            Limits::default(),
            "header = { name = \"X-Remote-User\" }",
        )
        .await
    }

    pub(crate) async fn answering(answers: Answers) -> Self {
        Self::with(
            answers,
            Limits::default(),
            "header = { name = \"X-Remote-User\" }",
        )
        .await
    }

    pub(crate) async fn with(answers: Answers, limits: Limits, act_as: &str) -> Self {
        let product = Product::start(answers).await;
        let running: Running = Arc::new(ArcSwapOption::empty());
        running.store(Some(Arc::new(engine(product.address, act_as))));
        let (audit, writer) = Audit::channel();
        let directory = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(directory.path(), None).unwrap());
        tokio::spawn(writer.run(Arc::clone(&store)));
        let clock: Arc<dyn Clock> = Arc::new(|| NOON);
        let gateway = Gateway::new(Arc::clone(&running), limits, audit, clock).unwrap();
        let gateway = Arc::new(gateway);
        let server = Server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = server.address().unwrap();
        let stop = CancellationToken::new();
        let served = tokio::spawn(server.run(Arc::clone(&gateway), stop.clone()));
        Self {
            address,
            product,
            running,
            gateway,
            store,
            stop,
            served,
            _directory: directory,
        }
    }

    pub(crate) async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }

    /// Sends bytes on a connection of their own and reads all that comes back until it is closed
    /// or one whole answer is there.
    pub(crate) async fn ask(&self, request: &str) -> Answer {
        let mut client = self.connect().await;
        client.send(request).await;
        client.answer().await
    }

    /// The audit line of a request, once it is written.
    pub(crate) async fn audit(&self, request_id: &str) -> Value {
        let filter = AuditFilter {
            request_id: Some(request_id.to_owned()),
            limit: 1,
            ..AuditFilter::default()
        };
        let found = timeout(LONG, async {
            loop {
                if let Some(entry) = self.store.audit(&filter).unwrap().pop() {
                    return entry.line.json;
                }
                tokio::task::yield_now().await;
            }
        });
        found.await.expect("an audit line")
    }
}

/// One connection.
pub(crate) struct Client(pub(crate) TcpStream);

impl Client {
    pub(crate) async fn send(&mut self, bytes: &str) {
        self.0.write_all(bytes.as_bytes()).await.unwrap();
    }

    /// The same; an error if the connection is gone.
    pub(crate) async fn write(&mut self, bytes: &str) -> io::Result<()> {
        self.0.write_all(bytes.as_bytes()).await
    }

    /// The head of the next answer to a `HEAD`.
    pub(crate) async fn read_head(&mut self) -> io::Result<String> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await?);
        }
        Ok(String::from_utf8(head).unwrap())
    }

    /// The next answer, its body included.
    pub(crate) async fn answer(&mut self) -> Answer {
        timeout(LONG, self.read_answer())
            .await
            .expect("an answer in time")
            .expect("an answer")
    }

    /// The same; an error if the connection ends instead.
    pub(crate) async fn read_answer(&mut self) -> io::Result<Answer> {
        loop {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(self.0.read_u8().await?);
            }
            let head = String::from_utf8(head).unwrap();
            let mut answer = Answer {
                head,
                body: String::new(),
            };
            if answer.status() == 100 {
                continue;
            }
            let mut body = Vec::new();
            if let Some(length) = answer.header("content-length") {
                body.resize(length.parse().unwrap(), 0);
                self.0.read_exact(&mut body).await?;
            } else if answer.header("transfer-encoding").is_some() {
                while !body.ends_with(b"0\r\n\r\n") {
                    body.push(self.0.read_u8().await?);
                }
            }
            answer.body = String::from_utf8(body).unwrap();
            return Ok(answer);
        }
    }

    /// Whether the gateway closes the connection, with nothing more to say.
    pub(crate) async fn is_closed(&mut self) -> bool {
        let mut rest = Vec::new();
        let read = timeout(LONG, self.0.read_to_end(&mut rest))
            .await
            .expect("closed in time");
        assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
        read.is_ok()
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        crate::product::header(&self.head, name)
    }

    pub(crate) fn reason(&self) -> &str {
        self.header("x-gatewright-reason").unwrap_or("")
    }
}

pub(crate) fn engine(product: SocketAddr, act_as: &str) -> Engine {
    engine_at(&format!("http://{product}/jira"), act_as, "", &[])
}

/// An engine whose product is at this address, with more settings of it and more secrets.
pub(crate) fn engine_at(
    base: &str,
    act_as: &str,
    more: &str,
    secrets: &[(&'static str, &str)],
) -> Engine {
    engine_of("jira", base, act_as, more, secrets)
}

pub(crate) fn engine_of(
    kind: &str,
    base: &str,
    act_as: &str,
    more: &str,
    secrets: &[(&'static str, &str)],
) -> Engine {
    engine_from(&document_of(kind, base, act_as, more), secrets)
}

/// A document with one product of a kind.
pub(crate) fn document_of(kind: &str, base: &str, act_as: &str, more: &str) -> String {
    format!(
        r#"
format = 1

[[products]]
id = "jira"
kind = "{kind}"
base_url = "{base}"
public_url = "/tracker"
{more}
act_as = {{ {act_as} }}
directory = {{ basic = {{ user = "svc", password = {{ secret = "jira-svc" }} }} }}

[[providers]]
id = "ghes"
preset = "ghes"
inputs = {{ base_url = "https://github.example.com" }}
client_id = "Iv1.x"
verify = {{ userinfo = {{ accept_any_client = true }} }}
username = {{ from = "userinfo", pointer = "/login", transform = ["lowercase"] }}
prefixes = ["gho_"]
"#
    )
}

/// An engine that runs a whole document.
pub(crate) fn engine_from(text: &str, secrets: &[(&'static str, &str)]) -> Engine {
    let config = Config::parse(text, Format::Toml).unwrap();
    let ports = Ports {
        clock: Arc::new(|| NOON),
        secrets: Arc::new(Secrets(
            secrets
                .iter()
                .map(|(name, value)| (*name, SecretString::new(*value)))
                .collect(),
        )),
        keys: Arc::new(NoKeys),
        providers: Arc::new(Provider),
        directories: Arc::new(Directory),
    };
    Engine::new(Arc::new(config), ports, Shared::new())
}

struct Secrets(Vec<(&'static str, SecretString)>);

impl SecretPort for Secrets {
    fn secret(&self, name: &str) -> Option<SecretString> {
        match name {
            "jira-svc" => Some(SecretString::new("svc-canary")),
            "link" => Some(crate::everyday::link().private_pem.clone()),
            _ => {
                let found = self.0.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| value.clone())
            }
        }
    }
}

/// Knows `gho_alice` and `gho_bob`, whose logins are written with a capital, and `gho_ghost`, whom
/// no product knows.
struct Provider;

#[async_trait]
impl ProviderPort for Provider {
    async fn get(
        &self,
        _url: &Url,
        token: &SecretString,
    ) -> Result<ProviderAnswer, ProviderUnreachable> {
        let login = match token.expose().as_str() {
            "gho_alice" => Some("Alice"),
            "gho_bob" => Some("Bob"),
            "gho_ghost" => Some("Ghost"),
            _ => None,
        };
        let json = login.map(|login| json!({ "login": login, "id": 7 }));
        Ok(ProviderAnswer {
            status: if login.is_some() { 200 } else { 401 },
            body: json
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default()
                .into(),
            json,
        })
    }

    async fn introspect(
        &self,
        _url: &Url,
        _client: &gatewright_enforce::ClientSecret,
        _token: &SecretString,
    ) -> Result<ProviderAnswer, ProviderUnreachable> {
        Err(ProviderUnreachable {
            detail: "not asked here".to_owned(),
        })
    }

    async fn check_token(
        &self,
        _url: &Url,
        _client: &gatewright_enforce::ClientSecret,
        _token: &SecretString,
    ) -> Result<ProviderAnswer, ProviderUnreachable> {
        Err(ProviderUnreachable {
            detail: "not asked here".to_owned(),
        })
    }

    async fn fetch(&self, _url: &Url) -> Result<ProviderAnswer, ProviderUnreachable> {
        Err(ProviderUnreachable {
            detail: "not asked here".to_owned(),
        })
    }
}

struct Directory;

#[async_trait]
impl DirectoryPort for Directory {
    async fn by_name(
        &self,
        _product: &ProductId,
        name: &str,
        _with_groups: bool,
    ) -> Result<DirectoryAnswer, DirectoryUnavailable> {
        Ok(match name {
            "alice" | "bob" => DirectoryAnswer::Found(Member {
                name: UserName::new(name),
                groups: Some(match name {
                    "bob" => vec!["jira-users".to_owned(), "readers".to_owned()],
                    _ => vec!["jira-users".to_owned()],
                }),
            }),
            _ => DirectoryAnswer::NotFound,
        })
    }

    async fn by_email(
        &self,
        _product: &ProductId,
        _email: &str,
        _with_groups: bool,
    ) -> Result<DirectoryAnswer, DirectoryUnavailable> {
        Ok(DirectoryAnswer::NotFound)
    }
}
