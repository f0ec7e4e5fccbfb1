//! The history as a file.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use gatewright_wire::{ErrorCode, ExportHistory, ExportedHistory, HistoryFormat, WireError};
use gatewright_workspace as kept;

use super::history::{Whole, filter};
use super::result::verdict_id;
use super::run::way_id;
use crate::app::App;
use crate::convert::rfc3339;
use crate::errors::{self, failure, internal};

/// How many tests are read at a time.
const AT_ONCE: u32 = 500;

const COLUMNS: [&str; 16] = [
    "at",
    "token",
    "product",
    "kind",
    "way",
    "check",
    "endpoint",
    "method",
    "path",
    "status",
    "verdict",
    "user",
    "expected_user",
    "gateway_reason",
    "message",
    "milliseconds",
];

/// Why an export did not come about.
#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error("the file cannot be written")]
    File(#[from] std::io::Error),
    #[error("the history cannot be read")]
    Store(#[from] kept::StoreError),
    #[error("a test cannot be written")]
    Record(#[from] serde_json::Error),
}

impl App {
    /// Writes the history to a file in the folder for downloads.
    pub async fn export_history(
        &self,
        request: ExportHistory,
    ) -> Result<ExportedHistory, WireError> {
        let filter = filter(&request.filter)?;
        let folder = self.host.downloads().unwrap_or_else(|| {
            self.workspace
                .path()
                .parent()
                .map(Path::to_path_buf)
                .unwrap_or_default()
        });
        let day = self.host.now().date();
        let ending = match request.format {
            HistoryFormat::Csv => "csv",
            HistoryFormat::Json => "json",
        };
        let app = self.shared()?;
        tokio::task::spawn_blocking(move || {
            let (path, file) = new_file(&folder, &format!("gatewright-history-{day}"), ending)
                .map_err(|error| {
                    failure(
                        ErrorCode::Workspace,
                        format!("No file can be made in {}: {error}.", folder.display()),
                        "Look at the folder's permissions and at the space on the disk.",
                    )
                })?;
            let written = match request.format {
                HistoryFormat::Csv => app.write_csv(file, &filter),
                HistoryFormat::Json => app.write_json(file, &filter),
            };
            match written {
                Ok(rows) => Ok(ExportedHistory {
                    path: path.display().to_string(),
                    rows,
                }),
                Err(error) => {
                    // Half a file would be taken for the whole.
                    let _ = std::fs::remove_file(&path);
                    Err(match error {
                        ExportError::Store(error) => errors::store(&error),
                        ExportError::File(error) => failure(
                            ErrorCode::Workspace,
                            format!("The file cannot be written: {error}."),
                            "Look at the space on the disk.",
                        ),
                        ExportError::Record(_) => internal("a test cannot be written"),
                    })
                }
            }
        })
        .await
        .map_err(|_| internal("the history was not written"))?
    }

    fn each(
        &self,
        filter: &kept::HistoryFilter,
        mut write: impl FnMut(&kept::Record<Whole>, bool) -> Result<(), ExportError>,
    ) -> Result<u32, ExportError> {
        let mut rows = 0;
        let mut after = None;
        loop {
            let page = self
                .workspace
                .history_in_full::<Whole>(filter, after, AT_ONCE)?;
            for record in &page.records {
                write(record, rows == 0)?;
                rows += 1;
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(rows),
            }
        }
    }

    fn write_csv(&self, file: File, filter: &kept::HistoryFilter) -> Result<u32, ExportError> {
        let mut file = BufWriter::new(file);
        // Spreadsheets take UTF-8 for what it is only with this mark in front.
        write!(file, "\u{feff}{}\r\n", COLUMNS.join(","))?;
        let rows = self.each(filter, |record, _| {
            let Whole {
                line,
                expected_user,
                result,
                ..
            } = &record.value;
            let kind = serde_json::to_value(line.kind)?;
            let cells = [
                rfc3339(record.at),
                line.token.clone(),
                line.product.clone(),
                kind.as_str().unwrap_or_default().to_owned(),
                way_id(line.way).to_owned(),
                line.check.clone().unwrap_or_default(),
                line.endpoint_label.clone(),
                line.method.clone(),
                line.endpoint.clone(),
                line.status
                    .map(|status| status.to_string())
                    .unwrap_or_default(),
                verdict_id(line.verdict).to_owned(),
                line.user.clone().unwrap_or_default(),
                expected_user.clone().unwrap_or_default(),
                result.gateway_reason.clone().unwrap_or_default(),
                result.message.clone(),
                line.milliseconds.to_string(),
            ];
            let cells: Vec<String> = cells.iter().map(|text| csv_cell(text)).collect();
            write!(file, "{}\r\n", cells.join(","))?;
            Ok(())
        })?;
        file.flush()?;
        Ok(rows)
    }

    fn write_json(&self, file: File, filter: &kept::HistoryFilter) -> Result<u32, ExportError> {
        let mut file = BufWriter::new(file);
        file.write_all(b"[")?;
        let rows = self.each(filter, |record, first| {
            file.write_all(if first { b"\n" } else { b",\n" })?;
            let whole = &record.value;
            serde_json::to_writer(
                &mut file,
                &serde_json::json!({
                    "at": rfc3339(record.at),
                    "token": whole.line.token,
                    "product": whole.line.product,
                    "way": way_id(whole.line.way),
                    "check": whole.line.check,
                    "endpoint": whole.line.endpoint_label,
                    "expected_user": whole.expected_user,
                    "result": whole.result,
                }),
            )?;
            Ok(())
        })?;
        file.write_all(b"\n]\n")?;
        file.flush()?;
        Ok(rows)
    }
}

/// A cell in quotes. What a spreadsheet would take for a formula gets an apostrophe in front.
fn csv_cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let apostrophe = if formula { "'" } else { "" };
    format!("\"{apostrophe}{}\"", text.replace('"', "\"\""))
}

/// A file of a new name that only its owner reads.
fn new_file(folder: &Path, name: &str, ending: &str) -> std::io::Result<(PathBuf, File)> {
    let mut number = 1;
    loop {
        let suffix = if number == 1 {
            String::new()
        } else {
            format!("-{number}")
        };
        let path = folder.join(format!("{name}{suffix}.{ending}"));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && number < 1000 => {
                number += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [
            ("fred", "\"fred\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("a,b\nc", "\"a,b\nc\""),
        ] {
            assert_eq!(csv_cell(text), cell);
        }
    }
}
