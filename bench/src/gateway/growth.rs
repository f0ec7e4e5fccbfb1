//! Whether the cost grows with what is configured.

use anyhow::Result;

use super::{PATH, Stage, Subject, alternate};
use crate::measure::{Goal, Measure};
use crate::ours::Setup;

pub(super) fn run(stage: &Stage) -> Result<Vec<Measure>> {
    let few = Setup {
        keys: 1_000,
        addresses: 10,
        groups: 1,
        ..Setup::default()
    };
    [
        (
            "cost at 10⁶ keys over that at 10³",
            Setup {
                keys: 1_000_000,
                ..few.clone()
            },
        ),
        (
            "cost at 10⁵ address rules over that at 10",
            Setup {
                addresses: 100_000,
                ..few.clone()
            },
        ),
        (
            "cost at 10⁴ groups of the user over that at 1",
            Setup {
                groups: 10_000,
                ..few.clone()
            },
        ),
    ]
    .into_iter()
    .enumerate()
    .map(|(number, (name, many))| {
        let small = stage.workshop.start(&format!("few-{number}"), &few)?;
        let large = stage.workshop.start(&format!("many-{number}"), &many)?;
        let mut one = Subject::new(small.target(PATH, &small.keys[0]), vec![&small.process]);
        let mut other = Subject::new(large.target(PATH, &large.keys[0]), vec![&large.process]);
        alternate(stage, &mut [&mut one, &mut other])?;
        let ratios = other.costs.over(&one.costs);
        let detail = format!(
            "{}; {} and {}",
            ratios.shown(),
            other.detail(),
            one.detail()
        );
        Ok(Measure::new(
            name,
            ratios.median(),
            Goal::AtMost(1.1),
            "×",
            detail,
        ))
    })
    .collect()
}
