//! The connections to the products: one pool for all, kept by address.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::time::{Instant, sleep_until};

use crate::body::{Activity, Upload};
use crate::limits::Limits;

/// How long a connection without a request is kept. Tomcat's own limit is 20 seconds; whoever
/// closes second may lose a request.
const KEPT: Duration = Duration::from_secs(15);

/// The way to the products. There are no redirects and no second tries of what may have arrived.
#[derive(Clone)]
pub(crate) struct Upstream {
    client: Client<HttpsConnector<HttpConnector>, Upload>,
    answer_time: Duration,
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
        let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(UpstreamSetupError)?
            .with_platform_verifier()
            .map_err(UpstreamSetupError)?
            .with_no_client_auth();
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
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEPT)
            .pool_max_idle_per_host(256)
            .set_host(false)
            .build(connector);
        Ok(Self {
            client,
            answer_time: limits.answer_time,
        })
    }

    /// Sends a request. The time for the answer runs from the last byte of the upload on.
    pub(crate) async fn send(
        &self,
        request: Request<Upload>,
        activity: &Activity,
    ) -> Result<Response<Incoming>, SendError> {
        let answer = self.client.request(request);
        tokio::pin!(answer);
        loop {
            let until = activity.last() + self.answer_time;
            tokio::select! {
                biased;
                answer = &mut answer => return answer.map_err(|error| judge(&error)),
                () = sleep_until(until) => {
                    if activity.last() + self.answer_time <= Instant::now() {
                        return Err(SendError::Timeout);
                    }
                }
            }
        }
    }
}

fn judge(error: &hyper_util::client::legacy::Error) -> SendError {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |one| one.source());
    let mut words = Vec::new();
    for cause in causes {
        if let Some(cause) = cause.downcast_ref::<hyper::Error>()
            && cause.is_user()
        {
            return SendError::Upload;
        }
        words.push(cause.to_string());
    }
    SendError::Unavailable(words.join(": "))
}
