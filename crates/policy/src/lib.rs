#![doc = include_str!("../README.md")]

mod access;
mod address;
mod decide;
mod method;
mod path;
mod pattern;
mod product;
mod reason;
mod rules;
mod surface;
mod trace;

pub use access::{Access, GroupSet};
pub use address::{AddressSet, AddressSetError, canonical_address};
pub use decide::{
    Admitted, Arrival, Caller, Decision, Denial, Exemptions, Facts, Grant, Groups, KeyScope,
    Outcome, Permit, admit, decide, may_create_keys, way_is_open,
};
pub use method::{Method, MethodError};
pub use path::{Path, PathError};
pub use pattern::{Pattern, PatternError};
pub use product::{ProductId, ProductKind, UserName};
pub use reason::ReasonCode;
pub use rules::{AnonymousRule, ProductRules, Rules, Way, WaysIn};
pub use surface::{Effect, Surface, effect, speaks_git};
pub use trace::{Finding, RuleName, Step, Trace};
