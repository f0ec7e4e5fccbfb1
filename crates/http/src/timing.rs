//! Where the time of a call goes, observed from inside the connector.

use std::io;
use std::net::ToSocketAddrs;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tower::{Layer, Service};

/// What the connector saw while one call was made.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    dns: AtomicU64,
    connect: AtomicU64,
}

impl Marks {
    pub(crate) fn dns(&self) -> Option<Duration> {
        read(&self.dns)
    }

    /// Connecting without the look-up of the name.
    pub(crate) fn connect(&self) -> Option<Duration> {
        let whole = read(&self.connect)?;
        Some(whole.saturating_sub(self.dns().unwrap_or_default()))
    }
}

/// Nothing was seen while the value is zero, so what takes less than a nanosecond counts as one.
fn read(nanos: &AtomicU64) -> Option<Duration> {
    let nanos = nanos.load(Ordering::Relaxed);
    (nanos > 0).then(|| Duration::from_nanos(nanos))
}

fn mark(nanos: &AtomicU64, since: Instant) {
    let elapsed = u64::try_from(since.elapsed().as_nanos())
        .unwrap_or(u64::MAX)
        .max(1);
    nanos.store(elapsed, Ordering::Relaxed);
}

tokio::task_local! {
    /// The marks of the call that this task is making: the connector is polled by the call itself,
    /// and so finds them.
    pub(crate) static MARKS: Arc<Marks>;
}

fn current() -> Option<Arc<Marks>> {
    MARKS.try_with(Arc::clone).ok()
}

/// A name that the system could not resolve.
#[derive(Debug, thiserror::Error)]
#[error("the name cannot be found: {host}")]
pub(crate) struct NameUnknown {
    pub(crate) host: String,
    #[source]
    source: io::Error,
}

/// The system's own resolver, off the reactor and with its time taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let marks = current();
        Box::pin(async move {
            let started = Instant::now();
            let asked = host.clone();
            let found = tokio::task::spawn_blocking(move || {
                (asked.as_str(), 0)
                    .to_socket_addrs()
                    .map(Iterator::collect::<Vec<_>>)
            })
            .await
            .map_err(io::Error::other)
            .flatten();
            if let Some(marks) = marks {
                mark(&marks.dns, started);
            }
            match found {
                Ok(addresses) if !addresses.is_empty() => {
                    Ok(Box::new(addresses.into_iter()) as Addrs)
                }
                Ok(_) => Err(NameUnknown {
                    host,
                    source: io::ErrorKind::NotFound.into(),
                }
                .into()),
                Err(source) => Err(NameUnknown { host, source }.into()),
            }
        })
    }
}

/// Takes the time of the connector below it: name, TCP, proxy tunnel and TLS together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectClock;

/// A connector with its time taken.
#[derive(Clone, Debug)]
pub(crate) struct Timed<S>(S);

impl<S> Layer<S> for ConnectClock {
    type Service = Timed<S>;

    fn layer(&self, inner: S) -> Timed<S> {
        Timed(inner)
    }
}

impl<S, R> Service<R> for Timed<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let marks = current();
        let started = Instant::now();
        let connecting = self.0.call(request);
        Box::pin(async move {
            let connected = connecting.await;
            if let Some(marks) = marks {
                mark(&marks.connect, started);
            }
            connected
        })
    }
}
