//! The clipboard, which forgets a secret after a while.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use arboard::Clipboard;
use gatewright_secret::SecretString;

/// For how many seconds a copied secret stays until something else was set.
const SECRET_STAYS: u32 = 60;

/// A thread of its own holds the clipboard: on X11 and Wayland its content lives as long as its
/// owner, and asking for it may block.
pub(crate) struct ClipboardThread {
    orders: Sender<Order>,
    secret_stays: AtomicU32,
}

struct Order {
    text: SecretString,
    /// For how long it stays, where it is a secret.
    stays: Option<Duration>,
    done: Sender<Result<(), String>>,
}

impl ClipboardThread {
    /// Starts the thread; the clipboard itself is opened with the first copy.
    pub(crate) fn start() -> Self {
        let (orders, inbox) = mpsc::channel::<Order>();
        thread::spawn(move || serve(&inbox));
        Self {
            orders,
            secret_stays: AtomicU32::new(SECRET_STAYS),
        }
    }

    /// Sets for how many seconds secrets stay that are copied from now on.
    pub(crate) fn set_seconds(&self, seconds: u32) {
        self.secret_stays.store(seconds, Ordering::Relaxed);
    }

    /// Puts a text there; a secret leaves again after its time unless something else was
    /// copied meanwhile. An error is a sentence for people.
    pub(crate) fn copy(&self, text: SecretString, secret: bool) -> Result<(), String> {
        let (done, answer) = mpsc::channel();
        let seconds = self.secret_stays.load(Ordering::Relaxed);
        let stays = secret.then(|| Duration::from_secs(seconds.into()));
        self.orders
            .send(Order { text, stays, done })
            .map_err(|_| "the clipboard thread has ended".to_owned())?;
        answer
            .recv_timeout(Duration::from_secs(3))
            .unwrap_or_else(|_| Err("the clipboard does not answer".to_owned()))
    }
}

fn serve(inbox: &mpsc::Receiver<Order>) {
    let mut clipboard: Option<Clipboard> = None;
    let mut leaving: Option<(SecretString, Instant)> = None;
    loop {
        let order = match &leaving {
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some((_, until)) => inbox.recv_timeout(until.saturating_duration_since(Instant::now())),
        };
        match order {
            Ok(order) => {
                let result = open(&mut clipboard)
                    .and_then(|board| board.set_text(order.text.expose().clone()));
                leaving = order
                    .stays
                    .filter(|_| result.is_ok())
                    .map(|stays| (order.text, Instant::now() + stays));
                // Whoever asked may have given up waiting.
                let _ = order.done.send(result.map_err(|error| error.to_string()));
            }
            Err(RecvTimeoutError::Timeout) => {
                if let Some((secret, _)) = leaving.take() {
                    forget(&mut clipboard, &secret);
                }
            }
            Err(RecvTimeoutError::Disconnected) => {
                if let Some((secret, _)) = leaving.take() {
                    forget(&mut clipboard, &secret);
                }
                return;
            }
        }
    }
}

fn open(clipboard: &mut Option<Clipboard>) -> Result<&mut Clipboard, arboard::Error> {
    if clipboard.is_none() {
        *clipboard = Some(Clipboard::new()?);
    }
    clipboard
        .as_mut()
        .ok_or(arboard::Error::ClipboardNotSupported)
}

fn forget(clipboard: &mut Option<Clipboard>, secret: &SecretString) {
    if let Some(board) = clipboard
        && board.get_text().is_ok_and(|text| secret.matches(&text))
        && let Err(error) = board.clear()
    {
        tracing::warn!(%error, "a secret could not be cleared from the clipboard");
    }
}
