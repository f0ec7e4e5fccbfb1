//! Where the values behind the document's secret names come from.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gatewright_enforce::SecretPort;
use gatewright_secret::SecretString;
use gatewright_store::{Store, StoreError};

/// The longest name and the largest value; a private key of 8192 bits has seven kilobytes.
const LONGEST_NAME: usize = 128;
pub(crate) const LARGEST_VALUE: usize = 64 * 1024;

/// Where secrets come from.
#[derive(Clone)]
pub enum SecretSource {
    /// The store, sealed.
    Store(Arc<dyn Store>),
    /// A directory with one file for each name; one line end at the end of a file is cut.
    Directory(PathBuf),
}

/// Why secrets could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SecretSourceError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be read.
    #[error("cannot read the secret: {}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl SecretSource {
    /// The values of these names; those that are not there are left out. It blocks.
    pub(crate) fn read(&self, names: &[String]) -> Result<Secrets, SecretSourceError> {
        let mut values = BTreeMap::new();
        for name in names {
            let value = match self {
                Self::Store(store) => store.secret(name)?,
                Self::Directory(directory) => file(directory, name)?,
            };
            if let Some(value) = value {
                values.insert(name.clone(), value);
            }
        }
        Ok(Secrets(Arc::new(values)))
    }
}

fn file(directory: &Path, name: &str) -> Result<Option<SecretString>, SecretSourceError> {
    if !is_secret_name(name) {
        return Ok(None);
    }
    let path = directory.join(name);
    match fs::read_to_string(&path) {
        Ok(text) => {
            let value = text.strip_suffix('\n').unwrap_or(&text);
            let value = value.strip_suffix('\r').unwrap_or(value);
            Ok(Some(SecretString::new(value)))
        }
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(SecretSourceError::File { path, source }),
    }
}

/// Whether a secret may have this name: what is also a file name everywhere.
pub(crate) fn is_secret_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= LONGEST_NAME
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// The secrets of one document, read once, so that no request waits for the database.
#[derive(Clone, Debug, Default)]
pub(crate) struct Secrets(Arc<BTreeMap<String, SecretString>>);

impl Secrets {
    /// Those of the names that have no value.
    pub(crate) fn missing(&self, names: &[String]) -> Vec<String> {
        names
            .iter()
            .filter(|name| !self.0.contains_key(*name))
            .cloned()
            .collect()
    }
}

impl SecretPort for Secrets {
    fn secret(&self, name: &str) -> Option<SecretString> {
        self.0.get(name).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_gives_one_file_for_each_name_and_nothing_outside() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("ghes"), "canary\n").unwrap();
        let inner = directory.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let names = ["ghes".to_owned(), "other".to_owned()];
        let secrets = SecretSource::Directory(directory.path().to_owned())
            .read(&names)
            .unwrap();
        assert!(secrets.secret("ghes").unwrap().matches("canary"));
        assert_eq!(secrets.missing(&names), ["other"]);
        let outside = ["../ghes".to_owned()];
        let secrets = SecretSource::Directory(inner).read(&outside).unwrap();
        assert_eq!(secrets.missing(&outside), outside);
    }

    #[test]
    fn names_are_file_names() {
        for good in ["ghes", "jira-oauth1", "a.b_c", "1"] {
            assert!(is_secret_name(good), "{good}");
        }
        for bad in ["", ".hidden", "../x", "a/b", "a b", "ä"] {
            assert!(!is_secret_name(bad), "{bad}");
        }
    }
}
