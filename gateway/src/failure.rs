//! Why a command failed, and the exit code that scripts read.

use std::fmt;
use std::process::ExitCode;

use serde_json::json;

/// A failure, told as the last line on standard error.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: u8,
    code: &'static str,
    message: String,
    hint: String,
}

impl Failure {
    /// It was answered, and the answer is no: a document that is not valid.
    pub(crate) fn answered(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(1, code, message)
    }

    /// Used wrongly.
    pub(crate) fn usage(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(2, code, message)
    }

    /// It could not be done: an address that is taken, a store that does not open.
    pub(crate) fn unable(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(3, code, message)
    }

    fn new(exit: u8, code: &'static str, message: impl fmt::Display) -> Self {
        Self {
            exit,
            code,
            message: message.to_string(),
            hint: String::new(),
        }
    }

    /// The same with what to try.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// What went wrong, without what to try.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Says it, and gives the exit code.
    pub(crate) fn tell(self) -> ExitCode {
        let error = json!({ "code": self.code, "message": self.message, "hint": self.hint });
        eprintln!("{}", json!({ "error": error }));
        ExitCode::from(self.exit)
    }
}

/// An error with its causes, on one line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |one| one.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}
