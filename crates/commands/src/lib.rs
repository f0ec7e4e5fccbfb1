#![doc = include_str!("../README.md")]

mod app;
mod claims;
mod convert;
mod dispatch;
pub mod errors;
mod flow;
mod gateway;
mod host;
mod names;
mod products;
mod providers;
mod publish;
mod sign_in;
mod steps;
pub mod terminal;
mod test;
mod tokens;
mod username;

pub use app::App;
pub use host::{Host, HostError};
