//! Secrets come from standard input, a file or the environment, never from an argument.

use std::io::Read as _;
use std::path::Path;

use gatewright_commands::errors::invalid;
use gatewright_secret::SecretString;
use gatewright_wire::WireError;

/// No secret is longer.
const LONGEST: u64 = 1024 * 1024;

/// Reads standard input to its end; one newline at the end is cut.
pub(crate) fn from_stdin(what: &str) -> Result<SecretString, WireError> {
    read(std::io::stdin().lock(), what, "standard input")
}

/// Reads a file; one newline at the end is cut.
pub(crate) fn from_file(path: &Path, what: &str) -> Result<SecretString, WireError> {
    let source = path.display().to_string();
    let file = std::fs::File::open(path).map_err(|error| {
        invalid(
            what,
            format!("The {what} cannot be read: {source}: {error}"),
            "Give a file that you may read.",
        )
    })?;
    read(file, what, &source)
}

/// Reads a variable of the environment.
pub(crate) fn from_environment(name: &str, what: &str) -> Result<SecretString, WireError> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the command line names the variable"
    )]
    let value = std::env::var(name);
    value.map(SecretString::new).map_err(|_| {
        invalid(
            what,
            format!("The environment has no readable variable {name}."),
            "Set it for this command.",
        )
    })
}

fn read(source: impl std::io::Read, what: &str, name: &str) -> Result<SecretString, WireError> {
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
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() || secret.expose().len() as u64 > LONGEST {
        return Err(invalid(
            what,
            format!("The {what} from {name} is empty or longer than a megabyte."),
            format!("Pass the {what} there, followed by at most one newline."),
        ));
    }
    Ok(SecretString::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            read(" token ".as_bytes(), "token", "x")
                .unwrap()
                .matches(" token ")
        );
        assert!(read("\n".as_bytes(), "token", "x").is_err());
    }
}
