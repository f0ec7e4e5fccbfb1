#![doc = include_str!("../README.md")]

mod changes;
mod compile;
mod config;
mod duration;
mod expectation;
mod parse;
mod positions;
mod problem;
pub mod raw;
mod resolve;
mod schema;
mod serialise;
mod write;

pub use changes::{Change, ChangeEffect, diff};
pub use config::{
    ActAs, ClientCertificate, Config, Directory, DirectoryAccount, Expectation, FailureLimits,
    IssuedFor, JwtRules, KeyLimits, Network, Product, ProductTls, Provider, ProviderEndpoints,
    Proxy, PublicUrl, Quota, Rates, Username, Verification, secret_names,
};
pub use duration::{DurationError, duration};
pub use expectation::{ExpectationResult, run_expectations};
pub use parse::{Format, parse};
pub use problem::Problem;
pub use schema::schema;
pub use write::to_toml;
