//! What is printed, and where: answers on standard output, everything else on standard error.

use std::io::{self, Write as _};
use std::process::ExitCode;

use gatewright_commands::terminal::{Answer, Started, exit_code};
use gatewright_wire::WireError;
use serde_json::{Value, json};

/// Prints an answer.
pub(crate) fn answer(answer: &Answer, json: bool) -> ExitCode {
    // A reader who has gone away has seen enough.
    let _ = if json {
        writeln!(io::stdout(), "{}", answer.json)
    } else {
        let end = if answer.text.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        write!(io::stdout(), "{}{end}", answer.text)
    };
    if let Some(failure) = &answer.failure {
        let _ = writeln!(io::stderr(), "{}", line(failure));
    }
    ExitCode::from(answer.exit)
}

fn line(error: &WireError) -> Value {
    json!({
        "error": { "code": error.code, "message": error.message, "hint": error.hint },
    })
}

/// Prints a failure; its last line is JSON for scripts.
pub(crate) fn failure(error: &WireError, json: bool) -> ExitCode {
    let line = line(error);
    if json {
        let _ = writeln!(io::stdout(), "{line}");
    }
    let words = format!("{} {}", error.message, error.hint);
    let _ = writeln!(io::stderr(), "{}", words.trim());
    let _ = writeln!(io::stderr(), "{line}");
    ExitCode::from(exit_code(error))
}

/// Tells of something that waits for a person.
pub(crate) fn started(started: &Started, json: bool) {
    if json {
        let mut output = io::stdout();
        let _ = writeln!(output, "{}", started.json);
        let _ = output.flush();
    }
    let _ = writeln!(io::stderr(), "{}", started.text);
}

/// Tells what a person should know before it happens.
pub(crate) fn warning(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// The program itself cannot run.
pub(crate) fn no_runtime(error: &io::Error) -> ExitCode {
    let _ = writeln!(io::stderr(), "No threads can be started: {error}.");
    ExitCode::from(3)
}
