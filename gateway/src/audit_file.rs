//! The audit as JSON lines in a file, for whoever collects lines.

use std::path::Path;
use std::sync::Arc;

use gatewright_admin::ChangeHook;
use gatewright_proxy::AuditFile;
use tokio::signal::unix::{SignalKind, signal};

use crate::failure::Failure;

/// Opens the file, and again whenever SIGHUP says that it was moved away.
pub(crate) fn open(path: &Path) -> Result<AuditFile, Failure> {
    if path == Path::new("-") {
        return Ok(AuditFile::standard_output());
    }
    let file = AuditFile::open(path).map_err(|error| {
        let message = format!("cannot write {}: {error}", path.display());
        Failure::unable("audit_file", message).hint("name a file that the gateway may write")
    })?;
    let mut moved =
        signal(SignalKind::hangup()).map_err(|error| Failure::unable("signals", error))?;
    let again = file.clone();
    tokio::spawn(async move {
        while moved.recv().await.is_some() {
            if let Err(error) = again.reopen() {
                tracing::error!(%error, "the audit file was not opened again");
            }
        }
    });
    Ok(file)
}

/// Writes recorded changes of admins to the same file.
pub(crate) fn changes(file: AuditFile) -> ChangeHook {
    Arc::new(move |line| {
        let file = file.clone();
        tokio::spawn(async move { file.append(line).await });
    })
}
