//! A gateway's surroundings: products, providers, users, and a clock that stands still.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use gatewright_atlassian::KeyPair;
use gatewright_config::{Config, Format};
use gatewright_enforce::{
    ClientSecret, DirectoryAnswer, DirectoryPort, DirectoryUnavailable, Engine, Judgement,
    KeyAnswer, KeyPort, KeyRecord, KeyStoreUnavailable, Member, Outcome, Plan, Ports, Prepared,
    ProviderAnswer, ProviderPort, ProviderUnreachable, RequestFacts, Shared,
};
use gatewright_keys::{ApiKey, KeyKind};
use gatewright_policy::{KeyScope, ProductId, UserName};
use gatewright_secret::SecretString;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Version};
use serde_json::{Value, json};
use time::OffsetDateTime;
use url::Url;

pub(crate) static KEY_PAIR: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate().unwrap());

pub(crate) const DOCUMENT: &str = r#"
format = 1
[settings]
product_tokens = "deny"

[[products]]
id = "jira"
kind = "jira"
base_url = "https://jira.internal:8443/jira"
public_url = "https://jira.example.com"
act_as = { header = { name = "X-Sso-Login" } }
directory = { token = { secret = "directory" } }

[[products]]
id = "confluence"
kind = "confluence"
base_url = "http://wiki.internal"
public_url = "/wiki"
act_as = { oauth1 = { consumer_key = "gatewright", private_key = { secret = "link" } } }
directory = { token = { secret = "directory" } }

[[products]]
id = "bitbucket"
kind = "bitbucket"
base_url = "https://git.internal/bb"
public_url = "/git"
act_as = { service = { token = { secret = "service" } } }
directory = { token = { secret = "directory" } }

[[providers]]
id = "ghes"
preset = "ghes"
inputs = { base_url = "https://github.example.com" }
client_id = "Iv1.x"
client_secret = { secret = "ghes" }
verify = { userinfo = { accept_any_client = true, cache = "60s" } }
username = { from = "userinfo", pointer = "/login", transform = ["lowercase"] }
prefixes = ["gho_", "ghu_"]

[[providers]]
id = "oidc"
preset = "custom-oidc"
inputs = { issuer_url = "https://id.example.com" }
client_id = "robot"
verify = { jwt = { audience = ["gateway"], algorithms = ["ES256"], cache = "60s" } }
username = { from = "token", pointer = "/preferred_username" }
service_accounts = { "robot" = "svc-robot" }

[[providers]]
id = "asked"
preset = "custom-oauth2"
inputs = { authorization_url = "https://as.example.com/a", token_url = "https://as.example.com/t", userinfo_url = "https://as.example.com/u" }
endpoints = { introspection = "https://as.example.com/introspect" }
client_id = "gateway"
client_secret = { secret = "asked" }
verify = { introspection = { audience = "gateway", cache = "60s" } }
username = { from = "token", pointer = "/username" }
prefixes = ["ask_"]
"#;

pub(crate) const USERINFO: &str = "https://github.example.com/api/v3/user";
pub(crate) const DISCOVERY: &str = "https://id.example.com/.well-known/openid-configuration";
pub(crate) const JWKS: &str = "https://id.example.com/keys";
pub(crate) const INTROSPECTION: &str = "https://as.example.com/introspect";

/// What the fake provider answers: by address, and by token where there is one.
pub(crate) type Answers = HashMap<(String, String), Answer>;
/// A status with JSON, or with a page where it is a text; or no answer at all.
pub(crate) type Answer = Result<(u16, Value), ()>;

#[derive(Default)]
pub(crate) struct Providers {
    pub(crate) answers: Mutex<Answers>,
    pub(crate) asked: Mutex<Vec<String>>,
    /// Holds every answer back until it is opened.
    pub(crate) gate: Option<tokio::sync::Semaphore>,
}

impl Providers {
    async fn answer(&self, url: &Url, token: &str) -> Result<ProviderAnswer, ProviderUnreachable> {
        self.asked.lock().unwrap().push(url.to_string());
        if let Some(gate) = &self.gate {
            gate.acquire().await.unwrap().forget();
        }
        let answers = self.answers.lock().unwrap();
        let answer = answers
            .get(&(url.to_string(), token.to_owned()))
            .cloned()
            .unwrap_or_else(|| Ok((401, json!({ "message": "Bad credentials" }))));
        match answer {
            Ok((status, Value::String(page))) => Ok(ProviderAnswer {
                status,
                json: None,
                body: Bytes::from(page),
            }),
            Ok((status, json)) => Ok(ProviderAnswer {
                status,
                body: Bytes::from(json.to_string()),
                json: Some(json),
            }),
            Err(()) => Err(ProviderUnreachable {
                detail: "connection refused".to_owned(),
            }),
        }
    }
}

#[async_trait]
impl ProviderPort for Providers {
    async fn get(
        &self,
        url: &Url,
        token: &SecretString,
    ) -> Result<ProviderAnswer, ProviderUnreachable> {
        self.answer(url, token.expose()).await
    }

    async fn introspect(
        &self,
        url: &Url,
        client: &ClientSecret,
        token: &SecretString,
    ) -> Result<ProviderAnswer, ProviderUnreachable> {
        assert_eq!(client.secret.expose(), "asked-secret");
        self.answer(url, token.expose()).await
    }

    async fn check_token(
        &self,
        url: &Url,
        _client: &ClientSecret,
        token: &SecretString,
    ) -> Result<ProviderAnswer, ProviderUnreachable> {
        self.answer(url, token.expose()).await
    }

    async fn fetch(&self, url: &Url) -> Result<ProviderAnswer, ProviderUnreachable> {
        self.answer(url, "").await
    }
}

/// A directory of a few users.
#[derive(Default)]
pub(crate) struct Directories {
    pub(crate) down: Mutex<bool>,
    pub(crate) asked: Mutex<Vec<String>>,
}

impl Directories {
    fn find(&self, sought: &str) -> Result<DirectoryAnswer, DirectoryUnavailable> {
        self.asked.lock().unwrap().push(sought.to_owned());
        if *self.down.lock().unwrap() {
            return Err(DirectoryUnavailable {
                detail: "down".to_owned(),
            });
        }
        let member = |name: &str, groups: &[&str]| {
            DirectoryAnswer::Found(Member {
                name: UserName::new(name),
                groups: Some(groups.iter().map(|&group| group.to_owned()).collect()),
            })
        };
        Ok(match sought {
            "fred" | "FRED" | "fred@example.com" => member("fred", &["jira-users"]),
            "alice" => member("Alice", &["jira-users", "staff"]),
            "mallory" => member("mallory", &["jira-users", "contractors"]),
            "svc-robot" => member("svc-robot", &["jira-users"]),
            "wrong" => member("admin", &["jira-administrators"]),
            "ina" => DirectoryAnswer::Inactive,
            "twin@example.com" => DirectoryAnswer::Ambiguous,
            _ => DirectoryAnswer::NotFound,
        })
    }
}

#[async_trait]
impl DirectoryPort for Directories {
    async fn by_name(
        &self,
        _product: &ProductId,
        name: &str,
        _with_groups: bool,
    ) -> Result<DirectoryAnswer, DirectoryUnavailable> {
        self.find(name)
    }

    async fn by_email(
        &self,
        _product: &ProductId,
        email: &str,
        _with_groups: bool,
    ) -> Result<DirectoryAnswer, DirectoryUnavailable> {
        self.find(email)
    }
}

/// The keys of a gateway.
#[derive(Default)]
pub(crate) struct Keys {
    pub(crate) known: Mutex<HashMap<[u8; 32], KeyAnswer>>,
    pub(crate) asked: Mutex<usize>,
    pub(crate) redeemed: Mutex<usize>,
}

#[async_trait]
impl KeyPort for Keys {
    async fn redeem(
        &self,
        digest: &[u8; 32],
        _address: IpAddr,
        now: OffsetDateTime,
    ) -> Result<KeyAnswer, KeyStoreUnavailable> {
        *self.redeemed.lock().unwrap() += 1;
        self.look(digest, now).await
    }

    async fn look(
        &self,
        digest: &[u8; 32],
        _now: OffsetDateTime,
    ) -> Result<KeyAnswer, KeyStoreUnavailable> {
        *self.asked.lock().unwrap() += 1;
        Ok(self
            .known
            .lock()
            .unwrap()
            .get(digest)
            .cloned()
            .unwrap_or(KeyAnswer::Unknown))
    }
}

/// An engine with its surroundings.
pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) providers: Arc<Providers>,
    pub(crate) directories: Arc<Directories>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) seconds: Arc<AtomicI64>,
    ports: Ports,
}

pub(crate) const START: i64 = 1_800_000_000;

impl World {
    pub(crate) fn new() -> Self {
        Self::with("", "")
    }

    /// The document with one text in place of another.
    pub(crate) fn with(before: &str, after: &str) -> Self {
        Self::of(&changed(before, after), Providers::default())
    }

    pub(crate) fn of(document: &str, providers: Providers) -> Self {
        let (providers, directories, keys) = (
            Arc::new(providers),
            Arc::new(Directories::default()),
            Arc::new(Keys::default()),
        );
        let seconds = Arc::new(AtomicI64::new(START));
        let clock = Arc::clone(&seconds);
        let ports = Ports {
            clock: Arc::new(move || {
                OffsetDateTime::from_unix_timestamp(clock.load(Ordering::SeqCst)).unwrap()
            }),
            secrets: Arc::new(|name: &str| match name {
                "link" => Some(KEY_PAIR.private_pem.clone()),
                "missing" => None,
                _ => Some(SecretString::new(format!("{name}-secret"))),
            }),
            keys: Arc::clone(&keys) as Arc<dyn KeyPort>,
            providers: Arc::clone(&providers) as Arc<dyn ProviderPort>,
            directories: Arc::clone(&directories) as Arc<dyn DirectoryPort>,
        };
        let shared = Shared::new();
        let engine = Engine::new(config(document), ports.clone(), Arc::clone(&shared));
        Self {
            engine,
            providers,
            directories,
            keys,
            shared,
            seconds,
            ports,
        }
    }

    /// The same surroundings and memory under another configuration.
    pub(crate) fn swap(&mut self, document: &str) {
        self.engine = Engine::new(
            config(document),
            self.ports.clone(),
            Arc::clone(&self.shared),
        );
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn answers(&self, url: &str, token: &str, answer: Result<(u16, Value), ()>) {
        self.providers
            .answers
            .lock()
            .unwrap()
            .insert((url.to_owned(), token.to_owned()), answer);
    }

    /// A GitHub token of this user.
    pub(crate) fn login(&self, token: &str, login: &str) {
        self.answers(
            USERINFO,
            token,
            Ok((200, json!({ "login": login, "id": 7 }))),
        );
    }

    pub(crate) fn asked(&self, url: &str) -> usize {
        self.providers
            .asked
            .lock()
            .unwrap()
            .iter()
            .filter(|asked| *asked == url)
            .count()
    }

    /// A key of this user.
    pub(crate) fn key(&self, owner: &str, scope: KeyScope) -> String {
        self.key_of_kind(KeyKind::Bearer, owner, scope)
    }

    /// A key of this user for one form of header.
    pub(crate) fn key_of_kind(&self, kind: KeyKind, owner: &str, scope: KeyScope) -> String {
        let key = ApiKey::generate(&mut rand::rng());
        let record = KeyRecord {
            id: "k1".to_owned(),
            kind,
            owner: UserName::new(owner),
            made_at: OffsetDateTime::from_unix_timestamp(START).unwrap(),
            scope: Arc::new(scope),
        };
        self.keys
            .known
            .lock()
            .unwrap()
            .insert(key.digest(), KeyAnswer::Good(record));
        key.secret().expose().clone()
    }
}

fn config(document: &str) -> Arc<Config> {
    Arc::new(
        Config::parse(document, Format::Toml).unwrap_or_else(|problems| panic!("{problems:?}")),
    )
}

pub(crate) fn changed(before: &str, after: &str) -> String {
    assert!(DOCUMENT.contains(before), "{before}");
    if before.is_empty() {
        DOCUMENT.to_owned()
    } else {
        DOCUMENT.replacen(before, after, 1)
    }
}

/// A request to make.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    method: Method,
    target: String,
    headers: HeaderMap,
    authority: Option<String>,
    version: Version,
    peer: String,
    tls: bool,
}

impl Ask {
    /// `GET /rest/api/2/myself` on the host of Jira.
    pub(crate) fn new(request: &str) -> Self {
        let (method, target) = request.split_once(' ').unwrap();
        Self {
            method: Method::from_bytes(method.as_bytes()).unwrap(),
            target: target.to_owned(),
            headers: HeaderMap::new(),
            authority: None,
            version: Version::HTTP_11,
            peer: "10.1.2.3".to_owned(),
            tls: true,
        }
        .header("host", "jira.example.com")
    }

    /// A read by a user of Jira.
    pub(crate) fn read() -> Self {
        Self::new("GET /rest/api/2/myself")
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.append(
            HeaderName::try_from(name).unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn basic(self, user: &str, password: &str) -> Self {
        self.header("authorization", &basic(user, password))
    }

    pub(crate) fn from(mut self, peer: &str) -> Self {
        peer.clone_into(&mut self.peer);
        self
    }

    /// Over a connection that is not encrypted.
    pub(crate) fn plain(mut self) -> Self {
        self.tls = false;
        self
    }

    pub(crate) fn authority(mut self, authority: &str) -> Self {
        self.authority = Some(authority.to_owned());
        self
    }

    pub(crate) fn version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    pub(crate) async fn judge(&self, world: &World) -> Judgement {
        world.engine.judge(&self.facts()).await
    }

    pub(crate) async fn explain(&self, world: &World) -> Judgement {
        world.engine.explain(&self.facts()).await
    }

    fn facts(&self) -> RequestFacts<'_> {
        RequestFacts {
            request_id: "r-1",
            method: &self.method,
            target: &self.target,
            authority: self.authority.as_deref(),
            version: self.version,
            headers: &self.headers,
            peer: self.peer.parse().unwrap(),
            tls: self.tls,
        }
    }

    /// `permit` or the reason.
    pub(crate) async fn outcome(&self, world: &World) -> String {
        let judgement = self.judge(world).await;
        let named = judgement.record.outcome.clone();
        match &judgement.outcome {
            Outcome::Forward(_) => assert_eq!(named, "permit"),
            Outcome::Refused(denial) => assert_eq!(named, denial.code.as_str()),
        }
        named
    }

    pub(crate) async fn plan(&self, world: &World) -> Plan {
        match self.judge(world).await.outcome {
            Outcome::Forward(plan) => *plan,
            Outcome::Refused(denial) => panic!("{self:?}: {denial:?}"),
        }
    }

    /// What goes to the product.
    pub(crate) async fn forwarded(&self, world: &World) -> Prepared {
        self.plan(world)
            .await
            .prepare(Some(Bytes::new()))
            .await
            .unwrap()
    }
}

pub(crate) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// A header of what goes to the product.
pub(crate) fn sent<'p>(prepared: &'p Prepared, name: &str) -> Option<&'p str> {
    let mut values = prepared.headers.get_all(name).iter();
    let value = values.next().map(|value| value.to_str().unwrap());
    assert!(values.next().is_none(), "{name} stands twice");
    value
}
