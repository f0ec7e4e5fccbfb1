#![doc = include_str!("../README.md")]

mod endpoints;
mod provider;
mod providers;
mod redirect;
mod search;

pub use endpoints::{Endpoints, InputError};
pub use provider::{
    Attribute, Confidence, EndpointTemplates, Input, InputKind, IssuerRule, Kind, Link,
    LoopbackRule, PkceMode, Provider, Quirks, Source, Support, Username, Verification, Verify,
};
pub use providers::{canonical, provider, providers};
pub use redirect::{PathChoice, Redirect};
pub use search::search;
