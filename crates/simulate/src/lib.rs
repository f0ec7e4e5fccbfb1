#![doc = include_str!("../README.md")]

mod effects;
mod fact;
mod grid;
mod isolate;
mod judge;
mod report;
mod setting;
mod template;

pub use effects::{EffectExample, EffectOfChange, MeasuredEffect, effects, overall};
pub use fact::{Fact, Recorded};
pub use judge::{GroupsOf, Ruling, Side, Verdict, WhyNot, judge};
pub use report::{Difference, Example, Report, Simulation, Unjudged};
pub use setting::setting;
pub use template::{client_family, network, path_template};
