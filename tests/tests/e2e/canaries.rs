//! Secrets are looked for everywhere where they must not be.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use gatewright_tests::walk::Journey;
use gatewright_tests::{Desk, DeskOptions, Gateway, Hand, Sandbox, Window, sign_in};
use serde_json::json;

use crate::turn;

/// What the window holds: the document with what stands in its fields, and all that scripts can reach.
const REACHABLE: &str = "return [document.documentElement.outerHTML, \
    ...[...document.querySelectorAll('input, textarea')].map(e => e.value), \
    JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}), document.cookie, \
    location.href, performance.getEntriesByType('resource').map(e => e.name).join()].join('\\n')";

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn no_secret_is_found_where_it_does_not_belong() -> Result<()> {
    let _turn = turn().await;
    let mut desk = Desk::start(DeskOptions::default()).await?;
    let sandbox = Sandbox::start(&desk.logs()).await?;
    let gateway = Gateway::start(&desk.path("gateway"), &desk.logs()).await?;
    let window = Window::open(&desk, &desk.path("workspace")).await?;
    let hand = Hand::Mouse;
    let mut journey = Journey::new(&mut desk, &window, hand, &sandbox);
    journey.all(&gateway).await?;
    let token = journey.shown_token().await?;
    window.gone("token-shown").await?;

    let pairing = journey.codes.pop().context("the code of the pairing")?;
    let code = code_of_another_sign_in(&mut journey).await?;
    let mut canaries = BTreeMap::from([
        ("a private key", "PRIVATE KEY-----".to_owned()),
        (
            "client secret",
            sandbox.text("/providers/ghes/client_secret")?,
        ),
        ("access token", token),
        ("password of the person", sandbox.password("fred")?),
        (
            "password of the directory account",
            sandbox.secret("svc-gatewright")?,
        ),
    ]);
    canaries.extend([
        ("code of the sign-in", code),
        ("code of the pairing", pairing),
    ]);
    let mut places: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for screen in [
        "home", "products", "provider", "token", "username", "test", "publish", "settings",
    ] {
        hand.press(&window, &format!("nav-{screen}")).await?;
        window.on_screen(screen).await?;
        let reachable = window.script(REACHABLE, vec![json!(null)]).await?;
        let reachable = reachable
            .as_str()
            .context("the window answers with a text")?;
        places.insert(
            format!("the window at {screen}"),
            reachable.as_bytes().to_vec(),
        );
    }
    for (id, what) in processes(&desk.path(""))? {
        places.insert(format!("process {id}"), what);
    }
    for folder in [
        "workspace",
        "gateway",
        "config",
        "data",
        "cache",
        "state",
        "run",
    ] {
        collect(&desk.path(folder), &mut places)?;
    }
    for log in [
        "window.out.log",
        "window.err.log",
        "gateway.out.log",
        "gateway.err.log",
    ] {
        let file = desk.logs().join(log);
        places.insert(
            log.to_owned(),
            fs::read(&file).with_context(|| log.to_owned())?,
        );
    }

    let databases = places
        .values()
        .filter(|bytes| bytes.starts_with(b"SQLite format 3"))
        .count();
    ensure!(
        databases > 1,
        "the databases were not looked at: {:?}",
        places.keys()
    );
    ensure!(
        contains(&places["gateway.out.log"], "listen"),
        "no log was looked at"
    );
    for (what, canary) in &canaries {
        ensure!(canary.len() > 7, "the {what} is too short to be looked for");
        for (place, bytes) in &places {
            ensure!(!contains(bytes, canary), "the {what} stands in {place}");
        }
    }
    window.close().await
}

/// Signs in once more, in a browser that shows where it was sent.
async fn code_of_another_sign_in(journey: &mut Journey<'_>) -> Result<String> {
    journey.start_sign_in().await?;
    let opened = journey.desk.opened_browser().await?;
    let window = journey.window;
    let page = window
        .attribute("token-authorization-url", "data-url")
        .await?;
    let page = page.context("the window shows where the browser is sent")?;
    let (back, _) = sign_in(&page, "fred", &journey.sandbox.password("fred")?).await?;
    opened.close().await?;
    journey.token_arrived().await?;
    let code = back.query_pairs().find(|(name, _)| name == "code");
    Ok(code.context("no code came back")?.1.into_owned())
}

/// Arguments and environment of every process of this desk.
fn processes(desk: &Path) -> Result<Vec<(u32, Vec<u8>)>> {
    let desk = desk.display().to_string();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").context("/proc")? {
        let path = entry?.path();
        let Some(id) = path
            .file_name()
            .and_then(|name| name.to_str()?.parse::<u32>().ok())
        else {
            continue;
        };
        // It may have ended meanwhile.
        let mut what = fs::read(path.join("cmdline")).unwrap_or_default();
        what.extend(fs::read(path.join("environ")).unwrap_or_default());
        if contains(&what, desk.trim_end_matches('/')) {
            found.push((id, what));
        }
    }
    ensure!(found.len() > 2, "the processes were not looked at");
    Ok(found)
}

fn collect(folder: &Path, places: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path: PathBuf = entry?.path();
        if path.is_dir() {
            collect(&path, places)?;
        } else if path.is_file() {
            let bytes = fs::read(&path).unwrap_or_default();
            places.insert(path.display().to_string(), bytes);
        }
    }
    Ok(())
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}
