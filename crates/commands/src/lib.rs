#![doc = include_str!("../README.md")]

mod app;
mod claims;
mod convert;
mod diagnostics;
mod dispatch;
mod environments;
pub mod errors;
mod flow;
mod gateway;
mod home;
mod host;
mod keys;
mod names;
mod products;
mod providers;
mod publish;
mod rules;
mod sandbox;
mod settings;
mod sign_in;
mod steps;
pub mod terminal;
mod test;
mod tokens;
mod traffic;
mod username;

pub use app::App;
pub use host::{Host, HostError};
