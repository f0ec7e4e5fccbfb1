//! One audit line for each request, written in batches by a task of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use gatewright_enforce::AuditRecord;
use gatewright_store::{AuditKind, AuditLine, Store};
use time::OffsetDateTime;
use tokio::sync::mpsc;
use tokio::time::sleep;

/// Lines that wait; beyond it a line is lost and counted, and no request is held up.
const WAITING: usize = 16 * 1024;
/// Lines that are written at once.
const BATCH: usize = 512;
/// How long a batch is tried again while the store does not answer.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);

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
    /// Writes what comes, in batches, until nobody sends any more and all is written.
    pub async fn run(mut self, store: Arc<dyn Store>) {
        let mut batch = Vec::with_capacity(BATCH);
        while self.lines.recv_many(&mut batch, BATCH).await > 0 {
            let lines = Arc::new(std::mem::take(&mut batch));
            if !write(&store, &lines).await {
                self.lost.fetch_add(lines.len() as u64, Ordering::Relaxed);
                tracing::error!(lines = lines.len(), "audit lines were lost");
            }
        }
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
