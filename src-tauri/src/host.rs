//! What the commands need of the desktop around them.

use std::path::{Path, PathBuf};

use gatewright_commands::{Host, HostError};
use gatewright_secret::SecretString;
use gatewright_wire::AppEvent;
use tauri::{AppHandle, Emitter as _, Manager as _};
use time::OffsetDateTime;

use crate::clipboard::ClipboardThread;

/// The one event that the window listens to.
const EVENT: &str = "gatewright";

/// The desktop: its window, its clipboard, its clock.
pub(crate) struct DesktopHost {
    application: AppHandle,
    clipboard: ClipboardThread,
}

impl DesktopHost {
    /// A host for this application's window.
    pub(crate) fn new(application: AppHandle) -> Self {
        Self {
            application,
            clipboard: ClipboardThread::start(),
        }
    }
}

#[async_trait::async_trait]
impl Host for DesktopHost {
    #[expect(clippy::disallowed_methods, reason = "here the clock comes in")]
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }

    fn emit(&self, event: AppEvent) {
        if let Err(error) = self.application.emit(EVENT, event) {
            tracing::warn!(%error, "the window did not hear of it");
        }
    }

    fn downloads(&self) -> Option<PathBuf> {
        let folder = self.application.path().download_dir().ok()?;
        folder.is_dir().then_some(folder)
    }

    fn set_clipboard_seconds(&self, seconds: u32) {
        self.clipboard.set_seconds(seconds);
    }

    fn zoom(&self, percent: u32) {
        if let Some(window) = self.application.get_webview_window("main")
            && let Err(error) = window.set_zoom(f64::from(percent) / 100.0)
        {
            tracing::warn!(%error, "the window was not zoomed");
        }
    }

    fn programs(&self) -> Option<PathBuf> {
        let program = std::env::current_exe().ok()?;
        program.parent().map(Path::to_path_buf)
    }

    fn quit(&self) {
        self.application.exit(0);
    }

    fn open_folder(&self, folder: &Path) -> Result<(), HostError> {
        let program = if cfg!(target_os = "macos") {
            "open"
        } else if cfg!(windows) {
            "explorer"
        } else {
            "xdg-open"
        };
        std::process::Command::new(program)
            .arg(folder)
            .spawn()
            .map(drop)
            .map_err(|error| HostError::NoFileManager {
                detail: format!("{program}: {error}"),
            })
    }

    fn clipboard(&self, text: &str, secret: bool) -> Result<(), HostError> {
        self.clipboard
            .copy(SecretString::new(text), secret)
            .map_err(|detail| HostError::NoClipboard { detail })
    }
}
