#![doc = include_str!("../README.md")]

mod admin;
mod axe;
mod browser;
mod clients;
mod desk;
mod files;
mod hand;
mod process;
mod raw;
mod recorder;
mod servers;
mod settle;
mod stage;
mod strangers;
pub mod tour;
mod visitor;
pub mod walk;
mod window;

pub use admin::Admin;
pub use axe::violations;
pub use browser::Browser;
pub use clients::{fetched_token, run_node, run_python, sign_in};
pub use desk::{Desk, DeskOptions};
pub use files::{built, node, python, repository, screens};
pub use hand::Hand;
pub use process::{Process, free_port};
pub use raw::{Http1, Http2, RawAnswer, http1};
pub use recorder::{Answers, Recorder, header};
pub use servers::{Gateway, Sandbox};
pub use settle::{LONG, SHORT, until};
pub use stage::Stage;
pub use strangers::{AuthorizationServer, Stranger, Untrusted};
pub use visitor::visit;
pub use window::Window;
