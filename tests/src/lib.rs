#![doc = include_str!("../README.md")]

mod browser;
mod clients;
mod desk;
mod files;
mod hand;
mod process;
mod servers;
mod settle;
mod strangers;
pub mod walk;
mod window;

pub use browser::Browser;
pub use clients::{fetched_token, run_node, run_python, sign_in};
pub use desk::{Desk, DeskOptions};
pub use files::{built, node, python, repository, screens};
pub use hand::Hand;
pub use process::{Process, free_port};
pub use servers::{Gateway, Sandbox};
pub use settle::{LONG, SHORT, until};
pub use strangers::{Stranger, Untrusted};
pub use window::Window;
