//! What imports make of collections, commands and exported files.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod collections;
mod commands;
mod corpus;
mod files;
mod presets;

use gatewright_imports::{Imported, SecretName};

/// A file of the corpus.
pub(crate) fn corpus(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A secret of an import as text.
pub(crate) fn secret(imported: &Imported, name: SecretName) -> Option<&str> {
    imported
        .secrets
        .named(name)
        .map(|secret| secret.expose().as_str())
}

/// The codes of the notes.
pub(crate) fn codes(imported: &Imported) -> Vec<&'static str> {
    imported
        .notes
        .iter()
        .map(gatewright_imports::Note::code)
        .collect()
}

/// All notes as they are shown.
pub(crate) fn words(imported: &Imported) -> String {
    let notes: Vec<String> = imported.notes.iter().map(ToString::to_string).collect();
    notes.join(
        "
",
    )
}
