//! What the commands need of the desktop around them.

use gatewright_commands::{Host, HostError};
use gatewright_secret::SecretString;
use gatewright_wire::AppEvent;
use tauri::{AppHandle, Emitter as _};
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

    fn clipboard(&self, text: &str, secret: bool) -> Result<(), HostError> {
        self.clipboard
            .copy(SecretString::new(text), secret)
            .map_err(|detail| HostError::NoClipboard { detail })
    }
}
