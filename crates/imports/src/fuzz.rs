//! Targets for fuzzing: each takes any bytes, never panics, and checks what must always hold.

use crate::imported::{Connection, Imported};
use crate::{connection, curl, export, postman};

/// Reads bytes as a collection.
pub fn postman_bytes(bytes: &[u8]) {
    if let Ok(imports) = postman(bytes) {
        imports.iter().for_each(holds);
    }
}

/// Reads bytes as a curl command.
pub fn curl_bytes(bytes: &[u8]) {
    if let Ok(imported) =
        std::str::from_utf8(bytes).map_or_else(|_| curl(&String::from_utf8_lossy(bytes)), curl)
    {
        holds(&imported);
    }
}

/// Reads bytes as an exported connection.
pub fn connection_bytes(bytes: &[u8]) {
    if let Ok(imported) = connection(bytes) {
        holds(&imported);
        if let Some(read) = &imported.connection {
            comes_back(read);
        }
    }
}

/// Secrets stand among the secrets alone, and what is exported has none.
fn holds(imported: &Imported) {
    let shown = format!("{imported:?}");
    let notes: String = imported.notes.iter().map(ToString::to_string).collect();
    for secret in imported.secrets.iter() {
        let text = secret.value.expose();
        // A short one may stand anywhere by chance.
        if text.len() >= 16 && text.starts_with("canary") {
            assert!(!shown.contains(text.as_str()), "a secret is shown");
            assert!(!notes.contains(text.as_str()), "a note tells a secret");
        }
    }
}

/// What was read from a file is written and read again as the same.
fn comes_back(read: &Connection) {
    let again = connection(export(read).as_bytes());
    assert_eq!(
        again.ok().and_then(|imported| imported.connection).as_ref(),
        Some(read)
    );
}
