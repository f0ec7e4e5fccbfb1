//! One sign-in that is under way, and the several ways in which it can end.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gatewright_oauth::{Callback, CallbackError, CodeGrant, Pending, ProviderError};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

/// Why a sign-in ended without a code.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WaitError {
    /// The person cancelled it here.
    #[error("the sign-in was cancelled")]
    Cancelled,
    /// The browser did not come back in time.
    #[error("the browser did not come back within {} minutes", after.as_secs().div_ceil(60))]
    TimedOut {
        /// How long it was waited for.
        after: Duration,
    },
    /// The provider refused, or the person said no there.
    #[error("the provider refused: {0}")]
    Refused(ProviderError),
    /// The answer is not to be believed.
    #[error(transparent)]
    NotBelieved(CallbackError),
}

impl WaitError {
    /// What to try, in a sentence or two.
    pub fn hint(&self) -> String {
        match self {
            Self::Cancelled => "Start again when you are ready.".to_owned(),
            Self::TimedOut { .. } => {
                "Start again; if the browser shows an error of the provider, compare the redirect URI with the registered one.".to_owned()
            }
            Self::Refused(error) => error.hint(),
            Self::NotBelieved(error) => error.hint(),
        }
    }
}

/// Why an answer did not end the sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OfferError {
    /// It belongs to another sign-in; this one goes on waiting.
    #[error("the answer belongs to another sign-in: its state is not ours")]
    NotOurs,
    /// It brings no state; this sign-in goes on waiting.
    #[error("the answer brings no state")]
    NoState,
    /// This sign-in is over.
    #[error("{}", match .how {
        Ending::Code => "this answer was handled already",
        Ending::Failed { .. } => "this sign-in has failed already",
        Ending::Cancelled => "this sign-in was cancelled",
        Ending::TimedOut => "this sign-in has run out of time",
    })]
    Over {
        /// How it ended.
        how: Ending,
    },
}

/// How a sign-in ended, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With a code.
    Code,
    /// With an answer that is none.
    Failed {
        /// The failure in words.
        message: String,
    },
    /// By the person, here.
    Cancelled,
    /// By the clock.
    TimedOut,
}

/// One sign-in that is under way. Clones are handles to the same one: the listener holds one, and a
/// pasted address is offered through another. It ends once.
#[derive(Clone)]
pub struct Attempt {
    shared: Arc<Shared>,
}

struct Shared {
    stage: Mutex<Stage>,
    /// Fires when it has ended.
    over: CancellationToken,
}

enum Stage {
    Waiting(Box<Pending>),
    Over {
        how: Ending,
        result: Option<Result<Box<CodeGrant>, WaitError>>,
    },
}

impl Attempt {
    /// A sign-in that waits for its answer.
    pub fn new(pending: Pending) -> Self {
        Self {
            shared: Arc::new(Shared {
                stage: Mutex::new(Stage::Waiting(Box::new(pending))),
                over: CancellationToken::new(),
            }),
        }
    }

    /// Offers an answer. One with another state leaves the sign-in waiting, so that nobody can end
    /// it by guessing; one with the right state ends it, well or badly.
    pub fn offer(&self, callback: Callback) -> Result<(), OfferError> {
        let mut stage = self.stage();
        let pending = match mem::replace(
            &mut *stage,
            Stage::Over {
                how: Ending::Cancelled,
                result: None,
            },
        ) {
            Stage::Waiting(pending) => pending,
            over @ Stage::Over { .. } => {
                *stage = over;
                let Stage::Over { how, .. } = &*stage else {
                    return Err(OfferError::NotOurs);
                };
                return Err(OfferError::Over { how: how.clone() });
            }
        };
        if !pending.recognises(&callback) {
            *stage = Stage::Waiting(pending);
            return Err(if callback.has_state() {
                OfferError::NotOurs
            } else {
                OfferError::NoState
            });
        }
        let result = pending
            .complete(callback)
            .map(Box::new)
            .map_err(|error| match error {
                CallbackError::Refused(error) => WaitError::Refused(error),
                CallbackError::WrongState
                | CallbackError::WrongAddress { .. }
                | CallbackError::WrongIssuer { .. }
                | CallbackError::MissingIssuer { .. }
                | CallbackError::UnexpectedIssuer { .. } => WaitError::NotBelieved(error),
            });
        let how = match &result {
            Ok(_) => Ending::Code,
            Err(error) => Ending::Failed {
                message: error.to_string(),
            },
        };
        *stage = Stage::Over {
            how,
            result: Some(result),
        };
        drop(stage);
        self.shared.over.cancel();
        Ok(())
    }

    /// Ends the sign-in, if it has not ended: its state is good for nothing from here on.
    pub fn cancel(&self) {
        self.end(Ending::Cancelled, WaitError::Cancelled);
    }

    /// Waits until the sign-in ends: by an answer, by `cancel`, or after `timeout`. The code goes
    /// to the first who asks; whoever asks again finds it cancelled.
    pub async fn outcome(
        &self,
        cancel: &CancellationToken,
        timeout: Duration,
    ) -> Result<CodeGrant, WaitError> {
        // A caller who drops the future has given up; the sign-in must not outlive it.
        let guard = CancelOnDrop(self);
        tokio::select! {
            () = self.shared.over.cancelled() => {}
            () = cancel.cancelled() => self.cancel(),
            () = tokio::time::sleep(timeout) => {
                self.end(Ending::TimedOut, WaitError::TimedOut { after: timeout });
            }
        }
        mem::forget(guard);
        let mut stage = self.stage();
        match &mut *stage {
            Stage::Waiting(_) => Err(WaitError::Cancelled),
            Stage::Over { result, .. } => result
                .take()
                .unwrap_or(Err(WaitError::Cancelled))
                .map(|grant| *grant),
        }
    }

    pub(crate) fn over(&self) -> CancellationToken {
        self.shared.over.clone()
    }

    /// How it ended, once it has.
    pub(crate) fn ending(&self) -> Option<Ending> {
        match &*self.stage() {
            Stage::Waiting(_) => None,
            Stage::Over { how, .. } => Some(how.clone()),
        }
    }

    fn end(&self, how: Ending, error: WaitError) {
        let mut stage = self.stage();
        if matches!(*stage, Stage::Waiting(_)) {
            *stage = Stage::Over {
                how,
                result: Some(Err(error)),
            };
            drop(stage);
            self.shared.over.cancel();
        }
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.shared
            .stage
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

struct CancelOnDrop<'a>(&'a Attempt);

impl Drop for CancelOnDrop<'_> {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
