//! Publishing and revoking while requests pass.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use gatewright_admin_api::{Client, KeyQuery, Notation};
use gatewright_http::Network;
use gatewright_secret::SecretString;

use super::{PATH, Stage};
use crate::load::{at_rate, flat_out};
use crate::measure::{Goal, Measure, Series};
use crate::ours::{Ours, Setup};

/// Address rules of the document that is published again and again.
const LARGE: usize = 10_000;

pub(super) fn run(stage: &Stage) -> Result<Vec<Measure>> {
    let setup = Setup {
        keys: 20_000,
        addresses: LARGE,
        published: true,
        ..Setup::default()
    };
    let ours = stage.workshop.start("change", &setup)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let client = runtime.block_on(pair(stage, &ours))?;
    let documents = [setup.addresses, setup.addresses - 1].map(|addresses| {
        let setup = Setup {
            addresses,
            ..setup.clone()
        };
        stage.workshop.document(&setup)
    });
    runtime.block_on(async {
        for (name, value) in stage.workshop.secrets() {
            client.put_secret(name, &SecretString::new(value)).await?;
        }
        client
            .put_config(&documents[0], Notation::Toml, 0, "first")
            .await
    })?;

    let target = ours.target(PATH, &ours.keys[0]);
    flat_out(&target, 1, stage.scratch())?;
    let rate = flat_out(&target, stage.plan.seconds, stage.scratch())?.per_second / 2.0;
    let mut measures = Vec::new();
    for (name, change) in [
        (
            "p99 while a large document is published each second, over that at rest",
            Change::Publish,
        ),
        (
            "p99 at 100 revocations a second, over that at rest",
            Change::Revoke,
        ),
    ] {
        let (mut rest, mut busy) = (Series::default(), Series::default());
        let done = AtomicU64::new(0);
        for _ in 0..stage.plan.rounds {
            rest.push(at_rate(&target, rate, stage.plan.seconds, stage.scratch())?.p99);
            let under_way = AtomicBool::new(true);
            let p99 = thread::scope(|scope| {
                let changing = scope.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()?;
                    // A connection belongs to the runtime that opened it.
                    let client = Client::new(&Network::default(), client.credential().clone())?;
                    runtime.block_on(change.again_and_again(&client, &documents, &under_way, &done))
                });
                let latency = at_rate(&target, rate, stage.plan.seconds, stage.scratch());
                under_way.store(false, Ordering::Relaxed);
                let changed: Result<()> = changing
                    .join()
                    .map_err(|_| anyhow::anyhow!("the changes broke"))?;
                changed?;
                latency
            })?
            .p99;
            busy.push(p99);
        }
        let ratios = busy.over(&rest);
        let detail = format!(
            "{}; {} ms, at rest {} ms, at {rate:.0}/s with {} changes, every answer a 200",
            ratios.shown(),
            busy.shown(),
            rest.shown(),
            done.load(Ordering::Relaxed)
        );
        measures.push(Measure::new(
            name,
            ratios.median(),
            Goal::AtMost(1.5),
            "×",
            detail,
        ));
    }
    Ok(measures)
}

async fn pair(stage: &Stage, ours: &Ours) -> Result<Client> {
    let output = Command::new(&stage.workshop.program)
        .args(["pair-code", "--json", "--data"])
        .arg(&ours.data)
        .output()?;
    let said: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let code = said["code"].as_str().context("no pairing code")?.parse()?;
    let url = format!("http://{}", ours.admin).parse()?;
    let network = Network::default();
    let (credential, _) = Client::pair(&network, &url, &code, Some("bench")).await?;
    Ok(Client::new(&network, credential)?)
}

#[derive(Clone, Copy)]
enum Change {
    Publish,
    Revoke,
}

impl Change {
    async fn again_and_again(
        self,
        client: &Client,
        documents: &[String; 2],
        under_way: &AtomicBool,
        done: &AtomicU64,
    ) -> Result<()> {
        let mut beat = tokio::time::interval(match self {
            Self::Publish => Duration::from_secs(1),
            Self::Revoke => Duration::from_millis(10),
        });
        let mut ids = Vec::new();
        while under_way.load(Ordering::Relaxed) {
            beat.tick().await;
            match self {
                Self::Publish => {
                    let version = client.status().await?.version;
                    let document = &documents[usize::from(version % 2 == 1)];
                    client
                        .put_config(document, Notation::Toml, version, "again")
                        .await?;
                }
                Self::Revoke => {
                    if ids.is_empty() {
                        ids = living(client).await?;
                    }
                    let id: String = ids.pop().context("no key is left")?;
                    client.revoke_key(&id).await?;
                }
            }
            done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Keys that no request carries: the newest.
async fn living(client: &Client) -> Result<Vec<String>> {
    let query = KeyQuery {
        state: Some(gatewright_admin_api::KeyState::Active),
        descending: Some(true),
        limit: Some(500),
        ..KeyQuery::default()
    };
    let page = client.keys(&query).await?;
    Ok(page.keys.into_iter().map(|key| key.id).collect())
}
