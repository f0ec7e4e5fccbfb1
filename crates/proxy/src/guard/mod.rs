//! The bytes of a connection, judged before hyper reads them.
//!
//! The guard follows the framing of HTTP/1 requests by the narrowest reading. What it lets pass,
//! hyper understands in the same way; what it does not let pass, hyper never sees: in its place
//! it gets an empty request that the handler answers with the refusal, and then nothing more.
//! HTTP/2 passes as it is, since its frames can be read in one way only.

mod chunks;
mod head;

use std::collections::VecDeque;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep, sleep, timeout};

use self::chunks::Chunks;
use self::head::Framing;
use crate::limits::Limits;

pub(crate) use self::head::Fault;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const END_OF_HEAD: &[u8] = b"\r\n\r\n";
/// What hyper reads in place of a head that goes no further.
const STAND_IN: &[u8] = b"GET / HTTP/1.1\r\nhost: refused\r\n\r\n";
/// How much of a body that nobody wants is read, and for how long, before the connection is cut:
/// without it, the refusal could be lost on the way to a client that is still sending.
const LINGER_BYTES: u64 = 8 * 1024 * 1024;
const LINGER: Duration = Duration::from_secs(3);

/// What guard and handler know of one connection together.
#[derive(Debug)]
pub(crate) struct Shared {
    /// When the connection began.
    started: Instant,
    /// One entry for each HTTP/1 head that hyper was given, in order.
    verdicts: Mutex<VecDeque<Result<(), Fault>>>,
    /// Requests whose answer is not finished.
    busy: AtomicUsize,
    /// When the last answer was finished.
    finished: Mutex<Option<Instant>>,
    /// Whether the client may still be sending what nobody will read.
    unread: AtomicBool,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            verdicts: Mutex::default(),
            busy: AtomicUsize::new(0),
            finished: Mutex::default(),
            unread: AtomicBool::new(false),
        }
    }
}

impl Shared {
    /// The judgement of the next HTTP/1 head. Without one, something is wrong, and it is refused.
    pub(crate) fn verdict(&self) -> Result<(), Fault> {
        self.verdicts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
            .unwrap_or(Err(Fault::Malformed("a head that was not judged")))
    }

    fn judged(&self, verdict: Result<(), Fault>) {
        self.verdicts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(verdict);
    }

    /// Marks a request as being answered until the value is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::AcqRel);
        Busy(Arc::clone(self))
    }

    /// Whether no answer is on its way; and since when, if any ever was.
    fn rest(&self) -> Rest {
        if self.busy.load(Ordering::Acquire) > 0 {
            return Rest::Busy;
        }
        match *self.finished.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(since) => Rest::Since(since),
            None => Rest::FromTheStart,
        }
    }

    /// Whether nothing was asked or answered for so long, from the beginning on.
    pub(crate) fn is_idle_for(&self, time: Duration) -> bool {
        let since = match self.rest() {
            Rest::Busy => return false,
            Rest::Since(since) => since,
            Rest::FromTheStart => self.started,
        };
        since.elapsed() >= time
    }

    /// Says that the connection ends with bytes unread.
    pub(crate) fn leave_unread(&self) {
        self.unread.store(true, Ordering::Release);
    }
}

/// Whether a connection has something to do.
enum Rest {
    Busy,
    Since(Instant),
    FromTheStart,
}

/// A request is being answered.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Shared>);

impl Drop for Busy {
    fn drop(&mut self) {
        *self
            .0
            .finished
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        self.0.busy.fetch_sub(1, Ordering::AcqRel);
    }
}

#[derive(Debug)]
enum State {
    /// The first bytes: HTTP/1 or HTTP/2.
    Unknown,
    Head,
    Length(u64),
    Chunked(Chunks),
    /// A head was refused: nothing more is read.
    Refused,
    Http2,
}

/// A connection whose HTTP/1 requests are judged on the way in.
pub(crate) struct Guard<C: AsyncRead + AsyncWrite + Unpin + Send + 'static> {
    /// Only `None` while it is dropped.
    connection: Option<C>,
    shared: Arc<Shared>,
    limits: Limits,
    state: State,
    /// Bytes that came and are not judged.
    inbox: BytesMut,
    /// Bytes that hyper may have.
    outbox: BytesMut,
    timer: Pin<Box<Sleep>>,
    /// Runs while the client takes nothing of what is sent to it.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<C: AsyncRead + AsyncWrite + Unpin + Send + 'static> Guard<C> {
    pub(crate) fn new(connection: C, shared: Arc<Shared>, limits: Limits) -> Self {
        Self {
            connection: Some(connection),
            shared,
            state: State::Unknown,
            inbox: BytesMut::new(),
            outbox: BytesMut::new(),
            timer: Box::pin(sleep(limits.head_time)),
            stalled: None,
            limits,
        }
    }

    fn connection(&mut self) -> io::Result<Pin<&mut C>> {
        self.connection
            .as_mut()
            .map(Pin::new)
            .ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    /// Moves what can be judged from the inbox to the outbox.
    fn judge(&mut self) -> io::Result<()> {
        loop {
            match &mut self.state {
                State::Unknown => {
                    let seen = self.inbox.len().min(PREFACE.len());
                    if self.inbox[..seen] != PREFACE[..seen] {
                        self.state = State::Head;
                    } else if seen == PREFACE.len() {
                        self.state = State::Http2;
                    } else {
                        return Ok(());
                    }
                }
                State::Head => {
                    if !self.judge_head() {
                        return Ok(());
                    }
                }
                State::Length(0) => self.state = State::Head,
                State::Length(left) => {
                    let here = usize::try_from(*left)
                        .unwrap_or(usize::MAX)
                        .min(self.inbox.len());
                    if here == 0 {
                        return Ok(());
                    }
                    *left -= here as u64;
                    self.outbox.unsplit(self.inbox.split_to(here));
                }
                State::Chunked(chunks) if chunks.is_done() => self.state = State::Head,
                State::Chunked(chunks) => {
                    let here = chunks.follow(&self.inbox).map_err(|_| bad_chunk())?;
                    if here == 0 {
                        return Ok(());
                    }
                    self.outbox.unsplit(self.inbox.split_to(here));
                }
                State::Refused => {
                    self.inbox.clear();
                    return Ok(());
                }
                State::Http2 => {
                    self.outbox.unsplit(self.inbox.split());
                    return Ok(());
                }
            }
        }
    }

    /// Judges one head if it is complete or too long; false if more bytes are needed.
    fn judge_head(&mut self) -> bool {
        // Empty lines before a request line are ignored (RFC 9112 §2.2).
        while self.inbox.starts_with(b"\r\n") {
            self.inbox.advance(2);
        }
        let end = self
            .inbox
            .windows(END_OF_HEAD.len())
            .position(|window| window == END_OF_HEAD)
            .map(|start| start + END_OF_HEAD.len());
        let verdict = match end {
            Some(end) if end <= self.limits.head_bytes => {
                head::inspect(&self.inbox[..end], self.limits.headers).map(|framing| (end, framing))
            }
            Some(_) => Err(Fault::TooLarge("the head is too long")),
            None if self.inbox.len() > self.limits.head_bytes => {
                Err(Fault::TooLarge("the head is too long"))
            }
            None if has_bare_line_feed(&self.inbox) => {
                Err(Fault::Malformed("a line feed of its own"))
            }
            None => return false,
        };
        match verdict {
            Ok((end, framing)) => {
                self.outbox.unsplit(self.inbox.split_to(end));
                self.shared.judged(Ok(()));
                self.state = match framing {
                    Framing::Length(length) => State::Length(length),
                    Framing::Chunked => State::Chunked(Chunks::new()),
                };
            }
            Err(fault) => {
                self.inbox.clear();
                self.outbox.extend_from_slice(STAND_IN);
                self.shared.judged(Err(fault));
                self.shared.leave_unread();
                self.state = State::Refused;
            }
        }
        true
    }

    /// How long the client may take for what it does now.
    fn patience(&self) -> Duration {
        match self.state {
            State::Head if self.inbox.is_empty() => self.limits.idle_time,
            State::Unknown | State::Head => self.limits.head_time,
            State::Length(_) | State::Chunked(_) => self.limits.body_idle_time,
            State::Refused | State::Http2 => self.limits.idle_time,
        }
    }

    /// Ends a wait that lasted too long. While an answer is on its way, waiting is right.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.timer.as_mut().poll(context));
            let sending = match self.state {
                State::Length(_) | State::Chunked(_) => true,
                State::Head => !self.inbox.is_empty(),
                State::Unknown | State::Refused | State::Http2 => false,
            };
            if sending {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            let now = Instant::now();
            let until = match self.shared.rest() {
                Rest::Busy => now + self.patience(),
                Rest::Since(since) => since + self.patience(),
                Rest::FromTheStart => now,
            };
            if until <= now {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.timer.as_mut().reset(until);
        }
    }

    /// Ends a write that makes no headway: a client that never reads would hold the product's
    /// connection too.
    fn headway<T>(
        &mut self,
        moved: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if moved.is_ready() {
            self.stalled = None;
            return moved;
        }
        let limit = self.limits.body_idle_time;
        let timer = self.stalled.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(timer.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn rewind(&mut self) {
        let until = Instant::now() + self.patience();
        self.timer.as_mut().reset(until);
    }
}

fn bad_chunk() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "a chunk that two readers could frame differently",
    )
}

/// A head of bare line feeds never gets the end that is waited for.
fn has_bare_line_feed(bytes: &[u8]) -> bool {
    let mut before = 0;
    bytes.iter().any(|byte| {
        let bare = *byte == b'\n' && before != b'\r';
        before = *byte;
        bare
    })
}

impl<C: AsyncRead + AsyncWrite + Unpin + Send + 'static> AsyncRead for Guard<C> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if !this.outbox.is_empty() {
                let here = this.outbox.len().min(buffer.remaining());
                buffer.put_slice(&this.outbox[..here]);
                this.outbox.advance(here);
                return Poll::Ready(Ok(()));
            }
            if matches!(this.state, State::Refused) {
                // The refusal closes the connection; until then there is nothing to read.
                return this.poll_patience(context);
            }
            if matches!(this.state, State::Http2) {
                return this.connection()?.poll_read(context, buffer);
            }
            let mut room = [0; 16 * 1024];
            let mut read = ReadBuf::new(&mut room);
            match this.connection()?.poll_read(context, &mut read) {
                Poll::Pending => return this.poll_patience(context),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                // The end, also of a head that never became whole.
                Poll::Ready(Ok(())) if read.filled().is_empty() => return Poll::Ready(Ok(())),
                Poll::Ready(Ok(())) => {
                    let was_waiting = this.inbox.is_empty() || !matches!(this.state, State::Head);
                    this.inbox.extend_from_slice(read.filled());
                    this.judge()?;
                    // A head has one limit from its first byte on, or it could drip for ever.
                    if was_waiting {
                        this.rewind();
                    }
                }
            }
        }
    }
}

impl<C: AsyncRead + AsyncWrite + Unpin + Send + 'static> AsyncWrite for Guard<C> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let moved = this.connection()?.poll_write(context, bytes);
        this.headway(moved, context)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let moved = this.connection()?.poll_flush(context);
        this.headway(moved, context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().connection()?.poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let moved = this.connection()?.poll_write_vectored(context, slices);
        this.headway(moved, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.connection
            .as_ref()
            .is_some_and(AsyncWrite::is_write_vectored)
    }
}

impl<C: AsyncRead + AsyncWrite + Unpin + Send + 'static> Drop for Guard<C> {
    fn drop(&mut self) {
        let unread = self.shared.unread.load(Ordering::Acquire);
        if let (true, Some(connection), Ok(runtime)) =
            (unread, self.connection.take(), Handle::try_current())
        {
            runtime.spawn(linger(connection));
        }
    }
}

/// Reads what the client is still sending, so that it gets to read the answer.
async fn linger(mut connection: impl AsyncRead + AsyncWrite + Unpin) {
    let drained = async {
        if connection.shutdown().await.is_ok() {
            let mut rest = connection.take(LINGER_BYTES);
            // Whatever ends it, the connection is closed behind.
            let _ = tokio::io::copy(&mut rest, &mut tokio::io::sink()).await;
        }
    };
    let _ = timeout(LINGER, drained).await;
}

#[cfg(test)]
mod tests;
