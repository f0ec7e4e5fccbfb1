//! How much memory the gateway takes.

use std::fs;
use std::io::Write as _;
use std::net::TcpStream;

use anyhow::Result;

use super::{PATH, Stage};
use crate::load::{Target, flat_out};
use crate::measure::{Goal, Measure};
use crate::ours::Setup;

const TOKENS: usize = 100_000;
const CONNECTIONS: usize = 1_000;

pub(super) fn run(stage: &Stage) -> Result<Vec<Measure>> {
    let few = stage.workshop.start(
        "memory-few",
        &Setup {
            keys: 10_000,
            ..Setup::default()
        },
    )?;
    flat_out(
        &few.target(PATH, &few.keys[0]),
        stage.plan.seconds,
        stage.scratch(),
    )?;
    let small = few.process.memory();
    drop(few);

    let many = stage.workshop.start("memory-many", &Setup::default())?;
    let file = stage.scratch().join("opaque-tokens");
    let tokens: Vec<String> = (0..TOKENS)
        .map(|number| format!("bench_bench-10.{number:032}"))
        .collect();
    fs::write(&file, tokens.join("\n"))?;
    let mut target = many.target(PATH, &many.keys[0]);
    flat_out(&target, stage.plan.seconds, stage.scratch())?;
    target = Target {
        tokens: Some(file),
        headers: Vec::new(),
        ..target
    };
    let mut sent = 0.0;
    while sent < TOKENS as f64 {
        sent += flat_out(&target, 20, stage.scratch())?.requests;
        if sent < TOKENS as f64 {
            // Each run begins at the first token: go on behind those that were sent.
            fs::write(
                stage.scratch().join("opaque-tokens"),
                tokens[sent as usize..].join("\n"),
            )?;
        }
    }
    let mut open = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        let mut socket = TcpStream::connect(&many.address)?;
        socket.write_all(b"GET /jira/rest/api/2/serverInfo HTTP/1.1\r\n")?;
        open.push(socket);
    }
    let large = many.process.memory();
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    Ok(vec![
        Measure::new(
            "memory at 10,000 keys",
            megabytes(small),
            Goal::AtMost(30.0),
            "MB",
            "proportional set size after load".to_owned(),
        ),
        Measure::new(
            "memory at 100,000 keys, 100,000 cached tokens, 1,000 connections",
            megabytes(large),
            Goal::AtMost(90.0),
            "MB",
            format!("{sent:.0} tokens sent, {} connections open", open.len()),
        ),
    ])
}
