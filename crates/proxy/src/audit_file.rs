//! Audit lines as JSON lines in a file, for collectors that do not ask the admin API.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use gatewright_store::AuditLine;

/// A file, or standard output, to which each line is appended. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AuditFile {
    target: Arc<Target>,
}

#[derive(Debug)]
enum Target {
    StandardOutput,
    File { path: PathBuf, file: Mutex<File> },
}

impl AuditFile {
    /// Appends to the file at a path, which only its owner may read.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            target: Arc::new(Target::File {
                path: path.to_owned(),
                file: Mutex::new(append(path)?),
            }),
        })
    }

    /// Writes to standard output.
    pub fn standard_output() -> Self {
        Self {
            target: Arc::new(Target::StandardOutput),
        }
    }

    /// Opens the file again, after whoever rotates files moved it away.
    pub fn reopen(&self) -> io::Result<()> {
        match self.target.as_ref() {
            Target::StandardOutput => Ok(()),
            Target::File { path, file } => {
                let fresh = append(path)?;
                *file.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
                Ok(())
            }
        }
    }

    /// Appends one line.
    pub async fn append(&self, line: Arc<AuditLine>) {
        self.write(&Arc::new(vec![AuditLine::clone(&line)])).await;
    }

    pub(crate) async fn write(&self, lines: &Arc<Vec<AuditLine>>) {
        let (target, lines) = (Arc::clone(&self.target), Arc::clone(lines));
        let written = tokio::task::spawn_blocking(move || {
            let mut text = String::new();
            for line in lines.iter() {
                text.push_str(&as_line(line));
            }
            match target.as_ref() {
                Target::StandardOutput => {
                    let mut out = io::stdout().lock();
                    out.write_all(text.as_bytes()).and_then(|()| out.flush())
                }
                Target::File { file, .. } => file
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .write_all(text.as_bytes()),
            }
        });
        match written.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the audit file was not written"),
            Err(error) => tracing::error!(%error, "the audit file was not written"),
        }
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
}

/// The line with its kind in front. JSON escapes control characters, so that a line is one line.
fn as_line(line: &AuditLine) -> String {
    let mut text = format!("{{\"kind\":\"{}\"", line.kind.as_str());
    let json = line.json.to_string();
    match json.strip_prefix('{') {
        Some("}") | None => text.push('}'),
        Some(rest) => {
            text.push(',');
            text.push_str(rest);
        }
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use gatewright_store::AuditKind;
    use serde_json::json;
    use time::OffsetDateTime;

    use super::*;

    #[tokio::test]
    async fn after_a_rotation_lines_go_to_the_new_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("audit.log");
        let file = AuditFile::open(&path).unwrap();
        let lines = |what: &str| {
            Arc::new(vec![AuditLine {
                at: OffsetDateTime::UNIX_EPOCH,
                kind: AuditKind::Change,
                request_id: "r".to_owned(),
                json: json!({ "what": what }),
            }])
        };
        file.write(&lines("one\nline")).await;
        let moved = directory.path().join("audit.log.1");
        std::fs::rename(&path, &moved).unwrap();
        file.reopen().unwrap();
        file.write(&lines("two")).await;
        assert_eq!(
            std::fs::read_to_string(&moved).unwrap(),
            "{\"kind\":\"change\",\"what\":\"one\\nline\"}\n"
        );
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "{\"kind\":\"change\",\"what\":\"two\"}\n"
        );
    }
}
