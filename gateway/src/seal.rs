//! Where the seal key comes from: a file, systemd, the environment; never an argument.

use std::path::{Path, PathBuf};

use gatewright_store::{SealKey, SqliteStore};

use crate::environment::Environment;
use crate::failure::{Failure, with_causes};

/// The name of the credential that systemd hands over.
const CREDENTIAL: &str = "seal-key";

/// The key, from the first place that has one; without one it is made in the data directory.
pub(crate) fn key(
    file: Option<&PathBuf>,
    environment: &Environment,
    directory: &Path,
) -> Result<SealKey, Failure> {
    let unable = |error: &dyn std::error::Error| {
        Failure::unable("store", with_causes(error))
            .hint("give a file of 32 bytes that the gateway may read")
    };
    let credential = environment
        .credentials
        .as_ref()
        .map(|credentials| credentials.join(CREDENTIAL))
        .filter(|path| path.exists());
    if let Some(path) = file.or(credential.as_ref()) {
        return SealKey::read(path).map_err(|error| unable(&error));
    }
    if let Some(text) = &environment.seal_key {
        return SealKey::parse(text.expose().as_bytes()).ok_or_else(|| {
            Failure::unable("store", "GATEWRIGHT_SEAL_KEY is no seal key")
                .hint("set it to 64 hexadecimal digits, as openssl rand -hex 32 makes them")
        });
    }
    // The directory comes first: the key is made in it.
    drop(
        SqliteStore::open(directory, None)
            .map_err(|error| Failure::unable("store", with_causes(&error)).hint(error.hint()))?,
    );
    SealKey::read_or_create(&directory.join("seal.key")).map_err(|error| unable(&error))
}
