//! What the gateway adds to the time of an answer, at half of what it can do.

use anyhow::Result;

use super::{PATH, Stage};
use crate::load::{at_rate, flat_out};
use crate::measure::{Goal, Measure, Series};
use crate::ours::Setup;

pub(super) fn run(stage: &Stage) -> Result<Vec<Measure>> {
    let ours = stage.workshop.start("latency", &Setup::default())?;
    let through = ours.target(PATH, &ours.keys[0]);
    let direct = stage.direct(PATH);
    flat_out(&through, 1, stage.scratch())?;
    let most = flat_out(&through, stage.plan.seconds, stage.scratch())?.per_second;
    let rate = most / 2.0;
    let mut series: [Series; 4] = Default::default();
    for _ in 0..stage.plan.rounds {
        let here = at_rate(&through, rate, stage.plan.seconds, stage.scratch())?;
        let there = at_rate(&direct, rate, stage.plan.seconds, stage.scratch())?;
        for (one, value) in series
            .iter_mut()
            .zip([here.p50, there.p50, here.p99, there.p99])
        {
            one.push(value);
        }
    }
    let [p50, direct50, p99, direct99] = series;
    let detail = |added: &Series, through: &Series, direct: &Series| {
        format!(
            "{} ms; through {}, direct {} ms, at {rate:.0}/s",
            added.shown(),
            through.shown(),
            direct.shown()
        )
    };
    let (added50, added99) = (p50.less(&direct50), p99.less(&direct99));
    Ok(vec![
        Measure::new(
            "added latency at half load, p50",
            added50.median(),
            Goal::AtMost(0.1),
            "ms",
            detail(&added50, &p50, &direct50),
        ),
        Measure::new(
            "added latency at half load, p99",
            added99.median(),
            Goal::AtMost(0.6),
            "ms",
            detail(&added99, &p99, &direct99),
        ),
    ])
}
