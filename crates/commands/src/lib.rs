#![doc = include_str!("../README.md")]

mod app;
mod claims;
mod convert;
mod dispatch;
pub mod errors;
pub mod flow;
pub mod gateway;
mod host;
mod names;
pub mod products;
pub mod providers;
mod publish;
mod sign_in;
mod steps;
pub mod terminal;
pub mod test;
mod tokens;
pub mod username;

pub use app::App;
pub use host::{Host, HostError};
