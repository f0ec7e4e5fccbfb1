#![doc = include_str!("../README.md")]

mod app;
mod error;
mod gateway;
mod list;
mod product;
mod provider;
mod publish;
mod test;
mod token;
mod typed;
mod username;

pub use app::*;
pub use error::*;
pub use gateway::*;
pub use list::*;
pub use product::*;
pub use provider::*;
pub use publish::*;
pub use test::*;
pub use token::*;
pub use typed::*;
pub use username::*;
