//! The client itself.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use gatewright_limits::time::CONNECT;
use http::{HeaderValue, StatusCode};
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::redirect::Policy;
use thiserror::Error;
use url::{Host, Url};

use crate::classify::classify;
use crate::error::SendError;
use crate::network::{Network, Proxy};
use crate::record::Recorder;
use crate::request::Request;
use crate::response::{Response, Timing};
use crate::timing::{ConnectClock, MARKS, Marks, SystemResolver};
use crate::trust;

/// Why no client could be made from the network settings.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClientError {
    /// The chosen CA is not a PEM certificate.
    #[error("the CA file holds no certificate in PEM form")]
    CaUnreadable,
    /// Our own certificate or its key is not what it should be.
    #[error("the client certificate and its key are not PEM, or do not belong together")]
    IdentityUnreadable,
    /// The proxy's address cannot be used.
    #[error("the proxy's address cannot be used: {url}")]
    Proxy {
        /// The address, without user and password.
        url: String,
    },
    /// The user agent has characters that no header can carry.
    #[error("the user agent has characters that no header can carry")]
    UserAgent,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {detail}")]
    Tls {
        /// What the TLS library says.
        detail: String,
    },
    /// The client cannot be set up.
    #[error("the network client cannot be set up: {detail}")]
    SetUp {
        /// What the library says.
        detail: String,
    },
}

impl ClientError {
    /// What to try, in a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::CaUnreadable => {
                "Choose a file that begins with -----BEGIN CERTIFICATE-----.".to_owned()
            }
            Self::IdentityUnreadable => {
                "Give a PEM chain, the client's own certificate first, and its private key."
                    .to_owned()
            }
            Self::Proxy { .. } => {
                "Write the proxy as http://HOST:PORT; user name and password have fields of their own.".to_owned()
            }
            Self::UserAgent => "Use plain letters, digits and punctuation.".to_owned(),
            Self::Tls { .. } | Self::SetUp { .. } => {
                "Restart the program; if it stays so, report it.".to_owned()
            }
        }
    }
}

/// The client for every outgoing call but the data path. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    recorder: Option<Recorder>,
}

struct Shared {
    direct: reqwest::Client,
    proxied: Option<(reqwest::Client, Matcher)>,
    /// Whether loopback is reached directly whatever the proxy rules say.
    loopback_direct: bool,
}

impl Client {
    /// A client for this network.
    pub fn new(network: &Network) -> Result<Self, ClientError> {
        let tls = trust::tls(network)?;
        let agent = match &network.user_agent {
            Some(text) => HeaderValue::from_str(text).map_err(|_| ClientError::UserAgent)?,
            None => HeaderValue::from_static(concat!("Gatewright/", env!("CARGO_PKG_VERSION"))),
        };
        let builder = || {
            reqwest::Client::builder()
                .user_agent(agent.clone())
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(CONNECT)
                .pool_idle_timeout(Duration::from_secs(30))
                .pool_max_idle_per_host(8)
                .dns_resolver(SystemResolver)
                .connector_layer(ConnectClock)
                .tls_backend_preconfigured(tls.clone())
        };
        let build = |builder: reqwest::ClientBuilder| {
            builder.build().map_err(|error| ClientError::SetUp {
                detail: error.to_string(),
            })
        };
        let direct = build(builder().no_proxy())?;
        let (proxied, loopback_direct) = match &network.proxy {
            Proxy::None => (None, true),
            Proxy::System => (Some((build(builder())?, Matcher::from_system())), true),
            Proxy::Set { bypass, .. } if bypass.iter().any(|host| host.trim() == "*") => {
                (None, true)
            }
            Proxy::Set {
                url,
                user,
                password,
                bypass,
            } => {
                let unusable = || {
                    let mut shown = url.clone();
                    let _ = shown.set_username("");
                    let _ = shown.set_password(None);
                    ClientError::Proxy {
                        url: shown.to_string(),
                    }
                };
                if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
                    return Err(unusable());
                }
                let bypass = Proxy::bypass_list(bypass);
                let mut proxy = reqwest::Proxy::all(url.clone())
                    .map_err(|_| unusable())?
                    .no_proxy(reqwest::NoProxy::from_string(&bypass));
                if let Some(user) = user {
                    let password = password.as_ref().map_or("", |password| password.expose());
                    proxy = proxy.basic_auth(user, password);
                }
                let matcher = Matcher::builder().all(url.to_string()).no(bypass).build();
                (Some((build(builder().proxy(proxy))?, matcher)), false)
            }
        };
        Ok(Self {
            shared: Arc::new(Shared {
                direct,
                proxied,
                loopback_direct,
            }),
            recorder: None,
        })
    }

    /// The same client, whose calls are also written to a record.
    #[must_use]
    pub fn recorded(&self, recorder: Recorder) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            recorder: Some(recorder),
        }
    }

    /// Makes one call. Every status is an answer; redirects are answers too.
    pub async fn send(&self, request: Request) -> Result<Response, SendError> {
        let started = Instant::now();
        let marks = Arc::new(Marks::default());
        let limit = request.limits.total;
        let call = MARKS.scope(Arc::clone(&marks), self.call(&request, started, &marks));
        let outcome = match tokio::time::timeout(limit, call).await {
            Ok(outcome) => outcome,
            Err(_) => Err(SendError::Timeout { after: limit }),
        };
        tracing::debug!(
            call = request.name,
            host = request.url.host_str().unwrap_or_default(),
            status = outcome.as_ref().map(|answer| answer.status.as_u16()).ok(),
            failure = outcome.as_ref().err().map(tracing::field::display),
            milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "outgoing call"
        );
        if let Some(recorder) = &self.recorder {
            recorder.add(&request, &outcome, started.elapsed());
        }
        outcome
    }

    async fn call(
        &self,
        request: &Request,
        started: Instant,
        marks: &Marks,
    ) -> Result<Response, SendError> {
        if let Some(reason) = request.unsendable {
            return Err(SendError::NotSent {
                detail: reason.to_owned(),
            });
        }
        if !matches!(request.url.scheme(), "http" | "https") || request.url.host().is_none() {
            return Err(SendError::NotSent {
                detail: format!("not an http or https address: {}", request.url.scheme()),
            });
        }
        let (client, proxied) = self.shared.way(&request.url);
        let mut answer = client
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone())
            .body(request.body.clone())
            .send()
            .await
            .map_err(|error| classify(&error, &request.url, proxied))?;
        let first_byte = started.elapsed();
        let status = answer.status();
        if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Err(SendError::ProxyAuthentication);
        }
        let headers = std::mem::take(answer.headers_mut());
        let limit = request.limits.body;
        let mut body = BytesMut::new();
        while let Some(chunk) = answer
            .chunk()
            .await
            .map_err(|error| classify(&error, &request.url, proxied))?
        {
            if body.len() + chunk.len() > limit {
                return Err(SendError::BodyTooLarge { limit });
            }
            body.extend_from_slice(&chunk);
        }
        let total = started.elapsed();
        let timing = Timing {
            dns: marks.dns(),
            connect: marks.connect(),
            first_byte,
            body: total.saturating_sub(first_byte),
            total,
        };
        Ok(Response {
            status,
            headers,
            body: Bytes::from(body),
            timing,
        })
    }
}

impl Shared {
    /// The client for this URL, and whether it goes through a proxy.
    fn way(&self, url: &Url) -> (&reqwest::Client, bool) {
        let Some((client, matcher)) = &self.proxied else {
            return (&self.direct, false);
        };
        if self.loopback_direct && is_loopback(url) {
            return (&self.direct, false);
        }
        let proxied = url
            .as_str()
            .parse::<http::Uri>()
            .is_ok_and(|uri| matcher.intercept(&uri).is_some());
        (if proxied { client } else { &self.direct }, proxied)
    }
}

/// Whether a URL points to this machine by its very name.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}
