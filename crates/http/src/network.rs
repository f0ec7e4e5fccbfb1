//! How calls leave this machine: one choice for every call of a connection.

use gatewright_secret::SecretString;
use url::Url;

/// The network as a company has it: proxy, additional trust, and how we introduce ourselves.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Through which proxy calls go.
    pub proxy: Proxy,
    /// Certificates (PEM, one or more) that are trusted in addition to the platform's.
    pub ca_pem: Option<String>,
    /// The certificate by which we prove ourselves to servers that ask for one.
    pub identity: Option<Identity>,
    /// The `User-Agent` header; `None` sends our own.
    pub user_agent: Option<String>,
    /// Accept exactly the server certificate with this SHA-256 fingerprint, whoever issued it and
    /// whatever name it bears; the handshake still proves that the server has its key.
    pub pinned_sha256: Option<[u8; 32]>,
}

/// A certificate by which we prove ourselves.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The chain, PEM.
    pub chain_pem: String,
    /// Its private key, PEM.
    pub key_pem: SecretString,
}

/// Which proxy a call goes through.
#[derive(Clone, Debug, Default)]
pub enum Proxy {
    /// What the environment or the operating system says; loopback is always reached directly.
    #[default]
    System,
    /// None: every call is direct.
    None,
    /// This one, for every call that `bypass` does not name.
    Set {
        /// Where the proxy is: `http://proxy.example.com:3128`.
        url: Url,
        /// The user name that the proxy asks for.
        user: Option<String>,
        /// The password that the proxy asks for.
        password: Option<SecretString>,
        /// Hosts that are reached directly: names (with their subdomains), addresses, networks
        /// (`10.0.0.0/8`), or `*`.
        bypass: Vec<String>,
    },
}

impl Network {
    /// The network with one more CA.
    #[must_use]
    pub fn with_ca_pem(mut self, pem: impl Into<String>) -> Self {
        self.ca_pem = Some(pem.into());
        self
    }

    /// The network that accepts exactly one server certificate.
    #[must_use]
    pub fn pinned(mut self, sha256: [u8; 32]) -> Self {
        self.pinned_sha256 = Some(sha256);
        self
    }
}

impl Proxy {
    /// The bypass list in the form that the matcher reads.
    pub(crate) fn bypass_list(bypass: &[String]) -> String {
        let entries: Vec<&str> = bypass
            .iter()
            .map(|entry| entry.trim())
            .filter(|entry| !entry.is_empty())
            .map(|entry| {
                if entry == "*" {
                    entry
                } else {
                    entry
                        .trim_start_matches('*')
                        .trim_start_matches('[')
                        .trim_end_matches(']')
                }
            })
            .collect();
        entries.join(",")
    }
}
