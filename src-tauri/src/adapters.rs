//! One Tauri command for each command of the contract, and nothing in it.

use std::sync::Arc;

use gatewright_commands::App;
#[cfg_attr(
    not(test),
    expect(
        clippy::wildcard_imports,
        reason = "the list of commands names nearly every type"
    )
)]
use gatewright_wire::*;
use tauri::State;
use tokio::sync::watch;

/// The app while it opens, once it is open, or why it could not be opened.
///
/// Opening asks the keychain, which may take its time: the window does not wait for it, its first
/// command does.
pub(crate) struct Opened(watch::Receiver<Option<Result<Arc<App>, WireError>>>);

/// Where the result of opening is announced.
pub(crate) type Announce = watch::Sender<Option<Result<Arc<App>, WireError>>>;

impl Opened {
    /// Nothing is open yet.
    pub(crate) fn pending() -> (Announce, Self) {
        let (announce, opened) = watch::channel(None);
        (announce, Self(opened))
    }

    async fn app(&self) -> Result<Arc<App>, WireError> {
        let mut opened = self.0.clone();
        let result = opened
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|value| value.clone());
        result.unwrap_or_else(|| {
            Err(WireError {
                code: ErrorCode::Internal,
                message: "The app stopped while it was opening.".to_owned(),
                hint: "Start it again.".to_owned(),
                field: None,
            })
        })
    }
}

macro_rules! adapters {
    ($($name:ident($request:ty) -> $reply:ty;)*) => {
        $(
            #[tauri::command]
            pub(crate) async fn $name(
                opened: State<'_, Opened>,
                request: $request,
            ) -> Result<$reply, WireError> {
                let app = opened.app().await?.current()?;
                app.$name(request)
                    .await
                    .inspect_err(|error| app.note_failure(stringify!($name), error))
            }
        )*

        /// What Tauri calls for each message of the window.
        pub(crate) fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),*]
        }
    };
}

gatewright_wire::with_commands!(adapters);
