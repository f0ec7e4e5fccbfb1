#![doc = include_str!("../README.md")]

mod endpoints;
mod provider;
mod providers;
mod redirect;
mod search;

pub use endpoints::{Endpoints, InputError, Inputs};
pub use provider::{
    Attribute, Check, Confidence, EndpointTemplates, FurtherGet, Input, InputKind, IssuerRule,
    Kind, Link, LoopbackRule, PkceMode, Provider, Quirks, Source, Support, Username, Variant,
    Verification, Verify,
};
pub use providers::{canonical, provider, providers};
pub use redirect::{PathChoice, Redirect};
pub use search::search;
