//! From the start to the first screen, and what the app takes when nobody touches it.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use gatewright_tests::{Desk, Window};
use tokio::time::sleep;

use super::Plan;
use super::screen::{Picture, Screen};
use crate::measure::{Goal, Measure, Series};
use crate::process::Running;

/// After so long without a change the screen is taken to be complete.
const QUIET: Duration = Duration::from_millis(800);
/// What is still to be done after the start is done by then.
const REST: Duration = Duration::from_secs(4);
/// For how long the processor time is counted.
const IDLE: Duration = Duration::from_secs(8);

/// One program that opens a window.
struct Opened<'a> {
    name: &'static str,
    command: Box<dyn Fn() -> Command + 'a>,
    first: Option<Picture>,
    took: Series,
    memory: Series,
}

/// Measures start, memory and idle processor time of the app and of the empty one, in turn.
pub(super) async fn measure(
    plan: &Plan,
    desk: &Desk,
    [app, empty]: [&Path; 2],
    workspace: &Path,
    each: &mut dyn FnMut(Measure),
) -> Result<()> {
    let screen = Screen::of(desk)?;
    let bare = screen.picture()?;
    // What the picture of the start ends with is Home.
    let window = Window::open(desk, workspace).await?;
    window.on_screen("home").await?;
    window.close().await?;

    let program = |name, command| Opened {
        name,
        command,
        first: None,
        took: Series::default(),
        memory: Series::default(),
    };
    let mut programs = [
        program(
            "gatewright-desktop",
            Box::new(move || {
                let mut command = desk.command(app);
                command.arg("--data-dir").arg(workspace);
                command
            }),
        ),
        program("gatewright-empty", Box::new(move || desk.command(empty))),
    ];
    let mut idle = Series::default();
    // The first time warms both up.
    for round in 0..=plan.rounds {
        for (at, program) in programs.iter_mut().enumerate() {
            screen.becomes(&bare).await?;
            let began = Instant::now();
            let running = Running::free((program.command)())?;
            let (painted, picture) = screen.settled(QUIET).await?;
            let Some(first) = &program.first else {
                program.first = Some(picture);
                continue;
            };
            ensure!(
                picture.resembles(first),
                "{} shows something else in round {round}",
                program.name
            );
            program.took.push((painted - began).as_secs_f64() * 1000.0);
            sleep(REST).await;
            program.memory.push(running.memory() as f64 / 1e6);
            if at == 0 {
                let before = running.processor_time();
                sleep(IDLE).await;
                let used = running.processor_time().saturating_sub(before);
                idle.push(used.as_secs_f64() / IDLE.as_secs_f64() * 100.0);
            }
        }
    }
    let [app, empty] = programs;
    let ratios = app.took.over(&empty.took);
    each(Measure::new(
        "start to first usable screen, against an empty application",
        ratios.median(),
        Goal::AtMost(1.5),
        "×",
        format!(
            "{}; ours {}, empty {} ms; 100,000 tests in the history",
            ratios.shown(),
            app.took.shown(),
            empty.took.shown()
        ),
    ));
    let ratios = app.memory.over(&empty.memory);
    each(Measure::new(
        "memory of all processes (PSS), idle, against an empty application",
        ratios.median(),
        Goal::AtMost(1.25),
        "×",
        format!(
            "{}; ours {}, empty {} MB",
            ratios.shown(),
            app.memory.shown(),
            empty.memory.shown()
        ),
    ));
    each(Measure::new(
        "processor, idle",
        idle.median(),
        Goal::AtMost(0.5),
        "%",
        format!("{} of one core over {} s", idle.shown(), IDLE.as_secs()),
    ));
    Ok(())
}
