//! Taking connections, as many as come, and keeping few.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use gatewright_limits::count::CONNECTIONS;
use gatewright_limits::size::REQUEST_HEAD;
use gatewright_limits::time::{ASKING, CONNECTION, FAREWELL, LAST_PAGE, TOO_LATE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::attempt::Ending;
use crate::site::Site;

/// Answers until the sign-in is over, and a while longer; `stop` ends that while.
pub(crate) async fn serve(sockets: Vec<TcpListener>, site: Arc<Site>, stop: CancellationToken) {
    let mut connections = JoinSet::new();
    let mut order: VecDeque<AbortHandle> = VecDeque::new();
    let over = site.attempt().over();
    let mut end: Option<Instant> = None;
    loop {
        if end.is_none()
            && let Some(how) = site.attempt().ending()
        {
            let stay = match how {
                Ending::Code | Ending::Failed { .. } => LAST_PAGE,
                Ending::Cancelled | Ending::TimedOut => TOO_LATE,
            };
            end = Some(Instant::now() + stay);
        }
        tokio::select! {
            connection = accept(&sockets) => match connection {
                Ok(stream) => {
                    // The oldest goes when another comes, so that idle ones cannot shut the browser
                    // out.
                    while order.len() >= CONNECTIONS {
                        if let Some(oldest) = order.pop_front() {
                            oldest.abort();
                        }
                    }
                    order.push_back(connections.spawn(converse(stream, Arc::clone(&site))));
                }
                // Out of file descriptors, most likely: a pause lets some go.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            _ = connections.join_next(), if !connections.is_empty() => {
                order.retain(|handle| !handle.is_finished());
            }
            () = over.cancelled(), if end.is_none() => {}
            () = stop.cancelled(), if end.is_some() => return,
            () = site.last_page_shown(), if end.is_some_and(|end| end > Instant::now() + FAREWELL) => {
                end = Some(Instant::now() + FAREWELL);
            }
            () = tokio::time::sleep_until(end.unwrap_or_else(Instant::now)), if end.is_some() => return,
        }
    }
}

async fn accept(sockets: &[TcpListener]) -> io::Result<TcpStream> {
    poll_fn(|context| {
        for socket in sockets {
            if let Poll::Ready(accepted) = socket.poll_accept(context) {
                return Poll::Ready(accepted.map(|(stream, _)| stream));
            }
        }
        Poll::Pending
    })
    .await
}

/// One question, one answer.
async fn converse(stream: TcpStream, site: Arc<Site>) {
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let site = Arc::clone(&site);
        async move {
            Ok::<_, Infallible>(site.answer(request.method(), request.uri(), request.headers()))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(ASKING)
        .keep_alive(false)
        .max_buf_size(REQUEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    // What a connection does that breaks off or dawdles is of no interest to the sign-in.
    let _ = tokio::time::timeout(CONNECTION, connection).await;
}
