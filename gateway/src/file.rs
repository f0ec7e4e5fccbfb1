//! A document in a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use gatewright_config::Format;

/// A document in a file, and what tells that it changed.
pub(crate) struct File {
    pub(crate) path: PathBuf,
    pub(crate) format: Format,
    seen: Option<Stamp>,
}

/// Changes when the file does, also when it is replaced by another in the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    inode: u64,
}

impl File {
    pub(crate) fn new(path: PathBuf) -> Self {
        let format = format_of(&path);
        Self {
            path,
            format,
            seen: None,
        }
    }

    /// The text as it is now.
    pub(crate) fn read(&mut self) -> io::Result<String> {
        // Looked at first: a change during the reading is then seen as one more.
        self.seen = stamp(&self.path);
        fs::read_to_string(&self.path)
    }

    /// Whether it is another than the one that was read last.
    pub(crate) fn changed(&self) -> bool {
        stamp(&self.path).is_some_and(|now| self.seen != Some(now))
    }
}

pub(crate) fn stamp(path: &Path) -> Option<Stamp> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = fs::metadata(path).ok()?;
    Some(Stamp {
        modified: metadata.modified().ok(),
        length: metadata.len(),
        inode: metadata.ino(),
    })
}

/// JSON if the name says so, else TOML.
pub(crate) fn format_of(path: &Path) -> Format {
    let json = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if json { Format::Json } else { Format::Toml }
}
