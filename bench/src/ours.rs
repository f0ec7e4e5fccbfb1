//! The gateway, with every kind of rule in use.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::keys::fill;
use crate::load::Target;
use crate::process::{PROXY_CORE, Running};

/// What differs from one measure to the next.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// How many API keys there are.
    pub(crate) keys: usize,
    /// How many address rules.
    pub(crate) addresses: usize,
    /// In how many groups the user is.
    pub(crate) groups: usize,
    /// How it acts as a user at the product.
    pub(crate) act_as: ActAs,
    /// Whether the document comes by the admin API instead of from a file.
    pub(crate) published: bool,
}

/// How it acts as a user at the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ActAs {
    /// By a header.
    Header,
    /// By an application link.
    Oauth1,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            keys: 100_000,
            addresses: 1_000,
            groups: 10,
            act_as: ActAs::Header,
            published: false,
        }
    }
}

/// A gateway that runs.
pub(crate) struct Ours {
    /// Its process.
    pub(crate) process: Running,
    /// Keys that it knows.
    pub(crate) keys: Vec<String>,
    /// Where clients call it.
    pub(crate) address: String,
    /// Where admins call it.
    pub(crate) admin: String,
    /// Its data.
    pub(crate) data: PathBuf,
}

/// What all gateways of a run share.
#[derive(Clone, Debug)]
pub(crate) struct Workshop {
    /// `gatewright-gateway`, built for release.
    pub(crate) program: PathBuf,
    /// A folder in memory that goes away afterwards.
    pub(crate) scratch: PathBuf,
    /// The stub of the product and of the provider.
    pub(crate) stub: u16,
    /// The public key of the JWT provider, PEM.
    pub(crate) public_pem: String,
    /// The private key of the application link, PEM.
    pub(crate) private_pem: String,
}

impl Workshop {
    /// Starts a gateway; `name` is its folder.
    pub(crate) fn start(&self, name: &str, setup: &Setup) -> Result<Ours> {
        let folder = self.scratch.join(name);
        let data = folder.join("data");
        let secrets = folder.join("secrets");
        fs::create_dir_all(&data)?;
        fs::create_dir_all(&secrets)?;
        for (secret, value) in self.secrets() {
            fs::write(secrets.join(secret), value)?;
        }
        let document = folder.join("gateway.toml");
        fs::write(&document, self.document(setup))?;
        let keys = fill(&data, setup)?;
        self.run(&folder, keys, setup)
    }

    /// The secrets that the document names.
    pub(crate) fn secrets(&self) -> [(&'static str, String); 3] {
        [
            ("svc", "password".to_owned()),
            ("client", "secret".to_owned()),
            ("link", self.private_pem.clone()),
        ]
    }

    /// Starts a gateway over a folder that is there already.
    pub(crate) fn run(&self, folder: &Path, keys: Vec<String>, setup: &Setup) -> Result<Ours> {
        let shown = |name: &str| folder.join(name).display().to_string();
        let (data, document, secrets) = (shown("data"), shown("gateway.toml"), shown("secrets"));
        let mut arguments = vec![
            "serve",
            "--data",
            &data,
            "--listen",
            "127.0.0.1:0",
            "--admin-listen",
            "127.0.0.1:0",
        ];
        if !setup.published {
            arguments.extend(["--config", &document, "--secrets", &secrets]);
        }
        let log = folder.join("log");
        let (process, said) = Running::announced(PROXY_CORE, &self.program, &arguments, &log)
            .with_context(|| fs::read_to_string(&log).unwrap_or_default())?;
        let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        Ok(Ours {
            process,
            keys,
            address: text("listen"),
            admin: text("admin"),
            data: folder.join("data"),
        })
    }

    /// A document in which every kind of rule is in use and permits.
    pub(crate) fn document(&self, setup: &Setup) -> String {
        let stub = self.stub;
        let addresses = addresses(setup.addresses);
        let act_as = match setup.act_as {
            ActAs::Header => r#"{ header = { name = "X-Remote-User" } }"#,
            ActAs::Oauth1 => {
                r#"{ oauth1 = { consumer_key = "bench", private_key = { secret = "link" } } }"#
            }
        };
        let pem = &self.public_pem;
        format!(
            r#"format = 1

[settings]
anonymous = "deny"

[settings.keys]
max_lifetime = "never"
max_per_user = 10000000

[[products]]
id = "jira"
kind = "jira"
base_url = "http://127.0.0.1:{stub}"
public_url = "/jira"
act_as = {act_as}
directory = {{ basic = {{ user = "svc", password = {{ secret = "svc" }} }}, cache = "1h" }}
access = {{ groups_allowed = ["group-0", "group-9"], groups_read_only = ["interns"] }}

[[providers]]
id = "opaque"
preset = "custom-oauth2"
inputs = {{ authorization_url = "http://127.0.0.1:{stub}/authorize", token_url = "http://127.0.0.1:{stub}/token", userinfo_url = "http://127.0.0.1:{stub}/userinfo" }}
client_id = "bench"
client_secret = {{ secret = "client" }}
verify = {{ userinfo = {{ accept_any_client = true, cache = "1h" }} }}
username = {{ from = "userinfo", pointer = "/login", match = "username" }}
prefixes = ["bench_"]

[[providers]]
id = "signed"
preset = "custom-oauth2"
inputs = {{ authorization_url = "http://127.0.0.1:{stub}/authorize", token_url = "http://127.0.0.1:{stub}/token", userinfo_url = "http://127.0.0.1:{stub}/userinfo" }}
client_id = "signed"
verify = {{ jwt = {{ audience = ["bench"], issuer = "https://issuer.example", algorithms = ["RS256"], public_keys = ["""
{pem}"""] }} }}
username = {{ from = "token", pointer = "/sub", transform = ["lowercase"], match = "username" }}

[access]
groups_read_only = ["contractors"]
addresses_allowed = [{addresses}]
trusted_proxies = ["10.0.0.5/32"]
rate = {{ per_caller = "100000000/m", per_address = "100000000/m" }}

[[access.public]]
product = "jira"
path = "/rest/api/2/secret/**"

[[access.bypass]]
product = "jira"
path = "GET /rest/api/2/serverInfo"

[audit]
keep = "1d"
"#
        )
    }
}

/// Loopback, and as many networks as wanted beside it.
fn addresses(count: usize) -> String {
    let mut list = "\"127.0.0.0/8\"".to_owned();
    for number in 1..count {
        let (a, b, c) = (number >> 16 & 0x3f, number >> 8 & 0xff, number & 0xff);
        let _ = write!(list, ", \"{}.{b}.{c}.0/24\"", 128 + a);
    }
    list
}

impl Ours {
    /// What to ask with a credential.
    pub(crate) fn target(&self, path: &str, credential: &str) -> Target {
        Target::new(
            format!("http://{}/jira{path}", self.address),
            &format!("Authorization: Bearer {credential}"),
        )
    }
}
