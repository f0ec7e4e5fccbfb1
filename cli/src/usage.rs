//! What is said of a command line that cannot be understood.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use gatewright_commands::errors::invalid;

use crate::output;

const SECRETS: &str =
    "Secrets come from standard input, a file or the environment, never from an argument.";

/// Prints help, the version, or what is wrong.
pub(crate) fn told(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        let _ = write!(io::stdout(), "{text}");
        return ExitCode::SUCCESS;
    }
    let (message, rest) = if is_missing_command(error.kind()) {
        ("A command is missing.".to_owned(), text)
    } else if let Some(message) = without_value(error) {
        (message, usage_line(&text))
    } else {
        let (message, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
        let message = message.trim_start_matches("error: ").trim();
        let message: Vec<&str> = message.split_whitespace().collect();
        (message.join(" "), rest.to_owned())
    };
    let rest = rest.replace("For more information, try '--help'.", "");
    let _ = writeln!(io::stderr(), "{}", rest.trim());
    let hint = "`gatewright help` shows the commands, --help after a command what it takes.";
    output::failure(&invalid("arguments", message, hint), asks_for_json())
}

fn is_missing_command(kind: ErrorKind) -> bool {
    kind == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
}

/// A value in the wrong place may be a secret: it is not repeated.
fn without_value(error: &clap::Error) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let argument = text(ContextKind::InvalidArg).unwrap_or_default();
    if error.kind() == ErrorKind::UnknownArgument && !argument.starts_with('-') {
        return Some(format!("There is one argument too many. {SECRETS}"));
    }
    if error.kind() == ErrorKind::TooManyValues {
        return Some(format!("{argument} takes no value. {SECRETS}"));
    }
    (error.kind() == ErrorKind::ValueValidation && argument.contains("K=V"))
        .then(|| format!("{argument}: write it as NAME=VALUE."))
}

fn usage_line(text: &str) -> String {
    text.lines()
        .find(|line| line.starts_with("Usage:"))
        .unwrap_or_default()
        .to_owned()
}

/// Nothing was parsed, but how to answer was said all the same.
fn asks_for_json() -> bool {
    std::env::args_os()
        .take_while(|argument| argument != "--")
        .any(|argument| argument == "--json")
}
