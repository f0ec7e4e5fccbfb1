//! What goes wrong around a gateway: its provider, its product, its store, the clock, and a crowd.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use gatewright_tests::{Gateway, Http1, LONG, Recorder, built, free_port, http1, until};
use reqwest::Method;
use rusqlite::Connection;
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, prlimit, setrlimit};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::gateway_front::{Front, document};
use crate::turn;

const DENY: &str = "[settings]\nanonymous = \"deny\"";

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_provider_that_is_down_or_answers_nonsense_lets_nobody_in_and_hinders_no_key()
-> Result<()> {
    let _turn = turn().await;
    let front = Front::start(DENY, "").await?;
    let (_, key) = front.key(json!({})).await?;
    let said = |status: &str, kind: &str, body: &str| {
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let mut answers = vec![
        said("200 OK", "text/html", "<html>hello</html>"),
        said("200 OK", "application/json", "[]"),
        said("200 OK", "application/json", "{}"),
        said("200 OK", "application/json", "null"),
        said("200 OK", "application/json", "{\"login\":[\"alice\"]}"),
        said("200 OK", "application/json", "{\"login\":\"\"}"),
        said("200 OK", "application/json", "{\"login\":\"al\\r\\nice\"}"),
        said("200 OK", "application/json", "{\"login\":\"alice,admin\"}"),
        said("200 OK", "application/json", "{\"login\":\"alice\""),
        said("204 No Content", "application/json", ""),
        said(
            "500 Internal Server Error",
            "application/json",
            "{\"login\":\"alice\"}",
        ),
        said("503 Service Unavailable", "application/json", ""),
        said(
            "302 Found\r\nLocation: http://127.0.0.1:1/",
            "application/json",
            "{\"login\":\"alice\"}",
        ),
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\n{\"login\":\"alice\"}"
            .to_owned(),
        "complete nonsense\r\n\r\n".to_owned(),
    ];
    answers.push(said(
        "200 OK",
        "application/json",
        &format!(
            "{{\"login\":\"alice\",\"x\":\"{}\"}}",
            "y".repeat(5 * 1024 * 1024)
        ),
    ));
    for (number, answer) in answers.into_iter().enumerate() {
        let shown: String = answer.chars().take(90).collect();
        let whole = answer.starts_with("HTTP") && !answer.contains("Content-Length: 100\r\n");
        let provider = Recorder::start(Arc::new(move |_| Some(answer.clone()))).await?;
        let product = Recorder::product().await?;
        let one = front.folder.path().join(format!("with-{number}"));
        let text = document(&product, &provider, DENY, "");
        let gateway =
            Gateway::start_from_file(&one, &text, &json!({}), front.folder.path()).await?;
        let request = format!("GET /x HTTP/1.1\r\nHost: gw\r\n{}\r\n", bearer("gho_alice"));
        let answer = if whole {
            http1(&gateway.data_url, request.as_bytes()).await?
        } else {
            let mut client = Http1::connect(&gateway.data_url).await?;
            client.send(request.as_bytes()).await;
            drop(provider);
            client.answer().await?
        };
        ensure!(
            matches!(answer.status, 401 | 403 | 503),
            "{shown}: {} {}",
            answer.status,
            answer.text()
        );
        ensure!(product.take().is_empty(), "{shown}");
        gateway.stop().await?;
    }
    // Down altogether: the key goes on, and what the provider said a moment ago, too.
    let answer = front.get("GET", "/x", &bearer("gho_alice")).await?;
    ensure!(answer.status == 200, "{answer:?}");
    let Front {
        gateway, provider, ..
    } = &front;
    ensure!(!provider.bytes().is_empty(), "it was asked");
    let request = format!("GET /x HTTP/1.1\r\nHost: gw\r\n{}\r\n", bearer(&key));
    let answer = http1(&gateway.data_url, request.as_bytes()).await?;
    ensure!(answer.status == 200, "{answer:?}");
    Ok(())
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_product_that_dies_or_lies_spoils_no_other_request() -> Result<()> {
    let _turn = turn().await;
    let lying = Recorder::start(Arc::new(|request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        let user = "X-AUSERNAME: alice\r\n";
        let whole = format!("HTTP/1.1 200 OK\r\n{user}Content-Length: 2\r\n\r\nok");
        match path {
            "/dies" => Some(format!(
                "HTTP/1.1 200 OK\r\n{user}Content-Length: 9999\r\nConnection: close\r\n\r\nhalf"
            )),
            "/gone" => None,
            "/nonsense" => Some("hello\r\n\r\n".to_owned()),
            "/lengths" => Some(format!(
                "HTTP/1.1 200 OK\r\n{user}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok"
            )),
            "/switches" => Some(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
                    .to_owned(),
            ),
            "/early" => Some(format!(
                "{}{whole}",
                "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".repeat(200)
            )),
            "/more" => Some(format!(
                "{whole}HTTP/1.1 200 OK\r\n{user}Content-Length: 6\r\n\r\npoison"
            )),
            "/header" => Some(format!(
                "HTTP/1.1 200 OK\r\n{user}X-Big: {}\r\nContent-Length: 2\r\n\r\nok",
                "b".repeat(2_000_000)
            )),
            _ => Some(whole),
        }
    }))
    .await?;
    let front = Front::before(lying, DENY, "").await?;
    for path in [
        "/gone",
        "/nonsense",
        "/lengths",
        "/switches",
        "/early",
        "/more",
        "/header",
        "/dies",
    ] {
        let answer = front.get("GET", path, &bearer("gho_alice")).await?;
        match path {
            "/dies" | "/more" => ensure!(matches!(answer.status, 200 | 502), "{path}: {answer:?}"),
            "/early" => ensure!(
                matches!(answer.status, 103 | 200 | 502),
                "{path}: {answer:?}"
            ),
            _ => ensure!(answer.status == 502, "{path}: {answer:?}"),
        }
        for _ in 0..3 {
            let answer = front.get("GET", "/well", &bearer("gho_alice")).await?;
            ensure!(
                answer.status == 200 && answer.text() == "ok",
                "after {path}: {answer:?}"
            );
        }
    }
    // Half an answer is no whole one for the client either.
    let mut client = Http1::connect(&front.gateway.data_url).await?;
    client
        .send(
            format!(
                "GET /dies HTTP/1.1\r\nHost: gw\r\n{}\r\n",
                bearer("gho_alice")
            )
            .as_bytes(),
        )
        .await;
    let rest = String::from_utf8_lossy(&client.rest().await?).into_owned();
    ensure!(rest.contains("9999") && rest.ends_with("half"), "{rest}");
    // A port where nobody is.
    let nobody = SocketAddr::from(([127, 0, 0, 1], free_port()?));
    let text = document(&front.product, &front.provider, DENY, "")
        .replace(&front.product.address.to_string(), &nobody.to_string());
    let folder = front.folder.path().join("nobody");
    let gateway = Gateway::start_from_file(&folder, &text, &json!({}), front.folder.path()).await?;
    let request = format!("GET /x HTTP/1.1\r\nHost: gw\r\n{}\r\n", bearer("gho_alice"));
    let answer = http1(&gateway.data_url, request.as_bytes()).await?;
    ensure!(
        answer.status == 502 && answer.reason() == "upstream_unavailable",
        "{answer:?}"
    );
    Ok(())
}

/// A gateway of a front's document whose writes fail instead of ending it when a file is too long.
async fn limited(front: &Front) -> Result<(Gateway, gatewright_tests::Admin)> {
    let folder = front.folder.path().join("limited");
    std::fs::create_dir_all(&folder)?;
    let config = folder.join("gateway.toml");
    std::fs::write(&config, document(&front.product, &front.provider, DENY, ""))?;
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]);
    command.arg(built("gatewright-gateway")?);
    let config = config.display().to_string();
    let arguments = ["--config", config.as_str()];
    let gateway = Gateway::start_as(command, &folder.join("data"), &folder, &arguments).await?;
    let admin = gatewright_tests::Admin::pair(&gateway).await?;
    Ok((gateway, admin))
}

fn allow_files(gateway: &Gateway, most: Option<u64>) -> Result<()> {
    let id = i32::try_from(gateway.id()).ok().and_then(Pid::from_raw);
    let limit = Rlimit {
        current: most,
        maximum: None,
    };
    prlimit(id, Resource::Fsize, limit).context("the limit of files")?;
    Ok(())
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_store_that_is_full_or_locked_refuses_changes_and_passes_requests() -> Result<()> {
    let _turn = turn().await;
    let front = Front::start(DENY, "").await?;
    let (gateway, admin) = limited(&front).await?;
    let order = json!({ "owner": "alice", "name": "test" });
    let (id, key) = admin.key(&order).await?;
    let passes = async |key: &str, status: u16| {
        let request = format!("GET /x HTTP/1.1\r\nHost: gw\r\n{}\r\n", bearer(key));
        let answer = http1(&gateway.data_url, request.as_bytes()).await?;
        ensure!(answer.status == status, "{answer:?}");
        anyhow::Ok(())
    };
    passes(&key, 200).await?;

    allow_files(&gateway, Some(4096))?;
    for _ in 0..3 {
        let (status, problem) = admin.call(Method::POST, "keys", &order).await?;
        ensure!(status == 503, "full: {status} {problem}");
        passes(&key, 200).await?;
    }
    allow_files(&gateway, None)?;
    let (_, second) = admin.key(&order).await?;
    passes(&second, 200).await?;

    let locked = Connection::open(gateway.data.join("gatewright.db"))?;
    locked.execute_batch("BEGIN EXCLUSIVE")?;
    let (status, problem) = admin
        .call(Method::DELETE, &format!("keys/{id}"), &Value::Null)
        .await?;
    ensure!(status == 503, "locked: {status} {problem}");
    passes(&key, 200).await?;
    locked.execute_batch("COMMIT")?;
    let (status, problem) = admin
        .call(Method::DELETE, &format!("keys/{id}"), &Value::Null)
        .await?;
    ensure!(status == 204, "free again: {status} {problem}");
    passes(&key, 401).await?;
    passes(&second, 200).await?;
    ensure!(gateway.stop().await? == Some(0), "it ends well");
    Ok(())
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn a_clock_that_jumps_ends_keys_and_breaks_nothing() -> Result<()> {
    let _turn = turn().await;
    let front = Front::start(DENY, "").await?;
    let folder = front.folder.path().join("jumping");
    std::fs::create_dir_all(&folder)?;
    let config = folder.join("gateway.toml");
    std::fs::write(&config, document(&front.product, &front.provider, DENY, ""))?;
    let clock = folder.join("clock");
    std::fs::write(&clock, "+0")?;
    let library = std::fs::read_dir("/usr/lib")?
        .flatten()
        .map(|entry| entry.path().join("faketime/libfaketimeMT.so.1"))
        .find(|path| path.is_file())
        .context("faketime: cargo xtask setup")?;
    let mut command = Command::new(built("gatewright-gateway")?);
    command
        .env("LD_PRELOAD", library)
        .env("FAKETIME_TIMESTAMP_FILE", &clock)
        .env("FAKETIME_NO_CACHE", "1")
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    let config = config.display().to_string();
    let arguments = ["--config", config.as_str()];
    let gateway = Gateway::start_as(command, &folder.join("data"), &folder, &arguments).await?;
    let admin = gatewright_tests::Admin::pair(&gateway).await?;
    let short = json!({ "owner": "alice", "name": "test", "expires": "1h" });
    let long = json!({ "owner": "alice", "name": "test", "expires": "90d" });
    let ((_, short), (_, long)) = (admin.key(&short).await?, admin.key(&long).await?);
    for (jump, wanted) in [
        ("+0", 200),
        ("+2h", 401),
        ("-3d", 200),
        ("+30m", 200),
        ("+0", 200),
    ] {
        std::fs::write(&clock, jump)?;
        for (key, wanted) in [
            (&short, wanted),
            (&long, 200),
            (&"gho_alice".to_owned(), 200),
        ] {
            let request = format!("GET /x HTTP/1.1\r\nHost: gw\r\n{}\r\n", bearer(key));
            let answer = http1(&gateway.data_url, request.as_bytes()).await?;
            ensure!(answer.status == wanted, "{jump}: {answer:?}");
        }
        let (status, made) = admin.call(Method::GET, "keys", &Value::Null).await?;
        ensure!(status == 200, "{jump}: {status} {made}");
    }
    ensure!(!gateway.log().contains("panicked"), "{}", gateway.log());
    ensure!(gateway.stop().await? == Some(0), "it ends well");
    Ok(())
}

#[tokio::test]
#[ignore = "run by cargo xtask test"]
async fn ten_thousand_connections_that_mostly_say_nothing_hinder_nobody() -> Result<()> {
    const CROWD: usize = 10_000;
    let _turn = turn().await;
    let own = getrlimit(Resource::Nofile);
    let most = own.maximum.unwrap_or(u64::MAX);
    let wanted = u64::try_from(CROWD)? + 500;
    ensure!(
        most >= wanted,
        "this test needs {wanted} descriptors, and may have {most}"
    );
    let limit = Rlimit {
        current: Some(wanted),
        maximum: own.maximum,
    };
    setrlimit(Resource::Nofile, limit)?;
    let front = Front::start(DENY, "").await?;
    let address = front.gateway.data_url.replace("http://", "");
    let mut crowd = Vec::with_capacity(CROWD);
    for number in 0..CROWD {
        let stream = TcpStream::connect(&address)
            .await
            .with_context(|| format!("{number}"))?;
        // Some begin to ask and stop.
        if number % 10 == 0 {
            stream.try_write(b"GET /x HTTP/1.1\r\nHost:")?;
        }
        crowd.push(stream);
    }
    let token = bearer("gho_alice");
    for _ in 0..20 {
        let asked = tokio::time::timeout(Duration::from_secs(5), front.get("GET", "/x", &token));
        let answer = asked.await.context("an answer soon")??;
        ensure!(answer.status == 200, "{answer:?}");
    }
    let (status, told) = front
        .admin
        .call(Method::GET, "status", &Value::Null)
        .await?;
    ensure!(status == 200, "{told}");
    drop(crowd);
    let id = i32::try_from(front.gateway.id())
        .ok()
        .and_then(Pid::from_raw);
    kill_process(id.context("its id")?, Signal::TERM)?;
    until("the end of its log", LONG, async || {
        Ok(TcpStream::connect(&address).await.is_err().then_some(()))
    })
    .await
}
