//! The command line as scripts use it: the real binary, and everything that it prints.

mod browser;
mod crooked;
mod fetch;
mod gateway;
mod help;
mod network;
mod products;
mod program;
mod providers;
mod sandbox;
mod secrets;
mod tokens;
mod verdicts;
