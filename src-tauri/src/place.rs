//! Where the window stood and how large it was, remembered beside the workspace.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tauri::{Manager as _, PhysicalPosition, PhysicalSize, WebviewWindow, WindowEvent};

/// The name of the file.
const FILE_NAME: &str = "window.json";

/// A place on the screens, in their own pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
    maximized: bool,
}

/// Puts the window where it was, and remembers where it is when it closes.
pub(crate) fn remember(window: &WebviewWindow, data_dir: &Path) {
    let file = data_dir.join(FILE_NAME);
    if let Some(place) = read(&file)
        && on_a_screen(window, place)
    {
        // A window manager may refuse; the window is usable wherever it stands.
        let _ = window.set_size(PhysicalSize::new(place.width, place.height));
        let _ = window.set_position(PhysicalPosition::new(place.x, place.y));
        if place.maximized {
            let _ = window.maximize();
        }
    }
    let watched = window.clone();
    window.on_window_event(move |event| {
        if matches!(
            event,
            WindowEvent::CloseRequested { .. } | WindowEvent::Destroyed
        ) {
            keep(&watched, &file);
        }
    });
}

fn keep(window: &WebviewWindow, file: &Path) {
    let (Ok(position), Ok(size), Ok(maximized)) = (
        window.outer_position(),
        window.inner_size(),
        window.is_maximized(),
    ) else {
        return;
    };
    let before = read(file).unwrap_or_default();
    let place = if maximized && before.width > 0 {
        // What it goes back to is worth more than the size of the screen.
        Place {
            maximized,
            ..before
        }
    } else {
        Place {
            x: position.x,
            y: position.y,
            width: size.width,
            height: size.height,
            maximized,
        }
    };
    let written = serde_json::to_vec(&place)
        .map_err(std::io::Error::from)
        .and_then(|text| std::fs::write(file, text));
    if let Err(error) = written {
        tracing::warn!(%error, "the place of the window was not kept");
    }
}

fn read(file: &Path) -> Option<Place> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

/// Whether enough of its head is on a screen to take hold of it.
fn on_a_screen(window: &WebviewWindow, place: Place) -> bool {
    if place.width < 400 || place.height < 300 {
        return false;
    }
    let Ok(screens) = window.app_handle().available_monitors() else {
        return false;
    };
    screens.iter().any(|screen| {
        let (at, size) = (screen.position(), screen.size());
        let (width, height) = (i64::from(size.width), i64::from(size.height));
        let (x, y) = (
            i64::from(place.x) - i64::from(at.x),
            i64::from(place.y) - i64::from(at.y),
        );
        x + i64::from(place.width) > 100 && x < width - 100 && y > -20 && y < height - 60
    })
}
