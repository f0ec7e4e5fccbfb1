//! Bodies on their way through: streamed, never collected, without their trailers.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep};

/// Whatever broke a body.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of an answer to a client.
pub(crate) type Answer = UnsyncBoxBody<Bytes, BoxError>;

/// A body that is there already.
pub(crate) fn whole(bytes: Bytes) -> Answer {
    Full::new(bytes)
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// When the client last sent something, so that a slow upload is not taken for a slow product.
#[derive(Debug)]
pub(crate) struct Activity {
    start: Instant,
    milliseconds: AtomicU64,
}

impl Activity {
    pub(crate) fn start() -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            milliseconds: AtomicU64::new(0),
        })
    }

    fn note(&self) {
        let elapsed = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.milliseconds.store(elapsed, Ordering::Relaxed);
    }

    /// The moment of the last sign of life.
    pub(crate) fn last(&self) -> Instant {
        self.start + Duration::from_millis(self.milliseconds.load(Ordering::Relaxed))
    }
}

/// A request body on its way to a product.
pub(crate) enum Upload {
    /// It was held, and is sent whole.
    Held(Full<Bytes>),
    /// It goes on as it comes.
    Streamed(Incoming, Arc<Activity>),
}

impl Body for Upload {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.get_mut() {
            Self::Held(body) => Pin::new(body)
                .poll_frame(context)
                .map_err(|never| match never {}),
            Self::Streamed(body, activity) => {
                let frame = data(body, context);
                if frame.is_ready() {
                    activity.note();
                }
                frame
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Held(body) => body.is_end_stream(),
            Self::Streamed(body, _) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Held(body) => body.size_hint(),
            Self::Streamed(body, _) => body.size_hint(),
        }
    }
}

/// An answer's body on its way to a client; what must be done at its end is done when it is
/// dropped, whether it came to its end or not.
pub(crate) struct Download<T> {
    body: Incoming,
    /// How long the product may be silent in the middle.
    patience: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
    _at_the_end: T,
}

impl<T: Send + Unpin + 'static> Download<T> {
    pub(crate) fn new(body: Incoming, patience: Duration, at_the_end: T) -> Self {
        Self {
            body,
            patience,
            waiting: None,
            _at_the_end: at_the_end,
        }
    }
}

impl<T: Send + Unpin + 'static> Body for Download<T> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        let frame = data(&mut this.body, context);
        if frame.is_ready() {
            this.waiting = None;
            return frame;
        }
        let patience = this.patience;
        let waiting = this
            .waiting
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Some(Err(
            "the product stopped in the middle of its answer".into()
        )))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The next data of a body; trailers are dropped, because they could say what headers may not.
fn data(
    body: &mut Incoming,
    context: &mut Context<'_>,
) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
    loop {
        match ready!(Pin::new(&mut *body).poll_frame(context)) {
            Some(Ok(frame)) if frame.is_data() => return Poll::Ready(Some(Ok(frame))),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
            None => return Poll::Ready(None),
        }
    }
}
