//! What changes while the gateway runs: signals, the document's file, certificates.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use gatewright_admin::{ApplyError, Publisher};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};

use crate::failure::{Failure, with_causes};
use crate::file::File;
use crate::notify::Notify;
use crate::serve::keep_fingerprint;
use crate::tls::Certificates;

/// How often files are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// What is looked at while the gateway runs.
pub(crate) struct Watched {
    pub(crate) file: Option<File>,
    pub(crate) clients: Option<Arc<Certificates>>,
    pub(crate) admins: Option<Arc<Certificates>>,
    /// The data directory, where the fingerprint of the admins' certificate is kept.
    pub(crate) directory: PathBuf,
    pub(crate) notify: Notify,
    /// Whether the last look at the certificates found a pair that does not do.
    pub(crate) is_stale: bool,
}

/// The signals, caught from the first moment on.
pub(crate) struct Stops {
    terminate: Signal,
    interrupt: Signal,
    reload: Signal,
}

impl Stops {
    pub(crate) fn listen() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(|error| Failure::unable("signals", error));
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            reload: listen(SignalKind::hangup())?,
        })
    }

    /// Waits until the gateway is told to stop; meanwhile reads again what changes.
    pub(crate) async fn wait(&mut self, publisher: &Publisher, mut watched: Watched) {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.reload.recv() => {
                    watched.notify.reloading();
                    watched.read_again(publisher).await;
                    watched.look_at_certificates(publisher).await;
                    watched.notify.ready();
                }
                _ = looks.tick(), if watched.has_files() => {
                    if watched.file.as_ref().is_some_and(File::changed) {
                        watched.read_again(publisher).await;
                    }
                    watched.look_at_certificates(publisher).await;
                }
            }
        }
    }
}

impl Watched {
    fn has_files(&self) -> bool {
        self.file.is_some() || self.clients.is_some() || self.admins.is_some()
    }

    /// A pair that does not do is told, and the last good one goes on.
    async fn look_at_certificates(&mut self, publisher: &Publisher) {
        let mut problems = Vec::new();
        let mut changed = false;
        for (certificates, is_admin) in [(&self.clients, false), (&self.admins, true)] {
            let Some(certificates) = certificates else {
                continue;
            };
            match certificates.reload() {
                None => {}
                Some(Ok(())) => {
                    changed = true;
                    tracing::info!(is_admin, "the new certificate is in force");
                    if is_admin {
                        renew_fingerprint(&self.directory, certificates);
                    }
                }
                Some(Err(failure)) => problems.push(failure.message().to_owned()),
            }
        }
        if !problems.is_empty() {
            let detail = problems.join("; ");
            tracing::error!(detail, "the last good certificate goes on");
            publisher.note_problem(format!("the last good certificate goes on: {detail}"));
            self.is_stale = true;
        } else if changed && self.is_stale {
            self.is_stale = false;
            // What was noted is over; the document says anew what there is to say.
            self.read_again(publisher).await;
        }
    }

    /// A document that does not do is told, and the last good one goes on.
    async fn read_again(&mut self, publisher: &Publisher) {
        let Some(file) = self.file.as_mut() else {
            publisher.apply_newest_or_note().await;
            return;
        };
        let text = match file.read() {
            Ok(text) => text,
            Err(error) => {
                tracing::error!(file = %file.path.display(), %error, "the document cannot be read");
                publisher.note_problem(format!("{} cannot be read: {error}", file.path.display()));
                return;
            }
        };
        if let Err(error) = publisher.apply_file(text, file.format).await {
            let detail = match &error {
                ApplyError::Invalid { problems } => problems
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("; "),
                ApplyError::UnknownSecrets { .. }
                | ApplyError::FailedExpectations { .. }
                | ApplyError::Secrets(_)
                | ApplyError::Store(_)
                | ApplyError::Interrupted => with_causes(&error),
            };
            tracing::error!(file = %file.path.display(), detail, "the last good document goes on");
            publisher.note_problem(format!("{}: {detail}", file.path.display()));
        }
    }
}

/// The pairing code names the certificate that an admin will meet.
fn renew_fingerprint(directory: &Path, certificates: &Certificates) {
    let fingerprint = certificates.fingerprint().map(|one| one.to_string());
    if let Err(failure) = keep_fingerprint(directory, fingerprint.as_deref()) {
        tracing::error!(
            detail = failure.message(),
            "pairing codes name the old certificate"
        );
    }
}
