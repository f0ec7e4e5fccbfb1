//! The connections to the products: one pool for all, kept by address.

use std::collections::HashMap;
use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gatewright_enforce::Trust;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls_platform_verifier::Verifier;
use tokio::time::{Instant, sleep_until};

use crate::body::{Activity, Upload};
use crate::limits::Limits;

/// How long a connection without a request is kept. Tomcat's own limit is 20 seconds; whoever
/// closes second may lose a request.
const KEPT: Duration = Duration::from_secs(15);

/// So many ways of other trust are kept; a document has few, and each change of one makes another.
const MOST_WAYS: usize = 64;

type Way = Client<HttpsConnector<HttpConnector>, Upload>;

/// The way to the products. There are no redirects and no second tries of what may have arrived.
pub(crate) struct Upstream {
    /// To products that the machine's authorities vouch for.
    plain: Way,
    /// To the others, by the digest of whom is trusted there.
    others: Mutex<HashMap<[u8; 32], Way>>,
    limits: Limits,
}

/// Why no way to the products could be set up.
#[derive(Debug, thiserror::Error)]
#[error("the trusted certificates of this machine cannot be used")]
pub struct UpstreamSetupError(#[source] rustls::Error);

/// Why there is no answer of a product.
#[derive(Debug)]
pub(crate) enum SendError {
    /// It was not reached, or broke off.
    Unavailable(String),
    /// It took too long.
    Timeout,
    /// The client's own body broke off.
    Upload,
}

impl Upstream {
    pub(crate) fn new(limits: &Limits) -> Result<Self, UpstreamSetupError> {
        let tls = trusting(Vec::new(), None).map_err(UpstreamSetupError)?;
        Ok(Self {
            plain: way(tls, limits),
            others: Mutex::default(),
            limits: *limits,
        })
    }

    /// The way to a product where somebody else is trusted.
    fn other(&self, trust: &Trust) -> Result<Way, SendError> {
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(way) = others.get(&trust.digest) {
            return Ok(way.clone());
        }
        let tls = tls_of(trust).map_err(|detail| SendError::Unavailable(detail.to_owned()))?;
        let made = way(tls, &self.limits);
        if others.len() >= MOST_WAYS {
            others.clear();
        }
        others.insert(trust.digest, made.clone());
        Ok(made)
    }

    /// Sends a request. The time for the answer runs from the last byte of the upload on.
    pub(crate) async fn send(
        &self,
        request: Request<Upload>,
        trust: Option<&Trust>,
        activity: &Activity,
    ) -> Result<Response<Incoming>, SendError> {
        let answer = match trust {
            None => self.plain.request(request),
            Some(trust) => self.other(trust)?.request(request),
        };
        tokio::pin!(answer);
        loop {
            let until = activity.last() + self.limits.answer_time;
            tokio::select! {
                biased;
                answer = &mut answer => return answer.map_err(|error| judge(&error)),
                () = sleep_until(until) => {
                    if activity.last() + self.limits.answer_time <= Instant::now() {
                        return Err(SendError::Timeout);
                    }
                }
            }
        }
    }
}

fn way(tls: ClientConfig, limits: &Limits) -> Way {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(limits.connect_time));
    connector.set_keepalive(Some(Duration::from_mins(1)));
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_http1()
        .wrap_connector(connector);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(KEPT)
        .pool_max_idle_per_host(256)
        .set_host(false)
        .build(connector)
}

fn tls_of(trust: &Trust) -> Result<ClientConfig, &'static str> {
    if trust.missing.is_some() {
        return Err("the client certificate's key is not stored");
    }
    let chain = |pem: &str| {
        CertificateDer::pem_slice_iter(pem.as_bytes())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| "the certificates of tls are not PEM")
    };
    let authorities = chain(trust.ca_pem.as_deref().unwrap_or_default())?;
    let client = match &trust.client {
        None => None,
        Some((certificates, key)) => Some((
            chain(certificates)?,
            PrivateKeyDer::from_pem_slice(key.expose().as_bytes())
                .map_err(|_| "the client certificate's key is not PEM")?,
        )),
    };
    trusting(authorities, client).map_err(|_| "the certificates of tls cannot be used")
}

/// TLS that trusts the machine's authorities and these.
fn trusting(
    authorities: Vec<CertificateDer<'static>>,
    client: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Verifier::new_with_extra_roots(authorities, Arc::clone(&provider))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    match client {
        None => Ok(config.with_no_client_auth()),
        Some((chain, key)) => config.with_client_auth_cert(chain, key),
    }
}

fn judge(error: &hyper_util::client::legacy::Error) -> SendError {
    let mut words = Vec::new();
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(cause) = next {
        next = cause.source();
        let io = cause.downcast_ref::<io::Error>();
        if error.is_connect() && io.is_some_and(|io| io.kind() == io::ErrorKind::TimedOut) {
            return SendError::Timeout;
        }
        if let Some(cause) = cause.downcast_ref::<hyper::Error>()
            && cause.is_user()
        {
            return SendError::Upload;
        }
        words.push(cause.to_string());
    }
    SendError::Unavailable(words.join(": "))
}
