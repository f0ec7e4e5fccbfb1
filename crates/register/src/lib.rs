#![doc = include_str!("../README.md")]

mod entry;
mod index;
mod narrowing;
mod register;
mod uses;

pub use entry::Card;
pub use narrowing::{NarrowingError, narrowed};
pub use register::{Live, Made, Order, Register, RegisterError, Standing};
