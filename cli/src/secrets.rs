//! Secrets come from standard input, a file or the environment, never from an argument.

use std::cell::RefCell;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::Path;

use gatewright_commands::errors::invalid;
use gatewright_commands::terminal::Answer;
use gatewright_secret::SecretString;
use gatewright_wire::WireError;
use serde_json::Value;

/// No secret is longer.
const LONGEST: u64 = 1024 * 1024;
/// Shorter ones are not looked for.
const SHORTEST: usize = 8;
const MASK: &str = "\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}";

/// The secrets that one call has read, so that nobody who repeats one in an answer makes us print it.
#[derive(Default)]
pub(crate) struct Secrets(RefCell<Vec<SecretString>>);

impl Secrets {
    /// Reads standard input to its end; one newline at the end is cut.
    pub(crate) fn read_stdin(&self, what: &str) -> Result<SecretString, WireError> {
        let input = io::stdin();
        if input.is_terminal() {
            let _ = writeln!(io::stderr(), "Type the {what}, then Enter and Ctrl-D:");
        }
        read(input.lock(), what, "standard input").map(|secret| self.known(secret))
    }

    /// Reads a file; one newline at the end is cut.
    pub(crate) fn read_file(&self, path: &Path, what: &str) -> Result<SecretString, WireError> {
        let source = path.display().to_string();
        let file = std::fs::File::open(path).map_err(|error| {
            invalid(
                what,
                format!("The {what} cannot be read: {source}: {error}"),
                "Give a file that you may read.",
            )
        })?;
        read(file, what, &source).map(|secret| self.known(secret))
    }

    /// Reads a variable of the environment.
    pub(crate) fn read_environment(
        &self,
        name: &str,
        what: &str,
    ) -> Result<SecretString, WireError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the command line names the variable"
        )]
        let value = std::env::var(name);
        let secret = value.map(SecretString::new).map_err(|_| {
            invalid(
                what,
                format!("The environment has no readable variable {name}."),
                "Set it for this command.",
            )
        })?;
        Ok(self.known(secret))
    }

    fn known(&self, secret: SecretString) -> SecretString {
        self.0.borrow_mut().push(secret.clone());
        secret
    }

    /// A text without the secrets.
    pub(crate) fn masked(&self, text: &str) -> String {
        let known = self.0.borrow();
        // A very short one would tear every text apart, and be betrayed by the gaps.
        known
            .iter()
            .map(|secret| secret.expose().trim())
            .filter(|secret| secret.len() >= SHORTEST)
            .fold(text.to_owned(), |text, secret| text.replace(secret, MASK))
    }

    /// The same for every text of a document.
    pub(crate) fn masked_in(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.masked(text),
            Value::Array(list) => list.iter_mut().for_each(|one| self.masked_in(one)),
            Value::Object(members) => members.values_mut().for_each(|one| self.masked_in(one)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The same for a failure.
    pub(crate) fn masked_error(&self, error: WireError) -> WireError {
        WireError {
            message: self.masked(&error.message),
            hint: self.masked(&error.hint),
            ..error
        }
    }

    /// The same for an answer.
    pub(crate) fn masked_answer(&self, mut answer: Answer) -> Answer {
        self.masked_in(&mut answer.json);
        answer.text = self.masked(&answer.text);
        answer.failure = answer.failure.map(|failure| self.masked_error(failure));
        answer
    }
}

fn read(source: impl io::Read, what: &str, name: &str) -> Result<SecretString, WireError> {
    let mut text = String::new();
    let read = source.take(LONGEST + 1).read_to_string(&mut text);
    let secret = SecretString::wrap(text);
    read.map_err(|error| {
        invalid(
            what,
            format!("The {what} cannot be read from {name}: {error}"),
            "It has to be text in UTF-8.",
        )
    })?;
    let text = secret.expose();
    let text = text
        .strip_suffix("\r\n")
        .or_else(|| text.strip_suffix('\n'))
        .unwrap_or(text);
    let fault = if text.is_empty() {
        "is empty"
    } else if secret.expose().len() as u64 > LONGEST {
        "is longer than a megabyte"
    } else {
        return Ok(SecretString::new(text));
    };
    Err(invalid(
        what,
        format!("The {what} from {name} {fault}."),
        format!("Pass the {what} there, followed by at most one newline."),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_not_printed_again() {
        let secrets = Secrets::default();
        secrets.known(SecretString::new("canary-canary\n"));
        secrets.known(SecretString::new("ab"));
        let mut value = serde_json::json!({ "words": ["no canary-canary here, ab"], "n": 1 });
        secrets.masked_in(&mut value);
        assert_eq!(value["words"][0], format!("no {MASK} here, ab"));
    }

    #[test]
    fn one_newline_at_the_end_is_cut_and_no_more() {
        assert!(
            read("token\n".as_bytes(), "token", "x")
                .unwrap()
                .matches("token")
        );
        assert!(
            read("token\n\n".as_bytes(), "token", "x")
                .unwrap()
                .matches("token\n")
        );
        assert!(
            read("token\r\n".as_bytes(), "token", "x")
                .unwrap()
                .matches("token")
        );
        assert!(
            read(" token ".as_bytes(), "token", "x")
                .unwrap()
                .matches(" token ")
        );
        assert!(read("\n".as_bytes(), "token", "x").is_err());
    }
}
