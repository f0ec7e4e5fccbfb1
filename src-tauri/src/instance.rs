//! One copy of the app for each workspace: the second one raises the first one's window.

use std::fs::{File, TryLockError};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use anyhow::Context as _;
use tauri::plugin::TauriPlugin;
use tauri::{Manager as _, Wry};

/// Held for as long as the app has the workspace open.
pub(crate) struct Lock {
    _file: File,
    taken_by_another: bool,
}

impl Lock {
    /// Tries to take the workspace; it is not an error that another copy has it.
    pub(crate) fn take(data_dir: &Path) -> anyhow::Result<Self> {
        let path = data_dir.join("in-use");
        let file = File::create(&path)
            .with_context(|| format!("the workspace cannot be written: {}", path.display()))?;
        let taken_by_another = match file.try_lock() {
            Ok(()) => false,
            Err(TryLockError::WouldBlock) => true,
            Err(TryLockError::Error(error)) => {
                return Err(error).context("the workspace cannot be locked");
            }
        };
        Ok(Self {
            _file: file,
            taken_by_another,
        })
    }

    /// Whether another copy has the workspace open.
    pub(crate) fn taken_by_another(&self) -> bool {
        self.taken_by_another
    }
}

/// Makes the folder, readable by nobody else.
pub(crate) fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Whether there is a session bus, over which the first copy can be called.
pub(crate) fn session_bus_answers() -> bool {
    !cfg!(target_os = "linux") || std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some()
}

/// Raises the first copy's window when a second one is started on the same workspace.
pub(crate) fn plugin(data_dir: &Path) -> TauriPlugin<Wry> {
    let mut hasher = DefaultHasher::new();
    data_dir.hash(&mut hasher);
    tauri_plugin_single_instance::Builder::new()
        .dbus_id(format!("org.gatewright.desktop.w{:016x}", hasher.finish()))
        .callback(|application, _arguments, _folder| {
            if let Some(window) = application.get_webview_window("main") {
                // A window manager may refuse; the first copy stays usable all the same.
                let _ = window.unminimize();
                let _ = window.show();
                let _ = window.set_focus();
            }
        })
        .build()
}
