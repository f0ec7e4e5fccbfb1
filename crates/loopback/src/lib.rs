#![doc = include_str!("../README.md")]

mod attempt;
mod browser;
mod listener;
mod page;
mod redirect;
mod serve;
mod site;

pub use attempt::{Attempt, Ending, OfferError, WaitError};
pub use browser::{OpenError, open_browser};
pub use listener::{BindError, Listener};
pub use redirect::{RedirectChoice, RedirectHost};
