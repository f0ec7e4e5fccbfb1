//! The program ends in the middle of a sign-in.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use gatewright_loopback::{Listener, RedirectChoice};
use gatewright_oauth::IssuerCheck;
use tokio_util::sync::CancellationToken;

use crate::support::{Login, pending};

/// Says to the program below that it is the one which is killed.
const WAITS: &str = "GATEWRIGHT_TEST_WAITS";

/// Not a test of its own: the program that is killed. It says where it waits, and waits.
#[tokio::test]
#[ignore = "started by app_quit as a process of its own"]
async fn a_program_that_waits_for_its_browser() {
    if std::env::var_os(WAITS).is_none() {
        return;
    }
    let listener = Listener::bind(RedirectChoice::default()).await.unwrap();
    let pending = pending(listener.redirect_uri(), IssuerCheck::default());
    let mut out = std::io::stdout();
    writeln!(
        out,
        "\nWAITING {} {}",
        listener.port(),
        pending.state_for_display()
    )
    .unwrap();
    out.flush().unwrap();
    let never = CancellationToken::new();
    let ended = listener.wait(pending, never, Duration::from_mins(1)).await;
    panic!("{ended:?}");
}

#[tokio::test]
async fn app_quit_a_killed_program_leaves_a_free_port_and_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "quitting::a_program_that_waits_for_its_browser",
            "--ignored",
            "--nocapture",
        ])
        .current_dir(folder.path())
        .env(WAITS, "yes")
        .env("HOME", folder.path())
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let said = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("WAITING ").map(str::to_owned))
        .unwrap();
    let (port, state) = said.split_once(' ').unwrap();
    let port: u16 = port.parse().unwrap();
    program.kill().unwrap();
    program.wait().unwrap();

    // The same fixed port is free at once, and a new start knows nothing of the old state.
    let choice = RedirectChoice {
        port: Some(port),
        ..RedirectChoice::default()
    };
    let login = Login::with(choice, IssuerCheck::default(), Duration::from_mins(10)).await;
    assert_eq!(login.port, port);
    let stale = login
        .browse(&format!("/callback?code=canary&state={state}"))
        .await;
    assert_eq!(stale.status, 400);
    assert!(login.is_waiting());
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    login.ends_well().await;
}
