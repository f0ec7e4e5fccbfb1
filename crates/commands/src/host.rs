//! What the commands need of the program around them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gatewright_http::Network;
use gatewright_wire::AppEvent;
use gatewright_workspace::{Keychain, SystemKeychain};
use time::OffsetDateTime;
use url::Url;

/// Why the program around the commands could not do its part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// No browser could be opened.
    #[error("no browser opened: {detail}")]
    NoBrowser {
        /// What the system said.
        detail: String,
    },
    /// No file manager could be opened.
    #[error("no file manager opened: {detail}")]
    NoFileManager {
        /// What the system said.
        detail: String,
    },
    /// Nothing could be put on the clipboard.
    #[error("the clipboard took nothing: {detail}")]
    NoClipboard {
        /// What the system said.
        detail: String,
    },
}

/// The program around the commands: a window, or a test.
#[async_trait::async_trait]
pub trait Host: Send + Sync + 'static {
    /// What time it is.
    fn now(&self) -> OffsetDateTime;

    /// Tells the window something.
    fn emit(&self, event: AppEvent);

    /// Opens a page in the system browser, without waiting for it to close.
    async fn open_browser(&self, url: &Url) -> Result<(), HostError> {
        gatewright_loopback::open_browser(url)
            .await
            .map_err(|error| HostError::NoBrowser {
                detail: error.to_string(),
            })
    }

    /// Puts a text on the clipboard; a secret leaves it again after
    /// [`crate::App::CLIPBOARD_SECONDS`], and is kept out of clipboard histories where that can
    /// be asked for.
    fn clipboard(&self, text: &str, secret: bool) -> Result<(), HostError>;

    /// How outgoing calls are made.
    fn network(&self) -> Network {
        Network::default()
    }

    /// What the person at this computer is called, for the history of the gateway.
    fn person(&self) -> Option<String> {
        None
    }

    /// Version of the program.
    fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }

    /// Where files that a person asked for go; the workspace's own folder when there is none.
    fn downloads(&self) -> Option<PathBuf> {
        None
    }

    /// After how many seconds a copied secret leaves the clipboard from now on.
    fn set_clipboard_seconds(&self, _seconds: u32) {}

    /// Draws everything this large.
    fn zoom(&self, _percent: u32) {}

    /// Where a program is looked for that came with this one.
    fn programs(&self) -> Option<PathBuf> {
        None
    }

    /// Ends the program.
    fn quit(&self) {}

    /// Shows a folder in the file manager.
    fn open_folder(&self, _folder: &Path) -> Result<(), HostError> {
        Err(HostError::NoFileManager {
            detail: "there is none here".to_owned(),
        })
    }

    /// Where the key for the seals is kept.
    fn keychain(&self) -> Arc<dyn Keychain> {
        Arc::new(SystemKeychain)
    }
}
