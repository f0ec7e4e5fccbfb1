//! The clipboard, which forgets a secret after a minute.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use arboard::Clipboard;
use gatewright_secret::SecretString;

/// For how long a copied secret stays.
pub(crate) const SECRET_STAYS: Duration = Duration::from_mins(1);

/// A thread of its own holds the clipboard: on X11 and Wayland its content lives as long as its
/// owner, and asking for it may block.
pub(crate) struct ClipboardThread {
    orders: Sender<Order>,
}

struct Order {
    text: SecretString,
    secret: bool,
    done: Sender<Result<(), String>>,
}

impl ClipboardThread {
    /// Starts the thread; the clipboard itself is opened with the first copy.
    pub(crate) fn start() -> Self {
        let (orders, inbox) = mpsc::channel::<Order>();
        thread::spawn(move || serve(&inbox));
        Self { orders }
    }

    /// Puts a text there; a secret leaves again after [`SECRET_STAYS`] unless something else was
    /// copied meanwhile. An error is a sentence for people.
    pub(crate) fn copy(&self, text: SecretString, secret: bool) -> Result<(), String> {
        let (done, answer) = mpsc::channel();
        self.orders
            .send(Order { text, secret, done })
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
                leaving = (order.secret && result.is_ok())
                    .then(|| (order.text, Instant::now() + SECRET_STAYS));
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
