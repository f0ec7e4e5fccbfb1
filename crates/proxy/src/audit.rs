//! One audit line for each request, written in batches by a task of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use gatewright_enforce::AuditRecord;
use gatewright_store::{AuditKind, AuditLine, Store};
use time::OffsetDateTime;
use tokio::sync::broadcast;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout_at};

use crate::audit_file::AuditFile;
use crate::facts::{Counted, Counting};

/// Lines that wait; beyond it a line is lost and counted, and no request is held up.
const WAITING: usize = 16 * 1024;
/// Lines that are written at once.
const BATCH: usize = 512;
/// How long a batch is tried again while the store does not answer.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);
/// How long counted kinds of requests wait for the store.
const COUNT_FOR: Duration = Duration::from_secs(2);
/// Lines that wait for who watches; who is slower misses some.
const WATCHED: usize = 1024;

/// Lines as they come, for who watches.
pub type AuditTail = broadcast::Sender<Arc<AuditLine>>;

/// Where audit lines are put. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Audit {
    lines: mpsc::Sender<AuditLine>,
    lost: Arc<AtomicU64>,
}

/// The other end, to be run as a task until every [`Audit`] is gone.
#[derive(Debug)]
pub struct AuditWriter {
    lines: mpsc::Receiver<AuditLine>,
    lost: Arc<AtomicU64>,
    tail: AuditTail,
    file: Option<AuditFile>,
}

impl Audit {
    /// Both ends.
    pub fn channel() -> (Self, AuditWriter) {
        let (sender, receiver) = mpsc::channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        (
            Self {
                lines: sender,
                lost: Arc::clone(&lost),
            },
            AuditWriter {
                lines: receiver,
                lost,
                tail: broadcast::channel(WATCHED).0,
                file: None,
            },
        )
    }

    /// Puts a line in the queue, or counts it as lost.
    pub(crate) fn record(&self, record: &AuditRecord, at: OffsetDateTime) {
        let line = serde_json::to_value(record).map(|json| AuditLine {
            at,
            kind: AuditKind::Request,
            request_id: record.request_id.clone(),
            json,
        });
        let queued = line.is_ok_and(|line| self.lines.try_send(line).is_ok());
        if !queued {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Lines that were lost since the start.
    pub(crate) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

impl AuditWriter {
    /// Where lines can be watched as they come.
    pub fn tail(&self) -> AuditTail {
        self.tail.clone()
    }

    /// Also writes each line to a file, or to standard output.
    #[must_use]
    pub fn with_file(mut self, file: AuditFile) -> Self {
        self.file = Some(file);
        self
    }

    /// Writes what comes, in batches, until nobody sends any more and all is written; counts the
    /// kinds of requests on the way.
    pub async fn run(mut self, store: Arc<dyn Store>) {
        let mut batch = Vec::with_capacity(BATCH);
        let mut counting = Counting::default();
        let mut due: Option<Instant> = None;
        loop {
            let received = match due {
                None => self.lines.recv_many(&mut batch, BATCH).await,
                Some(at) => {
                    let receiving = self.lines.recv_many(&mut batch, BATCH);
                    if let Ok(received) = timeout_at(at, receiving).await {
                        received
                    } else {
                        due = None;
                        keep(&store, counting.take()).await;
                        continue;
                    }
                }
            };
            if received == 0 {
                break;
            }
            for line in &batch {
                if self.tail.receiver_count() > 0 {
                    // Nobody may be watching any more.
                    let _ = self.tail.send(Arc::new(line.clone()));
                }
                keep(&store, counting.count(line)).await;
            }
            let lines = Arc::new(std::mem::take(&mut batch));
            if let Some(file) = &self.file {
                file.write(&lines).await;
            }
            if !write(&store, &lines).await {
                self.lost.fetch_add(lines.len() as u64, Ordering::Relaxed);
                tracing::error!(lines = lines.len(), "audit lines were lost");
            }
            if due.is_some_and(|at| at <= Instant::now()) {
                due = None;
                keep(&store, counting.take()).await;
            } else if due.is_none() {
                due = Some(Instant::now() + COUNT_FOR);
            }
        }
        keep(&store, counting.take()).await;
    }
}

/// Takes what was counted to the store. What it does not take is lost: it only serves to try
/// rules on.
async fn keep(store: &Arc<dyn Store>, counted: Option<Counted>) {
    let Some(counted) = counted else { return };
    let store = Arc::clone(store);
    let kept =
        tokio::task::spawn_blocking(move || store.add_facts(&counted.facts, counted.left_out));
    match kept.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "kinds of requests were not recorded"),
        Err(error) => tracing::warn!(%error, "kinds of requests were not recorded"),
    }
}

async fn write(store: &Arc<dyn Store>, lines: &Arc<Vec<AuditLine>>) -> bool {
    for attempt in 0..TRIES {
        if attempt > 0 {
            sleep(PAUSE).await;
        }
        let (store, lines) = (Arc::clone(store), Arc::clone(lines));
        match tokio::task::spawn_blocking(move || store.append_audit(&lines)).await {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => tracing::warn!(%error, "audit lines wait"),
            Err(error) => tracing::warn!(%error, "audit lines wait"),
        }
    }
    false
}
